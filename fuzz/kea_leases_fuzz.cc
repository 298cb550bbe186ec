// Fuzzes Kea's lease files as a site that moves has them: several, in one input, between lines that
// begin a file. However they are broken, each line is counted once, no more leases come out than
// lines went in, what is said of a bad line repeats nothing of it, and each lease is one that an
// export writes and an import reads.

#include "property.h"
#include "seed.h"
#include "store/kea_leases.h"

#include <set>

namespace lessor::store {
namespace {

using fuzz::expect;

/// A line of the input that begins the next file; Kea writes none like it.
constexpr std::string_view kNextFile = "--";

std::size_t try_files(std::string_view text) {
  KeaLeases leases;
  std::size_t lines = 0;
  leases.begin_file("a");
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line == kNextFile) {
      leases.begin_file("b");
      continue;
    }
    leases.take_line(line);
    ++lines;
  }
  const KeaLeases::Counts& counts = leases.counts();
  expect(counts.lines <= lines && leases.size() <= counts.lines, "more leases than lines", "");
  expect(counts.left_out <= lines, "more left out than there was", "");
  expect((counts.left_out == 0) == leases.first_trouble().empty(), "trouble untold", "");
  expect(fuzz::is_clean(leases.first_trouble()) && leases.first_trouble().size() < 80,
         "trouble that repeats what it is about", leases.first_trouble());
  std::set<std::uint32_t> addresses;
  const auto ours = LeaseCsvReader::open(kLeaseCsvHeading);
  leases.for_each([&](const lease::Lease& lease) {
    expect(addresses.insert(lease.address.value).second, "an address twice", "");
    const std::string written = to_csv(lease);
    expect(ours->read(written).has_value(), "a lease that cannot be written and read", written);
  });
  expect(addresses.size() == leases.size(), "a lease that is counted and not there", "");
  return leases.size();
}

}  // namespace
}  // namespace lessor::store

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)lessor::store::try_files(lessor::as_text(std::as_bytes(std::span(data, size))));
  return 0;
}

bool is_good_seed(lessor::Bytes seed) {
  return lessor::store::try_files(lessor::as_text(seed)) > 0;
}
