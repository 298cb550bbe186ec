#include "cli/workbench/link_session.h"

#include "craft/faults.h"
#include "runtime/clock.h"

#include <algorithm>

namespace lessor::cli {
namespace {

constexpr Duration kArpWait = Duration::milliseconds(500);
constexpr int kArpTries = 2;

/// What of the wire concerns DHCP, in pcap's language.
std::string filter_of(const LinkOptions& options) {
  std::string ports = "port 67 or port 68";
  for (const std::uint16_t port : options.ports) ports += " or port " + std::to_string(port);
  return "arp or icmp or (udp and (" + ports + "))";
}

}  // namespace

PacketShow::PacketShow(const ViewChoice& choice)
    : choice_(choice), printer_(true), sink_(make_view(choice_, printer_, true)) {}

void PacketShow::show(const craft::Frame& frame) {
  const craft::CapturedFrame captured{.number = ++shown_,
                                      .since_1970 = frame.at,
                                      .link = craft::LinkType::ethernet,
                                      .bytes = frame.bytes,
                                      .original_size = frame.bytes.size()};
  const craft::Dissection parts = craft::dissect(frame.bytes);
  const auto faults = craft::find_faults(frame.bytes, parts);
  sink_->packet({.frame = captured, .dissection = parts, .faults = faults});
}

void PacketShow::say(std::string_view text) {
  printer_.text().append(text);
  printer_.flush();
}

net::Mac random_mac() {
  std::array<std::byte, 8> octets{};
  store_be64(octets.data(), runtime::random_seed());
  net::Mac mac;
  copy_bytes(mac.octets, Bytes(octets).first(6));
  mac.octets[0] = (mac.octets[0] & std::byte{0xfc}) | std::byte{0x02};
  return mac;
}

LinkSession::LinkSession(std::unique_ptr<runtime::RawLink> link,
                         std::optional<craft::PcapWriter> file, std::string path)
    : link_(std::move(link)),
      file_(std::move(file)),
      path_(std::move(path)),
      neighbours_(own_addresses()) {}

std::expected<std::unique_ptr<LinkSession>, std::string> LinkSession::open(
    const LinkOptions& options) {
  auto link = runtime::RawLink::open(options.interface, filter_of(options));
  if (!link) return std::unexpected(to_string(link.error()));
  std::optional<craft::PcapWriter> file;
  if (!options.pcap.empty()) {
    auto opened = craft::PcapWriter::open(options.pcap);
    if (!opened) return std::unexpected(opened.error());
    file = std::move(*opened);
  }
  return std::unique_ptr<LinkSession>(
      new LinkSession(std::move(*link), std::move(file), options.pcap));
}

std::vector<net::Ip4> LinkSession::own_addresses() const {
  std::vector<net::Ip4> own;
  for (const net::Prefix4& prefix : interface().addresses) own.push_back(prefix.address);
  return own;
}

LinkSession::Done LinkSession::keep(const craft::Frame& frame) {
  if (!file_ || file_->write(frame.at, frame.bytes)) return {};
  return std::unexpected("cannot write to " + path_ + ": the disk refuses it");
}

std::expected<craft::Frame, std::string> LinkSession::send(Bytes bytes) {
  const auto sent = link_->send(bytes);
  if (!sent) return std::unexpected(to_string(sent.error()));
  craft::Frame frame{.at = *sent, .bytes = {bytes.begin(), bytes.end()}};
  neighbours_.claim(bytes);
  const Done kept = keep(frame);
  if (!kept) return std::unexpected(kept.error());
  return frame;
}

LinkSession::Done LinkSession::wait(Instant deadline, const Take& take) {
  std::vector<craft::Frame> frames;  // whoever takes one may send
  const auto waited = link_->wait(deadline, [&frames](Duration at, Bytes bytes) {
    frames.push_back({.at = at, .bytes = {bytes.begin(), bytes.end()}});
  });
  if (!waited) return std::unexpected(to_string(waited.error()));
  for (const craft::Frame& frame : frames) {
    neighbours_.learn(frame.bytes);
    const Done kept = keep(frame);
    if (!kept) return kept;
    take(frame);
  }
  return {};
}

LinkSession::Done LinkSession::wait_and_answer(Instant deadline, const Take& take) {
  Done answered;
  const Done waited = wait(deadline, [&](const craft::Frame& frame) {
    if (const auto reply = neighbours_.answer(frame.bytes)) {
      const auto sent = send(*reply);
      if (!sent) answered = std::unexpected(sent.error());
    }
    take(frame);
  });
  return waited ? answered : waited;
}

std::expected<std::optional<net::Mac>, std::string> LinkSession::resolve(net::Ip4 address,
                                                                         const net::Mac& mac) {
  for (int i = 0; i < kArpTries && !neighbours_.find(address); ++i) {
    const auto sent = send(craft::arp_request(mac, net::kIp4Any, address));
    if (!sent) return std::unexpected(sent.error());
    const Instant deadline = runtime::read_clock().mono + kArpWait;
    while (!neighbours_.find(address) && runtime::read_clock().mono < deadline && !interrupted()) {
      const Done waited = wait(deadline, [](const craft::Frame&) {});
      if (!waited) return std::unexpected(waited.error());
    }
  }
  return neighbours_.find(address);
}

}  // namespace lessor::cli
