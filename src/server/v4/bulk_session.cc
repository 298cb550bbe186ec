#include "server/v4/bulk_session.h"

#include <algorithm>

namespace lessor::server::v4 {
namespace {

constexpr BulkRefusal kSuccess{BulkStatus::success, {}};
constexpr BulkRefusal kNoRequester{BulkStatus::not_allowed, "not a requester any more"};
/// A header and the cookie: less is no message.
constexpr std::size_t kMinQuery = wire::kOptionsOffset;

bool keeps_relay_info(const config::ServerConfig& config) {
  return std::ranges::any_of(config.subnets, &config::Subnet::stores_extended_info);
}

}  // namespace

BulkSession::BulkSession(net::Ip4 requester, net::Ip4 own)
    : requester_(requester), own_(own), input_(std::make_unique<std::byte[]>(2 + kMaxQuery)) {}

/// Octets up to the end of what is being read: the length, or length and
/// message.
std::size_t BulkSession::expected() const {
  return size_ < 2 ? 2 : 2 + std::size_t{load_be16(input_.get())};
}

std::size_t BulkSession::take(Bytes octets) {
  std::size_t taken = 0;
  while (wants_octets() && taken < octets.size()) {
    const std::size_t size = std::min(expected() - size_, octets.size() - taken);
    copy_bytes({input_.get() + size_, size}, octets.subspan(taken, size));
    size_ += size;
    taken += size;
    const std::size_t message = expected() - 2;
    if (size_ == 2) is_broken_ = message < kMinQuery || message > kMaxQuery;
  }
  return taken;
}

BulkNews BulkSession::answer(const Prepared& prepared, const lease::LeaseTable& leases, Now now,
                             std::size_t budget) {
  BulkNews news;
  if (!walk_) {
    news.asked = true;
    const auto message = open();
    if (!message) return news;
    if (const auto refusal = begin(*message, prepared)) {
      news = refused(*refusal);
      news.last = refusal->text == kNoRequester.text;
      return news;
    }
  }
  const BulkTally before = walk_->told();
  const bool over = walk_->go_on({prepared, leases, now, own_}, budget, output_);
  news.told = {walk_->told().active - before.active, walk_->told().unassigned - before.unassigned};
  if (over && output_.has_room()) {
    news.done = true;
    finish(kSuccess);
  }
  return news;
}

BulkNews BulkSession::refuse(BulkRefusal how) {
  if (!walk_ && !open()) return {.asked = true};
  return refused(how);
}

BulkNews BulkSession::refused(BulkRefusal how) {
  const bool asked = !walk_;
  finish(how);
  return {.asked = asked, .done = true, .how = how};
}

/// What came, as a message. The octets of a stream that holds something else
/// cannot be trusted to be where they seem.
std::optional<wire::MessageView> BulkSession::open() {
  const auto view = wire::MessageView::parse(Bytes(input_.get(), size_).subspan(2), scratch_);
  is_broken_ = !view || view->op() != wire::Op::request ||
               view->message_type() != wire::MessageType::bulkleasequery;
  if (is_broken_) return std::nullopt;
  xid_ = view->xid();
  return *view;
}

std::optional<BulkRefusal> BulkSession::begin(const wire::MessageView& message,
                                              const Prepared& prepared) {
  const auto& policy = prepared.config().lease_queries;
  if (!policy || !policy->may_ask(requester_)) {
    return kNoRequester;
  }
  const auto query = read_bulk_query(message);
  if (!query) return query.error();
  const bool by_relay = query->by == BulkBy::relay_id || query->by == BulkBy::remote_id;
  if (by_relay && !keeps_relay_info(prepared.config())) {
    return BulkRefusal{BulkStatus::not_allowed, "store-extended-info is off everywhere"};
  }
  query_ = *query;
  walk_.emplace(*query_);
  return std::nullopt;
}

void BulkSession::end_query(BulkRefusal how) {
  if (walk_ && output_.has_room()) finish(how);
}

void BulkSession::finish(BulkRefusal how) {
  const bool first = !walk_ || walk_->told().active + walk_->told().unassigned == 0;
  write_bulk_done(xid_, how, own_, first, output_);
  walk_.reset();
  query_.reset();
  size_ = 0;
}

}  // namespace lessor::server::v4
