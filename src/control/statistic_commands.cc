#include "control/statistic_commands.h"

#include "control/config_change.h"

#include <algorithm>
#include <array>

namespace lessor::control {
namespace {

using Statistics = std::vector<Statistic>;

/// As they are shown.
std::expected<Statistics, Trouble> shown(Target& target) {
  auto all = target.statistics();
  if (!all) return all;
  return target.statistic_marks().shown(std::move(*all));
}

Answer show(Target& target, const Statistics& statistics) {
  return {Result::ok, {}, to_json(statistics, target.wall_time())};
}

bool is_global(const Statistic& statistic) { return !statistic.name.starts_with("subnet["); }

/// The statistic that the arguments name, with its value since the start, if it is shown.
std::expected<Statistic, Answer> find_named(Target& target, const Arguments& arguments) {
  const auto name = arguments.find_text("name");
  if (!name || !*name) return std::unexpected(refusal("Missing mandatory 'name' parameter."));
  const auto all = target.statistics();
  if (!all) return std::unexpected(refusal(all.error()));
  const auto visible = target.statistic_marks().shown(*all);
  const bool is_shown = std::ranges::count(visible, **name, &Statistic::name) != 0;
  const auto found = std::ranges::find(*all, **name, &Statistic::name);
  if (!is_shown || found == all->end()) {
    return std::unexpected(refusal("No '" + **name + "' statistic found"));
  }
  return *found;
}

constexpr std::array<std::string_view, 4> kColumns = {
    "total-addresses", "cumulative-assigned-addresses", "assigned-addresses", "declined-addresses"};

/// Which subnets are asked for.
struct Range {
  std::uint64_t first = 0;
  std::uint64_t last = UINT32_MAX;
  std::string text = "[all subnets]";
};

std::expected<Range, std::string> read_range(const Arguments& arguments) {
  const auto id = arguments.find_number("subnet-id", UINT32_MAX);
  if (!id) return std::unexpected(id.error());
  if (*id) return Range{**id, **id, "[subnet-id=" + std::to_string(**id) + "]"};
  const JsonValue* map = arguments.find("subnet-range");
  if (map == nullptr) return Range();
  const auto first = number_member(*map, "first-subnet-id");
  const auto last = number_member(*map, "last-subnet-id");
  if (!first || !last) {
    return std::unexpected("'subnet-range' needs 'first-subnet-id' and 'last-subnet-id'");
  }
  if (*last < *first) {
    return std::unexpected("'last-subnet-id' must be greater than 'first-subnet-id'");
  }
  return Range{*first, *last,
               "[subnets " + std::to_string(*first) + " through " + std::to_string(*last) + "]"};
}

JsonValue columns() {
  JsonValue::List names{json_text("subnet-id")};
  for (const std::string_view column : kColumns) names.push_back(json_text(column));
  return json_list(std::move(names));
}

/// A row a subnet, by id.
JsonValue::List rows_of(const Statistics& sorted, std::vector<SubnetFacts> subnets,
                        const Range& range) {
  std::ranges::sort(subnets, {}, &SubnetFacts::id);
  JsonValue::List rows;
  for (const SubnetFacts& subnet : subnets) {
    if (subnet.id < range.first || subnet.id > range.last) continue;
    JsonValue::List row{json_number(subnet.id)};
    const std::string prefix = "subnet[" + std::to_string(subnet.id) + "].";
    for (const std::string_view column : kColumns) {
      const std::string name = prefix + std::string(column);
      const auto at = std::ranges::lower_bound(sorted, name, {}, &Statistic::name);
      const bool found = at != sorted.end() && at->name == name;
      row.push_back(json_number(found ? at->value : 0));
    }
    rows.push_back(json_list(std::move(row)));
  }
  return rows;
}

}  // namespace

Answer statistic_get(Target& target, const Arguments& arguments) {
  const auto name = arguments.find_text("name");
  if (!name || !*name) return refusal("Missing mandatory 'name' parameter.");
  auto all = shown(target);
  if (!all) return refusal(all.error());
  std::erase_if(*all, [&](const Statistic& each) { return each.name != **name; });
  return show(target, *all);
}

Answer statistic_get_all(Target& target, const Arguments&) {
  const auto all = shown(target);
  return all ? show(target, *all) : refusal(all.error());
}

Answer statistic_global_get_all(Target& target, const Arguments&) {
  auto all = shown(target);
  if (!all) return refusal(all.error());
  std::erase_if(*all, [](const Statistic& each) { return !is_global(each); });
  return show(target, *all);
}

Answer statistic_reset(Target& target, const Arguments& arguments) {
  auto found = find_named(target, arguments);
  if (!found) return found.error();
  const std::string text = "Statistic '" + found->name + "' reset.";
  target.statistic_marks().reset({std::move(*found)});
  return {Result::ok, text, {}};
}

Answer statistic_reset_all(Target& target, const Arguments&) {
  const auto all = target.statistics();
  if (!all) return refusal(all.error());
  target.statistic_marks().reset(*all);
  return {Result::ok, "All statistics reset to neutral values.", {}};
}

Answer statistic_remove(Target& target, const Arguments& arguments) {
  auto found = find_named(target, arguments);
  if (!found) return found.error();
  const std::string text = "Statistic '" + found->name + "' removed.";
  target.statistic_marks().remove({std::move(*found)});
  return {Result::ok, text, {}};
}

Answer statistic_remove_all(Target& target, const Arguments&) {
  const auto all = target.statistics();
  if (!all) return refusal(all.error());
  target.statistic_marks().remove(*all);
  return {Result::ok, "All statistics removed.", {}};
}

Answer stat_lease4_get(Target& target, const Arguments& arguments) {
  const auto range = read_range(arguments);
  if (!range) return refusal(range.error());
  auto statistics = shown(target);
  if (!statistics) return refusal(statistics.error());
  auto subnets = target.subnets();
  if (!subnets) return refusal(subnets.error());
  std::ranges::sort(*statistics, {}, &Statistic::name);
  JsonValue::List rows = rows_of(*statistics, std::move(*subnets), *range);
  const std::string text = "stat-lease4-get" + range->text;
  if (rows.empty()) return {Result::empty, text + ": no matching data", "{}"};
  const std::string found = text + ": " + std::to_string(rows.size()) + " rows found";
  JsonValue set = json_map({{"columns", columns()},
                            {"rows", json_list(std::move(rows))},
                            {"timestamp", json_text(to_string(target.wall_time()) + ".000000")}});
  return {Result::ok, found, config::to_json(json_map({{"result-set", std::move(set)}}))};
}

}  // namespace lessor::control
