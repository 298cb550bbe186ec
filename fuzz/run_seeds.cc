// Runs a fuzz target over its seeds, once and without libFuzzer: the test that every seed is a
// whole DHCP message (one that is none would never lead a fuzzer to an option), and that the
// target's property holds for it.
//
//   run_seeds FOLDER

#include "craft/dissect.h"
#include "wire/v4/message_view.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

/// Whether a frame carries a message that can be read to its end.
bool is_whole(lessor::Bytes frame) {
  const auto dissection = lessor::craft::dissect(frame);
  lessor::wire::ParseScratch scratch;
  return dissection.trouble.empty() && dissection.is_dhcp() &&
         lessor::wire::MessageView::parse(dissection.payload, scratch).has_value();
}

}  // namespace

int main(int argc, char** argv) {
  int seeds = 0;
  if (argc != 2) return 2;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::vector<char> seed(std::istreambuf_iterator<char>(in), {});
    if (!is_whole(std::as_bytes(std::span(seed)))) {
      std::fprintf(stderr, "%s is no whole DHCP message\n", entry.path().c_str());
      return 1;
    }
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(seed.data()), seed.size());
    ++seeds;
  }
  std::printf("%d seeds\n", seeds);
  return seeds > 0 ? 0 : 1;
}
