#include "craft/capture/pcap_reader.h"

#include "craft/capture/link_types.h"

#include <pcap/pcap.h>

#include <algorithm>

namespace lessor::craft {
namespace {

// A damaged file may say any time; our nanoseconds reach to the year 2262.
constexpr std::int64_t kLastSecond = 9'000'000'000;

struct CloseReader {
  void operator()(pcap_t* reader) const { pcap_close(reader); }
};
using Handle = std::unique_ptr<pcap_t, CloseReader>;

class PcapReader : public CaptureReader {
 public:
  PcapReader(CaptureFile source, Handle handle, LinkType link)
      : source_(std::move(source)), handle_(std::move(handle)), link_(link) {}

  std::expected<bool, std::string> next(CapturedFrame& frame) override {
    pcap_pkthdr* header = nullptr;
    const u_char* data = nullptr;
    const int result = pcap_next_ex(handle_.get(), &header, &data);
    if (result == PCAP_ERROR_BREAK) return false;
    if (result != 1) {
      const std::string where = count_ == 0 ? " before its first frame: "
                                            : " after frame " + std::to_string(count_) + ": ";
      return std::unexpected(source_.name + " is damaged" + where + pcap_geterr(handle_.get()));
    }
    // With nanosecond precision libpcap keeps nanoseconds in tv_usec.
    const std::int64_t seconds = std::clamp<std::int64_t>(header->ts.tv_sec, 0, kLastSecond);
    frame = {.number = ++count_,
             .since_1970 = Duration::seconds(seconds) + Duration::nanoseconds(header->ts.tv_usec),
             .link = link_,
             .bytes = std::as_bytes(std::span(data, header->caplen)),
             .original_size = header->len};
    return true;
  }
  LinkType link() const override { return link_; }
  std::uint64_t position() const override {
    const long at = std::ftell(pcap_file(handle_.get()));
    return at < 0 ? 0 : static_cast<std::uint64_t>(at);
  }
  std::uint64_t size() const override { return source_.size; }

 private:
  CaptureFile source_;  // before the handle: closing still needs the file's room
  Handle handle_;
  LinkType link_;
  std::uint64_t count_ = 0;
};

}  // namespace

bool is_capture_magic(std::uint32_t magic) {
  constexpr std::uint32_t kMagics[] = {
      0xa1b2c3d4, 0xd4c3b2a1,  // pcap, microseconds
      0xa1b23c4d, 0x4d3cb2a1,  // pcap, nanoseconds
      0xa1b2cd34, 0x34cdb2a1,  // pcap of patched kernels
      0x0a0d0d0a,              // pcapng
  };
  return std::find(std::begin(kMagics), std::end(kMagics), magic) != std::end(kMagics);
}

std::expected<std::unique_ptr<CaptureReader>, std::string> read_pcap(CaptureFile source) {
  char why[PCAP_ERRBUF_SIZE] = "";
  Handle handle(
      pcap_fopen_offline_with_tstamp_precision(source.file, PCAP_TSTAMP_PRECISION_NANO, why));
  if (!handle) {
    if (source.file != stdin) std::fclose(source.file);
    return std::unexpected("cannot read the capture " + source.name + ": " + why);
  }
  const int dlt = pcap_datalink(handle.get());
  const auto link = link_type_of(dlt);
  if (!link) {
    return std::unexpected(source.name + " holds frames of a kind that cannot be read: " +
                           describe_dlt(dlt) + "; Ethernet, Linux cooked and raw IPv4 can");
  }
  return std::make_unique<PcapReader>(std::move(source), std::move(handle), *link);
}

}  // namespace lessor::craft
