#pragma once
// The timelines of everything in a capture: one diagram for each client, its exchanges one after
// another, each headed by how it came out. Must not know: files, the clock, terminals.

#include "craft/story/cast.h"
#include "craft/story/timeline.h"

#include <map>
#include <memory>

namespace lessor::craft {

/// How much is kept, and of whom.
struct StoryLimits {
  std::size_t clients_max = 5'000;
  std::size_t parts_max = 100'000;  ///< messages and probes, of all clients
};

/// Gathers a whole capture: add() each packet, then the diagrams. Packets are not kept, only what
/// stands in their arrows.
class CaptureStory {
 public:
  using Limits = StoryLimits;
  explicit CaptureStory(Limits limits = {}) : limits_(limits), cast_(limits.clients_max) {}

  /// Leaves out everybody but this client.
  void follow(const net::HardwareAddress& client) { followed_ = client; }

  /// One packet. Packets that concern no client are passed over.
  void add(std::size_t number, Duration since_1970, Bytes frame, const Dissection& dissection);
  /// The same from what a packet came to.
  void add(const Happening& what);

  /// Whether nothing more will be kept.
  [[nodiscard]] bool full() const { return parts_ == limits_.parts_max; }

  /// The diagrams as text, client by client. A sentence when there is nothing to draw; a last line
  /// says what was left out.
  [[nodiscard]] std::string text(const Style& style) const;

  /// One exchange, ready to be drawn.
  struct Scene {
    const Exchange* exchange = nullptr;
    std::vector<Row> rows;
  };
  /// One client's diagram.
  struct Act {
    net::HardwareAddress client;
    Lanes lanes;
    std::vector<Scene> scenes;
    std::size_t messages = 0;
  };
  /// The same as rows: what pictures are drawn from. Times count from began().
  [[nodiscard]] std::vector<Act> acts() const;
  [[nodiscard]] Duration began() const { return began_.value_or(Duration()); }
  /// What was left out because of the limits, as a sentence; empty when nothing was.
  [[nodiscard]] std::string left_out() const;

 private:
  struct Entry {
    Happening what;
    std::string mark;
  };
  using Entries = std::vector<std::vector<Entry>>;  // by exchange

  void keep(Part part);
  template <typename Fn>
  void play(std::size_t client, Fn&& begin_exchange) const;
  [[nodiscard]] std::string client_text(std::size_t client, const Style& style) const;
  [[nodiscard]] Act act_of(std::size_t client) const;
  [[nodiscard]] std::size_t count_messages(std::size_t client) const;

  Limits limits_;
  Cast cast_;
  std::optional<net::HardwareAddress> followed_;
  std::vector<Entries> entries_;  // by client
  std::size_t parts_ = 0;
  std::size_t parts_left_out_ = 0;
  std::optional<Duration> began_;
};

/// Draws while it happens: each packet's lines at once, with new heads whenever another client
/// speaks or a new host takes part.
class LiveStory {
 public:
  explicit LiveStory(const Style& style, std::size_t clients_max = 2'000)
      : style_(style), clients_max_(clients_max), cast_(clients_max) {}

  /// Leaves out everybody but this client.
  void follow(const net::HardwareAddress& client) { followed_ = client; }
  /// The lines of one packet; empty when it concerns no client.
  [[nodiscard]] std::string add(std::size_t number, Duration since_1970, Bytes frame,
                                const Dissection& dissection);
  [[nodiscard]] std::string add(const Happening& what);
  /// The feet of the lanes.
  [[nodiscard]] std::string end();

 private:
  [[nodiscard]] std::string draw(const std::vector<Part>& parts);
  [[nodiscard]] std::string draw(const Part& part);
  [[nodiscard]] std::string head(const Part& part, Timeline& timeline);

  void make_room();

  Style style_;
  std::size_t clients_max_;
  Cast cast_;
  std::optional<net::HardwareAddress> followed_;
  std::map<std::size_t, Timeline> timelines_;  // by client
  std::optional<std::size_t> shown_;           // the client whose lanes are on the screen
  std::optional<Duration> began_;
};

}  // namespace lessor::craft
