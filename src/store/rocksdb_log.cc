#include "store/rocksdb_log.h"

#include "base/check.h"
#include "store/folder_lock.h"
#include "store/mark_file.h"
#include "store/note_files.h"

#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>

namespace lessor::store {
namespace {

using lease::LogError;
using Key = std::array<std::byte, 8>;

constexpr std::size_t kWriteBufferSize = 32U << 20;  // also about what a restart reads again
constexpr int kInfoLogFiles = 2;

Key key_of(std::uint64_t number) {
  Key key;
  store_be64(key.data(), number);
  return key;
}

rocksdb::Slice slice(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Bytes bytes_of(const rocksdb::Slice& s) { return as_bytes(std::string_view(s.data(), s.size())); }

LogError failed(const std::string& what, const std::string& folder, const rocksdb::Status& status) {
  return {"cannot " + what + " the lease store in " + folder + ": " + status.ToString()};
}

rocksdb::Options options_for(OpenMode mode) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.paranoid_checks = mode != OpenMode::salvage;
  // What a crash tore off the end is gone; everything before it must be whole. Damage in the middle
  // also ends the replay: LeaseStore sees by the mark that acknowledged records are missing.
  options.wal_recovery_mode = mode == OpenMode::salvage
                                  ? rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords
                                  : rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.track_and_verify_wals_in_manifest = mode != OpenMode::salvage;
  // Opening a damaged log must not rewrite it: the evidence is what a repair works from.
  options.avoid_flush_during_recovery = true;
  options.avoid_flush_during_shutdown = true;
  options.max_bgerror_resume_count = 0;  // a failed flush ends all promises
  options.write_buffer_size = kWriteBufferSize;
  options.max_write_buffer_number = 3;
  options.max_open_files = 64;
  options.compression = rocksdb::kNoCompression;
  options.keep_log_file_num = kInfoLogFiles;
  options.max_log_file_size = 1U << 20;
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

using Database = std::expected<std::unique_ptr<rocksdb::DB>, LogError>;

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

Database open_database(const std::string& folder, OpenMode mode, bool writable) {
  rocksdb::DB* db = nullptr;
  rocksdb::Options options = options_for(mode);
  // Beside a running server files may go while they are read: all are opened at once.
  if (!writable) options.max_open_files = -1;
  const rocksdb::Status status = writable ? rocksdb::DB::Open(options, folder, &db)
                                          : rocksdb::DB::OpenForReadOnly(options, folder, &db);
  if (!status.ok()) return std::unexpected(failed("open", folder, status));
  return std::unique_ptr<rocksdb::DB>(db);
}

/// Until cut() the database is open read only: RocksDB, opened for writing after damage, may clear
/// away what it could not read.
class RocksdbLog final : public lease::Log {
 public:
  RocksdbLog(std::string folder, OpenMode mode, std::optional<FolderLock> lock)
      : lock_(std::move(lock)), folder_(std::move(folder)), mode_(mode), notes_(folder_) {}

  /// Opens what is there. The mark is read first: beside a running server the log may grow
  /// meanwhile, and must not look shorter than its mark.
  std::expected<void, LogError> open() {
    auto mark = MarkFile::open(mark_path(), false);
    if (!mark) return std::unexpected(mark.error());
    mark_text_ = mark->read();
    if (!exists(folder_ + "/CURRENT")) return {};
    return take(open_database(folder_, mode_, false));
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
    return check("flush", status);
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
    std::uint64_t next = first;
    for (it->Seek(slice(key_of(first))); it->Valid(); it->Next()) {
      const Bytes key = bytes_of(it->key());
      if (key.size() != sizeof(Key)) return std::unexpected(LogError{folder_ + kForeignKey});
      const std::uint64_t number = load_be64(key.data());
      if (!visitor.visit(number, bytes_of(it->value()))) return {};
      next = number + 1;
    }
    if (it->status().ok() || mode_ != OpenMode::salvage) return check("read", it->status());
    return read_past(next, visitor);
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
    db_.reset();
    if (const auto opened = take(open_database(folder_, mode_, true)); !opened) return opened;
    auto mark = MarkFile::open(mark_path(), true);
    if (!mark) return std::unexpected(mark.error());
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

  std::expected<void, LogError> take(Database db) {
    if (!db) return std::unexpected(db.error());
    db_ = std::move(*db);
    return {};
  }

  std::expected<void, LogError> check(const char* what, const rocksdb::Status& status) const {
    if (status.ok()) return {};
    return std::unexpected(failed(what, folder_, status));
  }

  /// Salvage: goes on behind a block that cannot be read, record by record.
  std::expected<void, LogError> read_past(std::uint64_t next, Visitor& visitor) {
    std::string last_key;
    const std::unique_ptr<rocksdb::Iterator> end(db_->NewIterator({}));
    end->SeekToLast();
    const std::uint64_t last = end->Valid() ? load_be64(bytes_of(end->key()).data()) : next;
    for (; next <= last; ++next) {
      std::string record;
      const rocksdb::Status status = db_->Get({}, slice(key_of(next)), &record);
      if (status.ok() && !visitor.visit(next, as_bytes(record))) break;
    }
    return {};
  }

  std::optional<FolderLock> lock_;
  std::string folder_;
  OpenMode mode_;
  std::unique_ptr<rocksdb::DB> db_;
  std::optional<MarkFile> mark_;  // once writable
  std::expected<std::string, LogError> mark_text_;
  NoteFiles notes_;
  rocksdb::WriteBatch batch_;
  std::uint64_t trimmed_ = 0;
};

std::expected<void, LogError> make_folder(const std::string& folder) {
  std::error_code error;
  const auto parent = std::filesystem::path(folder).parent_path();
  if (!parent.empty()) std::filesystem::create_directories(parent, error);
  // Leases say who is where: nobody else's business.
  if (::mkdir(folder.c_str(), 0750) == 0 || errno == EEXIST) return {};
  const std::string why = std::strerror(errno);
  return std::unexpected(LogError{"cannot make the lease store's folder " + folder + ": " + why});
}

}  // namespace

std::expected<std::unique_ptr<lease::Log>, LogError> open_rocksdb_log(const std::string& folder,
                                                                      OpenMode mode) {
  const std::string database = database_folder(folder);
  std::optional<FolderLock> lock;
  if (mode == OpenMode::serve) {
    if (const auto made = make_folder(folder); !made) return std::unexpected(made.error());
    auto taken = FolderLock::take(folder);
    if (!taken) return std::unexpected(taken.error());
    lock.emplace(std::move(*taken));
    if (const auto made = make_folder(database); !made) return std::unexpected(made.error());
  } else if (::access((database + "/CURRENT").c_str(), R_OK) != 0) {
    return std::unexpected(
        LogError{"there is no lease store to read in " + folder + ": " + std::strerror(errno)});
  }
  auto log = std::make_unique<RocksdbLog>(database, mode, std::move(lock));
  if (const auto opened = log->open(); !opened) return std::unexpected(opened.error());
  return log;
}

}  // namespace lessor::store
