// commits: leases made durable in groups by the real store, for callgrind to count: what the commit
// thread does under load, folding and RocksDB's own work on that thread included.
#include "base/random.h"
#include "lease/committer.h"
#include "lease/test_leases.h"
#include "store/rocksdb_log.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>

// instructions.py gives this name to callgrind; nothing else is counted.
extern "C" {
__attribute__((noinline)) bool commit_group(lessor::lease::Committer& committer) {
  return committer.commit().has_value();
}
}

namespace lessor {
namespace {

constexpr std::uint32_t kClients = 10'000;
constexpr std::uint32_t kLeases = 4 * kClients;  // each client's first, then renewals
constexpr std::uint32_t kGroup = 256;            // what waits when a flush ends, at load

void push(lease::ChangeLog& changes, std::uint32_t client) {
  const lease::testing::CommonHost host(client);
  (void)changes.push(host.lease({0x0a000000 + client}, WallTime{1}, Duration::seconds(3'600)));
}

bool run(const std::string& folder) {
  auto log = store::open_rocksdb_log(folder, store::OpenMode::serve);
  if (!log) return false;
  struct Nothing final : lease::LeaseVisitor {
    void visit(const lease::Lease&) override {}
  } nothing;
  lease::LeaseStore store(**log);
  if (!store.recover({.wall = WallTime{1}}, nothing)) return false;
  lease::ChangeLog changes;
  lease::Committer committer(changes, store);
  Random random(7);
  for (std::uint32_t i = 0; i < kLeases; ++i) {
    push(changes, i < kClients ? i : random.below(kClients));
    if (changes.waiting() == kGroup && !commit_group(committer)) return false;
  }
  return changes.waiting() == 0 || commit_group(committer);
}

}  // namespace
}  // namespace lessor

int main() {
  std::string folder = (std::filesystem::temp_directory_path() / "lessor-commits-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return EXIT_FAILURE;
  const bool done = lessor::run(folder + "/leases");
  std::filesystem::remove_all(folder);
  if (done) std::printf("%u leases\n", lessor::kLeases);
  return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
