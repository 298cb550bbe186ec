#include "store/rocksdb_log.h"

#include "base/check.h"
#include "store/disk_room.h"
#include "store/folder_lock.h"
#include "store/folders.h"
#include "store/last_words.h"
#include "store/mark_file.h"
#include "store/note_files.h"
#include "store/wal_carver.h"

#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstring>
#include <filesystem>
#include <optional>

namespace lessor::store {
namespace {

using lease::LogError;
using Key = std::array<std::byte, 8>;

Key key_of(std::uint64_t number) {
  Key key;
  store_be64(key.data(), number);
  return key;
}

rocksdb::Slice slice(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Bytes bytes_of(const rocksdb::Slice& s) { return as_bytes(std::string_view(s.data(), s.size())); }

/// Whether RocksDB complains of what it read, a missing file of its own included, rather than of
/// what the system refused (of its options' file it says that in the words of a wrong argument).
bool is_damage(const rocksdb::Status& status) {
  const bool refused = status.ToString().find("IO error") != std::string::npos;
  return status.IsCorruption() || status.IsNotSupported() || status.IsPathNotFound() ||
         (status.IsInvalidArgument() && !refused);
}

LogError failed(const std::string& what, const std::string& folder, const rocksdb::Status& status) {
  return {.message = "cannot " + what + " " + folder + ": " + status.ToString(),
          .damaged = is_damage(status)};
}

enum class Access : std::uint8_t {
  read,
  write,
  salvage,  // read, past damage
};

/// RocksDB's own diary is not kept: when the disk refuses a line of it, the next line ends the
/// process by an assertion. What matters comes back as a Status, and is told.
class NoDiary final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

rocksdb::Options options_for(Access access, std::size_t write_buffer = kWriteBuffer) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.paranoid_checks = access != Access::salvage;
  // What a crash tore off the end is gone; everything before it must be whole. Damage in the middle
  // also ends the replay: LeaseStore sees by the mark that acknowledged records are missing.
  options.wal_recovery_mode = access == Access::salvage
                                  ? rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords
                                  : rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.track_and_verify_wals_in_manifest = access != Access::salvage;
  options.avoid_flush_during_recovery = true;
  options.avoid_flush_during_shutdown = true;
  options.max_bgerror_resume_count = 0;  // a failed flush ends all promises
  options.write_buffer_size = write_buffer;
  options.max_write_buffer_number = 3;
  // Beside a running server files may go while they are read: all are opened at once.
  options.max_open_files = access == Access::write ? 64 : -1;
  options.compression = rocksdb::kNoCompression;
  options.info_log = std::make_shared<NoDiary>();
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

using Database = std::expected<std::unique_ptr<rocksdb::DB>, LogError>;

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

Database open_database(const std::string& folder, Access access,
                       std::size_t write_buffer = kWriteBuffer) {
  rocksdb::DB* db = nullptr;
  const rocksdb::Options options = options_for(access, write_buffer);
  const rocksdb::Status status = access == Access::write
                                     ? rocksdb::DB::Open(options, folder, &db)
                                     : rocksdb::DB::OpenForReadOnly(options, folder, &db);
  if (!status.ok()) return std::unexpected(failed("open", folder, status));
  return std::unique_ptr<rocksdb::DB>(db);
}

/// Until cut() the database is open read only: RocksDB, opened for writing after damage, may clear
/// away what it could not read.
class RocksdbLog final : public lease::Log {
 public:
  RocksdbLog(std::string folder, std::optional<FolderLock> lock, std::size_t write_buffer)
      : lock_(std::move(lock)),
        folder_(std::move(folder)),
        write_buffer_(write_buffer),
        notes_(folder_) {}

  /// Opens what is there. The mark is read first: beside a running server the log may grow
  /// meanwhile, and must not look shorter than its mark.
  std::expected<void, LogError> open() {
    auto mark = MarkFile::open(mark_path(), false);
    if (!mark) return std::unexpected(mark.error());
    mark_text_ = mark->read();
    if (!exists(folder_ + "/CURRENT")) return {};
    // In this order: beside a running server the log may grow meanwhile.
    const std::uint64_t last = last_in_write_ahead_logs(folder_);
    if (const auto opened = take(open_database(folder_, Access::read)); !opened) return opened;
    if (last > last_number()) unread_ = last;
    return {};
  }

  std::expected<void, LogError> append(std::uint64_t number, Bytes record) override {
    return check("write to", batch_.Put(slice(key_of(number)), slice(record)));
  }

  std::expected<void, LogError> sync() override {
    CHECK(mark_.has_value());
    // Notes first: when the records are there, so are the notes about them.
    if (const auto written = notes_.write(); !written) return written;
    if (batch_.Count() == 0) return {};
    rocksdb::WriteOptions durable;
    durable.sync = true;
    const rocksdb::Status status = db_->Write(durable, &batch_);
    batch_.Clear();
    if (const auto flushed = check("flush", status); !flushed) return flushed;
    return mark_->check_disk_alive();
  }

  std::expected<void, LogError> write_mark(Bytes mark) override {
    CHECK(mark_.has_value());
    if (const auto flushed = notes_.flush(); !flushed) return flushed;
    mark_text_ = std::string(as_text(mark));
    return mark_->write(mark);
  }
  std::expected<std::string, LogError> read_mark() override { return mark_text_; }

  std::expected<void, LogError> write_note(std::uint64_t number, Bytes note) override {
    notes_.append(number, note);
    return {};
  }
  std::expected<void, LogError> read_notes(Visitor& visitor) override {
    return notes_.read(visitor);
  }

  std::expected<void, LogError> read(std::uint64_t first, Visitor& visitor) override {
    if (!db_) return {};
    rocksdb::ReadOptions options;
    options.verify_checksums = true;
    options.fill_cache = false;
    options.readahead_size = 1U << 20;
    const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(options));
    for (it->Seek(slice(key_of(first))); it->Valid(); it->Next()) {
      const Bytes key = bytes_of(it->key());
      if (key.size() != sizeof(Key)) return std::unexpected(LogError{folder_ + kForeignKey, true});
      if (!visitor.visit(load_be64(key.data()), bytes_of(it->value()))) return {};
    }
    if (!it->status().ok() || unread_ == 0) return check("read", it->status());
    // Nothing is written behind what is not durable: this is no torn tail.
    return std::unexpected(LogError{"cannot read " + folder_ + ": its write-ahead log is damaged " +
                                        "before record " + std::to_string(unread_),
                                    true});
  }

  std::expected<void, LogError> trim(std::uint64_t number) override {
    if (number <= trimmed_) return {};
    // Joins the next flush: what is trimmed is of no more use, and needs no flush of its own.
    const auto status = batch_.DeleteRange(slice(key_of(trimmed_)), slice(key_of(number)));
    trimmed_ = number;
    if (const auto trimmed = notes_.trim(number); !trimmed) return trimmed;
    return check("trim", status);
  }

  std::expected<void, LogError> cut(std::uint64_t number) override {
    if (const auto room = check_disk_room(folder_); !room) return room;
    db_.reset();
    unread_ = 0;
    // A server that was killed may have left records that are read here and on no disk yet: before
    // any of them is promised, or counts as proven, they are.
    if (const auto flushed = flush_files(folder_); !flushed) return flushed;
    if (const auto opened = open_for_writing(); !opened) return opened;
    auto mark = MarkFile::open(mark_path(), true);
    if (!mark) return std::unexpected(mark.error());
    if (const auto flushed = flush_folder(folder_); !flushed) return flushed;  // the mark's name
    mark_.emplace(std::move(*mark));
    rocksdb::WriteOptions durable;
    durable.sync = true;
    const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator({}));
    it->SeekToLast();
    if (!it->Valid()) return check("read", it->status());
    const std::uint64_t last = load_be64(bytes_of(it->key()).data());
    if (last < number) return {};
    return check("cut", db_->DeleteRange(durable, db_->DefaultColumnFamily(), slice(key_of(number)),
                                         slice(key_of(UINT64_MAX))));
  }

 private:
  static constexpr const char* kForeignKey = " holds a key that is not the lease log's";

  [[nodiscard]] std::string mark_path() const { return folder_ + "/mark"; }

  [[nodiscard]] std::uint64_t last_number() const {
    const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator({}));
    it->SeekToLast();
    const bool ours = it->Valid() && it->key().size() == sizeof(Key);
    return ours ? load_be64(bytes_of(it->key()).data()) : 0;
  }

  std::expected<void, LogError> open_for_writing() {
    const LastWords words("cannot write to " + folder_ +
                          ": RocksDB gave up at a write that failed (its words are above); is the "
                          "disk full, or does it fail?");
    return take(open_database(folder_, Access::write, write_buffer_));
  }

  std::expected<void, LogError> take(Database db) {
    if (!db) return std::unexpected(db.error());
    db_ = std::move(*db);
    return {};
  }

  std::expected<void, LogError> check(const char* what, const rocksdb::Status& status) const {
    if (status.ok()) return {};
    return std::unexpected(failed(what, folder_, status));
  }

  std::optional<FolderLock> lock_;
  std::string folder_;
  std::size_t write_buffer_;
  std::unique_ptr<rocksdb::DB> db_;
  std::optional<MarkFile> mark_;  // once writable
  std::expected<std::string, LogError> mark_text_;
  NoteFiles notes_;
  rocksdb::WriteBatch batch_;
  std::uint64_t trimmed_ = 0;
  std::uint64_t unread_ = 0;  // a record that RocksDB does not reach, past damage; 0: none
};

/// Reads all records, and goes on, number by number, behind a block that cannot be read.
void read_past_damage(rocksdb::DB& db, Records& records) {
  std::uint64_t next = 0;
  const std::unique_ptr<rocksdb::Iterator> it(db.NewIterator({}));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    const Bytes key = bytes_of(it->key());
    if (key.size() != sizeof(Key)) continue;
    next = load_be64(key.data());
    records[next++] = it->value().ToString();
  }
  if (it->status().ok()) return;
  it->SeekToLast();
  const std::uint64_t last = it->Valid() ? load_be64(bytes_of(it->key()).data()) : next;
  for (; next <= last; ++next) {
    std::string record;
    if (db.Get({}, slice(key_of(next)), &record).ok()) records[next] = std::move(record);
  }
}

/// A copy of the folder with RocksDB's own books made anew from its data files.
Database open_rebuilt_copy(const std::string& path, const std::string& copy) {
  std::error_code error;
  std::filesystem::remove_all(copy, error);
  std::filesystem::copy(path, copy, std::filesystem::copy_options::recursive, error);
  if (error)
    return std::unexpected(
        LogError{"cannot copy " + path + " to " + copy + ": " + error.message()});
  const rocksdb::Status status = rocksdb::RepairDB(copy, options_for(Access::salvage));
  if (!status.ok()) return std::unexpected(failed("rebuild", copy, status));
  return open_database(copy, Access::salvage);
}

std::expected<std::unique_ptr<lease::Log>, LogError> open_locked(const std::string& path,
                                                                 OpenMode mode,
                                                                 std::optional<FolderLock> lock,
                                                                 std::size_t write_buffer) {
  if (mode == OpenMode::serve) {
    if (const auto made = make_folder(path); !made) return std::unexpected(made.error());
  }
  auto log = std::make_unique<RocksdbLog>(path, std::move(lock), write_buffer);
  if (const auto opened = log->open(); !opened) return std::unexpected(opened.error());
  return log;
}

/// A repair swaps folders; one that was interrupted must not look like a fresh start.
std::expected<void, LogError> check_swapped(const std::string& folder) {
  if (exists(database_folder(folder)) || !exists(fresh_folder(folder))) return {};
  return std::unexpected(LogError{"a repair of the lease store in " + folder +
                                  " was interrupted: rename " + fresh_folder(folder) + " to " +
                                  database_folder(folder)});
}

}  // namespace

std::expected<std::unique_ptr<lease::Log>, LogError> open_database_log(const std::string& path,
                                                                       OpenMode mode) {
  return open_locked(path, mode, std::nullopt, kWriteBuffer);
}

std::expected<std::unique_ptr<lease::Log>, LogError> open_rocksdb_log(const std::string& folder,
                                                                      OpenMode mode,
                                                                      std::size_t write_buffer) {
  const std::string database = database_folder(folder);
  if (mode != OpenMode::serve) {
    if (::access(database.c_str(), R_OK | X_OK) == 0) return open_database_log(database, mode);
    return std::unexpected(
        LogError{"there is no lease store to read in " + folder + ": " + std::strerror(errno)});
  }
  if (const auto made = make_folder(folder); !made) return std::unexpected(made.error());
  auto lock = FolderLock::take(folder);
  if (!lock) return std::unexpected(lock.error());
  if (const auto swapped = check_swapped(folder); !swapped) return std::unexpected(swapped.error());
  return open_locked(database, mode, std::move(*lock), write_buffer);
}

Records rescue_records(const std::string& path) {
  Records records;
  if (const auto db = open_database(path, Access::salvage); db) {
    read_past_damage(**db, records);
    return records;
  }
  const std::string copy = path + ".rebuilt";
  if (const auto db = open_rebuilt_copy(path, copy); db) read_past_damage(**db, records);
  std::error_code ignored;
  std::filesystem::remove_all(copy, ignored);
  return records;
}

}  // namespace lessor::store
