#pragma once
// Carries out a packet file, a step at a time: frames and the time in, frames and results out. Must
// not know: sockets, clocks, what is printed.

#include "base/random.h"
#include "craft/exchange/neighbours.h"
#include "craft/exchange/question.h"
#include "craft/script/condition.h"
#include "craft/script/script.h"
#include "craft/script/substitution.h"

#include <deque>
#include <map>

namespace lessor::craft {

/// Where a packet file runs.
struct ScriptWorld {
  net::Mac interface_mac;
  std::vector<net::Ip4> own_addresses;     ///< of the interface, its first one is $iface.ip
  net::Mac mac;                            ///< $mac, until the file sets it
  std::uint64_t seed = 0;                  ///< of the xids
  std::map<std::string, std::string> set;  ///< by the caller: the file does not set them again
};

enum class StepVerdict : std::uint8_t { passed, failed, skipped };
[[nodiscard]] std::string_view to_string(StepVerdict verdict);

/// How one step ended. Only sending and expecting are counted as steps.
struct StepResult {
  std::size_t number = 0;  ///< from 1
  Position at;
  std::string text;  ///< "expect offer as $offer"
  StepVerdict verdict = StepVerdict::passed;
  std::string why;                    ///< of a failure, a sentence
  std::vector<Judgement> conditions;  ///< those that did not hold, of the nearest packet
  std::optional<Frame> packet;        ///< what came as expected, or what came instead
  std::vector<Frame> others;          ///< what else came instead
};

/// What one call wants done, in this order.
struct ScriptTitle {
  std::string text;
};
/// Put this on the wire. `step` is 0 for what no step says: answers to ARP requests.
struct ScriptFrame {
  std::size_t step = 0;
  std::vector<std::byte> bytes;
};
using ScriptEvent = std::variant<ScriptTitle, ScriptFrame, StepResult>;
using ScriptEvents = std::vector<ScriptEvent>;

/// One run of a packet file.
class Interpreter {
 public:
  /// `script` must live as long as this.
  Interpreter(const Script& script, ScriptWorld world);

  /// Carries out steps until one has to wait.
  void on_time(Instant now, ScriptEvents& out);
  /// Takes a frame of the link.
  void on_frame(Instant now, const Frame& frame, ScriptEvents& out);
  /// When on_time() has something to do: at once, or when a wait is over.
  [[nodiscard]] Instant next_deadline() const;
  [[nodiscard]] bool finished() const { return stack_.empty() && !waiting_; }

 private:
  struct Cursor {
    const std::vector<ScriptStep>* steps;
    std::size_t next;
    std::uint32_t left;  ///< rounds, this one too
  };
  struct Missing {
    std::string why;
    bool skipped;  ///< for want of what an earlier step did not bring
  };
  /// A variable: text, or a packet, which an expectation that failed did not bring.
  struct Value {
    std::string text;
    std::optional<Frame> packet;
    bool is_packet = false;
  };
  using Text = std::expected<std::string, Missing>;

  const ScriptStep* take_step();
  void carry_out(const ScriptStep& step, Instant now, ScriptEvents& out);
  void send(const ScriptStep& step, const SendStep& what, ScriptEvents& out);
  std::expected<Packet, Missing> make_packet(const SendStep& what);
  void address_frame(Recipe& recipe) const;
  void assign(const ScriptStep& step, const AssignStep& what, ScriptEvents& out);
  void begin_expect(const ScriptStep& step, const ExpectStep& what, Instant now, ScriptEvents& out);
  void look_for_answer(std::size_t first, ScriptEvents& out);
  void end_expect(ScriptEvents& out);
  [[nodiscard]] bool is_candidate(const Heard& heard) const;
  void explain_failure(StepResult& result);

  [[nodiscard]] Text evaluate(std::string_view text);
  [[nodiscard]] std::expected<std::string, Missing> use(const VariableUse& variable);
  StepResult begin_result(const ScriptStep& step);
  void draw_xid();

  ScriptWorld world_;
  Random random_;
  std::vector<Cursor> stack_;
  std::map<std::string, Value> values_;
  bool xid_is_set_ = false;
  Neighbours neighbours_;
  std::size_t steps_ = 0;

  // The messages that the file sent last, and what came in answer and was not expected yet.
  std::vector<Question> questions_;
  bool group_closed_ = false;
  std::deque<Heard> heard_;

  // The step that waits.
  bool waiting_ = false;
  Instant deadline_;
  const ExpectStep* expect_ = nullptr;
  std::vector<std::string> conditions_;
  StepResult result_;
};

}  // namespace lessor::craft
