#include "craft/pcap.h"

#include <pcap/pcap.h>

namespace lessor::craft {
namespace {

constexpr int kSnapLength = 262'144;  // libpcap's own limit: no frame is longer
constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

struct CloseReader {
  void operator()(pcap_t* reader) const { pcap_close(reader); }
};

CapturedFrame to_frame(const pcap_pkthdr& header, const u_char* data) {
  // With nanosecond precision libpcap keeps nanoseconds in tv_usec.
  const Bytes bytes = std::as_bytes(std::span(data, header.caplen));
  return {
      .since_1970 = Duration::seconds(header.ts.tv_sec) + Duration::nanoseconds(header.ts.tv_usec),
      .bytes = {bytes.begin(), bytes.end()}};
}

}  // namespace

std::expected<std::vector<CapturedFrame>, std::string> read_pcap(const std::string& path) {
  char why[PCAP_ERRBUF_SIZE] = "";
  const std::unique_ptr<pcap_t, CloseReader> reader(
      pcap_open_offline_with_tstamp_precision(path.c_str(), PCAP_TSTAMP_PRECISION_NANO, why));
  if (!reader) return std::unexpected("cannot read the capture " + path + ": " + why);
  if (pcap_datalink(reader.get()) != DLT_EN10MB) {
    const char* name = pcap_datalink_val_to_description(pcap_datalink(reader.get()));
    return std::unexpected(path + " holds frames of another kind than Ethernet: " +
                           (name != nullptr ? name : "unknown") +
                           "; capture on an Ethernet interface, not on \"any\"");
  }
  std::vector<CapturedFrame> frames;
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  int result = 0;
  while ((result = pcap_next_ex(reader.get(), &header, &data)) == 1) {
    frames.push_back(to_frame(*header, data));
  }
  if (result == PCAP_ERROR_BREAK) return frames;
  return std::unexpected(path + " is damaged after frame " + std::to_string(frames.size()) + ": " +
                         pcap_geterr(reader.get()));
}

struct PcapWriter::Handles {
  pcap_t* format = nullptr;
  pcap_dumper_t* file = nullptr;
};

void PcapWriter::Close::operator()(Handles* handles) const {
  if (handles->file != nullptr) pcap_dump_close(handles->file);
  pcap_close(handles->format);
  delete handles;
}

std::expected<PcapWriter, std::string> PcapWriter::open(const std::string& path) {
  std::unique_ptr<Handles, Close> handles(new Handles);
  handles->format =
      pcap_open_dead_with_tstamp_precision(DLT_EN10MB, kSnapLength, PCAP_TSTAMP_PRECISION_NANO);
  handles->file = pcap_dump_open(handles->format, path.c_str());
  if (handles->file == nullptr) {
    return std::unexpected("cannot write the capture: " +
                           std::string(pcap_geterr(handles->format)));
  }
  return PcapWriter(std::move(handles));
}

bool PcapWriter::write(Duration since_1970, Bytes frame) {
  const std::int64_t ns = since_1970.to_nanoseconds();
  pcap_pkthdr header{};
  header.ts.tv_sec = ns / kNanosecondsPerSecond;
  header.ts.tv_usec = ns % kNanosecondsPerSecond;
  header.caplen = header.len = static_cast<bpf_u_int32>(frame.size());
  pcap_dump(reinterpret_cast<u_char*>(handles_->file), &header,
            reinterpret_cast<const u_char*>(frame.data()));
  return pcap_dump_flush(handles_->file) == 0;
}

}  // namespace lessor::craft
