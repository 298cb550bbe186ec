// The program `lessor`: its leases are kept in RocksDB.

#include "cli/program.h"
#include "store/rocksdb_log.h"

int main(int argc, char** argv) {
  return lessor::cli::run_program({argv + 1, argv + argc}, [](const std::string& folder) {
    return lessor::store::open_rocksdb_log(folder, lessor::store::OpenMode::serve);
  });
}
