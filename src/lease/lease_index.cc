#include "lease/lease_index.h"

namespace lessor::lease {

void AddressIndex::link(Slot slot) {
  LeaseRecord& r = storage_.record(slot);
  Slot& first = bucket(buckets_.number_of(hash(r.address)));
  r.address_next = first;
  first = slot;
}

void AddressIndex::unlink(Slot slot) {
  LeaseRecord& r = storage_.record(slot);
  Slot* pointer = &bucket(buckets_.number_of(hash(r.address)));
  while (*pointer != slot) pointer = &storage_.record(*pointer).address_next;
  *pointer = r.address_next;
  r.address_next = kNoSlot;
}

void AddressIndex::grow() {
  const std::size_t added = buckets_.add();
  bucket(added) = kNoSlot;
  if (added == 0) return;
  Slot* pointer = &bucket(Buckets::split_from(added));
  while (*pointer != kNoSlot) {
    const Slot slot = *pointer;
    LeaseRecord& r = storage_.record(slot);
    if (buckets_.number_of(hash(r.address)) != added) {
      pointer = &r.address_next;
      continue;
    }
    *pointer = r.address_next;
    r.address_next = bucket(added);
    bucket(added) = slot;
  }
}

KeyLink& IdentityIndex::links(Slot slot) const {
  LeaseRecord& r = storage_.record(slot);
  return kind_ == IdentityKind::client_id ? r.client : r.hardware;
}

bool IdentityIndex::is_head(Slot slot) const {
  const LeaseRecord& r = storage_.record(slot);
  return (kind_ == IdentityKind::client_id ? r.client_head : r.hardware_head) != 0;
}

void IdentityIndex::set_head(Slot slot, bool head) const {
  LeaseRecord& r = storage_.record(slot);
  const std::uint8_t bit = head ? 1 : 0;
  if (kind_ == IdentityKind::client_id) {
    r.client_head = bit & 1U;
  } else {
    r.hardware_head = bit & 1U;
  }
}

bool IdentityIndex::is_indexed(Slot slot) const {
  return kind_ == IdentityKind::hardware || storage_.record(slot).client_id_size > 0;
}

std::uint64_t IdentityIndex::hash_of(Slot slot) const {
  return kind_ == IdentityKind::client_id
             ? hash(storage_.client_id(slot))
             : hash(storage_.hardware_address(slot), storage_.record(slot).client_id_size > 0);
}

bool IdentityIndex::same_key(Slot a, Slot b) const {
  if (kind_ == IdentityKind::client_id)
    return equal_bytes(storage_.client_id(a), storage_.client_id(b));
  const LeaseRecord& ra = storage_.record(a);
  const LeaseRecord& rb = storage_.record(b);
  return (ra.client_id_size > 0) == (rb.client_id_size > 0) &&
         ra.hardware_type == rb.hardware_type && ra.hardware_size == rb.hardware_size &&
         equal_bytes(storage_.hardware(a), storage_.hardware(b));
}

Slot& IdentityIndex::bucket(std::size_t number) const {
  LeaseChunk& chunk = storage_.chunk_of(static_cast<Slot>(number));
  auto& buckets = kind_ == IdentityKind::client_id ? chunk.client_buckets : chunk.hardware_buckets;
  return buckets[number % kLeasesPerChunk];
}

Slot IdentityIndex::find(Bytes client_id, std::uint64_t hash) const {
  if (buckets_.empty() || client_id.empty()) return kNoSlot;
  Slot head = chain(hash);
  while (head != kNoSlot && !equal_bytes(storage_.client_id(head), client_id))
    head = links(head).link;
  return head;
}

Slot IdentityIndex::find(const net::HardwareAddress& hardware, bool with_client_id,
                         std::uint64_t hash) const {
  if (buckets_.empty()) return kNoSlot;
  Slot head = chain(hash);
  for (; head != kNoSlot; head = links(head).link) {
    const LeaseRecord& r = storage_.record(head);
    if ((r.client_id_size > 0) == with_client_id && r.hardware_type == hardware.type &&
        r.hardware_size == hardware.size &&
        equal_bytes(storage_.hardware(head), hardware.bytes())) {
      break;
    }
  }
  return head;
}

const Slot* IdentityIndex::chain(const Lease& lease) const {
  const bool with_id = !lease.client_id.empty();
  if (kind_ == IdentityKind::hardware) return &chain(hash(lease.hardware, with_id));
  return with_id ? &chain(hash(lease.client_id)) : nullptr;
}

void IdentityIndex::link(Slot slot) {
  if (!is_indexed(slot)) return;
  Slot* pointer = &chain(hash_of(slot));
  while (*pointer != kNoSlot && !same_key(*pointer, slot)) pointer = &links(*pointer).link;

  KeyLink& mine = links(slot);
  mine = KeyLink{};
  if (const Slot old_head = *pointer; old_head != kNoSlot) {
    mine = {.next = old_head, .link = links(old_head).link};
    links(old_head).link = slot;  // no head any more: the record before it
    set_head(old_head, false);
  }
  set_head(slot, true);
  *pointer = slot;
}

Slot& IdentityIndex::pointer_to_head(Slot head) const {
  Slot* pointer = &chain(hash_of(head));
  while (*pointer != head) pointer = &links(*pointer).link;
  return *pointer;
}

void IdentityIndex::unlink(Slot slot) {
  if (!is_indexed(slot)) return;
  KeyLink& mine = links(slot);
  if (!is_head(slot)) {
    links(mine.link).next = mine.next;
    if (mine.next != kNoSlot) links(mine.next).link = mine.link;
  } else if (mine.next == kNoSlot) {
    pointer_to_head(slot) = mine.link;
  } else {
    pointer_to_head(slot) = mine.next;
    links(mine.next).link = mine.link;
    set_head(mine.next, true);
  }
  set_head(slot, false);
  mine = KeyLink{};
}

void IdentityIndex::grow() {
  const std::size_t added = buckets_.add();
  bucket(added) = kNoSlot;
  if (added == 0) return;
  Slot* pointer = &bucket(Buckets::split_from(added));
  while (*pointer != kNoSlot) {
    const Slot head = *pointer;
    if (buckets_.number_of(hash_of(head)) != added) {
      pointer = &links(head).link;
      continue;
    }
    *pointer = links(head).link;
    links(head).link = bucket(added);
    bucket(added) = head;
  }
}

}  // namespace lessor::lease
