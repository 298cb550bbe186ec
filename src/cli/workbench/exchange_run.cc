#include "cli/workbench/exchange_run.h"

#include "cli/console.h"
#include "runtime/clock.h"

namespace lessor::cli {
namespace {

LinkSession::Done send_all(std::vector<craft::Packet>& packets, ExchangeStage& stage) {
  for (const craft::Packet& packet : packets) {
    if (packet.link != craft::LinkType::ethernet) {
      return std::unexpected("only Ethernet frames can be sent: leave out 'link = ...'");
    }
    const auto sent = stage.link.send(packet.bytes);
    if (!sent) return std::unexpected(sent.error());
    stage.sent_at = sent->at;
    stage.show.show(*sent);
  }
  packets.clear();
  return {};
}

}  // namespace

LinkSession::Done play(const ExchangeEngine& engine, ExchangeStage& stage) {
  std::vector<craft::Packet> out;
  LinkSession::Done sent;
  while (!stage.link.interrupted() && !stage.show.gone()) {
    engine.on_time(runtime::read_clock().mono, out);
    sent = send_all(out, stage);
    if (!sent) return sent;
    const Instant deadline = engine.next_deadline();
    if (deadline.is_never()) return {};
    const auto waited = stage.link.wait_and_answer(deadline, [&](const craft::Frame& frame) {
      const auto heard = craft::hear(frame);
      if (!heard || !sent) return;
      if (!engine.on_message(runtime::read_clock().mono, *heard, out)) return;
      stage.show.show(frame);
      if (stage.heard) stage.heard(*heard);
      sent = send_all(out, stage);
    });
    if (!waited) return waited;
    if (!sent) return sent;
  }
  return {};
}

LinkSession::Done find_peer(const craft::Recipe& recipe, std::optional<net::Ip4> router,
                            craft::Maker& maker, LinkSession& link) {
  if (maker.peer || recipe.basis == craft::Basis::exact || craft::given_field(recipe, "eth.dst")) {
    return {};
  }
  const auto packet = craft::build(recipe, maker);
  if (!packet) return std::unexpected(packet.error());
  const craft::Dissection parts = craft::dissect(packet->bytes, packet->link);
  if (!parts.ip || !parts.ethernet || parts.ip->destination == net::kIp4Broadcast) return {};
  for (const auto next : {std::optional(parts.ip->destination), router}) {
    if (!next || maker.peer) continue;
    const auto found = link.resolve(*next, parts.ethernet->source);
    if (!found) return std::unexpected(found.error());
    maker.peer = *found;
  }
  if (!maker.peer && !link.interrupted()) {
    complain("nobody answers ARP for " + net::to_string(parts.ip->destination) +
             ": the frame goes to everybody's hardware address (eth.dst=MAC says it)");
    maker.peer = net::kMacBroadcast;
  }
  return {};
}

}  // namespace lessor::cli
