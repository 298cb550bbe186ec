#include "store/rocksdb_log.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "store/mark_file.h"

namespace lessor::store {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "lessor-store-XXXXXX").string();
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

std::unique_ptr<lease::Log> open(const std::string& folder, OpenMode mode) {
  auto log = open_rocksdb_log(folder, mode);
  EXPECT_TRUE(log.has_value()) << (log ? "" : log.error().message);
  return log ? std::move(*log) : nullptr;
}

struct Records final : lease::Log::Visitor {
  std::map<std::uint64_t, std::string> all;
  bool visit(std::uint64_t number, Bytes record) override {
    all.emplace(number, as_text(record));
    return true;
  }
};

std::map<std::uint64_t, std::string> read_all(lease::Log& log, std::uint64_t first = 0) {
  Records records;
  EXPECT_TRUE(log.read(first, records).has_value());
  return records.all;
}

void write(lease::Log& log, std::uint64_t number, std::string_view record) {
  ASSERT_TRUE(log.append(number, as_bytes(record)).has_value());
  ASSERT_TRUE(log.sync().has_value());
}

TEST(RocksdbLog, FindsEverySyncedRecordAgainInOrder) {
  const Folder folder;
  {
    const auto log = open(folder.path(), OpenMode::serve);
    for (std::uint64_t i = 1; i <= 300; ++i) write(*log, i, "record " + std::to_string(i));
    ASSERT_TRUE(log->append(301, as_bytes("never synced")).has_value());
  }
  const auto log = open(folder.path(), OpenMode::serve);
  const auto records = read_all(*log);
  EXPECT_EQ(records.size(), 300U);
  EXPECT_EQ(records.at(256), "record 256");
  EXPECT_EQ(read_all(*log, 299).size(), 2U);
}

TEST(RocksdbLog, TrimsOnlyWhatLiesBelow) {
  const Folder folder;
  const auto log = open(folder.path(), OpenMode::serve);
  for (std::uint64_t i = 1; i <= 10; ++i) write(*log, i, "r");
  ASSERT_TRUE(log->trim(8).has_value());
  ASSERT_TRUE(log->sync().has_value());
  EXPECT_EQ(read_all(*log).begin()->first, 8U);
}

TEST(RocksdbLog, RefusesAFolderThatIsInUseAndNamesTheProcess) {
  const Folder folder;
  const auto log = open(folder.path(), OpenMode::serve);
  const auto second = open_rocksdb_log(folder.path(), OpenMode::serve);
  ASSERT_FALSE(second.has_value());
  EXPECT_NE(second.error().message.find(folder.path()), std::string::npos);
}

TEST(RocksdbLog, ReadsBesideARunningServerWithoutItsLock) {
  const Folder folder;
  const auto log = open(folder.path(), OpenMode::serve);
  write(*log, 1, "durable");
  const auto reader = open(folder.path(), OpenMode::read_only);
  EXPECT_EQ(read_all(*reader).at(1), "durable");
}

TEST(RocksdbLog, SaysWhenThereIsNothingToRead) {
  const Folder folder;
  const auto log = open_rocksdb_log(folder.path("absent"), OpenMode::read_only);
  ASSERT_FALSE(log.has_value());
  EXPECT_NE(log.error().message.find("there is no lease store"), std::string::npos);
  EXPECT_FALSE(fs::exists(folder.path("absent")));
}

TEST(RocksdbLog, ADamagedLogIsNotRewrittenByOpeningIt) {
  const Folder folder;
  {
    const auto log = open(folder.path(), OpenMode::serve);
    for (std::uint64_t i = 1; i <= 300; ++i) write(*log, i, std::string(200, 'x'));
  }
  fs::path wal;
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    if (entry.path().extension() == ".log" && fs::file_size(entry.path()) > 0) wal = entry.path();
  }
  ASSERT_FALSE(wal.empty());
  std::fstream(wal, std::ios::in | std::ios::out | std::ios::binary).seekp(2'000).put('!');
  for (int i = 0; i < 3; ++i) {  // however often it is looked at
    const auto log = open(folder.path(), OpenMode::serve);
    EXPECT_LT(read_all(*log).size(), 20U);
  }
  const auto salvaged = open(folder.path(), OpenMode::salvage);
  EXPECT_EQ(read_all(*salvaged).count(300), 1U);  // it loses a block of 32 KiB, not what follows
}

TEST(MarkFile, KeepsTheNewestRecordAndSurvivesATornOne) {
  const Folder folder;
  const std::string path = folder.path("mark");
  {
    auto mark = MarkFile::open(path, true);
    for (const char* record : {"one", "two", "three"}) {
      ASSERT_TRUE(mark->write(as_bytes(record)).has_value());
    }
  }
  EXPECT_EQ(MarkFile::open(path, true)->read(), "three");
  std::fstream(path, std::ios::in | std::ios::out | std::ios::binary).seekp(4'096 + 14).put('?');
  auto torn = MarkFile::open(path, true);
  EXPECT_EQ(torn->read(), "two");
  ASSERT_TRUE(torn->write(as_bytes("four")).has_value());
  EXPECT_EQ(MarkFile::open(path, false)->read(), "four");
}

TEST(MarkFile, SaysWhenNothingIsWhole) {
  const Folder folder;
  std::ofstream(folder.path("mark")) << "not a mark at all, and long enough to be looked at";
  const auto record = MarkFile::open(folder.path("mark"), false)->read();
  ASSERT_FALSE(record.has_value());
  EXPECT_NE(record.error().message.find("damaged"), std::string::npos);
  EXPECT_EQ(MarkFile::open(folder.path("absent"), false)->read(), "");
}

}  // namespace
}  // namespace lessor::store
