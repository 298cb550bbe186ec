#include "server/v4/probes.h"

#include "base/check.h"

#include <algorithm>
#include <array>

namespace lessor::server::v4 {
namespace {

/// What nobody outside foresees: of each wait another.
Hash128 secret_of(HashKey key, net::Ip4 address, std::uint64_t number) {
  std::array<std::byte, 4 + 8> text;
  ByteWriter out(text);
  out.be32(address.value);
  out.be64(number);
  return sip_hash_128(key, text);
}

}  // namespace

ProbeTable::ProbeTable(std::size_t capacity, HashKey key)
    : key_(key), discovers_(capacity), waits_(capacity) {
  for (std::uint32_t i = 0; i < capacity; ++i) waits_[i].discover = i;
}

std::size_t ProbeTable::find(net::Ip4 address) const {
  for (std::size_t i = 0; i < count_; ++i) {
    if (waits_[i].address == address) return i;
  }
  return count_;
}

/// Whether what is asked already is what would be asked for `in`. Echo requests go the kernel's
/// way, wherever the DISCOVER came from.
bool ProbeTable::is_asked_alike(const Wait& wait, const net::Datagram& in,
                                const Question& question) const {
  if (wait.question.by_echo || question.by_echo) {
    return wait.question.by_echo == question.by_echo;
  }
  return discovers_[wait.discover].datagram().interface == in.interface;
}

/// To where its time belongs, behind those of the same time.
void ProbeTable::move_by_due(std::size_t at) {
  const auto waits = waits_.begin();
  const auto moved = waits + static_cast<std::ptrdiff_t>(at);
  const auto end = waits + static_cast<std::ptrdiff_t>(count_);
  const Instant due = moved->due;
  const auto later = [&](const Wait& each) { return due < each.due; };
  std::rotate(moved, moved + 1, std::find_if(moved + 1, end, later));
  const auto first = std::find_if(waits, end, later);
  if (first < moved) std::rotate(first, moved, moved + 1);
}

ProbeTable::Begin ProbeTable::begin(net::Ip4 address, const net::Datagram& in, Instant now,
                                    const Question& question) {
  const std::size_t at = find(address);
  const bool is_asked = at < count_;
  const Shares::Places places = shares_.places_of(read_sender(in, key_));
  if (is_asked) {
    const Wait& wait = waits_[at];
    if (is_asked_alike(wait, in, question)) {
      return discovers_[wait.discover].keep(in) ? Begin::joined : Begin::full;
    }
    // Two who come by two ways in turns would begin it anew for ever.
    if (wait.has_moved) return Begin::joined;
    // Who finds no place takes none away.
    const bool has_place = in.payload.size() <= kProbeDatagramLimit &&
                           shares_.may_take(places, waits_.size() - count_ + 1, false);
    if (!has_place) return Begin::full;
    (void)finish(address);
  }
  if (!shares_.may_take(places, waits_.size() - count_, false)) return Begin::full;
  Wait& wait = waits_[count_];
  if (!discovers_[wait.discover].keep(in)) return Begin::full;
  const Hash128 secret = secret_of(key_, address, ++begun_);
  wait.address = address;
  wait.due = now + question.timeout;
  wait.question = question;
  wait.number = static_cast<std::uint32_t>(secret.low);
  wait.token = secret.high;
  wait.places = places;
  wait.has_moved = is_asked;
  shares_.take(places);
  move_by_due(count_++);
  return Begin::started;
}

bool ProbeTable::ask(net::Ip4 address, net::Outbox& out) const {
  const std::size_t at = find(address);
  CHECK(at < count_);
  const Wait& wait = waits_[at];
  if (wait.question.by_echo) {
    return out.probe(
        net::EchoProbe{.address = address, .number = wait.number, .token = wait.token});
  }
  const net::InterfaceIndex interface = discovers_[wait.discover].datagram().interface;
  return out.probe(net::ArpProbe{.interface = interface, .address = address});
}

bool ProbeTable::goes_on(net::Ip4 address, Instant now) {
  const std::size_t at = find(address);
  if (at == count_ || waits_[at].question.requests <= 1) return false;
  --waits_[at].question.requests;
  waits_[at].due = now + waits_[at].question.timeout;
  move_by_due(at);
  return true;
}

const WaitingDiscover* ProbeTable::finish(net::Ip4 address) {
  const std::size_t at = find(address);
  if (at == count_) return nullptr;
  const std::uint32_t freed = waits_[at].discover;
  shares_.give_back(waits_[at].places);
  const auto position = waits_.begin() + static_cast<std::ptrdiff_t>(at);
  std::rotate(position, position + 1, waits_.begin() + static_cast<std::ptrdiff_t>(count_));
  --count_;
  return &discovers_[freed];
}

std::optional<net::Ip4> ProbeTable::find_due(Instant now) const {
  if (next_due() > now) return std::nullopt;
  return waits_.front().address;
}

std::optional<net::InterfaceIndex> ProbeTable::interface_of(net::Ip4 address) const {
  const std::size_t at = find(address);
  if (at == count_ || waits_[at].question.by_echo) return std::nullopt;
  return discovers_[waits_[at].discover].datagram().interface;
}

bool ProbeTable::is_answer(const net::EchoSighting& sighting) const {
  const std::size_t at = find(sighting.address);
  if (at == count_ || !waits_[at].question.by_echo) return false;
  if (sighting.number != waits_[at].number) return false;
  return sighting.kind == net::EchoSighting::Kind::unreachable ||
         sighting.token == waits_[at].token;
}

Instant ProbeTable::next_due() const { return count_ == 0 ? Instant::never() : waits_.front().due; }

}  // namespace lessor::server::v4
