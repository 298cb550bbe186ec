#include "craft/exchange/inquiry.h"

#include "craft/packet/lay_over.h"

#include <algorithm>

namespace lessor::craft {
namespace {

using wire::MessageType;

constexpr Duration kLongestWait = Duration::seconds(64);

/// RFC 2131 table 5: 'secs' is "0 or seconds since DHCP process started".
void count_seconds(Recipe& recipe, Duration elapsed) {
  if (given_field(recipe, "secs")) return;
  recipe.items.emplace_back(make_field("secs", static_cast<std::uint16_t>(elapsed.to_seconds())));
}

}  // namespace

void Inquiry::ask(Instant now, std::vector<Packet>& out) {
  if (tries_ == 0) began_ = now;
  Recipe recipe = plan_.question;
  if (tries_ > 0) count_seconds(recipe, now - began_);
  auto packet = build(recipe, plan_.maker);
  if (!packet) {
    trouble_ = packet.error();
    state_ = State::failed;
    return;
  }
  question_ = question_of(*packet, recipe, plan_.maker);
  const Duration wait = plan_.patience.first * (std::int64_t{1} << std::min(tries_, 10));
  deadline_ = now + std::min(wait, std::max(kLongestWait, plan_.patience.first));
  ++tries_;
  out.push_back(*packet);
  sent_ = std::move(*packet);
  if (plan_.wanted.empty()) state_ = State::sent;
}

void Inquiry::on_time(Instant now, std::vector<Packet>& out) {
  if (state_ != State::asking || (tries_ > 0 && now < deadline_)) return;
  if (tries_ < plan_.patience.tries) {
    ask(now, out);
  } else {
    state_ = State::gave_up;
  }
}

bool Inquiry::on_message(const Heard& heard) {
  if (!question_ || !answers(*question_, heard.event)) return false;
  const bool from_him = !plan_.server || heard.event.server() == plan_.server;
  const bool wanted = std::ranges::find(plan_.wanted, heard.event.type) != plan_.wanted.end();
  if (state_ == State::asking && from_him && wanted) {
    answer_ = heard;
    state_ = State::answered;
  }
  return true;
}

Instant Inquiry::next_deadline() const {
  if (state_ != State::asking) return Instant::never();
  return tries_ == 0 ? Instant() : deadline_;
}

Handshake::Handshake(HandshakePlan plan)
    : plan_(std::move(plan)),
      inquiry_(std::make_unique<Inquiry>(InquiryPlan{
          .question = plan_.discover,
          .maker = plan_.maker,
          .patience = plan_.patience,
          .wanted = {MessageType::offer},
          .server = plan_.server,
      })) {
  if (given_option(plan_.discover, wire::kOptionRapidCommit)) {
    *inquiry_ = Inquiry({.question = plan_.discover,
                         .maker = plan_.maker,
                         .patience = plan_.patience,
                         .wanted = {MessageType::offer, MessageType::ack},
                         .server = plan_.server});
  }
}

void Handshake::fail(std::string why) {
  trouble_ = std::move(why);
  state_ = State::failed;
}

void Handshake::request(Instant now, std::vector<Packet>& out) {
  const auto discover = hear({.at = {}, .bytes = inquiry_->sent().bytes});
  auto recipe = request_from_offer(*inquiry_->answer(), discover ? &*discover : nullptr);
  if (!recipe) return fail(recipe.error());
  lay_over(*recipe, plan_.request);
  // Servers that were not chosen may refuse a REQUEST that is not for them.
  const auto server = inquiry_->answer()->event.server_identifier;
  inquiry_ = std::make_unique<Inquiry>(InquiryPlan{.question = std::move(*recipe),
                                                   .maker = plan_.maker,
                                                   .patience = plan_.patience,
                                                   .wanted = {MessageType::ack, MessageType::nak},
                                                   .server = server});
  state_ = State::requesting;
  on_time(now, out);
}

/// Goes where the question at hand has led.
void Handshake::follow(Instant now, std::vector<Packet>& out) {
  switch (inquiry_->state()) {
    case Inquiry::State::asking:
    case Inquiry::State::sent:
      return;
    case Inquiry::State::failed:
      return fail(inquiry_->trouble());
    case Inquiry::State::gave_up:
      state_ = state_ == State::selecting ? State::no_offer : State::no_ack;
      return;
    case Inquiry::State::answered:
      break;
  }
  const MessageType type = inquiry_->answer()->event.type;
  if (type == MessageType::offer) return request(now, out);
  state_ = type == MessageType::ack ? State::bound : State::refused;
}

void Handshake::on_time(Instant now, std::vector<Packet>& out) {
  if (over()) return;
  inquiry_->on_time(now, out);
  follow(now, out);
}

bool Handshake::on_message(Instant now, const Heard& heard, std::vector<Packet>& out) {
  if (over()) return false;
  const bool answers = inquiry_->on_message(heard);
  follow(now, out);
  return answers;
}

std::expected<ClientLease, std::string> Handshake::lease() const {
  const auto request = hear({.at = {}, .bytes = inquiry_->sent().bytes});
  return lease_of(*inquiry_->answer(), request ? &*request : nullptr);
}

}  // namespace lessor::craft
