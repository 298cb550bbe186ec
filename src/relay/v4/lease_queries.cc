#include "relay/v4/lease_queries.h"

#include <algorithm>

namespace lessor::relay::v4 {

void LeaseQueries::add(Now now, const Link& link, std::uint32_t first_xid) {
  const bool known = std::ranges::find(jobs_, link.number, &Job::link) != jobs_.end();
  if (known || link.interface.addresses.empty()) return;
  const net::Prefix4 prefix = link.interface.addresses.front();
  if (prefix.length > 30) return;  // no host but the two ends
  const net::Ip4 first{prefix.network().value + 1};
  const std::uint32_t hosts = prefix.last().value - first.value;
  const std::uint32_t count = std::min(hosts, kMaxQueriesPerLink);
  jobs_.push_back({link.number, {first, {first.value + count - 1}}, first_xid});
  due_ = std::min(due_, now.mono);
}

std::optional<LeaseQueries::Query> LeaseQueries::next(Instant now) {
  if (due_ > now) return std::nullopt;
  while (current_ < jobs_.size() && jobs_[current_].sent >= jobs_[current_].range.size()) {
    ++current_;
  }
  if (current_ == jobs_.size()) {
    due_ = Instant::never();
    return std::nullopt;
  }
  due_ = now + kQueryPause;
  Job& job = jobs_[current_];
  const std::uint32_t number = job.sent++;
  return Query{job.link, {job.range.first.value + number}, job.first_xid + number};
}

std::optional<std::uint16_t> LeaseQueries::find(std::uint32_t xid) const {
  for (const Job& job : jobs_) {
    if (xid - job.first_xid < job.sent) return job.link;
  }
  return std::nullopt;
}

void LeaseQueries::clear() {
  jobs_.clear();
  current_ = 0;
  due_ = Instant::never();
}

}  // namespace lessor::relay::v4
