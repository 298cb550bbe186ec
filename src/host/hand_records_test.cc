#include "host/hand_records.h"

#include "base/random.h"

#include <gtest/gtest.h>

namespace lessor::host {
namespace {

net::Prefix4 prefix(const char* text) { return net::parse_prefix4(text).value_or(net::Prefix4()); }
net::Ip4 ip(const char* text) { return net::parse_ip4(text).value_or(net::kIp4Any); }

net::HostSettings settings() {
  return {.address = prefix("192.0.2.10/24"),
          .broadcast = ip("192.0.2.255"),
          .lifetime = Duration::seconds(3'600),
          .mtu = 1'400,
          .routes = {{.destination = prefix("0.0.0.0/0"), .gateway = ip("192.0.2.1")},
                     {.destination = prefix("198.51.100.0/24"), .gateway = net::kIp4Any}},
          .metric = 100,
          .table = 7,
          .name_servers = {ip("192.0.2.53"), ip("127.0.0.1")},
          .domain = "example.org",
          .search = {"a.example", "b.example"},
          .hostname = "printer"};
}

std::vector<Order> orders() {
  const net::Mac mac = net::parse_mac("02:00:00:00:00:0a").value_or(net::Mac());
  return {
      {.kind = OrderKind::configure, .ticket = 1, .interface = "eth0", .settings = settings()},
      {.kind = OrderKind::deconfigure, .ticket = 2, .interface = "eth0"},
      {.kind = OrderKind::run_hook,
       .ticket = 3,
       .interface = "eth0",
       .variables = {{.name = "LESSOR_IP", .value = "192.0.2.10"}, {.name = "X", .value = ""}}},
      {.kind = OrderKind::write_file, .ticket = 4, .name = "eth0.lease", .text = "a\nb\n"},
      {.kind = OrderKind::remove_file, .ticket = 5, .name = "eth0.lease"},
      {.kind = OrderKind::set_mac, .ticket = 6, .interface = "eth0", .mac = mac},
      {.kind = OrderKind::finish, .ticket = 7, .farewell = Farewell::leave},
  };
}

TEST(HandRecords, EveryOrderComesBackFromItsRecord) {
  for (const Order& order : orders()) {
    const auto record = write_order(order);
    ASSERT_TRUE(record);
    const auto read = read_order(*record);
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(*read, order);
  }
}

TEST(HandRecords, InfiniteLifetimesAndAbsentMtusStaySo) {
  Order order{.kind = OrderKind::configure, .ticket = 1, .interface = "e", .settings = settings()};
  order.settings.lifetime = Duration::infinite();
  order.settings.mtu.reset();
  EXPECT_EQ(read_order(write_order(order).value_or(Record())), order);
}

TEST(HandRecords, ARecordCutAnywhereOrWithMoreBehindItIsRefused) {
  for (const Order& order : orders()) {
    Record record = write_order(order).value_or(Record());
    for (std::size_t size = 0; size < record.size(); ++size) {
      EXPECT_FALSE(read_order(Bytes(record).first(size))) << size;
    }
    record.push_back(std::byte{0});
    EXPECT_FALSE(read_order(record));
  }
}

TEST(HandRecords, AnotherVersionOrAnUnknownKindIsRefused) {
  Record record = write_order(orders()[1]).value_or(Record());
  record[0] = std::byte{2};
  EXPECT_EQ(read_order(record), std::unexpected("a record of version 2"));
  record[0] = std::byte{1};
  for (const int kind : {0, 8, 255}) {
    record[1] = static_cast<std::byte>(kind);
    EXPECT_EQ(read_order(record), std::unexpected("a record of an unknown kind")) << kind;
  }
}

// Whatever octets are changed, what is taken keeps every limit: it can be written again.
// C3-11
TEST(HandRecords, WhatIsReadOfABrokenRecordKeepsEveryLimit) {
  Random random(1);
  int taken = 0;
  for (int i = 0; i < 5'000; ++i) {
    const auto all = orders();
    Record record = write_order(all[random.below(7)]).value_or(Record());
    for (int changes = 0; changes < 3; ++changes) {
      const std::size_t at = random.below(static_cast<std::uint32_t>(record.size()));
      record[at] = static_cast<std::byte>(random.below(256));
    }
    const auto order = read_order(record);
    if (!order) continue;
    ++taken;
    ASSERT_TRUE(write_order(*order));
    if (order->kind == OrderKind::configure) {
      ASSERT_FALSE(find_nonsense(order->settings));
    }
  }
  EXPECT_GT(taken, 250);
}

TEST(HandRecords, ReportsComeBackAndTheirTextIsClean) {
  const Report report{.kind = ReportKind::done,
                      .ticket = 9,
                      .code = -1,
                      .interface = "eth0",
                      .text = "add 192.0.2.10/24"};
  EXPECT_EQ(read_report(write_report(report)), report);
  Report dirty = report;
  dirty.text = "a\x1b[2Jb\n";
  EXPECT_EQ(read_report(write_report(dirty)).value_or(Report()).text, "a\\x1b[2Jb\\x0a");
  dirty.text = std::string(100'000, '\n');
  EXPECT_TRUE(read_report(write_report(dirty)));
  EXPECT_FALSE(read_report({}));
}

TEST(HandRecords, SettingsThatMakeNoSenseAreNamed) {
  struct Case {
    void (*spoil)(net::HostSettings&);
    const char* says;
  };
  const Case cases[] = {
      {[](net::HostSettings& s) { s.address = prefix("127.0.0.1/8"); }, "no host's address"},
      {[](net::HostSettings& s) { s.address = prefix("224.0.0.1/24"); }, "no host's address"},
      {[](net::HostSettings& s) { s.address = prefix("0.0.0.0/24"); }, "no host's address"},
      {[](net::HostSettings& s) { s.address.length = 0; }, "prefix length"},
      {[](net::HostSettings& s) { s.address.length = 33; }, "prefix length"},
      {[](net::HostSettings& s) { s.broadcast = ip("198.51.100.255"); }, "broadcast"},
      {[](net::HostSettings& s) { s.lifetime = Duration(); }, "lifetime"},
      {[](net::HostSettings& s) { s.mtu = 68; }, "MTU"},
      {[](net::HostSettings& s) { s.mtu = 65'536; }, "MTU"},
      {[](net::HostSettings& s) { s.table = 255; }, "own table"},
      {[](net::HostSettings& s) { s.routes.resize(65, s.routes[1]); }, "64 routes"},
      {[](net::HostSettings& s) { s.routes[0].destination = prefix("10.0.0.1/8"); }, "host bits"},
      {[](net::HostSettings& s) { s.routes[0].destination = prefix("127.0.0.0/8"); }, "route to"},
      {[](net::HostSettings& s) { s.routes[0].destination.length = 40; }, "longer than 32"},
      {[](net::HostSettings& s) { s.routes[0].gateway = ip("255.255.255.255"); }, "gateway"},
      {[](net::HostSettings& s) { s.name_servers.resize(17, ip("192.0.2.1")); }, "16 name"},
      {[](net::HostSettings& s) { s.name_servers[0] = ip("239.0.0.1"); }, "name server"},
      {[](net::HostSettings& s) { s.search.resize(33, "a"); }, "32 search"},
      {[](net::HostSettings& s) { s.search[0] = "a\nnameserver 6.6.6.6"; }, "no name"},
      {[](net::HostSettings& s) { s.domain = "$(reboot)"; }, "no name"},
      {[](net::HostSettings& s) { s.hostname = std::string(256, 'a'); }, "no name"},
      {[](net::HostSettings& s) { s.hostname = "-rf"; }, "no name"},
  };
  EXPECT_FALSE(find_nonsense(settings()));
  for (const Case& c : cases) {
    net::HostSettings spoiled = settings();
    c.spoil(spoiled);
    const auto wrong = find_nonsense(spoiled);
    ASSERT_TRUE(wrong) << c.says;
    EXPECT_NE(wrong->find(c.says), std::string::npos) << *wrong;
    const auto record = write_order(
        {.kind = OrderKind::configure, .ticket = 1, .interface = "eth0", .settings = spoiled});
    if (record) {
      EXPECT_FALSE(read_order(*record)) << c.says;
    }
  }
}

TEST(HandRecords, NamesWithoutAnAddressMakeSenseAndWideRoutesToo) {
  net::HostSettings names = settings();
  names.address = {};
  EXPECT_TRUE(find_nonsense(names));  // its routes have no address to start from
  names.routes.clear();
  EXPECT_FALSE(find_nonsense(names));
  names = settings();
  names.routes[0].destination = prefix("224.0.0.0/3");
  EXPECT_FALSE(find_nonsense(names));
}

// B35
TEST(HandRecords, NamesOfFilesAndInterfacesLeadNowhereElse) {
  for (const char* name : {"", "..", "../passwd", "a/b", ".hidden", "a\nb"}) {
    EXPECT_FALSE(read_order(write_order({.kind = OrderKind::remove_file, .ticket = 1, .name = name})
                                .value_or(Record())))
        << name;
  }
  for (const char* name : {"", "..", "a/b", "a b", "sixteen-letters-"}) {
    EXPECT_FALSE(
        read_order(write_order({.kind = OrderKind::deconfigure, .ticket = 1, .interface = name})
                       .value_or(Record())))
        << name;
  }
  const net::Mac group = net::parse_mac("01:00:5e:00:00:01").value_or(net::Mac());
  EXPECT_FALSE(read_order(
      write_order({.kind = OrderKind::set_mac, .ticket = 1, .interface = "eth0", .mac = group})
          .value_or(Record())));
}

// B41, B44
TEST(HandRecords, VariablesOfAHookAreOfItsPrefixAndPrintable) {
  using Variables = std::vector<HookVariable>;
  EXPECT_FALSE(
      find_nonsense(Variables{{"LESSOR_IP", "192.0.2.1"}, {"LESSOR_X2", " ~"}}, "LESSOR_"));
  const Variables bad[] = {{{"LD_PRELOAD", "/tmp/x"}},
                           {{"PATH", "/tmp"}},
                           {{"LESSOR_", "x"}},
                           {{"LESSOR_a", "x"}},
                           {{"LESSOR_A=B", "x"}},
                           {{"LESSOR_A", "() { :;};\n"}},
                           {{"LESSOR_A", "\x1b[0m"}},
                           {{"LESSOR_A", "\xc3\xa4"}},
                           Variables(257, {"LESSOR_A", ""}),
                           {{"LESSOR_A", std::string(32'768, 'x')}}};
  for (const Variables& variables : bad) {
    EXPECT_TRUE(find_nonsense(variables, "LESSOR_")) << variables[0].name;
  }
}

}  // namespace
}  // namespace lessor::host
