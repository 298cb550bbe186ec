#include "relay/v4/clients.h"

#include <bit>

namespace lessor::relay::v4 {
namespace {

constexpr Duration kSweepPause = Duration::seconds(1);

}  // namespace

Clients::Clients(std::uint32_t limit)
    : table_(limit == 0 ? 0 : std::bit_ceil(std::size_t{limit} * 2)), limit_(limit) {}

Clients::Entry* Clients::find(std::uint64_t client) {
  const std::size_t mask = table_.size() - 1;
  for (std::size_t at = home(client); table_[at].client != 0; at = (at + 1) & mask) {
    if (table_[at].client == client) return &table_[at];
  }
  return nullptr;
}

bool Clients::admits(Instant now, std::uint64_t client) {
  if (limit_ == 0 || count_ < limit_ || find(client | 1U) != nullptr) return true;
  sweep(now);
  return count_ < limit_;
}

bool Clients::note(Instant now, std::uint64_t client, Instant end) {
  if (limit_ == 0) return true;
  client |= 1U;  // 0 is no client
  if (Entry* known = find(client)) {
    known->end = end;
    return true;
  }
  if (count_ >= limit_) sweep(now);
  if (count_ >= limit_) return false;
  const std::size_t mask = table_.size() - 1;
  std::size_t at = home(client);
  while (table_[at].client != 0) at = (at + 1) & mask;
  table_[at] = {client, end};
  ++count_;
  return true;
}

void Clients::forget(std::uint64_t client) {
  if (limit_ == 0) return;
  if (const Entry* known = find(client | 1U)) {
    erase(static_cast<std::size_t>(known - table_.data()));
  }
}

/// Moves up what would not be found any more behind the gap.
void Clients::erase(std::size_t at) {
  const std::size_t mask = table_.size() - 1;
  std::size_t gap = at;
  for (std::size_t next = (gap + 1) & mask; table_[next].client != 0; next = (next + 1) & mask) {
    const std::size_t wanted = home(table_[next].client);
    if (((next - wanted) & mask) < ((next - gap) & mask)) continue;
    table_[gap] = table_[next];
    gap = next;
  }
  table_[gap] = {};
  --count_;
}

void Clients::sweep(Instant now) {
  if (now < next_sweep_) return;
  next_sweep_ = now + kSweepPause;
  for (std::size_t at = 0; at < table_.size();) {
    const bool over = table_[at].client != 0 && table_[at].end <= now;
    over ? erase(at) : void(++at);  // another may have moved here
  }
}

}  // namespace lessor::relay::v4
