#pragma once
// A client's lease and situation as JSON text, for events, `--status` and what stands on them. Must
// not know: who asks.

#include "client/v4/engine.h"
#include "craft/text_layout.h"

#include <string>
#include <vector>

namespace lessor::cli {

/// A lease with its terms in seconds, its prefix, its routers and every option by name.
[[nodiscard]] std::string lease_json(const client::v4::Lease& lease);

/// What a status page tells besides what the engine knows.
struct ClientFacts {
  std::string interface;
  int pid = 0;
  net::Mac mac;
  bool link_up = false;
  std::string lease_file;
  std::vector<std::string> refusals;  ///< what the server asked for and was not done
  std::string last_exchange;          ///< "DHCPREQUEST answered by DHCPACK"
};

/// Everything, as one object: docs/client.md has its keys.
[[nodiscard]] std::string status_json(const client::v4::ClientEngine& engine,
                                      const ClientFacts& facts, Instant now);
/// Whether a client whose status this is has its answer to what it was told `ago`: it is bound, and
/// a DHCPACK came since.
[[nodiscard]] bool has_renewed(const std::string& json, Duration ago);
/// The same object as the table that `--status` prints. The error: it is no such object.
[[nodiscard]] std::string status_table(const std::string& json);
/// And as RFC 2131's figure 5 with its last step lit, an empty line below; "" when it is no
/// such object.
[[nodiscard]] std::string status_picture(const std::string& json, const craft::Style& style);

}  // namespace lessor::cli
