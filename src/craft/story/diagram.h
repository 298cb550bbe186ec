#pragma once
// A timeline as rows, top to bottom, before it is drawn with characters or as a picture: messages,
// what hosts do between them, pauses. Must not know: characters, pixels.

#include "craft/story/lanes.h"
#include "craft/story/timeline_story.h"
#include "craft/text_layout.h"

#include <string>
#include <variant>
#include <vector>

namespace lessor::craft {

/// An arrow with a name on it.
struct ArrowRow {
  Duration at;  ///< since 1970
  std::size_t number = 0;
  std::string name;    ///< "DHCPDISCOVER"
  std::string remark;  ///< what an arrow cannot carry: which address, for how long
  Leg leg;
  Tone tone = Tone::client;
  bool probe = false;  ///< ARP or ICMP, not DHCP
};
/// What hosts do, side by side.
struct StepsRow {
  struct Entry {
    std::size_t lane = 0;
    std::string text;
    bool bad = false;
    bool beside_others = false;  ///< more steps stand in the row: there is less room
  };
  std::vector<Entry> entries;
};
/// Nothing was said for a while.
struct PauseRow {
  Duration length;
};
using Row = std::variant<ArrowRow, StepsRow, PauseRow>;

/// Makes the rows of one client's exchanges from its messages in order of time.
class Diagram {
 public:
  explicit Diagram(Lanes lanes) : lanes_(std::move(lanes)) {}

  [[nodiscard]] const Lanes& lanes() const { return lanes_; }
  /// New hosts have come. What was told stays told.
  void set_lanes(Lanes lanes) { lanes_ = std::move(lanes); }

  /// One message, with the steps before and after it. `answers`: see TimelineStory::after. `mark`
  /// says what is wrong with the message; empty when nothing is.
  [[nodiscard]] std::vector<Row> add(const DhcpEvent& event, std::span<const DhcpEvent> answers,
                                     std::string_view mark = {});
  /// One probe; nothing when its sender has no lane.
  [[nodiscard]] std::vector<Row> add(const ProbeEvent& probe, std::string_view mark = {});
  /// Something that the client finds out without a message.
  [[nodiscard]] Row client_step(std::string_view text, bool bad) const;

 private:
  void add_pause(Duration at, std::vector<Row>& rows);
  void add_steps(const std::vector<Step>& steps, std::vector<Row>& rows) const;

  Lanes lanes_;
  TimelineStory story_;
  std::optional<Duration> last_at_;
};

/// The answers to the client's message at the front of `events`, all of one client: what servers
/// say to its xid, up to the client's next message (an offer may come later than that).
[[nodiscard]] std::vector<DhcpEvent> find_answers(std::span<const DhcpEvent> events);

}  // namespace lessor::craft
