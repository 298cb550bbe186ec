#include "faulty_log.h"

#include "base/text.h"
#include "base/time.h"

#include <chrono>
#include <thread>
#include <utility>
#include <vector>

namespace lessor::test {
namespace {

using lease::LogError;
using Outcome = std::expected<void, LogError>;

class FaultyLog final : public lease::Log {
 public:
  FaultyLog(std::unique_ptr<lease::Log> log, SyncFault fault)
      : log_(std::move(log)), fault_(fault) {}

  Outcome append(std::uint64_t number, Bytes record) override {
    if (fault_.kind != SyncFault::Kind::drop) return log_->append(number, record);
    held_.emplace_back(number, std::vector<std::byte>(record.begin(), record.end()));
    return {};
  }

  Outcome sync() override {
    ++syncs_;
    if (fault_.kind == SyncFault::Kind::delay) {
      std::this_thread::sleep_for(std::chrono::milliseconds(fault_.delay_ms));
    }
    if (fault_.kind == SyncFault::Kind::fail && syncs_ >= fault_.fail_at) {
      return std::unexpected(
          LogError{"sync number " + std::to_string(syncs_) + " fails on demand"});
    }
    for (const auto& [number, record] : held_) {
      if (auto appended = log_->append(number, record); !appended) return appended;
    }
    held_.clear();
    return log_->sync();
  }

  Outcome write_mark(Bytes mark) override { return log_->write_mark(mark); }
  std::expected<std::string, LogError> read_mark() override { return log_->read_mark(); }
  Outcome read(std::uint64_t first, Visitor& visitor) override {
    return log_->read(first, visitor);
  }
  Outcome trim(std::uint64_t number) override { return log_->trim(number); }
  Outcome cut(std::uint64_t number) override { return log_->cut(number); }
  Outcome write_note(std::uint64_t number, Bytes note) override {
    return log_->write_note(number, note);
  }
  Outcome read_notes(Visitor& visitor) override { return log_->read_notes(visitor); }

 private:
  std::unique_ptr<lease::Log> log_;
  const SyncFault fault_;
  std::uint64_t syncs_ = 0;
  std::vector<std::pair<std::uint64_t, std::vector<std::byte>>> held_;
};

}  // namespace

std::expected<SyncFault, std::string> read_sync_fault(const char* text) {
  const std::string_view fault = text == nullptr ? "" : text;
  if (fault.empty()) return SyncFault{};
  if (fault == "drop") return SyncFault{.kind = SyncFault::Kind::drop};
  if (fault.starts_with("delay:")) {
    const auto delay = parse_duration(fault.substr(6));
    if (delay) {
      return SyncFault{.kind = SyncFault::Kind::delay,
                       .delay_ms = static_cast<int>(delay->to_milliseconds())};
    }
  }
  if (fault.starts_with("fail:")) {
    const auto at = parse_number(fault.substr(5));
    if (at && *at > 0) return SyncFault{.kind = SyncFault::Kind::fail, .fail_at = *at};
  }
  return std::unexpected("LESSOR_TEST_SYNC is delay:300ms, fail:N or drop, not '" +
                         std::string(fault) + "'");
}

std::unique_ptr<lease::Log> make_faulty_log(std::unique_ptr<lease::Log> log, SyncFault fault) {
  return std::make_unique<FaultyLog>(std::move(log), fault);
}

}  // namespace lessor::test
