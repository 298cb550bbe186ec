// lessor-faulty: the program `lessor`, on a disk that obeys LESSOR_TEST_SYNC, and with data files
// of about LESSOR_TEST_WRITE_BUFFER octets, so that they come and go all the time.

#include "base/text.h"
#include "cli/program.h"
#include "faulty_log.h"
#include "store/rocksdb_log.h"

#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv) {
  const auto fault = lessor::test::read_sync_fault(std::getenv("LESSOR_TEST_SYNC"));
  if (!fault) {
    std::fprintf(stderr, "lessor-faulty: %s\n", fault.error().c_str());
    return 2;
  }
  const char* const buffer = std::getenv("LESSOR_TEST_WRITE_BUFFER");
  const std::size_t write_buffer =
      lessor::parse_number(buffer == nullptr ? "" : buffer).value_or(lessor::store::kWriteBuffer);
  using Opened = std::expected<std::unique_ptr<lessor::lease::Log>, lessor::lease::LogError>;
  const auto open = [&](const std::string& folder) -> Opened {
    auto log =
        lessor::store::open_rocksdb_log(folder, lessor::store::OpenMode::serve, write_buffer);
    if (!log) return log;
    return lessor::test::make_faulty_log(std::move(*log), *fault);
  };
  return lessor::cli::run_program({argv + 1, argv + argc}, open);
}
