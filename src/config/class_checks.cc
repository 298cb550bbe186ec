#include "config/class_checks.h"

#include "expression/constant.h"

#include <algorithm>
#include <array>

namespace lessor::config {
namespace {

using expression::Certainty;

/// Keys that give nothing.
constexpr std::array<std::string_view, 6> kOfItself{
    "name", "test", "template-test", "only-in-additional-list", "only-if-required", "comment"};

/// In force by their names.
bool acts_by_name(std::string_view name) {
  return name == "DROP" || name == "REJECT" || name == "SKIP_DDNS" || name == "BOOTP";
}

/// Classes whose members the server finds by name, or as others' values.
bool finds_members(std::string_view name) {
  return name == "ALL" || name == "KNOWN" || name == "UNKNOWN" || name == "BOOTP" ||
         name.starts_with("VENDOR_CLASS_") || name.starts_with("SPAWN_");
}

/// An empty list, text or map, or a zero address: Kea's way to say nothing.
bool says_nothing(const Node& value) {
  const std::string* text = value.value().as_text();
  if (text != nullptr) return text->empty() || *text == "0.0.0.0";
  const bool holds_others = value.value().as_list() != nullptr || value.value().as_map() != nullptr;
  return holds_others && value.size() == 0;
}

bool gives_something(const Node& definition) {
  for (std::size_t i = 0; i < definition.size(); ++i) {
    const Node member = definition.child(i);
    if (std::ranges::count(kOfItself, member.key()) == 0 && !says_nothing(member)) return true;
  }
  return false;
}

class Judge {
 public:
  Judge(const ClassMentions& mentions, Report& report) : mentions_(mentions), report_(report) {}

  /// Whether somebody can be in `made`, defined at `definition`.
  bool check_members(const ClientClass& made, const Node& definition) {
    const bool listed = mentions_.additional.contains(made.name);
    if (mentions_.given.contains(made.name) || finds_members(made.name)) return true;
    if (made.only_additional && !listed) {
      return note(made, definition,
                  "it is evaluated for lists only, and no list of additional "
                  "classes has it");
    }
    if (!made.test) {
      return note(made, definition, "it has no test, and no reservation gives it");
    }
    const auto test = mentions_.tests.find(made.name);
    if (test == mentions_.tests.end()) return true;
    const Certainty certainty = expression::judge(
        test->second, [this](std::string_view name) { return judge_class(name); });
    if (certainty != Certainty::never) return true;
    const auto place = definition.find("test");
    return note(made, place ? *place : definition, "its test is true of no packet");
  }

 private:
  Certainty judge_class(std::string_view name) const {
    if (name == "ALL") return Certainty::always;
    return empty_.contains(name) ? Certainty::never : Certainty::depends;
  }

  bool note(const ClientClass& made, const Node& place, std::string_view why) {
    report_.note_of(place, "nobody is in the class ", quote(made.name), ": " + std::string(why));
    empty_.insert(made.name);
    return false;
  }

  const ClassMentions& mentions_;
  Report& report_;
  std::set<std::string, std::less<>> empty_;
};

bool is_of_use(const ClientClass& made, const Node& definition, const ClassMentions& mentions) {
  return gives_something(definition) || mentions.asked.contains(made.name) ||
         !made.spawned.empty() || acts_by_name(made.name);
}

}  // namespace

void note_odd_classes(const Node& global, const std::vector<ClientClass>& classes,
                      const ClassMentions& mentions, Report& report) {
  const auto list = global.find("client-classes");
  if (!list) return;
  const std::vector<Node> definitions = list->maps();
  Judge judge(mentions, report);
  for (const ClientClass& made : classes) {
    const auto found = std::ranges::find_if(definitions, [&](const Node& map) {
      const std::string* name = map.text("name");
      return name != nullptr && *name == made.name;
    });
    if (found == definitions.end() || !judge.check_members(made, *found)) continue;
    if (is_of_use(made, *found, mentions)) continue;
    report.note_of(*found->find("name"), "the class ", quote(made.name),
                   " changes nothing: it gives nothing, and nothing asks for it");
  }
}

}  // namespace lessor::config
