#pragma once
// The LeaseTable's hash indexes: by address, by client identifier, by hardware address. They grow
// one bucket at a time (linear hashing), so that no put ever pays for rehashing the table. Must not
// know: when leases expire.

#include "base/hash.h"
#include "lease/buckets.h"
#include "lease/identity.h"
#include "lease/lease_storage.h"

namespace lessor::lease {

/// Records by address: one each.
class AddressIndex {
 public:
  AddressIndex(HashKey key, LeaseStorage& storage) : key_(key), storage_(storage) {}
  [[nodiscard]] Slot find(net::Ip4 address) const {
    if (buckets_.empty()) return kNoSlot;
    Slot slot = bucket(buckets_.number_of(hash(address)));
    while (slot != kNoSlot && storage_.record(slot).address != address)
      slot = storage_.record(slot).address_next;
    return slot;
  }
  void link(Slot slot);
  void unlink(Slot slot);
  /// Adds one bucket. Precondition: fewer than storage.capacity().
  void grow();
  /// Where the chain with `address` begins. Precondition: there are buckets.
  [[nodiscard]] const Slot* chain(net::Ip4 address) const {
    return &bucket(buckets_.number_of(hash(address)));
  }
  [[nodiscard]] Slot next_in_chain(Slot slot) const { return storage_.record(slot).address_next; }

 private:
  [[nodiscard]] std::uint64_t hash(net::Ip4 address) const {
    // Addresses are the operator's choice: mixing is enough, no secret is needed (the key costs
    // nothing).
    std::uint64_t h = (address.value ^ key_.k0) * 0x9e3779b97f4a7c15U;
    h = (h ^ (h >> 32)) * 0xd6e8feb86659fd93U;
    return h ^ (h >> 32);
  }
  [[nodiscard]] Slot& bucket(std::size_t number) const {
    return storage_.chunk_of(static_cast<Slot>(number)).address_buckets[number % kLeasesPerChunk];
  }

  HashKey key_;
  LeaseStorage& storage_;
  Buckets buckets_;
};

/// What leases are grouped by.
enum class IdentityKind : std::uint8_t { client_id, hardware };

/// Records by client identifier or by hardware address: any number each, latest linked first.
class IdentityIndex {
 public:
  IdentityIndex(IdentityKind kind, HashKey key, LeaseStorage& storage)
      : kind_(kind), key_(key), storage_(storage) {}
  /// The first record of a client identifier (kind client_id); `hash`: its index_hash().
  [[nodiscard]] Slot find(Bytes client_id, std::uint64_t hash) const;
  [[nodiscard]] Slot find(Bytes client_id) const { return find(client_id, hash(client_id)); }
  /// The first record of a hardware address (kind hardware), among the leases with or without a
  /// client identifier; `hash`: its index_hash() with that.
  [[nodiscard]] Slot find(const net::HardwareAddress& hardware, bool with_client_id,
                          std::uint64_t hash) const;
  [[nodiscard]] Slot find(const net::HardwareAddress& hardware, bool with_client_id) const {
    return find(hardware, with_client_id, hash(hardware, with_client_id));
  }
  /// Links `slot` first of its key. No effect on a record without a client identifier (kind
  /// client_id).
  void link(Slot slot);
  void unlink(Slot slot);
  void grow();
  /// Where the chain of keys with this one begins; null when it is none. Precondition: there are
  /// buckets.
  [[nodiscard]] const Slot* chain(const Lease& lease) const;
  [[nodiscard]] Slot next_in_chain(Slot head) const { return links(head).link; }
  [[nodiscard]] KeyLink& links(Slot slot) const;
  [[nodiscard]] bool is_head(Slot slot) const;

 private:
  [[nodiscard]] bool is_indexed(Slot slot) const;
  [[nodiscard]] std::uint64_t hash(Bytes client_id) const { return index_hash(key_, client_id); }
  [[nodiscard]] std::uint64_t hash(const net::HardwareAddress& hardware, bool with_id) const {
    return index_hash(key_, hardware, with_id);
  }
  [[nodiscard]] std::uint64_t hash_of(Slot slot) const;
  [[nodiscard]] Slot& chain(std::uint64_t hash) const { return bucket(buckets_.number_of(hash)); }
  [[nodiscard]] bool same_key(Slot a, Slot b) const;
  [[nodiscard]] Slot& bucket(std::size_t number) const;
  [[nodiscard]] Slot& pointer_to_head(Slot head) const;
  void set_head(Slot slot, bool head) const;

  IdentityKind kind_;
  HashKey key_;
  LeaseStorage& storage_;
  Buckets buckets_;
};

}  // namespace lessor::lease
