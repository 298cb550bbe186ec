// Fuzzes leases as CSV: a heading and its lines, as an import reads them. A line gives a lease, or
// a sentence; a lease is one line of printable cells, from which the same lease is read.

#include "property.h"
#include "seed.h"
#include "store/lease_csv.h"

namespace lessor::store {
namespace {

using fuzz::expect;

/// But for the host name, whose control characters become text, and no lifetime, which is a second.
bool same(const lease::Lease& a, const lease::Lease& b) {
  const bool client = a.hardware == b.hardware && equal_bytes(a.client_id, b.client_id);
  const bool term = a.state == b.state && a.started == b.started &&
                    std::max(a.lifetime, Duration::seconds(1)) == b.lifetime;
  return client && term && a.address == b.address && a.subnet_id == b.subnet_id;
}

/// A cell that a spreadsheet takes for a formula, or that ends where it should not.
bool is_safe(std::string_view line) {
  if (line.empty() || line.back() != '\n') return false;
  line.remove_suffix(1);
  std::size_t cells = 1;
  bool at_start = true;
  for (const char c : line) {
    if (at_start && std::string_view("=+-@").find(c) != std::string_view::npos) return false;
    at_start = c == ',';
    cells += at_start ? 1 : 0;
    if (c == '"' || c == '\n') return false;
  }
  return fuzz::is_clean(line) && cells == 12;
}

void try_lease(const lease::Lease& lease) {
  static const auto kOurs = LeaseCsvReader::open(kLeaseCsvHeading);
  const std::string line = to_csv(lease);
  expect(is_safe(line), "not a line of twelve safe cells", line);
  const auto again = kOurs->read(line);
  if (!again) fuzz::fail(again.error(), line);
  expect(again->has_value() && same(lease, (*again)->lease()), "another lease came back", line);
  expect(to_csv((*again)->lease()) == line, "it is not written as it was read", line);
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

void expect_words(const std::string& error) {
  expect(!error.empty() && fuzz::is_clean(error), "an error that says nothing, or too much", error);
}

/// How many leases a file gives.
std::size_t try_file(std::string_view text) {
  const auto reader = LeaseCsvReader::open(take_line(text));
  if (!reader) {
    expect_words(reader.error());
    return 0;
  }
  std::size_t leases = 0;
  while (!text.empty()) {
    const auto read = reader->read(take_line(text));
    if (!read) expect_words(read.error());
    if (!read || !*read) continue;
    try_lease((*read)->lease());
    ++leases;
  }
  return leases;
}

}  // namespace
}  // namespace lessor::store

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)lessor::store::try_file(lessor::as_text(std::as_bytes(std::span(data, size))));
  return 0;
}

bool is_good_seed(lessor::Bytes seed) { return lessor::store::try_file(lessor::as_text(seed)) > 0; }
