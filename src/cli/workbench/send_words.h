#pragma once
// The words of `lessor send`. Must not know: interfaces, packets that are sent.

#include "cli/workbench/craft_words.h"
#include "cli/workbench/view_flags.h"
#include "craft/exchange/follow_up.h"
#include "craft/exchange/question.h"

namespace lessor::cli {

/// What `send` is asked to do.
struct SendWords {
  std::string interface;
  ViewChoice view;
  std::string pcap;
  craft::Maker maker;

  /// A message or several of its kind. With a handshake: the DISCOVER.
  craft::Recipe recipe;
  std::vector<wire::MessageType> wanted;  ///< what ends the wait, what is hoped for first
  bool silence = false;                   ///< --expect silence
  std::optional<Duration> timeout;        ///< of the first try
  std::uint64_t count = 1;
  Duration interval = Duration::seconds(1);
  int tries = 1;
  bool wait_all = false;

  bool handshake = false;
  craft::Recipe request;           ///< laid over what follows from the OFFER
  std::optional<net::Ip4> server;  ///< whose offer is taken

  std::optional<craft::FollowUp> follow_up;  ///< goes on from the lease
  std::string lease_file;
};

/// Reads them; help and what is wrong with them as a Stop. Reads the files that they name, but for
/// the lease.
[[nodiscard]] std::expected<SendWords, Stop> read_send_words(std::span<const char* const> words);

}  // namespace lessor::cli
