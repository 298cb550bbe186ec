#include "host/resolv_conf.h"

#include "host/resolver.h"
#include "host/test_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace lessor::host {
namespace {

net::Ip4 ip(const char* text) { return net::parse_ip4(text).value_or(net::kIp4Any); }

NameSettings office() {
  return {.interface = "eth0",
          .name_servers = {ip("192.0.2.53"), ip("192.0.2.54")},
          .domain = "example.org",
          .search = {}};
}

std::string body(const std::string& text) {  // without our two lines
  return text.substr(text.find('\n', text.find('\n') + 1) + 1);
}

TEST(ResolvConfText, SaysDomainAndServers) {
  const std::string text = resolv_conf_text({office()});
  EXPECT_TRUE(is_our_resolv_conf(text));
  EXPECT_EQ(body(text), "domain example.org\nnameserver 192.0.2.53\nnameserver 192.0.2.54\n");
}

TEST(ResolvConfText, ASearchListTakesTheDomainsPlace) {
  NameSettings names = office();
  names.search = {"a.example", "b.example"};
  EXPECT_EQ(body(resolv_conf_text({names})),
            "search a.example b.example\nnameserver 192.0.2.53\nnameserver 192.0.2.54\n");
}

TEST(ResolvConfText, SeveralInterfacesShareOneFile) {
  const NameSettings other{.interface = "wlan0",
                           .name_servers = {ip("192.0.2.54"), ip("198.51.100.53")},
                           .domain = "example.net",
                           .search = {}};
  EXPECT_EQ(body(resolv_conf_text({office(), other})),
            "search example.org example.net\nnameserver 192.0.2.53\nnameserver 192.0.2.54\n"
            "nameserver 198.51.100.53\n");
}

class ResolvConfTest : public ::testing::Test {
 protected:
  TestFolder folder;
  ResolvConf file{folder.at("resolv.conf")};
  std::string ours = resolv_conf_text({office()});
};

TEST_F(ResolvConfTest, PutsTheVeryFileOfBeforeBack) {
  folder.write("resolv.conf", "nameserver 203.0.113.1\n");
  struct stat before{};
  ASSERT_EQ(::stat(folder.at("resolv.conf").c_str(), &before), 0);
  ASSERT_TRUE(file.write(ours));
  EXPECT_EQ(folder.read("resolv.conf"), ours);
  struct stat now{};
  ASSERT_EQ(::stat(folder.at("resolv.conf").c_str(), &now), 0);
  EXPECT_EQ(now.st_mode & 07777, 0644U);
  ASSERT_TRUE(file.write(ours + "# more\n"));
  ASSERT_TRUE(file.put_back());
  struct stat after{};
  ASSERT_EQ(::stat(folder.at("resolv.conf").c_str(), &after), 0);
  EXPECT_EQ(after.st_ino, before.st_ino);
  EXPECT_EQ(folder.read("resolv.conf"), "nameserver 203.0.113.1\n");
  EXPECT_FALSE(folder.has("resolv.conf.before-lessor"));
}

TEST_F(ResolvConfTest, WhereNoneWasNoneIsLeft) {
  ASSERT_TRUE(file.write(ours));
  ASSERT_TRUE(file.put_back());
  EXPECT_FALSE(folder.has("resolv.conf"));
}

TEST_F(ResolvConfTest, ALinkIsReplacedAndPutBackAsALink) {
  folder.write("elsewhere", "nameserver 203.0.113.1\n");
  folder.link("resolv.conf", "elsewhere");
  ASSERT_TRUE(file.write(ours));
  EXPECT_EQ(folder.read("elsewhere"), "nameserver 203.0.113.1\n");
  EXPECT_EQ(folder.read("resolv.conf"), ours);
  ASSERT_TRUE(file.put_back());
  EXPECT_TRUE(std::filesystem::is_symlink(folder.at("resolv.conf")));
}

TEST_F(ResolvConfTest, ARunThatWasKilledStillHasTheFileOfBefore) {
  folder.write("resolv.conf", "nameserver 203.0.113.1\n");
  ASSERT_TRUE(file.write(ours));
  const ResolvConf next(folder.at("resolv.conf"));
  ASSERT_TRUE(next.write(ours + "# another lease\n"));
  ASSERT_TRUE(next.put_back());
  EXPECT_EQ(folder.read("resolv.conf"), "nameserver 203.0.113.1\n");
}

TEST_F(ResolvConfTest, WhatSomebodyChangedSinceIsTheirs) {
  folder.write("resolv.conf", "nameserver 203.0.113.1\n");
  ASSERT_TRUE(file.write(ours));
  folder.write("resolv.conf", "nameserver 203.0.113.2\n");
  EXPECT_FALSE(file.put_back());
  EXPECT_EQ(folder.read("resolv.conf"), "nameserver 203.0.113.2\n");
}

TEST(ChooseResolver, FitsTheHost) {
  const ResolverFacts plain{};
  const ResolverFacts debian{.link = "", .has_resolvconf = true, .has_resolvectl = false};
  const ResolverFacts resolved{.link = "../run/systemd/resolve/stub-resolv.conf",
                               .has_resolvconf = true,
                               .has_resolvectl = true};
  const ResolverFacts gone{.link = "/run/systemd/resolve/resolv.conf"};
  EXPECT_EQ(choose_resolver(ResolverMode::automatic, plain), ResolverMode::file);
  EXPECT_EQ(choose_resolver(ResolverMode::automatic, debian), ResolverMode::resolvconf);
  EXPECT_EQ(choose_resolver(ResolverMode::automatic, resolved), ResolverMode::resolved);
  EXPECT_EQ(choose_resolver(ResolverMode::automatic, gone), ResolverMode::file);
  EXPECT_EQ(choose_resolver(ResolverMode::file, resolved), ResolverMode::file);
  EXPECT_EQ(choose_resolver(ResolverMode::none, resolved), ResolverMode::none);
}

TEST(ParseResolverMode, KnowsFiveWords) {
  for (const char* word : {"auto", "file", "resolvconf", "resolved", "none"}) {
    EXPECT_TRUE(parse_resolver_mode(word)) << word;
  }
  EXPECT_FALSE(parse_resolver_mode("systemd"));
}

}  // namespace
}  // namespace lessor::host
