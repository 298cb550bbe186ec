#include "cli/bench/machine.h"

#include "base/text.h"

#include <fstream>
#include <iterator>
#include <sys/utsname.h>
#include <unistd.h>

namespace lessor::cli {
namespace {

/// A page's worth of processors is enough: the first one is asked for.
constexpr std::size_t kCpuinfoMax = 4'096;

std::string beginning_of(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kCpuinfoMax, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

}  // namespace

std::string processor_in(std::string_view cpuinfo) {
  for (const std::string_view line : split(cpuinfo, '\n')) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view key = trim(line.substr(0, colon));
    // x86 says the first; ARM boards the second.
    if (key != "model name" && key != "Model") continue;
    return std::string(trim(line.substr(colon + 1)));
  }
  return {};
}

Machine this_machine() {
  Machine machine;
  utsname names{};
  if (::uname(&names) == 0) {
    machine.name = names.nodename;
    machine.kernel =
        std::string(names.sysname) + " " + names.release + " " + std::string(names.machine);
  }
  const long processors = ::sysconf(_SC_NPROCESSORS_ONLN);
  const std::string model = processor_in(beginning_of("/proc/cpuinfo"));
  if (processors > 0) machine.processor = std::to_string(processors) + " x ";
  machine.processor += model.empty() ? "processor" : model;
  return machine;
}

}  // namespace lessor::cli
