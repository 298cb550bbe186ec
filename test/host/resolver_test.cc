// How name servers are made known: files that cannot be renamed or written, and other programs.

#include "hand_fixture.h"

#include <gmock/gmock.h>

namespace lessor::host::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

TEST_F(HandTest, AResolvConfThatIsMountedIsWrittenInPlace) {
  folder.write("mounted", "nameserver 203.0.113.7\n");
  ASSERT_EQ(::mount(folder.at("mounted").c_str(), folder.at("resolv.conf").c_str(), nullptr,
                    MS_BIND, nullptr),
            0);
  Hand hand = start(plan);
  obeyed(hand, hand.configure("s0", lease()));
  EXPECT_THAT(folder.read("mounted"), HasSubstr("nameserver 192.0.2.53"));
  end(hand);
  EXPECT_EQ(folder.read("mounted"), "nameserver 203.0.113.7\n");
  EXPECT_EQ(::umount(folder.at("resolv.conf").c_str()), 0);
}

TEST_F(HandTest, AReadOnlyOrFullDiskIsSaidAndTheAddressStandsAnyway) {
  for (const char* options : {"size=4k", "ro"}) {
    ASSERT_EQ(::mkdir(folder.at("etc").c_str(), 0755) == 0 || errno == EEXIST, true);
    ASSERT_EQ(say("mount -t tmpfs none " + folder.at("etc")), "");
    folder.write("etc/resolv.conf", "nameserver 203.0.113.1\n");
    ASSERT_EQ(say("mount -o remount," + std::string(options) + " " + folder.at("etc")), "");
    plan.resolv_conf = folder.at("etc/resolv.conf");
    Hand hand = start(plan);
    const auto reports = hear(hand, hand.configure("s0", lease()));
    EXPECT_EQ(texts(reports, ReportKind::trouble).size(), 1U) << options;
    EXPECT_EQ(reports.back().kind, ReportKind::done);
    EXPECT_EQ(folder.read("etc/resolv.conf"), "nameserver 203.0.113.1\n") << options;
    (void)hand.finish(Farewell::put_back, Duration::seconds(20));
    EXPECT_EQ(folder.read("etc/resolv.conf"), "nameserver 203.0.113.1\n") << options;
    EXPECT_EQ(::umount(folder.at("etc").c_str()), 0);
  }
}

/// Programs of the system, ours in their place: each notes its words and what it reads.
class ResolverToolTest : public HandTest {
 protected:
  ResolverToolTest() { EXPECT_EQ(say("mount -t tmpfs none /usr/local/sbin"), ""); }
  ~ResolverToolTest() override { ::umount("/usr/local/sbin"); }
  void put_tool(const std::string& name, int code) {
    EXPECT_EQ(say("printf '#!/bin/sh\necho \"$@\" >>" + folder.at("called") + "; cat >>" +
                  folder.at("called") + "; echo words; exit " + std::to_string(code) +
                  "\n' >/usr/local/sbin/" + name + " && chmod +x /usr/local/sbin/" + name),
              "");
  }
};

TEST_F(ResolverToolTest, ResolvconfGetsTheTextAndLosesItAgain) {
  put_tool("resolvconf", 0);
  plan.resolver = ResolverMode::resolvconf;
  Hand hand = start(plan);
  obeyed(hand, hand.configure("s0", lease()));
  EXPECT_THAT(folder.read("called"),
              AllOf(HasSubstr("-a s0.lessor\n"), HasSubstr("nameserver 192.0.2.53\n")));
  end(hand);
  EXPECT_THAT(folder.read("called"), HasSubstr("\n-d s0.lessor\n"));
  EXPECT_EQ(folder.read("resolv.conf"), "nameserver 203.0.113.1\n");
}

TEST_F(ResolverToolTest, ResolvedIsToldServersAndDomains) {
  put_tool("resolvectl", 0);
  plan.resolver = ResolverMode::resolved;
  Hand hand = start(plan);
  obeyed(hand, hand.configure("s0", lease()));
  EXPECT_EQ(folder.read("called"), "dns s0 192.0.2.53\ndomain s0 example.org\n");
  end(hand);
  EXPECT_THAT(folder.read("called"), HasSubstr("revert s0\n"));
}

TEST_F(ResolverToolTest, AToolThatFailsOrIsMissingIsTroubleAndNoMore) {
  put_tool("resolvconf", 3);
  plan.resolver = ResolverMode::resolvconf;
  Hand hand = start(plan);
  auto reports = hear(hand, hand.configure("s0", lease()));
  EXPECT_THAT(texts(reports, ReportKind::trouble),
              Contains("cannot make name servers known: resolvconf ended with code 3: words"));
  EXPECT_EQ(reports.back().kind, ReportKind::done);
  EXPECT_EQ(say("rm /usr/local/sbin/resolvconf; for p in /usr/sbin /usr/bin /sbin /bin; do "
                "test ! -e $p/resolvconf || mount --bind /dev/null $p/resolvconf; done"),
            "");
  net::HostSettings other = lease();
  other.domain = "example.net";
  reports = hear(hand, hand.configure("s0", other));
  EXPECT_THAT(texts(reports, ReportKind::trouble),
              Contains("cannot run resolvconf: it is not installed"));
  (void)hand.finish(Farewell::put_back, Duration::seconds(20));
}

}  // namespace
}  // namespace lessor::host::testing
