// check_store FOLDER ACKS: whether the lease store in FOLDER holds every lease that the clients'
// record ACKS says was promised and not given back. Changes nothing; a server may run.

#include "promises.h"
#include "runtime/clock.h"
#include "store/lease_folder.h"

#include <cstdio>

namespace lessor::test {
namespace {

int fail(const std::string& why) {
  std::printf("%s\n", why.c_str());
  return 1;
}

int run(const std::string& folder, const std::string& acks) {
  // First: what is promised while we read the store may be missing in it.
  auto promises = Promises::read(acks);
  if (!promises) return fail(promises.error());
  if (const auto sound = promises->advance(UINT64_MAX); !sound) return fail(sound.error());
  Stored stored;
  const auto leases = store::read_lease_folder(folder, runtime::read_clock(), stored);
  if (!leases) return fail(leases.error().message);
  if (const auto kept = promises->check(stored); !kept) return fail(kept.error());
  std::printf("%zu\n", promises->size());
  return 0;
}

}  // namespace
}  // namespace lessor::test

int main(int argc, char** argv) {
  if (argc == 3) return lessor::test::run(argv[1], argv[2]);
  std::fprintf(stderr, "usage: check_store FOLDER ACKS\n");
  return 2;
}
