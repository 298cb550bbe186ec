#include "runtime/capture.h"

#include <pcap/pcap.h>

namespace lessor::runtime {
namespace {

constexpr int kSnapLength = 65'535;
constexpr int kBufferBytes = 2 * 1'024 * 1'024;  // ours to drain within; one page would drop bursts

}  // namespace

void Capture::Close::operator()(pcap* handle) const { pcap_close(handle); }

Result<Capture> Capture::open(const std::string& interface, const std::string& filter) {
  const std::string attempted = "capture on " + interface;
  char why[PCAP_ERRBUF_SIZE] = "";
  Handle handle(pcap_create(interface.c_str(), why));
  if (!handle) return std::unexpected(refusal(attempted, why));
  pcap_t* const p = handle.get();
  pcap_set_snaplen(p, kSnapLength);
  pcap_set_promisc(p, 1);
  pcap_set_immediate_mode(p, 1);
  pcap_set_buffer_size(p, kBufferBytes);
  pcap_set_tstamp_precision(p, PCAP_TSTAMP_PRECISION_NANO);
  if (const int result = pcap_activate(p); result < 0) {
    const std::string text = pcap_geterr(p);
    return std::unexpected(refusal(attempted, text.empty() ? pcap_statustostr(result) : text));
  }
  bpf_program program{};
  if (pcap_compile(p, &program, filter.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0) {
    return std::unexpected(refusal(attempted, pcap_geterr(p)));
  }
  const int filtered = pcap_setfilter(p, &program);
  pcap_freecode(&program);
  if (filtered != 0 || pcap_setnonblock(p, 1, why) != 0) {
    return std::unexpected(refusal(attempted, filtered != 0 ? pcap_geterr(p) : why));
  }
  return Capture(std::move(handle), interface);
}

int Capture::fd() const { return pcap_get_selectable_fd(handle_.get()); }

Result<void> Capture::drain(const Take& take) {
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  int result = 0;
  while ((result = pcap_next_ex(handle_.get(), &header, &data)) == 1) {
    // With nanosecond precision libpcap keeps nanoseconds in tv_usec.
    const Duration at =
        Duration::seconds(header->ts.tv_sec) + Duration::nanoseconds(header->ts.tv_usec);
    take(at, std::as_bytes(std::span(data, header->caplen)));
  }
  if (result == 0) return {};
  return std::unexpected(refusal("capture on " + interface_, pcap_geterr(handle_.get())));
}

unsigned Capture::lost() const {
  pcap_stat counts{};
  return pcap_stats(handle_.get(), &counts) == 0 ? counts.ps_drop : 0;
}

}  // namespace lessor::runtime
