#include "runtime/capture.h"

#include <pcap/pcap.h>

namespace lessor::runtime {
namespace {

constexpr int kSnapLength = 262'144;             // libpcap's own limit: no frame is longer
constexpr int kBufferBytes = 2 * 1'024 * 1'024;  // ours to drain within; one page would drop bursts
constexpr int kMaxAtOnce = 1'024;  // a flood must not keep its reader from clocks and signals

SystemError activation_error(const std::string& attempted, int result, const std::string& said) {
  switch (result) {
    case PCAP_ERROR_PERM_DENIED:
    case PCAP_ERROR_PROMISC_PERM_DENIED:
      return refusal(attempted, "not permitted",
                     "run it as root, or let the program capture: "
                     "setcap cap_net_raw+ep /path/to/lessor");
    case PCAP_ERROR_NO_SUCH_DEVICE:
      return refusal(attempted, "there is no such interface");
    case PCAP_ERROR_IFACE_NOT_UP:
      return refusal(attempted, "the interface is down", "set it up: ip link set IF up");
    default:
      return refusal(attempted, said.empty() ? pcap_statustostr(result) : said);
  }
}

}  // namespace

void Capture::Close::operator()(pcap* handle) const { pcap_close(handle); }

Result<Capture> Capture::open(const std::string& interface, const std::string& filter) {
  auto capture = open(interface);
  if (!capture) return capture;
  if (auto filtered = capture->set_filter(filter); !filtered) {
    return std::unexpected(filtered.error());
  }
  return capture;
}

Result<Capture> Capture::open(const std::string& interface) {
  const std::string attempted = "capture on " + interface;
  char why[PCAP_ERRBUF_SIZE] = "";
  Handle handle(pcap_create(interface.c_str(), why));
  if (!handle) return std::unexpected(refusal(attempted, why));
  pcap_t* const p = handle.get();
  pcap_set_snaplen(p, kSnapLength);
  if (interface != "any") pcap_set_promisc(p, 1);
  pcap_set_immediate_mode(p, 1);
  pcap_set_buffer_size(p, kBufferBytes);
  pcap_set_tstamp_precision(p, PCAP_TSTAMP_PRECISION_NANO);
  if (const int result = pcap_activate(p); result < 0) {
    return std::unexpected(activation_error(attempted, result, pcap_geterr(p)));
  }
  // Version 2 names the interface. Where it is not to be had, version 1 does.
  if (interface == "any") (void)pcap_set_datalink(p, DLT_LINUX_SLL2);
  if (pcap_setnonblock(p, 1, why) != 0) return std::unexpected(refusal(attempted, why));
  return Capture(std::move(handle), interface);
}

Result<void> Capture::set_filter(const std::string& filter) {
  pcap_t* const p = handle_.get();
  const std::string attempted = "filter the capture on " + interface_;
  bpf_program program{};
  if (pcap_compile(p, &program, filter.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0) {
    return std::unexpected(refusal(attempted, pcap_geterr(p)));
  }
  const int filtered = pcap_setfilter(p, &program);
  pcap_freecode(&program);
  if (filtered != 0) return std::unexpected(refusal(attempted, pcap_geterr(p)));
  return {};
}

Result<void> Capture::ignore_outgoing() {
  if (pcap_setdirection(handle_.get(), PCAP_D_IN) == 0) return {};
  return std::unexpected(refusal("capture on " + interface_, pcap_geterr(handle_.get())));
}

int Capture::link_type() const { return pcap_datalink(handle_.get()); }

int Capture::fd() const { return pcap_get_selectable_fd(handle_.get()); }

Result<void> Capture::drain(const Take& take) {
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  int result = 1;
  for (int taken = 0; taken < kMaxAtOnce && result == 1; ++taken) {
    result = pcap_next_ex(handle_.get(), &header, &data);
    if (result != 1) break;
    // With nanosecond precision libpcap keeps nanoseconds in tv_usec.
    const Duration at =
        Duration::seconds(header->ts.tv_sec) + Duration::nanoseconds(header->ts.tv_usec);
    take(at, std::as_bytes(std::span(data, header->caplen)));
  }
  if (result >= 0) return {};
  return std::unexpected(refusal("capture on " + interface_, pcap_geterr(handle_.get())));
}

Result<void> Capture::send(Bytes frame) const {
  if (pcap_inject(handle_.get(), frame.data(), frame.size()) >= 0) return {};
  return std::unexpected(
      last_error("send a frame of " + std::to_string(frame.size()) + " octets by " + interface_));
}

CaptureCounts Capture::counts() const {
  pcap_stat counts{};
  if (pcap_stats(handle_.get(), &counts) != 0) return {};
  return {.received = counts.ps_recv, .dropped = counts.ps_drop};
}

}  // namespace lessor::runtime
