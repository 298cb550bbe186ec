#pragma once
// What option 82 says of one message: the sub-options of a downlink with their templates written
// out. Must not know: messages.

#include "base/short_bytes.h"
#include "relay/v4/settings.h"

namespace lessor::relay::v4 {

/// What the sub-options speak of besides the templates' values.
struct InfoFacts {
  bool unicast = false;         ///< RFC 5010: the client's message was sent to one host
  bool source_port = false;     ///< RFC 8357: answers go to the port that we send from
  net::Ip4 link_selection;      ///< RFC 3527; 0.0.0.0: not said
  net::Ip4 server_id_override;  ///< RFC 5107; 0.0.0.0: not said
};

/// Writes the value of option 82, sub-options in the order of their codes; nothing when nothing is
/// configured. ok() is false afterwards when it does not fit.
void write_agent_info(const AgentInfo& info, const TemplateValues& values, const InfoFacts& facts,
                      ByteWriter& out);

/// Whether anything in it names the client, so that it is written anew for each message.
[[nodiscard]] bool names_client(const AgentInfo& info);

/// Calls `visit` with every template that is set.
template <typename Visit>
void for_each_template(const AgentInfo& info, Visit&& visit) {
  for (const AgentTemplate* one :
       {&info.circuit_id, &info.remote_id, &info.subscriber_id, &info.relay_id}) {
    if (!one->empty()) visit(*one);
  }
  for (const VendorInfo& vendor : info.vendors) visit(vendor.data);
}

/// The address in a sub-option of an echoed option 82; nothing when it is not there or broken.
[[nodiscard]] std::optional<Bytes> find_sub_option(Bytes info, std::uint8_t code);

}  // namespace lessor::relay::v4
