#include "cli/bulk_queries.h"

#include "runtime/clock.h"

namespace lessor::cli {
namespace {

using server::v4::BulkNews;
using server::v4::BulkSession;
using server::v4::BulkStatus;

/// A line about refused connections, at most so often.
constexpr Duration kRefusalPause = Duration::seconds(60);

std::string ending_of(const BulkNews& news) {
  if (news.how.status == BulkStatus::success) return "told ";
  return "refused: " + std::string(news.how.text) + "; told ";
}

}  // namespace

/// A session that asks for its next slice when what it had is sent.
class BulkQueries::Talk final : public runtime::Conversation {
 public:
  Talk(BulkQueries& owner, const runtime::Visitor& visitor)
      : owner_(owner), session_(visitor.address, visitor.own) {}

  [[nodiscard]] bool wants_octets() const override { return session_.wants_octets(); }
  [[nodiscard]] std::size_t take(Bytes octets) override { return session_.take(octets); }
  [[nodiscard]] bool has_work() const override { return session_.has_work(); }
  [[nodiscard]] Bytes output() const override { return session_.output(); }
  void sent(std::size_t size) override { session_.sent(size); }
  [[nodiscard]] bool is_over() const override { return is_over_ || session_.is_broken(); }

  void go_on() override {
    const auto news = owner_.answer_(session_, owner_.budget());
    if (!news) {
      session_.end_query({BulkStatus::query_terminated, "the server is stopping, or too busy"});
      is_over_ = true;
      return;
    }
    if (news->asked) told_ = 0;
    told_ += news->told.active + news->told.unassigned;
    if (news->done) tell(*news);
    is_over_ = news->last;
  }

 private:
  void tell(const BulkNews& news) const {
    owner_.say_("bulk leasequery of " + net::to_string(session_.requester()) + ": " +
                ending_of(news) + std::to_string(told_) + (told_ == 1 ? " address" : " addresses"));
  }

  BulkQueries& owner_;
  BulkSession session_;
  std::uint64_t told_ = 0;  // of the query under way
  bool is_over_ = false;
};

runtime::Result<void> BulkQueries::listen(const std::optional<config::LeaseQueries>& queries) {
  set_policy(queries);
  if (!queries || !queries->bulk) return {};
  auto server =
      runtime::ConversationServer::listen(queries->bulk->address, queries->bulk->port, *this);
  if (!server) return std::unexpected(server.error());
  server_ = std::move(*server);
  return {};
}

runtime::Result<void> BulkQueries::start() {
  return server_ ? server_->start() : runtime::Result<void>();
}

void BulkQueries::set_policy(const std::optional<config::LeaseQueries>& queries) {
  const std::scoped_lock lock(mutex_);
  policy_ = queries;
}

std::unique_ptr<runtime::Conversation> BulkQueries::welcome(const runtime::Visitor& visitor) {
  const std::string why = why_refused(policy(), visitor);
  if (why.empty()) return std::make_unique<Talk>(*this, visitor);
  tell_refusal(visitor.address, why);
  return nullptr;
}

void BulkQueries::tell_refusal(net::Ip4 address, const std::string& why) {
  const Instant now = runtime::read_clock().mono;
  if (now < tell_again_at_) {
    ++untold_;
    return;
  }
  std::string text =
      "refused a connection of " + net::to_string(address) + " for leasequery: " + why;
  if (untold_ > 0) text += " (and " + std::to_string(untold_) + " before it)";
  say_(std::move(text));
  untold_ = 0;
  tell_again_at_ = now + kRefusalPause;
}

Duration BulkQueries::patience() {
  const auto now = policy();
  return now && now->bulk ? now->bulk->idle_time : Duration::seconds(1);
}

std::size_t BulkQueries::budget() {
  const auto now = policy();
  return now && now->bulk ? now->bulk->leases_per_slice : 1;
}

std::optional<config::LeaseQueries> BulkQueries::policy() {
  const std::scoped_lock lock(mutex_);
  return policy_;
}

std::string why_refused(const std::optional<config::LeaseQueries>& policy,
                        const runtime::Visitor& visitor) {
  if (!policy || !policy->bulk || !policy->may_ask(visitor.address)) {
    return "it is not among the requesters";
  }
  const std::size_t places = policy->bulk->connections;
  if (visitor.others >= places) {
    return "there are " + std::to_string(visitor.others) + " connections already";
  }
  const bool others_want_it = policy->requesters.size() > 1 && places > 1;
  const bool has_all_others = visitor.of_address == visitor.others;
  if (visitor.others + 1 == places && others_want_it && has_all_others) {
    return "the last place is for another requester";
  }
  return {};
}

bool listen_alike(const std::optional<config::LeaseQueries>& a,
                  const std::optional<config::LeaseQueries>& b) {
  const auto place = [](const std::optional<config::LeaseQueries>& queries) {
    return queries && queries->bulk
               ? std::optional(std::pair(queries->bulk->address, queries->bulk->port))
               : std::nullopt;
  };
  return place(a) == place(b);
}

}  // namespace lessor::cli
