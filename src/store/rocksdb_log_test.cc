#include "store/rocksdb_log.h"

#include "store/mark_file.h"
#include "store/note_files.h"
#include "store/salvage_log.h"
#include "store/test_folder.h"
#include "store/wal_carver.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <map>

namespace lessor::store {
namespace {

namespace fs = std::filesystem;

std::unique_ptr<lease::Log> open(const std::string& folder, OpenMode mode) {
  auto log = open_rocksdb_log(folder, mode);
  EXPECT_TRUE(log.has_value()) << (log ? "" : log.error().message);
  return log ? std::move(*log) : nullptr;
}

/// Open and ready for writing after the records that it holds.
std::unique_ptr<lease::Log> serve(const std::string& folder, std::uint64_t records = 0) {
  auto log = open(folder, OpenMode::serve);
  const auto cut = log->cut(records + 1);
  EXPECT_TRUE(cut.has_value()) << (cut ? "" : cut.error().message);
  return log;
}

struct Collect final : lease::Log::Visitor {
  std::map<std::uint64_t, std::string> all;
  bool visit(std::uint64_t number, Bytes record) override {
    all.emplace(number, as_text(record));
    return true;
  }
};

std::map<std::uint64_t, std::string> read_all(lease::Log& log, std::uint64_t first = 0) {
  Collect records;
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
    const auto log = serve(folder.path());
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
  const auto log = serve(folder.path());
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
  EXPECT_NE(second.error().message.find("process " + std::to_string(::getpid())), std::string::npos)
      << second.error().message;
}

TEST(RocksdbLog, LetsTheNextServerInWhenTheFirstIsGone) {
  const Folder folder;
  {
    const auto log = serve(folder.path());
  }
  const auto log = open(folder.path(), OpenMode::serve);
  EXPECT_TRUE(read_all(*log).empty());
}

/// Why a store cannot be opened, read and written to, if so.
std::optional<lease::LogError> error_of_start(const std::string& folder) {
  const auto log = open_rocksdb_log(folder, OpenMode::serve);
  if (!log) return log.error();
  Collect records;
  if (const auto read = (*log)->read(0, records); !read) return read.error();
  const auto cut = (*log)->cut(2);
  return cut ? std::nullopt : std::optional(cut.error());
}

// Whichever of its files it comes to, a system that refuses is no damage: nobody shall repair that.
TEST(RocksdbLog, TooFewDescriptorsAreNoDamage) {
  const Folder folder;
  write(*serve(folder.path()), 1, "a record");
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const int next = ::dup(0);
  ::close(next);
  int refused = 0;
  for (rlim_t more = 0; more < 12; ++more) {
    const rlimit few{static_cast<rlim_t>(next) + more, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
    const auto error = error_of_start(folder.path());
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    if (!error) continue;
    ++refused;
    EXPECT_FALSE(error->damaged) << error->message;
  }
  EXPECT_GT(refused, 1);
}

TEST(RocksdbLog, CutsWhatFollows) {
  const Folder folder;
  {
    const auto log = serve(folder.path());
    for (std::uint64_t i = 1; i <= 10; ++i) write(*log, i, "before");
  }
  {
    const auto log = serve(folder.path(), 7);
    EXPECT_EQ(read_all(*log).size(), 7U);
    write(*log, 8, "after");
  }
  const auto log = open(folder.path(), OpenMode::serve);
  const auto records = read_all(*log);
  EXPECT_EQ(records.size(), 8U);
  EXPECT_EQ(records.at(7), "before");
  EXPECT_EQ(records.at(8), "after");
}

// B18
TEST(RocksdbLog, NobodyElseMayLookIntoTheFolder) {
  const Folder folder;
  const auto log = serve(folder.path());
  write(*log, 1, "private");
  for (const std::string& path : {folder.path(), database_folder(folder.path())})
    EXPECT_EQ(fs::status(path).permissions() & fs::perms::others_all, fs::perms::none) << path;
}

// A line of it that the disk refuses would make RocksDB end the process.
TEST(RocksdbLog, RocksdbKeepsNoDiaryOfItsOwn) {
  const Folder folder;
  write(*serve(folder.path()), 1, "a record");
  (void)read_all(*serve(folder.path(), 1));
  for (const auto& entry : fs::directory_iterator(database_folder(folder.path()))) {
    EXPECT_FALSE(entry.path().filename().string().starts_with("LOG")) << entry.path();
  }
}

// C2-10: an error of the system is said in its words, with the path.
TEST(RocksdbLog, SaysWhatTheSystemSaid) {
  const Folder folder;
  std::ofstream(folder.path("file")) << "x";
  const auto log = open_rocksdb_log(folder.path("file"), OpenMode::serve);
  ASSERT_FALSE(log.has_value());
  EXPECT_NE(log.error().message.find(folder.path("file")), std::string::npos);
  EXPECT_NE(log.error().message.find("Not a directory"), std::string::npos) << log.error().message;
}

TEST(RocksdbLog, KeepsNotesApartFromTheRecordsAndDropsThemTogether) {
  const Folder folder;
  {
    const auto log = serve(folder.path());
    const std::string filler(5'000, 'n');
    for (std::uint64_t i = 1; i <= 500; ++i) {
      ASSERT_TRUE(log->write_note(i, as_bytes("note " + std::to_string(i) + filler)).has_value());
      write(*log, i, "r");
    }
    ASSERT_TRUE(log->write_mark(as_bytes("m")).has_value());
    Collect notes;
    ASSERT_TRUE(log->read_notes(notes).has_value());
    EXPECT_EQ(notes.all.size(), 500U);
    EXPECT_TRUE(notes.all.at(123).starts_with("note 123n"));
    ASSERT_TRUE(log->trim(450).has_value());
  }
  const auto log = open(folder.path(), OpenMode::read_only);
  EXPECT_EQ(log->read_mark(), "m");
  Collect notes;
  ASSERT_TRUE(log->read_notes(notes).has_value());
  EXPECT_LT(notes.all.size(), 300U);  // two files of 1 MB and a rest; the first has gone
  EXPECT_EQ(notes.all.count(450), 1U);
  EXPECT_EQ(notes.all.count(500), 1U);
}

TEST(NoteFiles, ADamagedNoteHidesOnlyWhatFollowsInItsFile) {
  const Folder folder;
  {
    NoteFiles notes(folder.path("."));
    for (std::uint64_t i = 1; i <= 9; ++i) notes.append(i, as_bytes("n"));
    ASSERT_TRUE(notes.write().has_value());
  }
  const std::string path = folder.path("notes-00000000000000000001");
  for (std::size_t offset = 0; offset < fs::file_size(path); ++offset) {
    flip(path, offset);
    Collect found;
    ASSERT_TRUE(NoteFiles(folder.path(".")).read(found).has_value());
    EXPECT_EQ(found.all.size(), offset / 17);
    flip(path, offset);
  }
}

// A crash leaves notes of records that never became durable; the next process uses their numbers.
TEST(NoteFiles, ANoteOfADroppedRecordDoesNotStandForItsSuccessors) {
  const Folder folder;
  for (const std::uint64_t first : {std::uint64_t{1}, std::uint64_t{3}}) {
    NoteFiles notes(folder.path("."));
    for (std::uint64_t i = first; i <= 4; ++i)
      notes.append(i, as_bytes(first == 1 ? "old" : "new"));
    ASSERT_TRUE(notes.write().has_value());
  }
  flip(folder.path("notes-00000000000000000003"), 5);
  Collect found;
  ASSERT_TRUE(NoteFiles(folder.path(".")).read(found).has_value());
  EXPECT_EQ(found.all, (std::map<std::uint64_t, std::string>{{1, "old"}, {2, "old"}}));
}

TEST(RocksdbLog, ReadsBesideARunningServerWithoutItsLock) {
  const Folder folder;
  const auto log = serve(folder.path());
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
    const auto log = serve(folder.path());
    for (std::uint64_t i = 1; i <= 300; ++i) write(*log, i, std::string(200, 'x'));
  }
  flip(newest_wal(folder.path()), 2'000);
  for (int i = 0; i < 3; ++i) {  // however often it is looked at
    const auto log = open(folder.path(), OpenMode::serve);
    Collect found;
    const auto read = log->read(0, found);
    ASSERT_FALSE(read.has_value());
    EXPECT_TRUE(read.error().damaged);
    EXPECT_LT(found.all.size(), 20U);
  }
  const auto salvaged = open_salvage_log(database_folder(folder.path()));
  EXPECT_EQ(read_all(*salvaged).size(), 299U);  // one octet, one record
}

// C2-11: the files that RocksDB moves its log to.
TEST(RocksdbLog, AFlippedOctetInADataFileIsDamage) {
  const Folder folder;
  const std::string record(1U << 20, 'r');
  constexpr std::uint64_t kRecords = 36;  // more than a write buffer holds
  {
    const auto log = serve(folder.path());
    for (std::uint64_t i = 1; i <= kRecords; ++i) write(*log, i, record);
  }
  (void)serve(folder.path(), kRecords);  // a restart moves what does not fit the buffer
  const std::string path = data_file(folder.path());
  ASSERT_FALSE(path.empty());
  const std::size_t size = fs::file_size(path);
  for (const std::size_t offset : {std::size_t{5}, size / 3, size / 2, size - 3'000, size - 2}) {
    flip(path, offset);
    const auto log = open_rocksdb_log(folder.path(), OpenMode::serve);
    Collect found;
    const auto read = log ? (*log)->read(0, found) : std::unexpected(log.error());
    if (read) {
      EXPECT_EQ(found.all.size(), kRecords) << offset;
    } else {
      EXPECT_TRUE(read.error().damaged) << offset << ": " << read.error().message;
    }
    EXPECT_TRUE(!read || offset > size - 4'000) << offset << " was not noticed";
    flip(path, offset);
  }
}

// Wherever an octet flips: what it touched is lost, and no more than that; nothing is invented.
TEST(WalCarver, LosesOneRecordToOneFlippedOctet) {
  const Folder folder;
  {
    const auto log = serve(folder.path());
    for (std::uint64_t i = 1; i <= 30; ++i) {
      // Some records span blocks of 32 KB.
      const std::size_t size = i % 10 == 0 ? 40'000 : 50;
      write(*log, i, std::string(size, static_cast<char>('a' + i)));
    }
  }
  const std::string path = newest_wal(folder.path());
  std::ifstream in(path, std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  Records all;
  carve_write_ahead_log(whole, all);
  ASSERT_EQ(all.size(), 30U);
  for (std::size_t i = 0; i < whole.size(); i += i < 3'000 ? 1 : 997) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x40);
    Records found;
    carve_write_ahead_log(damaged, found);
    EXPECT_GE(found.size(), 29U) << i;
    for (const auto& [number, record] : found) EXPECT_EQ(record, all.at(number)) << i;
  }
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
  flip(path, 4'096 + 14);
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
