#pragma once
// For tests: a folder that goes when the test does, and damage to the files in it.

#include "store/rocksdb_log.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace lessor::store {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    // In memory where there is one to be had: hundreds of flushes are not what is tested.
    const fs::path memory = "/dev/shm";
    const fs::path parent =
        ::access(memory.c_str(), W_OK) == 0 ? memory : fs::temp_directory_path();
    std::string name = (parent / "lessor-store-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string path(const std::string& name = "leases") const {
    return (path_ / name).string();
  }

 private:
  fs::path path_;
};

/// Inverts the octet at `offset`; doing it twice undoes it.
inline void flip(const std::string& path, std::size_t offset) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(offset));
  const int octet = file.get();
  file.seekp(static_cast<std::streamoff>(offset));
  file.put(static_cast<char>(octet ^ 0xff));
}

/// One of the files that RocksDB has moved records to; empty when there is none.
inline std::string data_file(const std::string& folder) {
  for (const auto& entry : fs::directory_iterator(database_folder(folder)))
    if (entry.path().extension() == ".sst") return entry.path().string();
  return "";
}

/// The write-ahead log of a lease folder that holds most.
inline std::string newest_wal(const std::string& folder) {
  fs::path wal;
  for (const auto& entry : fs::directory_iterator(database_folder(folder))) {
    if (entry.path().extension() != ".log") continue;
    if (wal.empty() || fs::file_size(entry.path()) > fs::file_size(wal)) wal = entry.path();
  }
  EXPECT_FALSE(wal.empty());
  return wal.string();
}

}  // namespace lessor::store
