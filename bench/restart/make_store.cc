// make_store FOLDER LEASES FIRST-ADDRESS: a lease folder with so many leases, one after the other,
// each with a hardware address, a client identifier and a host name as common hosts have them. Made
// by the real store.

#include "base/bytes.h"
#include "base/text.h"
#include "lease/committer.h"
#include "net/address.h"
#include "runtime/clock.h"
#include "store/rocksdb_log.h"

#include <array>
#include <cstdio>
#include <string>

namespace lessor {
namespace {

constexpr Duration kLifetime = Duration::seconds(86'400);

int fail(const std::string& why) {
  std::fprintf(stderr, "make_store: %s\n", why.c_str());
  return 1;
}

void push(lease::ChangeLog& changes, net::Ip4 address, std::uint32_t number, WallTime wall) {
  std::array<std::byte, 7> id{};  // option 61: type 1, then the hardware address
  ByteWriter out(id);
  out.u8(1);
  out.be16(0x02aa);
  out.be32(number);
  net::HardwareAddress hardware{.type = 1, .size = 6};
  copy_bytes(hardware.octets, Bytes(id).subspan(1));
  const std::string name = "host-" + std::to_string(number);
  (void)changes.push({.address = address,
                      .hardware = hardware,
                      .client_id = id,
                      .hostname = as_bytes(name),
                      .started = wall,
                      .lifetime = kLifetime,
                      .subnet_id = 1,
                      .xid = number});
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
    push(changes, {first.value + i}, i, now.wall);
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
