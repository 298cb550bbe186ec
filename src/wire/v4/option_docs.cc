#include "wire/v4/option_docs.h"

#include "wire/v4/kind_relay_info.h"
#include "wire/v4/option_table.h"

#include <algorithm>
#include <vector>

namespace lessor::wire {
namespace {

constexpr std::string_view kIntroduction =
    R"(# DHCPv4 options

Every option that Lessor knows by name, printed from the table that it reads and writes options
with. Write an option by its name, by one of the names that other tools give it, by its code, or,
when it has no name, as `option-N`. `lessor options` lists them, `lessor options 82` explains one
with its octets and its sub-options, `lessor options --names` tells what each tool calls them.

## How values are written

The notation is the one of Kea's `option-data`: parts with commas between them.

- `0x...` gives the octets as they are, for any option. What has no faithful text is shown so, too.
  In `option-data`, as in Kea, an option's own notation goes first: `0x10` is a number where a
  number belongs and text where text does. `"csv-format": false` takes octets for any option.
- In text, `\,` is a comma and `\\` a backslash; any other backslash is itself.
- Seconds may be written as a number, as `90s`, `10m`, `1h30m`, `7d`, or as `infinite`.
- A domain name that ends with a dot is the same as without, but in `fqdn`, where the dot says that
  the name is whole. Odd octets are written `\DDD` in decimal.
- Hexadecimal alone is octets in the `option-data` of `user-class` and `authenticate`, and behind
  the number of `vivco-suboptions` (`4491, 0964...`): Kea has no other notation for them.

What `lessor show` prints of an option, `lessor craft` accepts.

| value | example |
|---|---|
)";

constexpr std::string_view kOptionsHead = R"(
## Options

| code | name | value | length | example | meaning | defined in | also known as |
|--:|---|---|---|---|---|---|---|
)";

constexpr std::string_view kRelayHead = R"(
## Sub-options of option 82 (dhcp-agent-options)

Written as a list of `name=value`; a sub-option without a name by its number.

| code | name | value | meaning | defined in |
|--:|---|---|---|---|
)";

/// A cell: a bar would end it.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string code_cell(std::string_view text) { return text.empty() ? "" : "`" + cell(text) + "`"; }

std::string row(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& text : cells) line += " " + text + (text.empty() ? "|" : " |");
  return line + "\n";
}

/// Every kind once, in the order of the table.
std::string kinds() {
  std::vector<std::string_view> seen;
  std::string text;
  for (const OptionRow& option : option_table()) {
    for (const ValueCodec* kind : option.shape.all()) {
      if (std::find(seen.begin(), seen.end(), kind->type) != seen.end()) continue;
      seen.push_back(kind->type);
      text += row({cell(kind->type), code_cell(kind->example)});
    }
  }
  return text;
}

std::string options() {
  std::string text;
  for (const OptionRow& option : option_table()) {
    text += row({std::to_string(option.code), code_cell(option.name), cell(type_of(option.shape)),
                 to_string(length_rule(option.shape)), code_cell(example_of(option.shape)),
                 cell(option.meaning), cell(option.reference), cell(option.aliases)});
  }
  return text;
}

std::string relay_options() {
  std::string text;
  for (const SubOptionRow& option : relay_sub_options()) {
    text += row({std::to_string(option.code), code_cell(option.name), cell(type_of(option.shape)),
                 cell(option.meaning), cell(option.reference)});
  }
  return text;
}

}  // namespace

std::string options_markdown() {
  return std::string(kIntroduction) + kinds() + std::string(kOptionsHead) + options() +
         std::string(kRelayHead) + relay_options();
}

}  // namespace lessor::wire
