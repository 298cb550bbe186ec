#pragma once
// Runs an exchange on a link: an engine's frames go out, what answers comes in, both are shown.
// Must not know: what the engine is about.

#include "cli/workbench/link_session.h"

namespace lessor::cli {

/// An engine of craft/exchange by what it can do.
struct ExchangeEngine {
  std::function<void(Instant now, std::vector<craft::Packet>& out)> on_time;
  /// True when the message answers what the engine sent.
  std::function<bool(Instant now, const craft::Heard& heard, std::vector<craft::Packet>& out)>
      on_message;
  std::function<Instant()> next_deadline;  ///< never: the exchange is over
};

/// A link and the screen beside it.
struct ExchangeStage {
  LinkSession& link;
  PacketShow& show;
  std::function<void(const craft::Heard& answer)> heard;  ///< every answer, after it was shown
  std::optional<Duration> sent_at;                        ///< the last frame of the engine
};

/// Plays until the engine has no deadline any more, or a signal comes, or nobody reads. The error
/// is a sentence.
[[nodiscard]] LinkSession::Done play(const ExchangeEngine& engine, ExchangeStage& stage);

/// Fills in who a unicast goes to: by ARP for `recipe`'s destination, or for `router` when nobody
/// answers there. Without anybody it goes to everybody's hardware address. Nothing to do when the
/// recipe says it, or the frame is a broadcast.
[[nodiscard]] LinkSession::Done find_peer(const craft::Recipe& recipe,
                                          std::optional<net::Ip4> router, craft::Maker& maker,
                                          LinkSession& link);

}  // namespace lessor::cli
