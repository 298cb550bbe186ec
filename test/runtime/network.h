#pragma once
// Two hosts on a veth pair, each a network namespace that lives as long as the test: "here", where
// the code under test runs, and "there", from which the test sends and listens.

#include "net/outbox.h"
#include "runtime/packet_io.h"

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

namespace lessor::runtime::testing {

/// A network namespace, held by a descriptor.
class Namespace {
 public:
  /// A new, empty one with loopback up. The caller stays where it is.
  Namespace();
  /// Moves the calling thread in.
  void enter() const;
  [[nodiscard]] std::string path() const;

 private:
  FileDescriptor fd_;
};

/// Runs a shell command in the current namespace; a failure fails the test.
void shell(const std::string& command);

using Frame = std::vector<std::byte>;

/// A packet socket of the test's own: sends any frame, hears every frame.
class Wire {
 public:
  explicit Wire(const std::string& interface);
  void send(Bytes frame) const;
  /// The next frame, waiting up to a second; nothing when none comes.
  [[nodiscard]] std::optional<Frame> receive() const;
  /// The next UDP datagram to `port` among the frames that come.
  [[nodiscard]] std::optional<Frame> receive_udp(std::uint16_t port) const;

 private:
  FileDescriptor fd_;
};

/// A UDP socket bound to `port` and, when named, to an interface.
class Udp {
 public:
  explicit Udp(std::uint16_t port, const std::string& interface = "");
  void send(std::string_view text, net::Ip4 to, std::uint16_t port) const;
  [[nodiscard]] std::optional<std::string> receive() const;

 private:
  FileDescriptor fd_;
};

inline constexpr net::Ip4 kHere{0xc0000201};   // 192.0.2.1
inline constexpr net::Ip4 kThere{0xc000020a};  // 192.0.2.10
inline const net::Mac kHereMac = net::parse_mac("02:00:00:00:00:0a").value_or(net::Mac());
inline const net::Mac kThereMac = net::parse_mac("02:00:00:00:00:0b").value_or(net::Mac());

/// What PacketIo said, kept.
class Recorder : public PacketHandler {
 public:
  struct Datagram {
    net::Datagram facts;  // its payload is gone
    std::string payload;
  };
  /// What was told before it came.
  struct Coming {
    std::string payload;
    std::size_t after = 0;  // so many datagrams
  };
  void on_datagram(Now now, const net::Datagram& in) override;
  void fetch_ahead(Bytes payload) override;
  bool picks_in_crowd(std::size_t most) override;
  bool admits(Now now, const net::Datagram& in) override;
  void on_arp(Now now, const net::ArpSighting& sighting) override;
  void on_batch_end(Now now) override;
  void on_interfaces(const net::InterfaceTable& table,
                     std::span<const ServedInterface> served) override;
  void on_notice(std::string_view text) override;

  /// How the interface of that name fares; "-" when it was not asked for.
  [[nodiscard]] std::string reason(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> payloads() const;

  std::function<bool(const net::Datagram&)> wants;  // when set: whom to answer in a crowd
  std::size_t crowds = 0;

  std::vector<Datagram> datagrams;
  std::vector<Coming> ahead;
  std::vector<net::ArpSighting> sightings;
  std::vector<std::size_t> batches;  // their sizes
  std::vector<ServedInterface> served;
  std::vector<std::string> notices;

 private:
  std::size_t batch_ = 0;
};

/// here: s0 192.0.2.1/24, there: c0 192.0.2.10/24. Tests begin here.
class PacketIoTest : public ::testing::Test {
 protected:
  PacketIoTest();

  /// Opens PacketIo here, serving s0 unless told otherwise.
  void open(PacketIoOptions options = {.wanted = {.named = {{.name = "s0", .address = {}}}}});
  /// Turns the loop until `done` or two seconds are over; false then.
  bool run_until(const std::function<bool()>& done);
  /// Turns the loop for a tenth of a second: nothing more is to come.
  void run_out();
  [[nodiscard]] net::InterfaceIndex index_of(std::string_view name) const;
  /// A frame from there to here, with a right checksum; change it at will.
  [[nodiscard]] static Frame frame(std::string_view payload, net::Ip4 to = kHere);
  /// Sends `count` frames from there, every 64th of them `few`.
  void send_crowd(std::size_t count, const Frame& many, const Frame& few);
  /// Posts a reply and sends it.
  void reply(net::Envelope envelope, std::string_view payload);
  [[nodiscard]] std::uint64_t refused(net::FrameRefusal refusal) const {
    return io->counters().value(refusal);
  }
  [[nodiscard]] std::uint64_t count(IoCount what) const { return io->counters().value(what); }

  Namespace here;
  Namespace there;
  net::Outbox outbox;
  Recorder said;
  std::unique_ptr<EventLoop> loop;
  std::unique_ptr<PacketIo> io;

 private:
  bool run(Duration patience, const std::function<bool()>& done);
};

/// Moves there, and back at the end of the scope.
class Visit {
 public:
  Visit(const Namespace& there, const Namespace& back) : back_(back) { there.enter(); }
  ~Visit() { back_.enter(); }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

 private:
  const Namespace& back_;
};

}  // namespace lessor::runtime::testing
