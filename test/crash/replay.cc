// replay TRACE ROOT ACKS: what a disk may hold after a power failure, at every write boundary of a
// recorded trace, and what the real recovery makes of it. TRACE is the shim's record of a server
// whose lease folder was ROOT/store, ACKS its clients' record. For each cut and each way of losing
// what was not flushed: the store opens, as whole or as a normal torn tail; it holds every lease
// that was acknowledged by then; it opens a second time with the same leases.
//
//   --cuts N       about so many, evenly spread, from where the seed says
//   --cut N        this one only
//   --loss NAME    one way of losing only: nothing, journal, strict, chance
//   --seed N       another chance
//   --keep FOLDER  where what fails is left

#include "disk_model.h"
#include "promises.h"
#include "runtime/clock.h"
#include "store/rocksdb_log.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>

namespace lessor::test {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFailuresShown = 8;
constexpr std::size_t kAgainEvery = 8;  // of the recovered stores so many are recovered once more

struct Options {
  std::string trace, root, acks;
  std::size_t cuts = 0;  // 0: everywhere
  std::optional<std::size_t> cut;
  std::optional<Loss> loss;
  std::uint64_t seed = 1;
  std::string keep;
};

struct Recovered {
  Stored stored;
  bool torn_tail = false;
};

/// As a server does it: what it leaves behind is a store that goes on.
std::expected<Recovered, std::string> recover(const std::string& folder) {
  auto log = store::open_rocksdb_log(folder, store::OpenMode::serve);
  if (!log) return std::unexpected("it does not open: " + log.error().message);
  lease::LeaseStore leases(**log);
  Recovered recovered;
  const auto report = leases.recover(runtime::read_clock(), recovered.stored);
  if (!report) return std::unexpected("it is refused: " + report.error().message);
  recovered.torn_tail = report->torn_tail;
  return recovered;
}

/// Operations that change what a disk holds, or what it is sure to hold.
bool is_boundary(const TraceEntry& entry) {
  switch (entry.header.operation) {
    case Operation::start:
    case Operation::close:
    case Operation::open:
      return false;
    case Operation::allocate:
      return (entry.header.flags & FALLOC_FL_KEEP_SIZE) == 0;
    case Operation::write:
    case Operation::fsync:
    case Operation::fdatasync:
    case Operation::truncate:
    case Operation::rename:
    case Operation::link:
    case Operation::unlink:
    case Operation::mkdir:
      return true;
  }
  return true;
}

class Replay {
 public:
  Replay(Options options, std::vector<TraceEntry> trace, Promises promises)
      : options_(std::move(options)),
        trace_(std::move(trace)),
        promises_(std::move(promises)),
        disk_(options_.root) {
    const auto boundaries = static_cast<std::size_t>(std::ranges::count_if(trace_, is_boundary));
    if (options_.cuts > 0) stride_ = std::max<std::size_t>(boundaries / options_.cuts, 1);
  }

  int run() {
    for (std::size_t i = 0; i < trace_.size(); ++i) {
      disk_.apply(trace_[i]);
      // Until the next operation begins, the world sees what this one left.
      const bool last = i + 1 == trace_.size();
      const std::uint64_t until = last ? UINT64_MAX : trace_[i + 1].header.begin_ns;
      if (const auto sound = promises_.advance(until); !sound) {
        std::printf("%s\n", sound.error().c_str());
        return 1;
      }
      if (!is_boundary(trace_[i]) && !last) continue;
      if (is_wanted(boundaries_++)) cut(i);
      if (failures_ >= kFailuresShown) break;
    }
    print_summary();
    return failures_ > 0 || cuts_ == 0 ? 1 : 0;
  }

 private:
  /// The disk that a way of losing left at the cut before, and what recovery found on it.
  struct Last {
    Contents contents;
    std::optional<Stored> stored;
  };

  [[nodiscard]] bool is_wanted(std::size_t boundary) const {
    if (options_.cut) return boundary == *options_.cut;
    return boundary % stride_ == options_.seed % stride_;
  }

  void cut(std::size_t at) {
    if (++cuts_ % 500 == 0) {
      std::printf("%zu cuts, %zu failures\n", cuts_, failures_);
      std::fflush(stdout);
    }
    for (const Loss loss : {Loss::nothing, Loss::journal, Loss::strict, Loss::chance})
      if (!options_.loss || *options_.loss == loss) check(at, loss);
  }

  void check(std::size_t at, Loss loss) {
    const std::size_t boundary = boundaries_ - 1;
    Random random(options_.seed * 1'000'003 + boundary * 7 + static_cast<std::size_t>(loss));
    Contents contents = disk_.left(loss, random);
    ++checks_;
    Last& last = last_[loss];
    // A write alone changes nothing of what was flushed: what was found there still holds.
    const bool known = last.stored && last.contents == contents;
    const std::string why = known ? missing(*last.stored) : judge(contents, last.stored);
    if (!why.empty()) fail(boundary, trace_[at], loss, why, contents);
    last.contents = std::move(contents);
  }

  void fail(std::size_t boundary, const TraceEntry& after, Loss loss, const std::string& why,
            const Contents& contents) {
    ++failures_;
    const std::string name(to_string(loss));
    std::printf("cut %zu, after %s, loss %s: %s\n  (--cut %zu --loss %s --seed %lu)\n", boundary,
                to_string(after).c_str(), name.c_str(), why.c_str(), boundary, name.c_str(),
                options_.seed);
    if (!options_.keep.empty())
      write_folder(options_.keep + "/" + std::to_string(boundary) + "-" + name, contents);
  }

  [[nodiscard]] std::string missing(const Stored& stored) const {
    const auto kept = promises_.check(stored);
    return kept ? "" : kept.error();
  }

  /// What is wrong; empty when nothing is. Then `stored` is what was found.
  std::string judge(const Contents& contents, std::optional<Stored>& stored) {
    stored.reset();
    write_folder(options_.root + "/replayed", contents);
    const std::string folder = options_.root + "/replayed/store";
    auto first = recover(folder);
    if (!first) return first.error();
    ++recovered_;
    torn_ += first->torn_tail ? 1 : 0;
    if (const std::string why = missing(first->stored); !why.empty()) return why;
    if (recovered_ % kAgainEvery == 0) {
      const auto second = recover(folder);
      if (!second) return "after a recovery " + second.error();
      if (second->torn_tail) return "a recovery leaves a torn tail behind";
      if (second->stored.leases.size() != first->stored.leases.size())
        return "a second recovery finds other leases than the first";
    }
    stored = std::move(first->stored);
    return "";
  }

  void print_summary() const {
    std::printf(
        "%zu of %zu boundaries cut, %zu disks; %zu of them differ from the one before and "
        "were recovered, %zu with a torn tail; %zu leases promised at the end, "
        "%zu failures\n",
        cuts_, boundaries_, checks_, recovered_, torn_, promises_.size(), failures_);
  }

  Options options_;
  std::vector<TraceEntry> trace_;
  Promises promises_;
  DiskModel disk_;
  std::size_t stride_ = 1;
  std::map<Loss, Last> last_;
  std::size_t boundaries_ = 0, cuts_ = 0, checks_ = 0, recovered_ = 0, torn_ = 0, failures_ = 0;
};

std::optional<Loss> loss_named(const std::string& name) {
  for (const Loss loss : {Loss::nothing, Loss::journal, Loss::strict, Loss::chance})
    if (name == to_string(loss)) return loss;
  return std::nullopt;
}

std::optional<Options> read_arguments(int argc, char** argv) {
  if (argc < 4 || argc % 2 != 0) return std::nullopt;
  Options options{.trace = argv[1], .root = argv[2], .acks = argv[3]};
  for (int i = 4; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    const std::size_t number = std::strtoul(argv[i + 1], nullptr, 10);
    if (name == "--cuts")
      options.cuts = number;
    else if (name == "--cut")
      options.cut = number;
    else if (name == "--seed")
      options.seed = number;
    else if (name == "--keep")
      options.keep = argv[i + 1];
    else if (name == "--loss")
      options.loss = loss_named(argv[i + 1]);
    else
      return std::nullopt;
    if (name == "--loss" && !options.loss) return std::nullopt;
  }
  return options;
}

int run(int argc, char** argv) {
  auto options = read_arguments(argc, argv);
  if (!options) {
    std::fprintf(stderr,
                 "usage: replay TRACE ROOT ACKS [--cuts N] [--cut N] "
                 "[--loss NAME] [--seed N] [--keep FOLDER]\n");
    return 2;
  }
  auto promises = Promises::read(options->acks);
  if (!promises) {
    std::fprintf(stderr, "replay: %s\n", promises.error().c_str());
    return 2;
  }
  auto trace = read_trace(options->trace);
  return Replay(std::move(*options), std::move(trace), std::move(*promises)).run();
}

}  // namespace
}  // namespace lessor::test

int main(int argc, char** argv) { return lessor::test::run(argc, argv); }
