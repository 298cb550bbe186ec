#include "config/client_classes.h"

#include "base/text.h"
#include "config/boot_profiles.h"
#include "config/class_number.h"
#include "config/group_limits.h"
#include "config/option_data.h"
#include "config/parameters.h"
#include "expression/compile.h"
#include "expression/parser.h"

#include <algorithm>
#include <array>
#include <utility>

namespace lessor::config {
namespace {

using expression::kMaxClasses;

/// Beginnings of names whose classes nobody has to define.
constexpr std::string_view kVendor = "VENDOR_CLASS_";
constexpr std::string_view kSpawn = "SPAWN_";
/// The key of lists that have classes evaluated.
constexpr std::string_view kAdditional = "evaluate-additional-classes";
constexpr std::array<std::string_view, 3> kOfHooks = {"HA_", "AFTER_", "EXTERNAL_"};

/// What the server says by itself, so that it may be withheld where no scope gives it: subnet mask,
/// host name, broadcast address, lease time, message type, server identifier, T1, T2, client
/// identifier, client FQDN, relay agent information.
constexpr std::array kOfTheServer = {1U, 12U, 28U, 51U, 53U, 54U, 58U, 59U, 61U, 81U, 82U};

bool is_of_hooks(std::string_view name) {
  return std::ranges::any_of(kOfHooks,
                             [&](std::string_view each) { return name.starts_with(each); });
}

/// Built in, and never with a test of its own.
bool is_fixed(std::string_view name) {
  return name == "ALL" || name == "KNOWN" || name == "UNKNOWN" || name == "BOOTP";
}

std::string too_many() { return "more than " + std::to_string(kMaxClasses) + " classes are named"; }

std::vector<std::byte> octets_of(std::string_view text) {
  const Bytes bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

/// An additional class without a test is one that is always true there.
expression::Program always() {
  expression::Program program;
  program.code = {{.op = expression::Op::constant},
                  {.op = expression::Op::constant},
                  {.op = expression::Op::equal}};
  return program;
}

/// What a class says of lease times is its own, nothing of it is inherited: as in Kea a bound alone
/// is the lease time, too.
std::optional<Lifetimes> read_class_lifetimes(const Node& map, Report& report) {
  if (map.find("valid-lifetime")) return read_lifetimes(map, {}, report).resolved();
  const auto min = map.integer("min-valid-lifetime");
  const auto max = map.integer("max-valid-lifetime");
  if (min && max) {
    report.error(*map.find("min-valid-lifetime"),
                 "in a class both bounds need valid-lifetime beside them");
  }
  if (!min && !max) return std::nullopt;
  const auto time = Duration::from_wire(static_cast<std::uint32_t>(min ? *min : *max));
  return Lifetimes{time, time, time};
}

}  // namespace

ClassNames::ClassNames(const OptionDefs& options) : options_(options) {
  for (const std::string_view name : kBuiltInClasses) {
    numbers_.emplace(name, static_cast<ClassId>(table_.names.size()));
    table_.names.emplace_back(name);
  }
}

std::optional<ClassId> ClassNames::number_of(std::string_view name, const Node& place,
                                             Report& report) {
  table_.in_use = true;
  if (const auto found = numbers_.find(name); found != numbers_.end()) return found->second;
  if (table_.names.size() == kMaxClasses) {
    report.error(place, too_many());
    return std::nullopt;
  }
  const auto id = static_cast<ClassId>(table_.names.size());
  numbers_.emplace(name, id);
  table_.names.emplace_back(name);
  return id;
}

std::vector<ClassId> ClassNames::read_names(const Node& map, std::string_view key,
                                            std::string_view old_key, Report& report) {
  std::vector<ClassId> ids;
  const auto add = [&](const Node& node) {
    const std::string* name = node.value().as_text();
    if (name == nullptr || name->empty()) return;
    if (const auto id = number_of(*name, node, report)) ids.push_back(*id);
  };
  const auto list = map.find(key);
  const auto old = map.find(old_key);
  const auto says = [](const std::optional<Node>& node) {
    if (!node) return false;
    const std::string* text = node->value().as_text();
    return text != nullptr ? !text->empty() : node->size() > 0;
  };
  if (says(list) && says(old)) {
    report.error(*old, "this is the old spelling of " + std::string(key) +
                           ", which stands here too: leave one of them out");
  }
  for (const auto& found : {list, old}) {
    if (!found) continue;
    if (found->value().as_text() != nullptr) add(*found);
    for (std::size_t i = 0; found->value().as_list() != nullptr && i < found->size(); ++i) {
      add(found->child(i));
    }
  }
  return ids;
}

std::vector<ClassId> ClassNames::read_list(const Node& map, std::string_view key,
                                           std::string_view old_key, Report& report) {
  std::vector<ClassId> ids = read_names(map, key, old_key, report);
  for (const ClassId id : ids) {
    mentions_.asked.insert(table_.names[id]);
    if (key == kAdditional) mentions_.additional.insert(table_.names[id]);
  }
  return ids;
}

std::vector<ClassId> ClassNames::read_given(const Node& reservation, Report& report) {
  std::vector<ClassId> ids = read_names(reservation, "client-classes", "", report);
  for (const ClassId id : ids) mentions_.given.insert(table_.names[id]);
  return ids;
}

std::optional<ClassId> ClassNames::read_guard(const Node& place, Report& report) {
  const std::string& name = *place.value().as_text();
  mentions_.asked.insert(name);
  return number_of(name, place, report);
}

void ClassNames::read_definitions(const Node& global, Report& report) {
  has_limits_hook_ = lessor::config::has_limits_hook(global, report);
  table_.counts_groups = has_limits_hook_;
  const auto list = global.find("client-classes");
  if (!list) return;
  for (const Node& map : list->maps()) read_definition(map, report);
}

bool ClassNames::may_be_defined(const Node& map, const std::string& name, Report& report) {
  const Node place = *map.find("name");
  if (is_fixed(name) && (map.find("test") || map.find("template-test"))) {
    report.error(place, "the built-in class " + name + " has no test of its own: leave it out");
    return false;
  }
  const auto [other, added] = defined_.try_emplace(name, place.value().position());
  if (added) return true;
  report.error(place, "the class " + quote(name) + " stands twice; the other is at " +
                          report.place_of(other->second));
  return false;
}

void ClassNames::read_definition(const Node& map, Report& report) {
  const std::string* name = map.text("name");
  if (name == nullptr || name->empty()) {
    return report.error(map, "a class needs a name: \"name\": \"phones\"");
  }
  ClientClass made;
  made.name = *name;
  made.only_additional = map.boolean("only-in-additional-list").value_or(false) ||
                         map.boolean("only-if-required").value_or(false);
  last_tree_.reset();
  auto requirement =
      read_test(map, made, report);  // before the name is known: a class cannot ask for itself
  std::optional<expression::Node> tree = std::exchange(last_tree_, std::nullopt);
  if (!may_be_defined(map, *name, report)) return;
  read_gifts(map, made, report);
  const auto id = number_of(*name, *map.find("name"), report);
  if (!id) return;
  made.id = *id;
  if (made.test && tree) mentions_.tests.emplace(made.name, std::move(*tree));
  note_host_classes(made);
  read_limits(map, made, report);
  table_.classes.push_back(std::move(made));
  requirements_.push_back(std::move(requirement));
}

std::optional<expression::Requirement> ClassNames::read_test(const Node& map, ClientClass& made,
                                                             Report& report) {
  const std::string* test = map.text("test");
  const std::string* spawn = map.text("template-test");
  const bool has_test = test != nullptr && !test->empty();
  const bool has_spawn = spawn != nullptr && !spawn->empty();
  if (has_test && has_spawn) {
    report.error(*map.find("template-test"), "a class has a test or a template-test, not both");
    return std::nullopt;
  }
  if (!has_test && !has_spawn) {
    if (made.only_additional) made.test = always();
    return std::nullopt;
  }
  const Node place = *map.find(has_test ? "test" : "template-test");
  return read_expression(place, has_test ? expression::Type::condition : expression::Type::text,
                         made.test, report);
}

std::optional<expression::Requirement> ClassNames::read_expression(
    const Node& place, expression::Type wanted, std::optional<expression::Program>& program,
    Report& report) {
  const std::string& text = *place.value().as_text();
  const auto refuse = [&](const expression::Error& error) {
    report.error_inside(place, error.offset, expression::describe(error, text));
  };
  auto tree = expression::parse(
      text, wanted, [this](std::string_view name) { return find_defined_option(name); });
  if (!tree) {
    refuse(tree.error());
    return std::nullopt;
  }
  auto compiled =
      expression::compile(*tree, [this](std::string_view name) { return find_for_member(name); });
  if (!compiled) {
    refuse(compiled.error());
    return std::nullopt;
  }
  program = std::move(*compiled);
  if (wanted != expression::Type::condition) return std::nullopt;
  auto requirement = expression::find_requirement(*tree);
  last_tree_ = std::move(*tree);
  return requirement;
}

std::optional<expression::Program> ClassNames::read_text_expression(const Node& place,
                                                                    Report& report) {
  std::optional<expression::Program> program;
  (void)read_expression(place, expression::Type::text, program, report);
  return program;
}

void ClassNames::note_options(const OptionSet& options) {
  for (const VendorOption& each : options.vendor()) {
    vendor_options_[{each.enterprise, each.option.code}] |= each.option.always_send;
  }
  ipv6_only_ |= options.find(wire::kOptionV6OnlyPreferred) != nullptr;
  for (const ConfiguredOption& each : options.all()) {
    (each.never_send ? withheld_ : sent_).set(each.code);
  }
}

void ClassNames::note_withheld_options(const Node& global, Report& report) const {
  for (std::size_t code = 0; code < withheld_.size(); ++code) {
    const bool is_servers_own = std::ranges::count(kOfTheServer, code) > 0;
    if (!withheld_[code] || sent_[code] || is_servers_own) continue;
    report.note_of(global, "option ", std::to_string(code),
                   " is never sent: every scope that has it says \"never-send\"");
  }
}

void ClassNames::note_unasked_vendor_options(const Node& global, Report& report) const {
  constexpr std::uint32_t kCableLabs = 4'491;
  for (const auto& [option, always_sent] : vendor_options_) {
    if (always_sent || option.first == kCableLabs) continue;
    report.note_of(global, "option ",
                   std::to_string(option.second) + " of vendor-" + std::to_string(option.first),
                   " is never sent: no client can ask for it, and no scope has \"always-send\": "
                   "true");
  }
}

std::optional<expression::Program> ClassNames::read_condition(const Node& place, Report& report) {
  std::optional<expression::Program> program;
  (void)read_expression(place, expression::Type::condition, program, report);
  return program;
}

std::optional<wire::OptionCode> ClassNames::find_defined_option(std::string_view name) const {
  const OptionDef* def = options_.find(kDhcp4Space, name);
  return def == nullptr ? std::nullopt : std::optional(def->code);
}

std::expected<ClassId, std::string> ClassNames::find_for_member(std::string_view name) {
  const bool is_there = is_fixed(name) || defined_.contains(name) || name.starts_with(kVendor) ||
                        name.starts_with(kSpawn) || is_of_hooks(name) || name == "SKIP_DDNS";
  if (!is_there) {
    std::vector<std::string_view> names = {"ALL", "KNOWN", "UNKNOWN"};
    for (const auto& [each, place] : defined_) names.emplace_back(each);
    std::string message =
        "there is no class of this name above: a class may ask for those that stand before it, and "
        "for ALL, KNOWN, UNKNOWN and VENDOR_CLASS_...";
    if (const auto near = nearest(name, names)) {
      message += "; did you mean " + std::string(*near) + "?";
    }
    return std::unexpected(std::move(message));
  }
  mentions_.asked.emplace(name);
  if (const auto found = numbers_.find(name); found != numbers_.end()) return found->second;
  if (table_.names.size() == kMaxClasses) return std::unexpected(too_many());
  const auto id = static_cast<ClassId>(table_.names.size());
  numbers_.emplace(name, id);
  table_.names.emplace_back(name);
  return id;
}

void ClassNames::read_gifts(const Node& map, ClientClass& made, Report& report) {
  OptionDefs own(&options_);
  own.read(map, true, report);
  made.options = read_option_data(map, own, *this, report);
  made.boot = read_boot_fields(map, {}, report);
  made.boot_profile = read_boot_of_class(map, report);
  if (const auto seconds = map.integer("offer-lifetime")) {
    made.offer_lifetime = Duration::seconds(*seconds);
  }
  made.lifetimes = read_class_lifetimes(map, report);
}

/// Messages are counted before the client's reservation is looked for, leases before additional
/// classes are evaluated; as in Kea.
void ClassNames::read_limits(const Node& map, ClientClass& made, Report& report) {
  made.number = class_number(made.name);
  made.limits = read_group_limits(map, has_limits_hook_, report);
  const bool has_early =
      made.test ? !made.needs_host
                : made.id == kClassAll || made.id == kClassBootp || made.name.starts_with(kVendor);
  const auto note = [&](std::string_view why) {
    report.note(*map.find("user-context"), "without effect: " + std::string(why));
  };
  if (made.only_additional && made.limits.any()) {
    note("additional classes are evaluated when a lease is settled; nothing is counted for them");
  } else if (made.limits.rate && !has_early) {
    note("rate-limit: messages are counted before it is known who has a reservation");
  }
}

/// KNOWN and UNKNOWN are settled once the client's reservation has been looked for, and so is what
/// asks for them, be it by way of another class.
void ClassNames::note_host_classes(ClientClass& made) const {
  if (!made.test) return;
  const auto asks = [&](ClassId id) { return expression::asks_for_class(*made.test, id); };
  made.needs_host = asks(kClassKnown) || asks(kClassUnknown);
  for (const ClientClass& other : table_.classes) {
    if (!other.needs_host) continue;
    made.needs_host |= asks(other.id);
    const std::string spawned = std::string(kSpawn) + other.name + "_";
    for (std::size_t id = 0; id < table_.names.size(); ++id) {
      made.needs_host |= table_.names[id].starts_with(spawned) && asks(static_cast<ClassId>(id));
    }
  }
}

/// Values behind VENDOR_CLASS_ and behind SPAWN_, the template's name and _, sorted for look-up.
void ClassNames::index_values() {
  const auto by_value = [](const ValueClass& each) { return as_text(each.value); };
  for (std::size_t i = 0; i < table_.names.size(); ++i) {
    const std::string_view name = table_.names[i];
    if (!name.starts_with(kVendor)) continue;
    table_.vendor.push_back({octets_of(name.substr(kVendor.size())), static_cast<ClassId>(i)});
  }
  std::ranges::sort(table_.vendor, {}, by_value);
  for (ClientClass& each : table_.classes) {
    if (!each.test || each.test->type != expression::Type::text) continue;
    const std::string prefix = std::string(kSpawn) + each.name + "_";
    for (std::size_t i = 0; i < table_.names.size(); ++i) {
      const std::string_view name = table_.names[i];
      if (!name.starts_with(prefix)) continue;
      each.spawned.push_back({octets_of(name.substr(prefix.size())), static_cast<ClassId>(i)});
    }
    std::ranges::sort(each.spawned, {}, by_value);
  }
}

/// Which classes are evaluated when, and how they are found.
void ClassNames::index_tests() {
  const auto number_of = [this](std::string_view name) { return numbers_.find(name)->second; };
  for (std::size_t i = 0; i < table_.classes.size(); ++i) {
    const ClientClass& each = table_.classes[i];
    if (!each.test || each.only_additional) continue;
    (each.needs_host ? table_.late : table_.early).add(i);
    table_.index.add(i, requirements_[i], number_of);
  }
  table_.index.finish();
}

bool ClassNames::can_have_members(const std::string& name) const {
  return is_fixed(name) || name == "DROP" || name == "REJECT" || name == "SKIP_DDNS" ||
         defined_.contains(name) || mentions_.given.contains(name) || name.starts_with(kVendor) ||
         name.starts_with(kSpawn);
}

bool ClassNames::gives(std::uint8_t code) const {
  return std::ranges::any_of(
      table_.classes, [&](const ClientClass& each) { return each.options.find(code) != nullptr; });
}

ClassTable ClassNames::take(const Node& global, Report& report) {
  index_values();
  index_tests();
  table_.definitions.resize(table_.names.size());
  for (std::size_t i = 0; i < table_.classes.size(); ++i) {
    table_.definitions[table_.classes[i].id] = static_cast<std::uint16_t>(i + 1);
  }
  note_odd_classes(global, table_.classes, mentions_, report);
  for (const std::string& name : table_.names) {
    if (can_have_members(name)) continue;
    report.note_of(global, "nobody is in the class ", quote(name),
                   ": it is neither defined under client-classes nor given by a reservation");
  }
  return std::move(table_);
}

}  // namespace lessor::config
