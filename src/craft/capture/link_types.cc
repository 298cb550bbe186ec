#include "craft/capture/link_types.h"

#include <pcap/pcap.h>

namespace lessor::craft {

std::optional<LinkType> link_type_of(int dlt) {
  switch (dlt) {
    case DLT_EN10MB:
      return LinkType::ethernet;
    case DLT_LINUX_SLL:
      return LinkType::cooked;
    case DLT_LINUX_SLL2:
      return LinkType::cooked2;
    case DLT_RAW:
    case DLT_IPV4:
      return LinkType::raw_ip;
    default:
      return std::nullopt;
  }
}

int dlt_of(LinkType link) {
  switch (link) {
    case LinkType::ethernet:
      return DLT_EN10MB;
    case LinkType::cooked:
      return DLT_LINUX_SLL;
    case LinkType::cooked2:
      return DLT_LINUX_SLL2;
    case LinkType::raw_ip:
      return DLT_RAW;
  }
  return DLT_EN10MB;
}

std::string describe_dlt(int dlt) {
  const char* name = pcap_datalink_val_to_description(dlt);
  return std::string(name != nullptr ? name : "unknown") + " (link type " + std::to_string(dlt) +
         ")";
}

}  // namespace lessor::craft
