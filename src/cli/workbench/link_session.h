#pragma once
// What `send` and `run` do on an interface: frames out and in, shown and kept, ARP answered for the
// addresses that crafted packets speak from. Must not know: what is asked and why.

#include "cli/workbench/view_sinks.h"
#include "craft/capture/pcap_writer.h"
#include "craft/exchange/heard.h"
#include "craft/exchange/neighbours.h"
#include "runtime/raw_link.h"

#include <functional>

namespace lessor::cli {

/// Prints packets as they come in the view that was asked for.
class PacketShow {
 public:
  explicit PacketShow(const ViewChoice& choice);
  void show(const craft::Frame& frame);
  /// Text between packets: summaries, verdicts.
  void say(std::string_view text);
  /// Writes what waits; false when nobody reads any more.
  bool flush() { return printer_.flush(); }
  [[nodiscard]] ExitCode exit_code() const { return printer_.exit_code(); }
  [[nodiscard]] bool gone() const { return printer_.gone(); }

 private:
  ViewChoice choice_;
  Printer printer_;
  std::unique_ptr<PacketSink> sink_;
  std::uint64_t shown_ = 0;
};

struct LinkOptions {
  std::string interface;
  std::string pcap;                  ///< empty: nothing is kept
  std::vector<std::uint16_t> ports;  ///< to listen for, besides DHCP's
};

/// A locally administered hardware address that nobody has.
[[nodiscard]] net::Mac random_mac();

/// One interface as a wire for crafted packets. Errors are sentences.
class LinkSession {
 public:
  using Done = std::expected<void, std::string>;
  using Take = std::function<void(const craft::Frame& frame)>;

  [[nodiscard]] static std::expected<std::unique_ptr<LinkSession>, std::string> open(
      const LinkOptions& options);

  [[nodiscard]] const net::Interface& interface() const { return link_->interface(); }
  [[nodiscard]] std::vector<net::Ip4> own_addresses() const;
  /// Puts a frame on the wire; the answer has the time when.
  [[nodiscard]] std::expected<craft::Frame, std::string> send(Bytes bytes);
  /// Waits for frames until `deadline`, a signal, or something that came; hands over what came.
  [[nodiscard]] Done wait(Instant deadline, const Take& take);
  /// The same, and ARP requests for what was sent from are answered.
  [[nodiscard]] Done wait_and_answer(Instant deadline, const Take& take);
  /// The hardware address of `address`, asked by `mac`; nothing when nobody answers within a
  /// second. It is asked by an ARP probe (RFC 5227), which leaves nobody's cache with a crafted
  /// address.
  [[nodiscard]] std::expected<std::optional<net::Mac>, std::string> resolve(net::Ip4 address,
                                                                            const net::Mac& mac);
  /// Whether a signal asked for the end.
  [[nodiscard]] bool interrupted() const { return link_->interrupted(); }

 private:
  LinkSession(std::unique_ptr<runtime::RawLink> link, std::optional<craft::PcapWriter> file,
              std::string path);
  [[nodiscard]] Done keep(const craft::Frame& frame);

  std::unique_ptr<runtime::RawLink> link_;
  std::optional<craft::PcapWriter> file_;
  std::string path_;
  craft::Neighbours neighbours_;
};

}  // namespace lessor::cli
