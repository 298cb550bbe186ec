#include "cli/server_bounds.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace lessor::cli {
namespace {

namespace fs = std::filesystem;
using runtime::FolderRight;
using runtime::FolderUse;

config::Logger logger(std::vector<std::string> outputs) {
  config::Logger made;
  made.outputs = std::move(outputs);
  return made;
}

class ServerBounds : public ::testing::Test {
 protected:
  ServerBounds() {
    std::string name = (fs::temp_directory_path() / "lessor-bounds-XXXXXX").string();
    folder_ = fs::canonical(::mkdtemp(name.data())).string();
  }
  ~ServerBounds() override { fs::remove_all(folder_); }

  std::string folder_;
};

TEST_F(ServerBounds, AreTheFoldersOfItsFilesItsStoreItsSocketsAndItsLogs) {
  const auto rights = rights_for({.files = {"/nowhere/a/one.json", "/nowhere/b/two.json"},
                                  .lease_folder = "/nowhere/leases",
                                  .sockets = {"/nowhere/run/sock"},
                                  .loggers = {logger({"/nowhere/log/x", "stderr", "syslog"})}});
  EXPECT_EQ(rights, (std::vector<FolderRight>{{"/nowhere/a", FolderUse::read},
                                              {"/nowhere/b", FolderUse::read},
                                              {"/nowhere/leases", FolderUse::keep},
                                              {"/nowhere/run", FolderUse::sockets},
                                              {"/nowhere/log", FolderUse::log}}));
}

TEST_F(ServerBounds, WhatSocketsNeedIsOnlyRead) {
  const auto rights = rights_for({.files = {folder_ + "/conf"},
                                  .secrets = {folder_ + "/key", "/nowhere/tls/ca"},
                                  .lease_folder = "",
                                  .sockets = {},
                                  .replaces_files = true});
  EXPECT_EQ(rights, (std::vector<FolderRight>{{folder_, FolderUse::replace},
                                              {"/nowhere/tls", FolderUse::read}}));
}

TEST_F(ServerBounds, FollowALinkToTheConfiguration) {
  fs::create_directories(folder_ + "/real");
  std::ofstream(folder_ + "/real/conf") << "{}";
  fs::create_symlink(folder_ + "/real/conf", folder_ + "/conf");
  EXPECT_EQ(reading_places({folder_ + "/conf"}),
            (std::vector<std::string>{folder_, folder_ + "/real"}));
}

TEST_F(ServerBounds, HoldNoMoreThanTheFileItselfOfFoldersThatAreEverybodys) {
  EXPECT_EQ(reading_places({"/etc/lessor-no-such.conf", "/no-such.conf", "/etc/lessor/x"}),
            (std::vector<std::string>{"/etc/lessor-no-such.conf", "/no-such.conf", "/etc/lessor"}));
}

TEST_F(ServerBounds, HoldLogsInTheSameFoldersAndNoOthers) {
  const auto rights = rights_for({.files = {folder_ + "/conf/x"},
                                  .lease_folder = folder_ + "/leases",
                                  .sockets = {},
                                  .loggers = {logger({folder_ + "/log/one"})}});
  struct Row {
    std::string output;
    bool kept;
  };
  for (const Row& row : {Row{folder_ + "/log/one", true}, Row{folder_ + "/log/two", true},
                         Row{folder_ + "/log/deeper/two", true}, Row{"stdout", true},
                         Row{"syslog:local0", true}, Row{folder_ + "/leases/log", true},
                         Row{folder_ + "/log2/one", false}, Row{folder_ + "/conf/log", false},
                         Row{folder_ + "/one", false}, Row{"/etc/passwd", false}}) {
    EXPECT_EQ(!find_excess(rights, {logger({row.output})}).has_value(), row.kept) << row.output;
  }
  EXPECT_EQ(find_excess(rights, {logger({"stderr", "/else/log"})}),
            "a log in /else is more than the server kept the right to when it started: that takes "
            "a restart");
}

TEST_F(ServerBounds, AreNotLeftByALink) {
  fs::create_directories(folder_ + "/log");
  fs::create_directories(folder_ + "/else");
  fs::create_directory_symlink(folder_ + "/else", folder_ + "/log/inside");
  const auto rights = rights_for({.files = {},
                                  .lease_folder = {},
                                  .sockets = {},
                                  .loggers = {logger({folder_ + "/log/one"})}});
  EXPECT_TRUE(find_excess(rights, {logger({folder_ + "/log/inside/one"})}));
}

}  // namespace
}  // namespace lessor::cli
