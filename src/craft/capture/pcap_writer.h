#pragma once
// Capture files being written, one file or a series of them that is kept short. Must not know: live
// capture, what the frames are.

#include "base/bytes.h"
#include "base/time.h"
#include "craft/dissect.h"

#include <deque>
#include <expected>
#include <memory>
#include <string>

namespace lessor::craft {

/// A pcap file being written, with nanosecond timestamps. Every frame is in the file when write()
/// returns, so that an interrupted capture is a readable one.
class PcapWriter {
 public:
  /// Creates or empties the file at `path` ("-" is standard output), for frames of one kind. The
  /// error is a sentence.
  [[nodiscard]] static std::expected<PcapWriter, std::string> open(
      const std::string& path, LinkType link = LinkType::ethernet);

  /// Adds one frame; false when the disk refuses it. `original_size` is what the frame had on the
  /// wire, when the capture cut it.
  [[nodiscard]] bool write(Duration since_1970, Bytes frame, std::size_t original_size = 0);
  /// Octets in the file.
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  struct Handles;
  struct Close {
    void operator()(Handles* handles) const;
  };
  explicit PcapWriter(std::unique_ptr<Handles, Close> handles) : handles_(std::move(handles)) {}
  std::unique_ptr<Handles, Close> handles_;
  std::uint64_t size_ = 0;
};

/// When a series of files goes on to its next one. Nothing given: there is one file.
struct Rotation {
  std::uint64_t size = 0;                ///< octets that a file may have; 0: any number
  Duration time = Duration::infinite();  ///< by the frames' own times
  std::size_t keep = 0;                  ///< files to keep, the oldest are removed; 0: all
  [[nodiscard]] bool wanted() const { return size > 0 || !time.is_infinite(); }
};

/// One file, or with a rotation `capture-00001.pcap`, `capture-00002.pcap` and so on for the path
/// `capture.pcap`.
class CaptureWriter {
 public:
  [[nodiscard]] static std::expected<CaptureWriter, std::string> open(
      const std::string& path, LinkType link, const Rotation& rotation = {});
  /// Adds one frame, to the next file if it is time for it. The error is a sentence: the disk
  /// refuses, the frame is of another kind than the file's.
  [[nodiscard]] std::expected<void, std::string> write(Duration since_1970, LinkType link,
                                                       Bytes frame, std::size_t original_size = 0);
  /// Files begun so far.
  [[nodiscard]] std::size_t files() const { return started_; }

 private:
  CaptureWriter(std::string path, LinkType link, const Rotation& rotation)
      : path_(std::move(path)), link_(link), rotation_(rotation) {}
  [[nodiscard]] std::string path_of(std::size_t number) const;
  [[nodiscard]] std::expected<void, std::string> begin_file();

  std::string path_;
  LinkType link_;
  Rotation rotation_;
  std::unique_ptr<PcapWriter> file_;
  std::deque<std::string> kept_;
  std::size_t started_ = 0;
  std::optional<Duration> file_since_;  // time of the file's first frame
};

}  // namespace lessor::craft
