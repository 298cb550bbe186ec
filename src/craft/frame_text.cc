#include "craft/frame_text.h"

#include "craft/summary.h"
#include "wire/v4/protocol.h"

#include <algorithm>

namespace lessor::craft {
namespace {

std::string mac_text(const net::Mac& mac) {
  return net::to_string(mac) + (mac == net::kMacBroadcast ? "\n(everybody)" : "");
}

std::string ip_text(net::Ip4 address) {
  std::string text = net::to_string(address);
  if (address.is_zero()) text += "\n(no address yet)";
  if (address == net::kIp4Broadcast) text += "\n(everybody on this link)";
  return text;
}

std::string port_text(std::uint16_t port) {
  std::string text = "port " + std::to_string(port);
  if (port == wire::kServerPort) text += " (DHCP server)";
  if (port == wire::kClientPort) text += " (DHCP client)";
  return text;
}

std::string tag_text(const EthernetLayer& layer) {
  return layer.tag ? ", 802.1Q tag " + hex(*layer.tag, 4) : "";
}

std::string ip_details(const Ip4Layer& ip) {
  return "ttl " + std::to_string(ip.ttl) + ", id " + hex(ip.id, 4) +
         (ip.dont_fragment ? ", don't fragment" : "") + (ip.is_fragment() ? ", a fragment" : "") +
         ", protocol " + std::to_string(ip.protocol) +
         (ip.protocol == kProtocolUdp ? " (UDP)" : "") + ", checksum " +
         std::string(to_string(ip.checksum));
}

std::string udp_details(const UdpLayer& udp) {
  return "length " + std::to_string(udp.length) + ", checksum " + hex(udp.checksum_value, 4) +
         " (" + std::string(to_string(udp.checksum)) + ")";
}

std::string caption(const std::string& text, const Style& style) {
  return " " + paint(text, Tone::strong, style) + "\n";
}

}  // namespace

std::string addressing_table(const Dissection& frame, const Style& style) {
  Table table({{.title = "layer"},
               {.title = "from", .wraps = true, .narrowest = 17},
               {.title = "to", .wraps = true, .narrowest = 17},
               {.title = "details", .wraps = true, .takes_rest = true}});
  if (frame.ethernet) {
    table.add(
        {{"Ethernet", Tone::strong},
         {mac_text(frame.ethernet->source)},
         {mac_text(frame.ethernet->destination)},
         {"type " + ether_type_text(frame.ethernet->type) + tag_text(*frame.ethernet), Tone::dim}});
  }
  if (frame.ip) {
    table.add({{"IPv4", Tone::strong},
               {ip_text(frame.ip->source)},
               {ip_text(frame.ip->destination)},
               {ip_details(*frame.ip), Tone::dim}});
  }
  if (frame.udp) {
    table.add({{"UDP", Tone::strong},
               {port_text(frame.udp->source_port)},
               {port_text(frame.udp->destination_port)},
               {udp_details(*frame.udp), Tone::dim}});
  }
  if (!frame.trouble.empty()) table.add_banner(frame.trouble, Tone::bad);
  return table.draw(style);
}

std::string frame_text(const Dissection& frame, const Style& style, Bytes reference) {
  if (!frame.is_dhcp()) return summary(frame) + "\n";
  const std::size_t header = std::min(frame.payload.size(), wire::kHeaderSize);
  const std::size_t options = frame.payload.size() - header;
  return caption("Addresses", style) + addressing_table(frame, style) +
         caption("Header, " + std::to_string(header) + " octets", style) +
         header_table(frame.payload, style, reference) +
         caption("Options, " + std::to_string(options) + " octets", style) +
         options_table(frame.payload, style, reference);
}

}  // namespace lessor::craft
