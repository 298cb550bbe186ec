#include "store/lease_folder.h"

#include "lease/committer.h"
#include "store/test_folder.h"

#include <gtest/gtest.h>

#include <map>

namespace lessor::store {
namespace {

constexpr WallTime kWall{1'700'000'000};
constexpr Now kNow{Instant::from_nanoseconds(1), kWall};

/// The addresses are counted from here.
constexpr std::uint32_t kFirst = 0x0a000000;

struct Collect final : lease::LeaseVisitor {
  void visit(const lease::Lease& lease) override {
    clients[lease.address.value - kFirst] = std::string(as_text(lease.client_id));
    if (lease.state == lease::LeaseState::declined) ++declined;
  }
  std::map<std::uint32_t, std::string> clients;
  std::size_t declined = 0;
};

/// Serves `folder`: what `leases` addresses from `first` on ask for is given to clients named after
/// them, in batches of ten.
void serve(const std::string& folder, std::uint32_t first, std::uint32_t leases) {
  auto log = open_rocksdb_log(folder, OpenMode::serve);
  ASSERT_TRUE(log.has_value()) << log.error().message;
  lease::LeaseStore store(**log);
  Collect collect;
  const auto report = store.recover(kNow, collect);
  ASSERT_TRUE(report.has_value()) << report.error().message;
  lease::ChangeLog changes(64, report->last_sequence + 1);
  lease::Committer committer(changes, store);
  for (std::uint32_t address = first; address < first + leases; ++address) {
    const std::string name = "client " + std::to_string(address);
    (void)changes.push({.address = {kFirst + address},
                        .client_id = as_bytes(name),
                        .started = kWall,
                        .lifetime = Duration::seconds(3'600)});
    if (address % 10 == 9) {
      ASSERT_TRUE(committer.commit().has_value());
    }
  }
  ASSERT_TRUE(committer.finish().has_value());
}

TEST(LeaseFolder, IsReadWhole) {
  const Folder folder;
  serve(folder.path(), 0, 500);
  serve(folder.path(), 500, 500);
  Collect collect;
  EXPECT_EQ(read_lease_folder(folder.path(), kNow, collect).value(), 1'000U);
  EXPECT_EQ(collect.clients.at(777), "client 777");
  const auto absent = read_lease_folder(folder.path("absent"), kNow, collect);
  ASSERT_FALSE(absent.has_value());
  EXPECT_EQ(absent.error().kind, lease::RecoveryError::Kind::unreadable);
}

// C2-11: wherever an octet of the write-ahead log flips: refused and left as it is, then repaired.
// Nobody gets an address that another may hold: each is its client's still, or out of use.
TEST(LeaseFolder, ADamagedOneIsRefusedAndRepairedWithoutGivingAnAddressTwice) {
  const Folder folder;
  serve(folder.path(), 0, 1'000);
  const std::string whole = folder.path("whole");
  fs::copy(folder.path(), whole, fs::copy_options::recursive);
  const std::size_t size = fs::file_size(newest_wal(folder.path()));
  for (const std::size_t percent : {0U, 3U, 21U, 50U, 83U, 99U}) {
    fs::remove_all(folder.path());
    fs::copy(whole, folder.path(), fs::copy_options::recursive);
    flip(newest_wal(folder.path()), size * percent / 100);
    for (int look = 0; look < 3; ++look) {
      Collect refused;
      const auto log = open_rocksdb_log(folder.path(), OpenMode::serve);
      ASSERT_TRUE(log.has_value());
      lease::LeaseStore store(**log);
      const auto report = store.recover(kNow, refused);
      ASSERT_FALSE(report.has_value()) << percent;
      EXPECT_EQ(report.error().kind, lease::RecoveryError::Kind::damaged);
      EXPECT_TRUE(refused.clients.empty());
    }
    const auto repair = repair_lease_folder(folder.path(), {.wall = kWall});
    ASSERT_TRUE(repair.has_value()) << repair.error().message;
    EXPECT_TRUE(repair->salvaged.all_known);
    EXPECT_TRUE(fs::exists(repair->damaged));
    EXPECT_LE(repair->salvaged.out_of_use, 10U) << percent;  // one octet, one batch
    serve(folder.path(), 5'000, 10);
    Collect after;
    ASSERT_TRUE(read_lease_folder(folder.path(), kNow, after).has_value());
    ASSERT_EQ(after.clients.size(), 1'010U);
    EXPECT_EQ(after.declined, repair->salvaged.out_of_use);
    for (const auto& [address, client] : after.clients)
      EXPECT_TRUE(client.empty() || client == "client " + std::to_string(address));
  }
}

// C2-11: RocksDB's own books damaged or gone.
TEST(LeaseFolder, IsRepairedWhateverFileIsDamaged) {
  for (const std::string what : {"CURRENT", "MANIFEST", ".log"}) {
    const Folder folder;
    serve(folder.path(), 0, 200);
    for (const auto& entry : fs::directory_iterator(database_folder(folder.path()))) {
      const std::string name = entry.path().filename().string();
      if (name.find(what) == std::string::npos) continue;
      fs::resize_file(entry.path(), fs::file_size(entry.path()) / 2);
    }
    const auto repair = repair_lease_folder(folder.path(), {.wall = kWall});
    ASSERT_TRUE(repair.has_value()) << what << ": " << repair.error().message;
    EXPECT_FALSE(fs::exists(database_folder(folder.path()) + ".rebuilt"));
    Collect after;
    ASSERT_TRUE(read_lease_folder(folder.path(), kNow, after).has_value()) << what;
    EXPECT_EQ(after.clients.size(), 200U) << what;
    if (what != ".log") {
      EXPECT_EQ(after.declined, 0U) << what;
    }
  }
}

/// The folder's files whose name holds `part`.
std::vector<std::string> files_of(const Folder& folder, std::string_view part) {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator(database_folder(folder.path())))
    if (entry.path().filename().string().find(part) != std::string::npos)
      found.push_back(entry.path().string());
  return found;
}

/// Whether a folder of `leases` clients reads whole (true) or is refused as damaged (false); it is
/// never anything else.
bool reads_whole(const Folder& folder, std::size_t leases) {
  Collect all;
  const auto read = read_lease_folder(folder.path(), kNow, all);
  if (!read) {
    EXPECT_EQ(read.error().kind, lease::RecoveryError::Kind::damaged) << read.error().message;
    return false;
  }
  EXPECT_EQ(all.clients.size(), leases);
  for (const auto& [address, client] : all.clients)
    EXPECT_EQ(client, "client " + std::to_string(address));
  return true;
}

// C2-11: RocksDB's books and ours: an octet that flips in them is damage, which a repair mends, not
// a trouble of the system, which nothing would mend.
TEST(LeaseFolder, AFlippedOctetOfItsBooksIsDamageOrHarmless) {
  const Folder folder;
  serve(folder.path(), 0, 50);
  serve(folder.path(), 50, 50);
  for (const auto& [what, step] : std::map<std::string, std::size_t>{
           {"CURRENT", 3}, {"MANIFEST", 3}, {"IDENTITY", 9}, {"mark", 401}, {"notes-", 97}}) {
    for (const std::string& path : files_of(folder, what)) {
      std::size_t refused = 0;
      for (std::size_t offset = 0; offset < fs::file_size(path); offset += step) {
        flip(path, offset);
        if (!reads_whole(folder, 100)) ++refused;
        flip(path, offset);
      }
      if (what == "CURRENT" || what == "MANIFEST") {
        EXPECT_GT(refused, 0U) << what;
      }
    }
  }
  EXPECT_TRUE(reads_whole(folder, 100));
}

TEST(LeaseFolder, LosingOneOfItsBooksIsDamageAndMended) {
  for (const std::string what : {"CURRENT", "MANIFEST", ".log", "mark"}) {
    const Folder folder;
    serve(folder.path(), 0, 50);
    serve(folder.path(), 50, 50);
    for (const std::string& path : files_of(folder, what)) fs::remove(path);
    EXPECT_FALSE(reads_whole(folder, 100)) << what;
    const auto repair = repair_lease_folder(folder.path(), {.wall = kWall});
    ASSERT_TRUE(repair.has_value()) << what << ": " << repair.error().message;
    Collect after;
    ASSERT_TRUE(read_lease_folder(folder.path(), kNow, after).has_value()) << what;
    EXPECT_EQ(after.clients.size(), 100U) << what;
  }
}

// RocksDB takes an octet flipped in its write-ahead log for the log's end. What stands behind it
// proves that it was not, long before a mark says so.
TEST(LeaseFolder, AFlipThatNoMarkKnowsOfIsNoticedByWhatFollowsIt) {
  const Folder folder;
  {
    const auto log = open_rocksdb_log(folder.path(), OpenMode::serve);
    ASSERT_TRUE(log.has_value());
    lease::LeaseStore store(**log);
    Collect none;
    ASSERT_TRUE(store.recover(kNow, none).has_value());
    lease::ChangeLog changes(64, 1);
    lease::Committer committer(changes, store);
    for (std::uint32_t address = 0; address < 20; ++address) {
      const std::string name = "client " + std::to_string(address);
      (void)changes.push({.address = {kFirst + address},
                          .client_id = as_bytes(name),
                          .started = kWall,
                          .lifetime = Duration::seconds(3'600)});
      ASSERT_TRUE(committer.commit().has_value());
    }
  }  // killed: no mark but the first
  EXPECT_TRUE(reads_whole(folder, 20));
  const std::string path = newest_wal(folder.path());
  const std::size_t size = fs::file_size(path);
  for (const std::size_t offset : {size / 50, size / 4, size / 2, size * 9 / 10}) {
    flip(path, offset);
    EXPECT_FALSE(reads_whole(folder, 20)) << offset;
    flip(path, offset);
  }
}

TEST(LeaseFolder, AMarkOfWhichNothingIsWholeIsDamage) {
  const Folder folder;
  serve(folder.path(), 0, 50);
  serve(folder.path(), 50, 50);
  for (const std::size_t slot : {std::size_t{0}, std::size_t{4'096}})
    flip(files_of(folder, "mark").front(), slot + 20);
  EXPECT_FALSE(reads_whole(folder, 100));
}

TEST(LeaseFolder, IsNotRepairedUnderARunningServer) {
  const Folder folder;
  serve(folder.path(), 0, 10);
  const auto server = open_rocksdb_log(folder.path(), OpenMode::serve);
  const auto repair = repair_lease_folder(folder.path(), {.wall = kWall});
  ASSERT_FALSE(repair.has_value());
  EXPECT_NE(repair.error().message.find("in use by process"), std::string::npos);
}

TEST(LeaseFolder, AnInterruptedRepairIsNoFreshStart) {
  const Folder folder;
  serve(folder.path(), 0, 10);
  fs::rename(database_folder(folder.path()), fresh_folder(folder.path()));
  const auto log = open_rocksdb_log(folder.path(), OpenMode::serve);
  ASSERT_FALSE(log.has_value());
  EXPECT_NE(log.error().message.find("interrupted"), std::string::npos);
}

}  // namespace
}  // namespace lessor::store
