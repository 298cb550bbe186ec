#include "store/salvage_log.h"

#include "store/mark_file.h"
#include "store/note_files.h"
#include "store/wal_carver.h"

namespace lessor::store {
namespace {

using lease::LogError;

class SalvageLog final : public lease::Log {
 public:
  explicit SalvageLog(const std::string& path) : notes_(path) {
    carve_write_ahead_logs(path, records_);
    // RocksDB's own reading is the better one where both have a record.
    for (auto& [number, record] : rescue_records(path)) records_[number] = std::move(record);
    auto mark = MarkFile::open(path + "/mark", false);
    if (mark) mark_ = mark->read().value_or("");
  }

  std::expected<std::string, LogError> read_mark() override { return mark_; }
  std::expected<void, LogError> read_notes(Visitor& visitor) override {
    return notes_.read(visitor);
  }
  std::expected<void, LogError> read(std::uint64_t first, Visitor& visitor) override {
    for (auto it = records_.lower_bound(first); it != records_.end(); ++it)
      if (!visitor.visit(it->first, as_bytes(it->second))) break;
    return {};
  }

  std::expected<void, LogError> append(std::uint64_t, Bytes) override { return refuse(); }
  std::expected<void, LogError> sync() override { return refuse(); }
  std::expected<void, LogError> write_mark(Bytes) override { return refuse(); }
  std::expected<void, LogError> trim(std::uint64_t) override { return refuse(); }
  std::expected<void, LogError> cut(std::uint64_t) override { return refuse(); }

 private:
  static std::expected<void, LogError> refuse() {
    return std::unexpected(LogError{"a damaged lease store is only read"});
  }

  Records records_;
  std::string mark_;
  NoteFiles notes_;
};

}  // namespace

std::unique_ptr<lease::Log> open_salvage_log(const std::string& path) {
  return std::make_unique<SalvageLog>(path);
}

}  // namespace lessor::store
