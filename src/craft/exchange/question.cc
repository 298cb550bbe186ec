#include "craft/exchange/question.h"

#include "base/text.h"
#include "wire/v4/message_view.h"

#include <algorithm>
#include <array>

namespace lessor::craft {
namespace {

using wire::MessageType;

constexpr std::array kToDiscover{MessageType::offer, MessageType::ack};  // RFC 4039: or at once
constexpr std::array kToRequest{MessageType::ack, MessageType::nak};
constexpr std::array kToInform{MessageType::ack};
constexpr std::array kToForcerenew{MessageType::request};
constexpr std::array kToLeasequery{MessageType::leaseactive, MessageType::leaseunassigned,
                                   MessageType::leaseunknown};
constexpr std::array kToBootp{MessageType::none};

}  // namespace

std::optional<Question> question_of(Bytes frame) {
  const Dissection parts = dissect(frame);
  if (!parts.is_dhcp() || parts.payload.size() < wire::kSnameOffset) return std::nullopt;
  // The rest of a header that was cut off counts as zeros here.
  std::array<std::byte, wire::kHeaderSize> header{};
  copy_bytes(header, parts.payload.first(std::min(parts.payload.size(), header.size())));
  const wire::HeaderView view(header);
  Question question{.op = view.op(), .xid = view.xid(), .client = view.chaddr()};
  const auto event = read_event(parts, {});
  question.type = event ? event->type : MessageType::unknown;
  return question;
}

std::optional<Question> question_of(const Packet& packet, const Recipe& recipe,
                                    const Maker& maker) {
  auto question = question_of(packet.bytes);
  const bool readable = question && question->type != MessageType::unknown;
  if (readable || recipe.breakages.empty()) return question;
  Recipe whole = recipe;
  whole.breakages.clear();
  const auto meant = build(whole, maker);
  return meant ? question_of(meant->bytes) : question;
}

bool answers(const Question& question, const DhcpEvent& event) {
  const wire::Op back = question.op == wire::Op::request ? wire::Op::reply : wire::Op::request;
  if (event.op != back) return false;
  if (question.type == MessageType::forcerenew) return event.client == question.client;
  if (event.xid != question.xid) return false;
  return question.type == MessageType::leasequery || event.client == question.client;
}

std::span<const MessageType> usual_answers(MessageType type) {
  switch (type) {
    case MessageType::discover:
      return kToDiscover;
    case MessageType::request:
      return kToRequest;
    case MessageType::inform:
      return kToInform;
    case MessageType::forcerenew:
      return kToForcerenew;
    case MessageType::leasequery:
      return kToLeasequery;
    case MessageType::none:
      return kToBootp;
    case MessageType::offer:
    case MessageType::decline:
    case MessageType::ack:
    case MessageType::nak:
    case MessageType::release:
    case MessageType::leaseunassigned:
    case MessageType::leaseunknown:
    case MessageType::leaseactive:
    case MessageType::bulkleasequery:
    case MessageType::leasequerydone:
    case MessageType::activeleasequery:
    case MessageType::leasequerystatus:
    case MessageType::tls:
    case MessageType::unknown:
      return {};
  }
  return {};
}

bool is_refusal(MessageType type) { return type == MessageType::nak; }

std::expected<MessageType, std::string> read_message_type(std::string_view text) {
  const auto recipe = start_recipe(text);
  if (!recipe) return std::unexpected(recipe.error());
  if (recipe->basis == Basis::exact || recipe->purpose != Purpose::plain) {
    return std::unexpected("'" + sanitise(as_bytes(text), 32) + "' is no message type");
  }
  return recipe->type == 0 ? MessageType::none : wire::message_type_of(recipe->type);
}

}  // namespace lessor::craft
