#include "craft/capture/pcap_writer.h"

#include "craft/capture/link_types.h"

#include <pcap/pcap.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace lessor::craft {
namespace {

constexpr int kSnapLength = 262'144;  // libpcap's own limit: no frame is longer
constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr std::size_t kFileHeader = 24;
constexpr std::size_t kFrameHeader = 16;
constexpr std::size_t kNumberDigits = 5;

/// libpcap's word for what failed, or the disk's.
std::string why_not(pcap_t* format, const std::string& path) {
  const std::string said = pcap_geterr(format);
  return said.empty() ? path + ": " + std::strerror(errno) : said;
}

}  // namespace

struct PcapWriter::Handles {
  pcap_t* format = nullptr;
  pcap_dumper_t* file = nullptr;
};

void PcapWriter::Close::operator()(Handles* handles) const {
  if (handles->file != nullptr) pcap_dump_close(handles->file);
  pcap_close(handles->format);
  delete handles;
}

std::expected<PcapWriter, std::string> PcapWriter::open(const std::string& path, LinkType link) {
  std::unique_ptr<Handles, Close> handles(new Handles);
  handles->format =
      pcap_open_dead_with_tstamp_precision(dlt_of(link), kSnapLength, PCAP_TSTAMP_PRECISION_NANO);
  handles->file = pcap_dump_open(handles->format, path.c_str());
  // A reader may come before the first frame.
  if (handles->file == nullptr || pcap_dump_flush(handles->file) != 0) {
    return std::unexpected("cannot write the capture: " + why_not(handles->format, path));
  }
  PcapWriter writer(std::move(handles));
  writer.size_ = kFileHeader;
  return writer;
}

bool PcapWriter::write(Duration since_1970, Bytes frame, std::size_t original_size) {
  const std::int64_t ns = since_1970.to_nanoseconds();
  pcap_pkthdr header{};
  header.ts.tv_sec = ns / kNanosecondsPerSecond;
  header.ts.tv_usec = ns % kNanosecondsPerSecond;
  header.caplen = static_cast<bpf_u_int32>(frame.size());
  header.len = static_cast<bpf_u_int32>(std::max(frame.size(), original_size));
  pcap_dump(reinterpret_cast<u_char*>(handles_->file), &header,
            reinterpret_cast<const u_char*>(frame.data()));
  size_ += kFrameHeader + frame.size();
  return pcap_dump_flush(handles_->file) == 0;
}

std::expected<CaptureWriter, std::string> CaptureWriter::open(const std::string& path,
                                                              LinkType link,
                                                              const Rotation& rotation) {
  CaptureWriter writer(path, link, rotation);
  if (auto begun = writer.begin_file(); !begun) return std::unexpected(begun.error());
  return writer;
}

std::string CaptureWriter::path_of(std::size_t number) const {
  if (!rotation_.wanted()) return path_;
  const std::filesystem::path path(path_);
  std::string digits = std::to_string(number);
  if (digits.size() < kNumberDigits) digits.insert(0, kNumberDigits - digits.size(), '0');
  const std::string name = path.stem().string() + "-" + digits +
                           (path.has_extension() ? path.extension().string() : std::string());
  return (path.parent_path() / name).string();
}

std::expected<void, std::string> CaptureWriter::begin_file() {
  const std::string path = path_of(++started_);
  auto file = PcapWriter::open(path, link_);
  if (!file) return std::unexpected(file.error());
  file_ = std::make_unique<PcapWriter>(std::move(*file));
  file_since_.reset();
  kept_.push_back(path);
  if (rotation_.keep == 0 || kept_.size() <= rotation_.keep) return {};
  std::error_code ignored;  // somebody else has taken it away
  std::filesystem::remove(kept_.front(), ignored);
  kept_.pop_front();
  return {};
}

std::expected<void, std::string> CaptureWriter::write(Duration since_1970, LinkType link,
                                                      Bytes frame, std::size_t original_size) {
  if (link != link_) {
    return std::unexpected("a capture file holds one kind of frames: " + path_ + " has " +
                           std::string(to_string(link_)) + ", this frame is " +
                           std::string(to_string(link)));
  }
  const bool full = rotation_.size > 0 && file_->size() > kFileHeader &&
                    file_->size() + kFrameHeader + frame.size() > rotation_.size;
  const bool old = file_since_ && since_1970 - *file_since_ >= rotation_.time;
  if (rotation_.wanted() && (full || old)) {
    if (auto begun = begin_file(); !begun) return begun;
  }
  if (!file_since_) file_since_ = since_1970;
  if (file_->write(since_1970, frame, original_size)) return {};
  return std::unexpected("cannot write the capture " + kept_.back() + ": the disk refuses it");
}

}  // namespace lessor::craft
