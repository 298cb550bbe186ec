#include "store/rocksdb_log.h"

#include "store/mark_file.h"

#include <fcntl.h>
#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

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

LogError failed(const std::string& what, const std::string& folder, const rocksdb::Status& status) {
  return {"cannot " + what + " the lease store in " + folder + ": " + status.ToString()};
}

rocksdb::Options options_for(OpenMode mode) {
  rocksdb::Options options;
  options.create_if_missing = mode == OpenMode::serve;
  options.paranoid_checks = true;
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

/// Who holds the folder's lock, for the error message.
std::string holder_of(const std::string& folder) {
  const int file = ::open((folder + "/LOCK").c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) return {};
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  const bool held = ::fcntl(file, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  ::close(file);
  return held ? std::to_string(lock.l_pid) : std::string();
}

class RocksdbLog final : public lease::Log {
 public:
  RocksdbLog(std::string folder, std::unique_ptr<rocksdb::DB> db, MarkFile mark)
      : folder_(std::move(folder)), db_(std::move(db)), mark_(std::move(mark)) {}

  std::expected<void, LogError> append(std::uint64_t number, Bytes record) override {
    return check("write to", batch_.Put(slice(key_of(number)), slice(record)));
  }

  std::expected<void, LogError> sync() override {
    if (batch_.Count() == 0) return {};
    rocksdb::WriteOptions durable;
    durable.sync = true;
    const rocksdb::Status status = db_->Write(durable, &batch_);
    batch_.Clear();
    return check("flush", status);
  }

  std::expected<void, LogError> write_mark(Bytes mark) override { return mark_.write(mark); }
  std::expected<std::string, LogError> read_mark() override { return mark_.read(); }

  std::expected<void, LogError> read(std::uint64_t first, Visitor& visitor) override {
    rocksdb::ReadOptions options;
    options.verify_checksums = true;
    options.fill_cache = false;
    options.readahead_size = 4U << 20;
    const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(options));
    for (it->Seek(slice(key_of(first))); it->Valid(); it->Next()) {
      if (it->key().size() != sizeof(Key)) {
        return std::unexpected(LogError{"the lease store in " + folder_ + " holds a foreign key"});
      }
      const Bytes key = as_bytes(std::string_view(it->key().data(), it->key().size()));
      const Bytes record = as_bytes(std::string_view(it->value().data(), it->value().size()));
      if (!visitor.visit(load_be64(key.data()), record)) return {};
    }
    return check("read", it->status());
  }

  std::expected<void, LogError> trim(std::uint64_t number) override {
    // Joins the next flush: what is trimmed is of no more use, and needs no flush of its own.
    return check("trim", batch_.DeleteRange(slice(key_of(0)), slice(key_of(number))));
  }

 private:
  std::expected<void, LogError> check(const char* what, const rocksdb::Status& status) const {
    if (status.ok()) return {};
    return std::unexpected(failed(what, folder_, status));
  }

  std::string folder_;
  std::unique_ptr<rocksdb::DB> db_;
  MarkFile mark_;
  rocksdb::WriteBatch batch_;
};

std::expected<void, LogError> make_folder(const std::string& folder) {
  if (::mkdir(folder.c_str(), 0750) == 0 || errno == EEXIST) return {};
  const std::string why = std::strerror(errno);
  return std::unexpected(LogError{"cannot make the lease store's folder " + folder + ": " + why});
}

std::expected<std::unique_ptr<rocksdb::DB>, LogError> open_database(const std::string& folder,
                                                                    OpenMode mode) {
  rocksdb::DB* db = nullptr;
  const rocksdb::Options options = options_for(mode);
  const rocksdb::Status status = mode == OpenMode::serve
                                     ? rocksdb::DB::Open(options, folder, &db)
                                     : rocksdb::DB::OpenForReadOnly(options, folder, &db);
  if (status.ok()) return std::unique_ptr<rocksdb::DB>(db);
  const std::string holder = mode == OpenMode::serve ? holder_of(folder) : std::string();
  if (!holder.empty()) {
    return std::unexpected(LogError{"the lease store in " + folder + " is in use by process " +
                                    holder + "; a folder serves one server"});
  }
  if (status.IsCorruption()) {
    return std::unexpected(LogError{"the lease store in " + folder + " is damaged (" +
                                    status.ToString() + "); see: lessor leases repair"});
  }
  return std::unexpected(failed("open", folder, status));
}

}  // namespace

std::expected<std::unique_ptr<lease::Log>, LogError> open_rocksdb_log(const std::string& folder,
                                                                      OpenMode mode) {
  if (mode == OpenMode::serve) {
    if (const auto made = make_folder(folder); !made) return std::unexpected(made.error());
  } else if (::access((folder + "/CURRENT").c_str(), R_OK) != 0) {
    return std::unexpected(
        LogError{"there is no lease store to read in " + folder + ": " + std::strerror(errno)});
  }
  auto db = open_database(folder, mode);
  if (!db) return std::unexpected(db.error());
  auto mark = MarkFile::open(folder + "/lessor.mark", mode == OpenMode::serve);
  if (!mark) return std::unexpected(mark.error());
  return std::make_unique<RocksdbLog>(folder, std::move(*db), std::move(*mark));
}

}  // namespace lessor::store
