// make_store FOLDER LEASES FIRST-ADDRESS: a lease folder with so many leases, one after the other,
// as common hosts have them. Made by the real store.

#include "base/text.h"
#include "lease/committer.h"
#include "lease/test_leases.h"
#include "net/address.h"
#include "runtime/clock.h"
#include "store/rocksdb_log.h"

#include <cstdio>
#include <string>

namespace lessor {
namespace {

constexpr Duration kLifetime = Duration::seconds(86'400);

int fail(const std::string& why) {
  std::fprintf(stderr, "make_store: %s\n", why.c_str());
  return 1;
}

int run(const std::string& folder, std::uint32_t leases, net::Ip4 first) {
  auto log = store::open_rocksdb_log(folder, store::OpenMode::serve);
  if (!log) return fail(log.error().message);
  struct Nothing final : lease::LeaseVisitor {
    void visit(const lease::Lease&) override {}
  } nothing;
  lease::LeaseStore store(**log);
  const Now now = runtime::read_clock();
  const auto report = store.recover(now, nothing);
  if (!report) return fail(report.error().message);
  lease::ChangeLog changes(2 * lease::kMaxChangesPerRecord, report->last_sequence + 1);
  lease::Committer committer(changes, store, lease::kMaxChangesPerRecord);
  for (std::uint32_t i = 0; i < leases; ++i) {
    const lease::testing::CommonHost host(i);
    (void)changes.push(host.lease({first.value + i}, now.wall, kLifetime));
    if (changes.waiting() < lease::kMaxChangesPerRecord) continue;
    if (const auto done = committer.commit(); !done) return fail(done.error().message);
  }
  if (const auto done = committer.finish(); !done) return fail(done.error().message);
  return 0;
}

}  // namespace
}  // namespace lessor

int main(int argc, char** argv) {
  const auto leases = lessor::parse_number(argc == 4 ? argv[2] : "", 16'000'000);
  const auto first = lessor::net::parse_ip4(argc == 4 ? argv[3] : "");
  if (leases && first) return lessor::run(argv[1], static_cast<std::uint32_t>(*leases), *first);
  std::fprintf(stderr, "usage: make_store FOLDER LEASES FIRST-ADDRESS\n");
  return 2;
}
