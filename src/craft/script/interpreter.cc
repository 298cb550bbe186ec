#include "craft/script/interpreter.h"

#include "base/text.h"

#include <algorithm>

namespace lessor::craft {
namespace {

constexpr std::size_t kMaxHeard = 4'096;      // frames kept for expectations
constexpr std::size_t kMaxOthers = 16;        // shown below a failure
constexpr std::size_t kMaxQuestions = 4'096;  // messages of one group
constexpr std::size_t kMaxEvents = 256;       // of one call: who repeats a million times, waits
constexpr int kMaxSteps = 4'096;  // of one call: repeats of steps that tell nothing, too

std::string xid_text(std::uint32_t xid) {
  std::array<std::byte, 4> octets{};
  store_be32(octets.data(), xid);
  return "0x" + to_hex(octets);
}

std::string type_text(const Heard& heard) {
  return std::string(wire::to_string(heard.event.type)) + " from " +
         net::to_string(heard.event.source);
}

}  // namespace

std::string_view to_string(StepVerdict verdict) {
  switch (verdict) {
    case StepVerdict::passed:
      return "passed";
    case StepVerdict::failed:
      return "failed";
    case StepVerdict::skipped:
      return "skipped";
  }
  return "";
}

Interpreter::Interpreter(const Script& script, ScriptWorld world)
    : world_(std::move(world)), random_(world_.seed), neighbours_(world_.own_addresses) {
  stack_.push_back({.steps = &script.steps, .next = 0, .left = 1});
  values_["mac"].text = net::to_string(world_.mac);
  draw_xid();
  for (const auto& [name, text] : world_.set) {
    values_[name].text = text;
    xid_is_set_ = xid_is_set_ || name == "xid";
  }
}

void Interpreter::draw_xid() { values_["xid"].text = xid_text(random_.u32()); }

/// The next step; null at the end of the file. Precondition: nothing waits.
const ScriptStep* Interpreter::take_step() {
  while (!stack_.empty()) {
    Cursor& top = stack_.back();
    if (top.left > 0 && top.next < top.steps->size()) return &(*top.steps)[top.next++];
    if (top.left > 1 && !top.steps->empty()) {
      --top.left;
      top.next = 0;
    } else {
      stack_.pop_back();
    }
  }
  return nullptr;
}

Instant Interpreter::next_deadline() const {
  if (finished()) return Instant::never();
  return waiting_ ? deadline_ : Instant();
}

void Interpreter::on_time(Instant now, ScriptEvents& out) {
  if (waiting_ && now >= deadline_) {
    waiting_ = false;
    if (expect_ != nullptr) end_expect(out);
  }
  for (int taken = 0; !waiting_ && out.size() < kMaxEvents && taken < kMaxSteps; ++taken) {
    const ScriptStep* const step = take_step();
    if (step == nullptr) return;
    carry_out(*step, now, out);
  }
}

void Interpreter::carry_out(const ScriptStep& step, Instant now, ScriptEvents& out) {
  if (const auto* const title = std::get_if<TitleStep>(&step.what)) {
    out.emplace_back(ScriptTitle{title->text});
  } else if (const auto* const repeat = std::get_if<RepeatStep>(&step.what)) {
    stack_.push_back({.steps = &repeat->body, .next = 0, .left = repeat->count});
  } else if (const auto* const wait = std::get_if<WaitStep>(&step.what)) {
    waiting_ = true;
    deadline_ = now + wait->time;
  } else if (const auto* const what = std::get_if<SendStep>(&step.what)) {
    send(step, *what, out);
  } else if (const auto* const value = std::get_if<AssignStep>(&step.what)) {
    assign(step, *value, out);
  } else if (const auto* const advance = std::get_if<AdvanceStep>(&step.what)) {
    assign(step, {advance->name, {step.at, "$" + advance->name + "++"}}, out);
  } else if (const auto* const expect = std::get_if<ExpectStep>(&step.what)) {
    begin_expect(step, *expect, now, out);
  }
}

StepResult Interpreter::begin_result(const ScriptStep& step) {
  return {.number = ++steps_,
          .at = step.at,
          .text = describe(step),
          .why = "",
          .conditions = {},
          .packet = std::nullopt,
          .others = {}};
}

// --- Variables ----------------------------------------------------------------------------------

std::expected<std::string, Interpreter::Missing> Interpreter::use(const VariableUse& variable) {
  const std::string shown = "$" + variable.name;
  if (variable.name == "iface") {
    if (variable.path == "mac") return net::to_string(world_.interface_mac);
    if (variable.path != "ip") return std::unexpected(Missing{shown + " has .mac and .ip", false});
    if (!world_.own_addresses.empty()) return net::to_string(world_.own_addresses.front());
    return std::unexpected(Missing{"$iface.ip: the interface has no IPv4 address", false});
  }
  const auto found = values_.find(variable.name);
  if (found == values_.end()) {
    return std::unexpected(Missing{shown + " was given no value", true});
  }
  Value& value = found->second;
  if (value.is_packet) {
    if (!value.packet) return std::unexpected(Missing{shown + " did not come", true});
    if (variable.path.empty()) {
      return std::unexpected(
          Missing{shown + " is a packet: name a field of it, as " + shown + ".yiaddr", false});
    }
    auto text = value_of(value.packet->bytes, variable.path);
    if (!text) return std::unexpected(Missing{shown + ": " + text.error(), false});
    return *text;
  }
  const std::string text = value.text;
  if (variable.advances) {
    auto next = next_value(text);
    if (!next) return std::unexpected(Missing{shown + ": " + next.error(), false});
    value.text = *next;
  }
  // A dot behind text is a dot: `host-$number.example`.
  return variable.path.empty() ? text : text + "." + variable.path;
}

Interpreter::Text Interpreter::evaluate(std::string_view text) {
  Missing missing{.why = "", .skipped = false};
  const auto done = substitute(text, [&](const VariableUse& variable) {
    auto value = use(variable);
    if (value) return std::expected<std::string, std::string>(std::move(*value));
    missing = value.error();
    return std::expected<std::string, std::string>(std::unexpected(missing.why));
  });
  if (done) return *done;
  return std::unexpected(Missing{done.error(), missing.skipped});
}

void Interpreter::assign(const ScriptStep& step, const AssignStep& what, ScriptEvents& out) {
  if (world_.set.contains(what.name) && std::holds_alternative<AssignStep>(step.what)) return;
  auto text = evaluate(what.value.text);
  const bool counts = std::holds_alternative<AdvanceStep>(step.what);
  if (text && !counts) {
    values_[what.name] = {.text = std::move(*text), .packet = std::nullopt};
    xid_is_set_ = xid_is_set_ || what.name == "xid";
  }
  if (text) return;
  StepResult result = begin_result(step);  // only a failure is worth a line
  result.verdict = text.error().skipped ? StepVerdict::skipped : StepVerdict::failed;
  result.why = text.error().why;
  out.emplace_back(std::move(result));
}

// --- Sending ------------------------------------------------------------------------------------

/// A server that was heard is spoken to by its hardware address.
void Interpreter::address_frame(Recipe& recipe) const {
  const auto to = given_field(recipe, "ip.dst");
  if (recipe.basis == Basis::exact || !to || given_field(recipe, "eth.dst")) return;
  const auto mac = neighbours_.find({static_cast<std::uint32_t>(*to)});
  if (!mac) return;
  recipe.items.emplace_back(FieldItem{.field = find_field("eth.dst"),
                                      .content = {mac->octets.begin(), mac->octets.end()}});
}

std::expected<Packet, Interpreter::Missing> Interpreter::make_packet(const SendStep& what) {
  auto recipe = start_recipe(what.type);
  if (!recipe) return std::unexpected(Missing{recipe.error(), false});
  if (!xid_is_set_) draw_xid();
  // What `$mac++` leaves behind is for the next packet.
  const auto mac = net::parse_mac(values_["mac"].text);
  const auto xid = parse_number(values_["xid"].text, UINT32_MAX);
  if (!mac) return std::unexpected(Missing{"$mac is no Ethernet address", false});
  if (!xid) return std::unexpected(Missing{"$xid is no number of 32 bits", false});
  for (const ScriptLine& line : what.lines) {
    const Text text = what.literal ? Text(line.text) : evaluate(line.text);
    if (!text) return std::unexpected(text.error());
    const auto added = add_line(*recipe, *text);
    if (!added) {
      return std::unexpected(
          Missing{"line " + std::to_string(line.at.line) + ": " + added.error(), false});
    }
  }
  address_frame(*recipe);
  const Maker maker{
      .mac = mac, .peer = net::kMacBroadcast, .xid = static_cast<std::uint32_t>(*xid)};
  auto packet = build(*recipe, maker);
  if (!packet) return std::unexpected(Missing{packet.error(), false});
  if (group_closed_) {
    questions_.clear();
    heard_.clear();
    group_closed_ = false;
  }
  const auto question = question_of(*packet, *recipe, maker);
  if (question && questions_.size() < kMaxQuestions) questions_.push_back(*question);
  return std::move(*packet);
}

void Interpreter::send(const ScriptStep& step, const SendStep& what, ScriptEvents& out) {
  StepResult result = begin_result(step);
  auto packet = make_packet(what);
  if (packet && packet->link != LinkType::ethernet) {
    packet = std::unexpected(Missing{"only Ethernet frames can be sent", false});
  }
  if (!what.name.empty()) values_[what.name] = {.text = "", .packet = {}, .is_packet = true};
  if (!packet) {
    result.verdict = packet.error().skipped ? StepVerdict::skipped : StepVerdict::failed;
    result.why = packet.error().why;
  } else {
    neighbours_.claim(packet->bytes);
    result.packet = Frame{.at = {}, .bytes = packet->bytes};
    if (!what.name.empty()) values_[what.name].packet = result.packet;
    out.emplace_back(ScriptFrame{.step = result.number, .bytes = std::move(packet->bytes)});
  }
  out.emplace_back(std::move(result));
}

// --- Expecting ----------------------------------------------------------------------------------

bool Interpreter::is_candidate(const Heard& heard) const {
  return std::ranges::any_of(questions_,
                             [&](const Question& q) { return answers(q, heard.event); });
}

void Interpreter::on_frame(Instant now, const Frame& frame, ScriptEvents& out) {
  neighbours_.learn(frame.bytes);
  if (auto reply = neighbours_.answer(frame.bytes)) {
    out.emplace_back(ScriptFrame{.step = 0, .bytes = std::move(*reply)});
  }
  auto heard = hear(frame);
  if (!heard || !is_candidate(*heard)) return;
  if (heard_.size() == kMaxHeard) heard_.pop_front();
  heard_.push_back(std::move(*heard));
  if (expect_ == nullptr) return;
  look_for_answer(heard_.size() - 1, out);
  if (!waiting_) on_time(now, out);
}

void Interpreter::begin_expect(const ScriptStep& step, const ExpectStep& what, Instant now,
                               ScriptEvents& out) {
  group_closed_ = true;
  result_ = begin_result(step);
  conditions_.clear();
  if (!what.name.empty()) values_[what.name] = {.text = "", .packet = {}, .is_packet = true};
  for (const ScriptLine& line : what.conditions) {
    auto text = evaluate(line.text);
    const auto sound = text ? judge(*text, {}) : Judgement{};
    if (text && sound) {
      conditions_.push_back(std::move(*text));
      continue;
    }
    result_.verdict = !text && text.error().skipped ? StepVerdict::skipped : StepVerdict::failed;
    result_.why =
        "line " + std::to_string(line.at.line) + ": " + (text ? sound.error() : text.error().why);
    out.emplace_back(std::move(result_));
    return;
  }
  expect_ = &what;
  waiting_ = true;
  deadline_ = now + what.within;
  look_for_answer(0, out);
}

/// Ends the expectation when something that came decides it: what was heard from `first` on.
void Interpreter::look_for_answer(std::size_t first, ScriptEvents& out) {
  const auto type =
      expect_->type.empty() ? std::nullopt : std::optional(*read_message_type(expect_->type));
  const auto fits = [&](const Heard& heard) {
    if (type && heard.event.type != *type) return false;
    return std::ranges::all_of(conditions_, [&](const std::string& condition) {
      return judge(condition, heard.frame.bytes)->holds;
    });
  };
  const auto found =
      std::find_if(heard_.begin() + static_cast<std::ptrdiff_t>(first), heard_.end(), fits);
  if (found == heard_.end()) return;
  result_.packet = found->frame;
  if (expect_->kind == ExpectStep::Kind::message) {
    if (!expect_->name.empty()) values_[expect_->name].packet = found->frame;
  } else {
    result_.verdict = StepVerdict::failed;
    result_.why = type_text(*found) + " came";
  }
  heard_.erase(found);
  out.emplace_back(std::move(result_));
  expect_ = nullptr;
  waiting_ = false;
}

void Interpreter::end_expect(ScriptEvents& out) {
  if (expect_->kind == ExpectStep::Kind::message) {
    result_.verdict = StepVerdict::failed;
    explain_failure(result_);
  }
  out.emplace_back(std::move(result_));
  expect_ = nullptr;
}

/// What came instead, the nearest first: the right type with the fewest conditions that fail.
void Interpreter::explain_failure(StepResult& result) {
  const std::string wait = " within " + to_string(expect_->within);
  if (questions_.empty()) {
    result.why = "nothing was sent that could be answered";
    return;
  }
  if (heard_.empty()) {
    result.why = "nothing came" + wait;
    return;
  }
  const auto type =
      expect_->type.empty() ? std::nullopt : std::optional(*read_message_type(expect_->type));
  std::size_t fewest = SIZE_MAX;
  const Heard* nearest_one = &heard_.front();
  for (const Heard& heard : heard_) {
    std::vector<Judgement> broken;
    for (const std::string& condition : conditions_) {
      auto judgement = *judge(condition, heard.frame.bytes);
      if (!judgement.holds) broken.push_back(std::move(judgement));
    }
    const bool other_type = type && heard.event.type != *type;
    const std::size_t distance = broken.size() + (other_type ? 1'000 : 0);
    if (distance >= fewest) continue;
    fewest = distance;
    nearest_one = &heard;
    result.conditions = other_type ? std::vector<Judgement>{} : std::move(broken);
  }
  result.packet = nearest_one->frame;
  for (const Heard& heard : heard_) {
    const bool room = result.others.size() < kMaxOthers;
    if (room && &heard != nearest_one) result.others.push_back(heard.frame);
  }
  result.why = (result.conditions.empty() ? "instead came " : "not as expected: ") +
               type_text(*nearest_one) + wait;
}

}  // namespace lessor::craft
