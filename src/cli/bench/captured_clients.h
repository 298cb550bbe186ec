#pragma once
// The clients of a capture, for `lessor bench --pcap`: what each says of itself, and when it came.
// Must not know: how they are played.

#include "base/time.h"
#include "craft/dissect.h"
#include "load/option_set.h"

#include <expected>
#include <map>
#include <string>
#include <vector>

namespace lessor::cli {

struct CapturedClients {
  std::vector<load::OptionSet> sets;  ///< in the order in which they came
  std::vector<Duration> came;         ///< each one's first message, since 1970
  bool more = false;                  ///< there were more than load::kMaxCapturedClients
};

/// Gathers clients, told apart by chaddr, from frames: DHCPDISCOVERs and DHCPREQUESTs, the first of
/// each, of any leg of their way.
///
/// Options 12, 51, 55, 57, 60, 61, 77, 81, 93, 94, 97, 124 and 125 are taken, in their order: what
/// a client says of itself and of what it would like. Left out is what belongs to one exchange, or
/// would be a lie from another place: requested address, server identifier, relay information,
/// authentication, rapid commit, subnet selection, and what nobody knows.
class ClientGatherer {
 public:
  void take(Duration since_1970, const craft::Dissection& frame);
  /// Whoever sent only one of the two messages says the same in the other.
  [[nodiscard]] CapturedClients finish();

 private:
  struct Client {
    load::OptionSet set;
    bool discovered = false;
    bool requested = false;
  };
  [[nodiscard]] Client* find(Duration since_1970, Bytes chaddr);

  std::map<std::string, std::size_t, std::less<>> numbers_;
  std::vector<Client> clients_;
  CapturedClients found_;
};

/// All of a capture file, as `lessor show` reads it. The error is a sentence that names the file:
/// it cannot be read, is damaged, or holds no client.
[[nodiscard]] std::expected<CapturedClients, std::string> read_captured_clients(
    const std::string& path);

}  // namespace lessor::cli
