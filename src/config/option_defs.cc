#include "config/option_defs.h"

#include "base/text.h"
#include "wire/defined_kinds.h"
#include "wire/scalar_kinds.h"
#include "wire/v4/option_table.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <cctype>

namespace lessor::config {
namespace {

using wire::OptionCode;

constexpr std::int64_t kLastOption = 254;
constexpr std::int64_t kLastSubOption = 255;

/// Codes that Kea has definitions of (2.2), which no option-def may replace. 43 may be: each vendor
/// has another. What we know beyond them, files define for themselves, in whatever form.
bool is_kea_standard(OptionCode code) {
  static const auto codes = [] {
    std::bitset<256> set;
    for (std::size_t i = 1; i <= 125; ++i) set.set(i);
    for (const int none : {43,  80,  83,  84,  95,  96,  102, 103, 104, 105,
                           106, 107, 109, 110, 111, 115, 120, 121, 122, 123}) {
      set.reset(static_cast<std::size_t>(none));
    }
    for (const int more : {136, 137, 138, 141, 146, 159, 212, 213}) {
      set.set(static_cast<std::size_t>(more));
    }
    return set;
  }();
  return codes.test(code);
}

/// What a class may define (Kea puts off reading these until classes are known).
bool is_for_classes(std::string_view space, OptionCode code) {
  return space == kDhcp4Space && (code == wire::kOptionVendorEncapsulatedOptions || code >= 224);
}

/// Definitions that come with a space.
struct StandardDef {
  std::string_view space;
  OptionDef def;
};
const std::array<StandardDef, 2>& standard_defs() {
  static const std::array<StandardDef, 2> defs{{
      {"vendor-4491",
       {"oro", 1, {.fields = {&wire::kind::kU8}, .count = 1, .repeat = wire::Repeat::last}, {}}},
      {"vendor-4491",
       {"tftp-servers",
        2,
        {.fields = {&wire::kind::kIp4}, .count = 1, .repeat = wire::Repeat::last},
        {}}},
  }};
  return defs;
}

/// Fills in the shape of a definition.
class ShapeReader {
 public:
  ShapeReader(const Node& map, Report& report) : map_(map), report_(report) {}

  std::optional<wire::Shape> read() {
    const std::string* type = map_.text("type");
    if (type == nullptr) return wrong("type", "a definition needs a type: \"type\": \"uint16\"");
    const std::string* records = map_.text("record-types");
    const bool has_records = records != nullptr && !records->empty();
    if (*type != "record") {
      if (has_records) return wrong("record-types", "only the type \"record\" has record-types");
      if (!add(*type, "type")) return std::nullopt;
    } else if (!add_records(has_records ? *records : "")) {
      return std::nullopt;
    }
    return map_.boolean("array").value_or(false) ? as_array() : shape_;
  }

 private:
  std::nullopt_t wrong(std::string_view key, std::string message, std::string hint = "") {
    report_.error(map_.find(key).value_or(map_), std::move(message), std::move(hint));
    return std::nullopt;
  }

  bool add(std::string_view name, std::string_view key) {
    const wire::DefinedType* type = wire::find_defined_type(name);
    if (type == nullptr || (type->codec == nullptr && key == "record-types")) {
      wrong(key, "there is no type " + quote(name) + (key == "type" ? "" : " for a field"),
            suggest(name));
      return false;
    }
    if (shape_.count > 0 && shape_.fields[shape_.count - 1]->takes_rest) {
      wrong(key, "binary and string take the rest of an option: nothing can stand behind them");
      return false;
    }
    if (shape_.count == wire::Shape::kMaxFields) {
      wrong(key, "a record has at most " + std::to_string(wire::Shape::kMaxFields) + " fields");
      return false;
    }
    if (type->codec != nullptr) shape_.fields[shape_.count++] = type->codec;
    may_repeat_ = type->may_repeat;
    return true;
  }

  static std::string suggest(std::string_view name) {
    std::vector<std::string_view> names = {"record"};
    for (const wire::DefinedType& each : wire::defined_types()) names.push_back(each.name);
    const std::string_view near = nearest(name, names).value_or("");
    return near == name ? std::string() : std::string(near);
  }

  bool add_records(std::string_view list) {
    wire::PartScanner parts(list);
    while (!parts.at_end()) {
      if (!add(parts.next(), "record-types")) return false;
    }
    if (shape_.count >= 2) return true;
    wrong(map_.find("record-types") ? "record-types" : "type",
          "a record has at least two fields: \"record-types\": \"uint16, ipv4-address\"");
    return false;
  }

  /// Of a record, the last field is the one that comes again.
  std::optional<wire::Shape> as_array() {
    if (!may_repeat_) {
      return wrong("array", "neither empty nor what takes the rest of an option can be an array");
    }
    shape_.repeat = wire::Repeat::last;
    return shape_;
  }

  const Node& map_;
  Report& report_;
  wire::Shape shape_;
  bool may_repeat_ = false;
};

/// "" and absent are one.
std::string text_of(const Node& map, std::string_view key, std::string_view otherwise) {
  const std::string* text = map.text(key);
  return text == nullptr || text->empty() ? std::string(otherwise) : *text;
}

bool has_right_names(const Node& map, std::string_view space, const OptionDef& made,
                     Report& report) {
  constexpr std::string_view kWord = " is no name: letters, digits, - and _";
  if (!is_option_word(made.name)) {
    report.error(map.find("name").value_or(map), quote(made.name) + std::string(kWord));
    return false;
  }
  if (!is_option_word(space)) {
    report.error(*map.find("space"), quote(space) + std::string(kWord));
    return false;
  }
  const auto inner = map.find("encapsulate");
  if (made.encapsulates.empty()) return true;
  if (!is_option_word(made.encapsulates)) {
    report.error(*inner, quote(made.encapsulates) + std::string(kWord));
  } else if (made.encapsulates == space || made.encapsulates == kDhcp4Space) {
    report.error(*inner, "an option cannot hold the options of " + quote(made.encapsulates));
  } else if (made.shape.repeat != wire::Repeat::once) {
    report.error(*inner, "nothing can stand behind an array: it takes the rest of the option");
  } else {
    return true;
  }
  return false;
}

bool has_right_code(const Node& map, std::string_view space, std::int64_t code, Report& report) {
  const bool is_option = space == kDhcp4Space;
  if (code >= (is_option ? 1 : 0) && code <= (is_option ? kLastOption : kLastSubOption)) {
    return true;
  }
  report.error(*map.find("code"), std::to_string(code) + " is no code: they go from " +
                                      (is_option ? "1 to 254" : "0 to 255"));
  return false;
}

}  // namespace

bool is_option_word(std::string_view text) {
  const auto is_inside = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
  };
  const auto is_end = [](char c) { return c == '-' || c == '_'; };
  return !text.empty() && std::ranges::all_of(text, is_inside) && !is_end(text.front()) &&
         !is_end(text.back());
}

std::optional<std::uint32_t> enterprise_of(std::string_view space) {
  constexpr std::string_view kPrefix = "vendor-";
  if (!space.starts_with(kPrefix)) return std::nullopt;
  const auto number = parse_number(space.substr(kPrefix.size()), UINT32_MAX);
  if (!number) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

void OptionDefs::read(const Node& scope, bool of_class, Report& report) {
  const auto list = scope.find("option-def");
  if (!list) return;
  for (const Node& map : list->maps()) read_one(map, of_class, report);
}

void OptionDefs::read_one(const Node& map, bool of_class, Report& report) {
  const std::string space = text_of(map, "space", kDhcp4Space);
  const auto code = map.integer("code");
  if (!code) return report.error(map, "a definition needs a code: \"code\": 224");
  if (!has_right_code(map, space, *code, report)) return;
  OptionDef made;
  made.code = static_cast<OptionCode>(*code);
  made.name = text_of(map, "name", "");
  made.encapsulates = text_of(map, "encapsulate", "");
  const auto shape = ShapeReader(map, report).read();
  if (!shape) return;
  made.shape = *shape;
  if (!has_right_names(map, space, made, report)) return;
  if (of_class && !is_for_classes(space, made.code)) {
    return report.error(map,
                        "a class may define option 43 and options 224 to 254 only: define this "
                        "in Dhcp4.option-def");
  }
  if (!is_free(map, space, made, report)) return;
  spaces_[space].emplace(made.code, std::move(made));
}

bool OptionDefs::is_free(const Node& map, std::string_view space, const OptionDef& made,
                         Report& report) const {
  const std::string number = std::to_string(made.code);
  if (space == kDhcp4Space) {
    if (is_kea_standard(made.code)) {
      report.error(map, "option " + number + " is " + wire::option_name(made.code) +
                            ": what is defined already cannot be defined again");
      return false;
    }
    const auto taken = wire::find_option_code(made.name);
    if (taken && *taken != made.code && is_kea_standard(*taken)) {
      report.error(*map.find("name"),
                   quote(made.name) + " is the name of option " + std::to_string(*taken));
      return false;
    }
  }
  const auto own = spaces_.find(space);
  if (own == spaces_.end()) return true;
  for (const auto& [code, other] : own->second) {
    if (code != made.code && other.name != made.name) continue;
    report.error(map,
                 code == made.code
                     ? "option " + number + " of the space " + quote(space) + " is defined twice"
                     : quote(made.name) + " is option " + std::to_string(code) + " already");
    return false;
  }
  return true;
}

const OptionDef* OptionDefs::find(std::string_view space, wire::OptionCode code) const {
  for (const OptionDefs* scope = this; scope != nullptr; scope = scope->around_) {
    const auto own = scope->spaces_.find(space);
    if (own == scope->spaces_.end()) continue;
    const auto found = own->second.find(code);
    if (found != own->second.end()) return &found->second;
  }
  for (const StandardDef& each : standard_defs()) {
    if (each.space == space && each.def.code == code) return &each.def;
  }
  return nullptr;
}

const OptionDef* OptionDefs::find(std::string_view space, std::string_view name) const {
  for (const OptionDefs* scope = this; scope != nullptr; scope = scope->around_) {
    const auto own = scope->spaces_.find(space);
    if (own == scope->spaces_.end()) continue;
    for (const auto& [code, def] : own->second) {
      if (def.name == name) return &def;
    }
  }
  for (const StandardDef& each : standard_defs()) {
    if (each.space == space && each.def.name == name) return &each.def;
  }
  return nullptr;
}

std::vector<std::string_view> OptionDefs::names(std::string_view space) const {
  std::vector<std::string_view> names;
  for (const OptionDefs* scope = this; scope != nullptr; scope = scope->around_) {
    const auto own = scope->spaces_.find(space);
    if (own == scope->spaces_.end()) continue;
    for (const auto& [code, def] : own->second) names.push_back(def.name);
  }
  for (const StandardDef& each : standard_defs()) {
    if (each.space == space) names.push_back(each.def.name);
  }
  return names;
}

std::string_view OptionDefs::encapsulated_by(std::string_view space, wire::OptionCode code) const {
  if (const OptionDef* def = find(space, code)) return def->encapsulates;
  const bool is_vendor = space == kDhcp4Space && code == wire::kOptionVendorEncapsulatedOptions;
  return is_vendor ? kVendorSpace : std::string_view();
}

}  // namespace lessor::config
