#include "wire/v4/protocol.h"

namespace lessor::wire {

std::string_view to_string(MessageType type) {
  switch (type) {
    case MessageType::none:
      return "BOOTP";
    case MessageType::discover:
      return "DHCPDISCOVER";
    case MessageType::offer:
      return "DHCPOFFER";
    case MessageType::request:
      return "DHCPREQUEST";
    case MessageType::decline:
      return "DHCPDECLINE";
    case MessageType::ack:
      return "DHCPACK";
    case MessageType::nak:
      return "DHCPNAK";
    case MessageType::release:
      return "DHCPRELEASE";
    case MessageType::inform:
      return "DHCPINFORM";
    case MessageType::forcerenew:
      return "DHCPFORCERENEW";
    case MessageType::leasequery:
      return "DHCPLEASEQUERY";
    case MessageType::leaseunassigned:
      return "DHCPLEASEUNASSIGNED";
    case MessageType::leaseunknown:
      return "DHCPLEASEUNKNOWN";
    case MessageType::leaseactive:
      return "DHCPLEASEACTIVE";
    case MessageType::bulkleasequery:
      return "DHCPBULKLEASEQUERY";
    case MessageType::leasequerydone:
      return "DHCPLEASEQUERYDONE";
    case MessageType::activeleasequery:
      return "DHCPACTIVELEASEQUERY";
    case MessageType::leasequerystatus:
      return "DHCPLEASEQUERYSTATUS";
    case MessageType::tls:
      return "DHCPTLS";
    case MessageType::unknown:
      return "unknown";
  }
  return "unknown";
}

std::string_view to_string(Op op) {
  switch (op) {
    case Op::request:
      return "BOOTREQUEST";
    case Op::reply:
      return "BOOTREPLY";
    case Op::unknown:
      return "unknown";
  }
  return "unknown";
}

}  // namespace lessor::wire
