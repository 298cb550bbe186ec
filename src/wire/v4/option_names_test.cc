// Reads test/vectors/option-names.txt; the file says what its lines mean.

#include "base/text.h"
#include "wire/v4/option_table.h"
#include "wire/v4/tool_names.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

namespace lessor::wire {
namespace {

constexpr const char* kFile = "test/vectors/option-names.txt";
constexpr std::size_t kTools = 5;  // Kea first

std::optional<OptionCode> read_code(std::string_view text) {
  const auto number = parse_number(text, 255);
  if (!number) return std::nullopt;
  return static_cast<OptionCode>(*number);
}

/// "! NAME | why" and "> CODE | NAME | why".
void check_disputed(const std::vector<std::string_view>& cells) {
  if (cells[0].starts_with('!')) {
    EXPECT_EQ(find_option_code(cells[0].substr(1)), std::nullopt);
    return;
  }
  ASSERT_EQ(cells.size(), 3U);
  EXPECT_EQ(find_option_code(cells[1]), read_code(trim(cells[0].substr(1))));
}

void check_names(const std::vector<std::string_view>& cells) {
  ASSERT_EQ(cells.size(), 1 + kTools);
  const auto code = read_code(cells[0]);
  ASSERT_TRUE(code.has_value());
  EXPECT_TRUE(cells[1] == "-" || cells[1] == option_name(*code)) << "Kea's name is ours";
  for (const std::string_view name : std::span(cells).subspan(1)) {
    EXPECT_TRUE(name == "-" || find_option_code(name) == code) << name;
  }
  const ToolNames none{*code, {}, {}, {}, {}, {}};
  const ToolNames* found = find_tool_names(*code);
  const ToolNames& names = found == nullptr ? none : *found;
  const std::string_view listed[] = {names.kea, names.dhcpd, names.dnsmasq, names.scapy,
                                     names.tshark};
  for (std::size_t i = 0; i < std::size(listed); ++i) {
    EXPECT_EQ(listed[i].empty() ? "-" : listed[i], cells[1 + i]);
  }
}

TEST(OptionNames, OfOtherToolsAreKnown) {
  std::ifstream in(kFile);
  ASSERT_TRUE(in.is_open()) << kFile;
  std::string line;
  int rows = 0;
  for (int number = 1; std::getline(in, line); ++number) {
    if (trim(line).empty() || line.starts_with('#')) continue;
    SCOPED_TRACE(std::string(kFile) + ":" + std::to_string(number) + ": " + line);
    const auto cells = split(line, '|');
    const bool disputed = line.starts_with('!') || line.starts_with('>');
    disputed ? check_disputed(cells) : check_names(cells);
    rows += disputed ? 0 : 1;
  }
  EXPECT_GT(rows, 120);
}

}  // namespace
}  // namespace lessor::wire
