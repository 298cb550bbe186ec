#pragma once
// The brief view: a line a packet, in columns, written without the heap. Must not know: files,
// terminals.

#include "craft/view/line_writer.h"
#include "craft/view/shown_packet.h"

namespace lessor::craft {

/// The heading of the columns, ended by '\n'.
[[nodiscard]] std::string brief_heading(const Style& style);

/// Writes brief lines, one after the other, into a buffer that its reader empties.
class BriefView {
 public:
  explicit BriefView(const Style& style) : style_(style), line_(style_) {}

  /// Appends the packet's line, ended by '\n': number, time of day (UTC), source and destination,
  /// type, client, xid, then NAME=VALUE for what matters, then what is wrong.
  /// With a layer, the fields of that layer instead; nothing when the packet has none such.
  void add(const ShownPacket& packet, std::string& out, OnlyLayer only = {});

 private:
  void ends(net::Ip4 source, net::Ip4 destination);
  void kind(std::string_view kind, Tone tone);
  void message(const Dissection& d);
  void arp(const net::ArpPacket& packet);
  void other(const Dissection& d);
  void faults(const ShownPacket& packet);
  [[nodiscard]] bool one_layer(const Dissection& d, Layer only);

  Style style_;
  LineWriter line_;
};

}  // namespace lessor::craft
