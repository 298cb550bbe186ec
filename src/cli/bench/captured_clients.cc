#include "cli/bench/captured_clients.h"

#include "craft/capture/capture_reader.h"
#include "load/limits.h"
#include "wire/v4/message_view.h"
#include "wire/v4/option_cursor.h"

#include <algorithm>
#include <array>

namespace lessor::cli {
namespace {

constexpr std::array<wire::OptionCode, 13> kTaken = {12, 51, 55, 57, 60,  61, 77,
                                                     81, 93, 94, 97, 124, 125};

/// The options field's, whole ones only; what overload moved elsewhere is not looked at.
std::vector<std::byte> taken_options(const wire::MessageView& message) {
  std::vector<std::byte> out;
  bool has_identifier = false;
  wire::OptionCursor cursor(message.bytes().subspan(wire::kOptionsOffset));
  for (wire::RawOption option; cursor.next(option);) {
    const bool identifier = option.code == wire::kOptionDhcpClientIdentifier;
    const bool wanted = std::ranges::find(kTaken, option.code) != kTaken.end();
    if (!wanted || (identifier && has_identifier)) continue;
    if (out.size() + 2 + option.value.size() > load::kMaxCapturedOptions) continue;
    has_identifier = has_identifier || identifier;
    out.push_back(std::byte{option.code});
    out.push_back(static_cast<std::byte>(option.value.size()));
    out.insert(out.end(), option.value.begin(), option.value.end());
  }
  return out;
}

}  // namespace

ClientGatherer::Client* ClientGatherer::find(Duration since_1970, Bytes chaddr) {
  const auto known = numbers_.find(as_text(chaddr));
  if (known != numbers_.end()) return &clients_[known->second];
  if (clients_.size() >= load::kMaxCapturedClients) {
    found_.more = true;
    return nullptr;
  }
  numbers_.emplace(as_text(chaddr), clients_.size());
  found_.came.push_back(since_1970);
  return &clients_.emplace_back();
}

void ClientGatherer::take(Duration since_1970, const craft::Dissection& frame) {
  if (!frame.is_dhcp()) return;
  wire::ParseScratch scratch;
  const auto message = wire::MessageView::parse(frame.payload, scratch);
  if (!message || message->op() != wire::Op::request) return;
  const bool discovers = message->message_type() == wire::MessageType::discover;
  if (!discovers && message->message_type() != wire::MessageType::request) return;
  Client* const client = find(since_1970, message->chaddr_field());
  if (client == nullptr) return;
  bool& seen = discovers ? client->discovered : client->requested;
  if (seen) return;
  seen = true;
  (discovers ? client->set.discover : client->set.request) = taken_options(*message);
  // Who renews has no need of it.
  if (message->ciaddr().is_zero()) client->set.broadcast |= message->broadcast();
}

CapturedClients ClientGatherer::finish() {
  for (Client& client : clients_) {
    if (!client.discovered) client.set.discover = client.set.request;
    if (!client.requested) client.set.request = client.set.discover;
    found_.sets.push_back(std::move(client.set));
  }
  clients_.clear();
  numbers_.clear();
  return std::move(found_);
}

std::expected<CapturedClients, std::string> read_captured_clients(const std::string& path) {
  const auto reader = craft::open_capture(path);
  if (!reader) return std::unexpected(reader.error());
  ClientGatherer gatherer;
  craft::CapturedFrame frame;
  for (;;) {
    const auto more = (*reader)->next(frame);
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
    gatherer.take(frame.since_1970, craft::dissect(frame.bytes, frame.link));
  }
  CapturedClients found = gatherer.finish();
  if (found.sets.empty()) {
    return std::unexpected(path +
                           " holds no client: no DHCPDISCOVER and no DHCPREQUEST that could "
                           "be read");
  }
  return found;
}

}  // namespace lessor::cli
