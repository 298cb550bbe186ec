#pragma once
// A host of its own for each test, the hand at work on it, and what it reports. Must not know: what
// is tested.

#include "host/hand.h"
#include "host/test_folder.h"
#include "runtime/child_process.h"
#include "runtime/clock.h"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <functional>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

namespace lessor::host::testing {

inline net::Prefix4 prefix(const char* text) {
  return net::parse_prefix4(text).value_or(net::Prefix4());
}
inline net::Ip4 ip(const char* text) { return net::parse_ip4(text).value_or(net::kIp4Any); }

inline net::HostSettings lease() {
  return {.address = prefix("192.0.2.10/24"),
          .broadcast = net::kIp4Any,
          .lifetime = Duration::seconds(3'600),
          .mtu = 1'400,
          .routes = {{.destination = prefix("0.0.0.0/0"), .gateway = ip("192.0.2.1")},
                     {.destination = prefix("198.51.100.0/24"), .gateway = ip("192.0.2.2")}},
          .name_servers = {ip("192.0.2.53")},
          .domain = "example.org",
          .search = {},
          .hostname = ""};
}

/// What a command prints; `words` as a shell reads them.
inline std::string say(const std::string& words) {
  const auto finished = runtime::run_program({"/bin/sh", "-c", words});
  return finished ? finished->output : to_string(finished.error());
}

/// A host of its own: network, name, mounts; "s0" of a veth pair is up.
class HandTest : public ::testing::Test {
 protected:
  HandTest() {
    EXPECT_EQ(::unshare(CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWNS), 0);
    EXPECT_EQ(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
    EXPECT_EQ(say("ip link set lo up && ip link add s0 address 02:00:00:00:00:0a type veth peer "
                  "name c0 && ip link set c0 up && ip link set s0 up && hostname before"),
              "");
    folder.write("resolv.conf", "nameserver 203.0.113.1\n");
    plan = {.interfaces = {"s0"},
            .state_folder = folder.at("state"),
            .resolver = ResolverMode::file,
            .hook_timeout = Duration::seconds(20),
            .may_set_hostname = true,
            .resolv_conf = folder.at("resolv.conf"),
            .lock_folder = folder.at("locks")};
  }

  static Hand start(const HandPlan& how) {
    auto hand = Hand::start(how);
    if (!hand) {
      ADD_FAILURE() << to_string(hand.error());
      std::abort();
    }
    return std::move(*hand);
  }

  /// All that is reported until the order's last report, that one included.
  static std::vector<Report> hear(Hand& hand, const runtime::Result<Ticket>& ticket) {
    std::vector<Report> all;
    EXPECT_TRUE(ticket) << to_string(ticket.error());
    while (ticket && runtime::wait_readable(hand.descriptor(), Duration::seconds(30))) {
      auto reports = hand.take_reports();
      if (!reports) break;
      for (Report& report : *reports) {
        const bool is_last = report.ticket == *ticket &&
                             (report.kind == ReportKind::done || report.kind == ReportKind::failed);
        all.push_back(std::move(report));
        if (is_last) return all;
      }
    }
    ADD_FAILURE() << "the order was not answered";
    return all;
  }
  /// The order is obeyed without trouble.
  static void obeyed(Hand& hand, const runtime::Result<Ticket>& ticket) {
    for (const Report& report : hear(hand, ticket)) {
      const bool is_good = report.kind == ReportKind::said || report.kind == ReportKind::done;
      EXPECT_TRUE(is_good || report.ticket != *ticket) << report.text;
    }
  }
  static std::vector<std::string> texts(const std::vector<Report>& reports, ReportKind kind) {
    std::vector<std::string> all;
    for (const Report& report : reports) {
      if (report.kind == kind) all.push_back(report.text);
    }
    return all;
  }
  static void end(Hand& hand, Farewell farewell = Farewell::put_back) {
    const auto reports = hand.finish(farewell, Duration::seconds(20));
    EXPECT_EQ(texts(reports, ReportKind::trouble), std::vector<std::string>());
  }

  /// Everything about the host that the hand may change.
  std::string picture() const {
    return say("ip -o -4 address show | sed 's/valid_lft.*//'; ip -4 route show table all; "
               "ip -o link show s0 | sed 's/qdisc.*link/link/'; hostname; ") +
           folder.read("resolv.conf") + (folder.has("resolv.conf.before-lessor") ? "kept" : "");
  }

  /// Runs `act` in another process, the main one, which then waits to be killed. Returns when act
  /// is over and that process is dead.
  static void in_a_main_process_that_is_killed(const std::function<void()>& act) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const pid_t pid = ::fork();
    if (pid == 0) {
      act();
      (void)!::write(ends[1], "x", 1);
      for (;;) ::pause();
    }
    EXPECT_TRUE(runtime::wait_readable(ends[0], Duration::seconds(30)));
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    ::close(ends[0]);
    ::close(ends[1]);
  }
  /// Waits for a change of addresses or routes until `true`, at most some seconds.
  static bool becomes(const std::function<bool()>& condition) {
    const Instant deadline = runtime::read_clock().mono + Duration::seconds(20);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return false;
    const runtime::FileDescriptor silent(ends[0]);
    const runtime::FileDescriptor open(ends[1]);
    while (!condition()) {
      if (runtime::read_clock().mono >= deadline) return false;
      (void)runtime::wait_readable(silent.get(), Duration::milliseconds(20));
    }
    return true;
  }
  std::string hook(const std::string& text) {
    folder.write("hook", text);
    ::chmod(folder.at("hook").c_str(), 0755);
    return folder.at("hook");
  }

  TestFolder folder;
  HandPlan plan;
};

}  // namespace lessor::host::testing
