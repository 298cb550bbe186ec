#include "store/folder_owner.h"

#include "store/folder_lock.h"
#include "store/test_folder.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace lessor::store {
namespace {

constexpr uid_t kUser = 4'321;
constexpr uid_t kStranger = 4'322;

struct stat facts_of(const std::string& path) {
  struct stat facts{};
  EXPECT_EQ(::lstat(path.c_str(), &facts), 0) << path;
  return facts;
}
uid_t owner_of(const std::string& path) { return facts_of(path).st_uid; }
mode_t mode_of(const std::string& path) { return facts_of(path).st_mode & 07777U; }

void write(const std::string& path, mode_t mode = 0640) {
  std::ofstream(path) << "x";
  ASSERT_EQ(::chmod(path.c_str(), mode), 0);
}

class FolderOwnerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "only root gives files away";
    fs::create_directories(at("leases"));
    ASSERT_EQ(::chmod(at("").c_str(), 0750), 0);
    ASSERT_EQ(::chmod(at("leases").c_str(), 0750), 0);
    for (const char* name : {"lock", "leases/CURRENT", "leases/000004.log", "leases/000012.sst",
                             "leases/notes-00000000000000000001", "leases/mark"}) {
      write(at(name));
    }
    if (::chown(at("").c_str(), kUser, kUser) != 0) GTEST_SKIP() << "one user only here";
    ASSERT_EQ(::chown(at("").c_str(), 0, 0), 0);
  }

  [[nodiscard]] std::string at(const std::string& name) const {
    return folder_.path() + "/" + name;
  }

  auto prepare(uid_t uid, std::vector<uid_t> from = {}) {
    return prepare_lease_folder(
        folder_.path(),
        {.uid = uid, .gid = uid, .name = uid == 0 ? "root" : "lessor", .from = std::move(from)});
  }
  std::string refusal(uid_t uid) {
    const auto prepared = prepare(uid);
    return prepared ? "" : prepared.error().message;
  }
  void check_all(uid_t uid) {
    for (const auto& entry : fs::recursive_directory_iterator(folder_.path())) {
      EXPECT_EQ(owner_of(entry.path()), uid) << entry.path();
      EXPECT_EQ(mode_of(entry.path()) & 027U, 0U) << entry.path();
    }
    EXPECT_EQ(owner_of(folder_.path()), uid);
    EXPECT_EQ(mode_of(folder_.path()), 0750U);
  }

  Folder folder_;
};

TEST_F(FolderOwnerTest, RootsStoreIsGivenToTheUserAndTakenBack) {
  auto given = prepare(kUser);
  ASSERT_TRUE(given) << given.error().message;
  EXPECT_EQ(*given, std::vector<std::string>{"the lease store now belongs to lessor"});
  check_all(kUser);
  given = prepare(kUser);
  ASSERT_TRUE(given);
  EXPECT_TRUE(given->empty());
  EXPECT_TRUE(prepare(0, {kUser}));
  check_all(0);
}

TEST_F(FolderOwnerTest, WhatRootPutThereLaterIsGivenAway) {
  ASSERT_TRUE(prepare(kUser));
  write(at("leases/LOG"));
  ASSERT_TRUE(prepare(kUser));
  check_all(kUser);
}

// As a crash in the middle leaves it: shut, half of it given away.
TEST_F(FolderOwnerTest, AnInterruptedHandOverIsFinished) {
  ASSERT_EQ(::chown(at("lock").c_str(), kUser, kUser), 0);
  ASSERT_EQ(::chmod(at("leases").c_str(), 0700), 0);
  ASSERT_TRUE(prepare(kUser));
  EXPECT_EQ(owner_of(at("leases/mark")), kUser);
  EXPECT_EQ(mode_of(at("leases")), 0700U);
}

TEST_F(FolderOwnerTest, AMissingFolderIsMadeAndTheWayToItCanBePassed) {
  const std::string folder = at("leases") + "/../../not/there";
  ASSERT_TRUE(
      prepare_lease_folder(folder, {.uid = kUser, .gid = kUser, .name = "lessor", .from = {}}));
  EXPECT_EQ(owner_of(folder), kUser);
  EXPECT_EQ(mode_of(folder), 0750U);
  EXPECT_EQ(owner_of(folder + "/.."), 0U);
  EXPECT_EQ(mode_of(folder + "/.."), 0755U);
}

TEST_F(FolderOwnerTest, ModesOpenToOthersAreClosed) {
  for (const char* name : {"", "leases", "lock", "leases/mark"}) {
    ASSERT_EQ(::chmod(at(name).c_str(), 02755), 0);
  }
  const auto prepared = prepare(0);
  ASSERT_TRUE(prepared);
  EXPECT_EQ(*prepared,
            std::vector<std::string>{"the lease store was open to others and is closed now"});
  EXPECT_EQ(mode_of(at("")), 02750U);  // what a folder's group hands down stays
  EXPECT_EQ(mode_of(at("leases/mark")), 02640U);
}

TEST_F(FolderOwnerTest, AFolderWithOtherThingsInItStaysAsItIs) {
  write(at("duid"));
  EXPECT_EQ(refusal(kUser), "the lease folder " + folder_.path() +
                                " has to belong to lessor, and there are other things in it "
                                "(duid): give it to the server's own user by hand (chown -R "
                                "lessor " +
                                folder_.path() + "), or name another folder for leases");
  EXPECT_EQ(owner_of(at("lock")), 0U);
  ASSERT_EQ(::chmod(at("").c_str(), 01777), 0);
  const auto shared = prepare(0);
  ASSERT_TRUE(shared);
  ASSERT_EQ(shared->size(), 1U);
  EXPECT_TRUE(shared->front().starts_with("others may look into the folder"));
  EXPECT_EQ(mode_of(at("")), 01777U);
}

TEST_F(FolderOwnerTest, SomebodyElsesFolderStaysHis) {
  ASSERT_EQ(::chown(at("").c_str(), kStranger, kStranger), 0);
  EXPECT_NE(refusal(kUser).find("is user 4322's"), std::string::npos);
  EXPECT_NE(refusal(0).find("has to belong to root"), std::string::npos);
  EXPECT_EQ(owner_of(at("")), kStranger);
  EXPECT_EQ(owner_of(at("lock")), 0U);
}

TEST_F(FolderOwnerTest, NothingIsFollowedOutOfTheFolder) {
  const std::string outside = at("leases") + "/../../secret";
  write(outside, 0600);
  const auto check_refused = [&](const std::string& name) {
    EXPECT_NE(refusal(kUser).find(name), std::string::npos) << refusal(kUser);
    EXPECT_EQ(owner_of(outside), 0U);
    EXPECT_EQ(mode_of(outside), 0600U);
    // Whoever is to serve can still open it.
    EXPECT_EQ(owner_of(at("")), kUser);
    EXPECT_EQ(mode_of(at("")), 0750U);
    fs::remove(at(name));
  };
  fs::create_symlink(outside, at("leases/LOG"));
  check_refused("leases/LOG");
  fs::create_hard_link(outside, at("leases/000099.sst"));
  check_refused("leases/000099.sst");
  ASSERT_EQ(::mkfifo(at("leases/IDENTITY").c_str(), 0666), 0);
  check_refused("leases/IDENTITY");
  EXPECT_TRUE(prepare(kUser));
}

TEST_F(FolderOwnerTest, AFolderInUseIsLeftAlone) {
  const auto lock = FolderLock::take(folder_.path());
  ASSERT_TRUE(lock);
  ASSERT_EQ(::chmod(at("leases/mark").c_str(), 0644), 0);
  const auto prepared = prepare(kUser);
  ASSERT_TRUE(prepared);
  EXPECT_TRUE(prepared->empty());
  EXPECT_EQ(owner_of(at("leases/mark")), 0U);
  EXPECT_EQ(mode_of(at("leases/mark")), 0644U);
}

TEST_F(FolderOwnerTest, TheSocketOfAFormerUserIsRemoved) {
  ASSERT_TRUE(prepare(kUser));
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  const std::string path = at("control.sock");
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::close(fd);
  ASSERT_TRUE(prepare(kUser));
  EXPECT_FALSE(fs::exists(path));
  check_all(kUser);
}

}  // namespace
}  // namespace lessor::store
