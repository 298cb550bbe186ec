// Runs a fuzz target over its seeds, once and without libFuzzer: the test that every seed is a good
// one, and that the target's property holds for it. A seed named bad-* is bad input by intent, a
// row of docs/bad-input.md, and one named found-* is what a fuzzer found and was mended: they need
// not lead anywhere, but the property holds for them too.
//
//   run_seeds FOLDER

#include "seed.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

bool is_bad_by_intent(const std::filesystem::path& seed) {
  const std::string name = seed.filename().string();
  return name.starts_with("bad-") || name.starts_with("found-");
}

}  // namespace

int main(int argc, char** argv) {
  int seeds = 0;
  if (argc != 2) return 2;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::vector<char> seed(std::istreambuf_iterator<char>(in), {});
    if (!is_bad_by_intent(entry.path()) && !is_good_seed(std::as_bytes(std::span(seed)))) {
      std::fprintf(stderr, "%s is no good seed\n", entry.path().c_str());
      return 1;
    }
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(seed.data()), seed.size());
    ++seeds;
  }
  std::printf("%d seeds\n", seeds);
  return seeds > 0 ? 0 : 1;
}
