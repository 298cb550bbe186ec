#pragma once
// What is wrong with a packet, and where: broken lengths, checksums, and the rules of the RFCs by
// number. Every view shows these beside what they are about. Must not know: how they are shown.

#include "craft/dissect.h"
#include "wire/v4/protocol.h"

#include <memory>

namespace lessor::craft {

enum class Severity : std::uint8_t {
  note,       ///< odd, yet allowed
  violation,  ///< a MUST of an RFC is broken; receivers may still take it
  malformed,  ///< the octets make no sense there
};
[[nodiscard]] std::string_view to_string(Severity severity);

/// One finding.
struct Fault {
  Severity severity = Severity::note;
  std::optional<Layer> layer;              ///< where: the layer, and
  std::string_view field;                  ///< its field by name, or
  std::optional<wire::OptionCode> option;  ///< an option's occurrence, at
  std::size_t offset = 0;                  ///< octets from the start of the frame
  std::string what;            ///< "the UDP checksum is wrong", a sentence without a dot
  std::string_view reference;  ///< "RFC 2131 4.1"; may be empty
};
/// "the UDP checksum is wrong (RFC 768)".
[[nodiscard]] std::string to_string(const Fault& fault);

/// Looks at frame after frame, with the same room.
class FaultFinder {
 public:
  FaultFinder();
  FaultFinder(const FaultFinder&) = delete;
  FaultFinder& operator=(const FaultFinder&) = delete;
  ~FaultFinder();

  /// Everything that is wrong with the frame, by offset; valid until the next one. Any bytes are
  /// welcome.
  [[nodiscard]] std::span<const Fault> find(Bytes frame, const Dissection& dissection);

 private:
  struct Room;
  std::unique_ptr<Room> room_;
};

/// The same, of one frame.
[[nodiscard]] std::vector<Fault> find_faults(Bytes frame, const Dissection& dissection);

}  // namespace lessor::craft
