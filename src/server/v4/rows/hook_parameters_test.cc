// What hooks that are built in take of their parameters: each does something that is not so without
// it, or is said to have no effect.

#include "server/v4/rows/key_case.h"

#include <gmock/gmock.h>

namespace lessor::server::v4::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string kSubnet = R"("subnet4": [{"id": 1, "subnet": "192.0.2.0/24",
    "pools": [{"pool": "192.0.2.10-192.0.2.19"}]}])";

/// A parameter beside those that the hook cannot do without.
struct ParameterCase {
  std::string hook;
  std::string beside;
  std::string member;
  Look look;
  std::string with;
  std::string without;
  std::string other = "";
};

std::string write(const ParameterCase& each, const std::string& member) {
  return R"("hooks-libraries": [{"library": "libdhcp_)" + each.hook + R"(.so", "parameters": {)" +
         each.beside + (each.beside.empty() || member.empty() ? "" : ", ") + member + "}}], " +
         kSubnet;
}

/// What the hook is set to, or why it is not.
std::string seen(const ParameterCase& each, const std::string& member) {
  World world(write(each, member));
  return world.trouble().empty() ? each.look(world) : "! " + world.trouble();
}

void play(const std::vector<ParameterCase>& cases) {
  for (const ParameterCase& each : cases) {
    SCOPED_TRACE(each.hook + ": " + each.member);
    EXPECT_NE(each.with, each.without);
    if (each.with.starts_with("! ")) {
      EXPECT_THAT(seen(each, each.member), HasSubstr(each.with.substr(2)));
    } else {
      EXPECT_EQ(seen(each, each.member), each.with);
    }
    EXPECT_THAT(seen(each, each.other), StartsWith(each.without));
  }
}

/// The notes that begin with these words.
Look noted(const std::string& words) {
  return [words](World& world) {
    int count = 0;
    for (const config::Problem& note : world.loaded().notes) {
      count += note.message == "accepted without effect: " + words ? 1 : 0;
    }
    return std::to_string(count);
  };
}

std::string client_id_of_lease(World& world) {
  const auto lease =
      world.site().record(ack_of(world.site(), host_with_id(1, octets({1, 2})))->yiaddr());
  return lease ? show(Octets(lease->client_id.begin(), lease->client_id.end())) : "no lease";
}

TEST(HookParameters, OfFlexIdAreHeard) {
  const std::string expression = R"("identifier-expression": "'ab'")";
  play({{"flex_id", "", expression, [](World&) { return std::string("taken"); }, "taken", "! test"},
        {"flex_id", expression, R"("replace-client-id": true)", client_id_of_lease, "006162",
         "0102"},
        {"flex_id", expression, R"("ignore-iaid": true)", noted("it is about DHCPv6"), "1", "0"}});
}

std::string checks(World& world) {
  const auto& check = world.subnet().ping_check;
  if (!check || !check->enabled) return "off";
  return std::to_string(check->requests) + " of " +
         std::to_string(check->timeout.to_milliseconds()) + " ms, " +
         std::to_string(check->trusted.to_seconds()) + " s";
}

TEST(HookParameters, OfPingCheckAreHeard) {
  const std::string usual = "1 of 100 ms, 60 s";
  play({{"ping_check", "", R"("enable-ping-check": false)", checks, "off", usual},
        {"ping_check", "", R"("min-ping-requests": 2)", checks, "2 of 100 ms, 60 s", usual},
        {"ping_check", "", R"("reply-timeout": 50)", checks, "1 of 50 ms, 60 s", usual},
        {"ping_check", "", R"("ping-cltt-secs": 5)", checks, "1 of 100 ms, 5 s", usual},
        {"ping_check", "", R"("ping-channel-threads": 4)", noted("no thread waits"), "1", "0"}});
}

std::string queries(World& world) {
  const auto& queries = world.config().lease_queries;
  std::string all;
  for (const net::Ip4 address : queries->requesters) all += net::to_string(address) + " ";
  if (!queries->bulk) return all + "by UDP";
  const auto& bulk = *queries->bulk;
  return all + net::to_string(bulk.address) + ":" + std::to_string(bulk.port) + " " +
         std::to_string(bulk.connections) + " " + std::to_string(bulk.idle_time.to_seconds()) +
         " s " + std::to_string(bulk.leases_per_slice);
}

/// One of "advanced".
ParameterCase advanced(const std::string& member, const Look& look, const std::string& with,
                       const std::string& without) {
  const std::string more = R"("advanced": {"bulk-query-enabled": true)";
  return {"lease_query",
          R"("requesters": ["192.0.2.254"])",
          more + ", " + member + "}",
          look,
          with,
          without,
          more + "}"};
}

TEST(HookParameters, OfLeaseQueryAreHeard) {
  const std::string usual = "192.0.2.254 127.0.0.1:67 10 300 s 100";
  const std::string refused = "! not implemented yet: leasequery by TLS";
  play(
      {{"lease_query", "", R"("requesters": ["192.0.2.254", "10.0.0.1"])", queries,
        "10.0.0.1 192.0.2.254 by UDP", "! test"},
       {"lease_query", R"("requesters": ["192.0.2.254"])",
        R"("advanced": {"bulk-query-enabled": true})", queries, usual, "192.0.2.254 by UDP"},
       advanced(R"("lease-query-ip": "192.0.2.1")", queries,
                "192.0.2.254 192.0.2.1:67 10 300 s 100", usual),
       advanced(R"("lease-query-tcp-port": 6767)", queries,
                "192.0.2.254 127.0.0.1:6767 10 300 s 100", usual),
       advanced(R"("max-requester-connections": 3)", queries,
                "192.0.2.254 127.0.0.1:67 3 300 s 100", usual),
       advanced(R"("max-requester-idle-time": 7)", queries, "192.0.2.254 127.0.0.1:67 10 7 s 100",
                usual),
       advanced(R"("max-leases-per-fetch": 9)", queries, "192.0.2.254 127.0.0.1:67 10 300 s 9",
                usual),
       advanced(R"("active-query-enabled": true)", queries, "! active leasequery", usual),
       advanced(R"("trust-anchor": "x")", queries, refused, usual),
       advanced(R"("cert-file": "x")", queries, refused, usual),
       advanced(R"("key-file": "x")", queries, refused, usual),
       advanced(R"("cert-required": true)", noted("there is no TLS"), "1", "0"),
       advanced(R"("extended-info-tables-enabled": true)", noted("no tables are needed"), "1", "0"),
       advanced(R"("max-bulk-query-threads": 2)", noted("one thread has all connections"), "1",
                "0"),
       advanced(R"("max-concurrent-queries": 2)",
                noted("the queries of a connection are answered one after another"), "1", "0")});
}

std::string legal(World& world) {
  using Kind = config::LegalLog::Kind;
  const config::LegalLog& log = *world.config().legal_log;
  if (log.kind == Kind::syslog) return log.facility + " " + log.pattern;
  return log.path + " " + log.base_name + " " + std::to_string(log.count) + " " +
         std::to_string(static_cast<int>(log.unit)) + log.prerotate + log.postrotate + " " +
         log.timestamp_format + (log.request_format ? " request" : "") +
         (log.response_format ? " response" : "");
}

TEST(HookParameters, OfTheLegalLogAreHeard) {
  const auto file = [](const std::string& member, const std::string& with) {
    return ParameterCase{"legal_log", R"("timestamp-format": "T")",     member, legal,
                         with,        "/var/log/lessor kea-legal 1 1 T"};
  };
  const std::string syslog = R"("type": "syslog")";
  play({file(R"("path": "/p")", "/p kea-legal 1 1 T"),
        file(R"("base-name": "b")", "/var/log/lessor b 1 1 T"),
        file(R"("time-unit": "year")", "/var/log/lessor kea-legal 1 3 T"),
        file(R"("count": 5)", "/var/log/lessor kea-legal 5 1 T"),
        file(R"("prerotate": "/bin/a")", "/var/log/lessor kea-legal 1 1/bin/a T"),
        file(R"("postrotate": "/bin/b")", "/var/log/lessor kea-legal 1 1/bin/b T"),
        file(R"("request-parser-format": "'a'")", "/var/log/lessor kea-legal 1 1 T request"),
        file(R"("response-parser-format": "'a'")", "/var/log/lessor kea-legal 1 1 T response"),
        {"legal_log", "", R"("timestamp-format": "%Q")", legal, "/var/log/lessor kea-legal 1 1 %Q",
         "/var/log/lessor kea-legal 1 1 %Y"},
        {"legal_log", R"("pattern": "%m")", syslog, legal, "local0 %m", "! test"},
        {"legal_log", syslog, R"("facility": "daemon")", legal, "daemon %-5p [%c.%t] %m\n",
         "local0 %-5p"},
        {"legal_log", syslog, R"("pattern": "%m")", legal, "local0 %m", "local0 %-5p"},
        {"legal_log", "", R"("type": "mysql")", legal, "! not implemented", "/var/log/lessor"}});
}

TEST(HookParameters, OfAScriptAreHeard) {
  const Look program = [](World& world) { return world.config().run_script->program; };
  play({{"run_script", "", R"("name": "/bin/true")", program, "/bin/true", "! test"},
        {"run_script", R"("name": "/bin/true")", R"("sync": true)", program, "! not implemented",
         "/bin/true"}});
}

/// One of an option's keys, which gives 224 its value.
ParameterCase of_option(const std::string& rest, const std::string& member, const Look& look,
                        const std::string& with, const std::string& without,
                        const std::string& other = "") {
  const auto wrap = [&](const std::string& more) {
    return R"("options": [{)" + rest + (more.empty() ? "" : ", " + more) + "}]";
  };
  return {"flex_option", "", wrap(member), look, with, without, wrap(other)};
}

TEST(HookParameters, OfFlexOptionAreHeard) {
  const Look option = offered(224, {224});
  play({of_option(R"("add": "'a'")", R"("code": 224)", option, "61", "none", R"("code": 225)"),
        of_option(R"("add": "'a'")", R"("name": "boot-file-name")", offered(67), "61", "none",
                  R"("code": 225)"),
        of_option(R"("code": 224)", R"("add": "'a'")", option, "61", "62", R"("add": "'b'")"),
        of_option(R"("code": 224)", R"("supersede": "'a'")", option, "61", "62", R"("add": "'b'")"),
        of_option(R"("code": 1)", R"("remove": "'a' == 'a'")", offered(1, {1}), "none", "ffffff00",
                  R"("remove": "'a' == 'b'")"),
        of_option(R"("code": 224, "add": "'a'")", R"("client-class": "KNOWN")", option, "none",
                  "61", R"("client-class": "UNKNOWN")"),
        of_option(R"("code": 3, "add": "'192.0.2.7'")", R"("csv-format": true)", offered(3, {3}),
                  "c0000207", "3139322e302e322e37")});
}

TEST(HookParameters, ThatAreUnknownAreRefused) {
  for (const char* hook :
       {"flex_id", "lease_query", "legal_log", "ping_check", "run_script", "flex_option"}) {
    const ParameterCase unknown{
        hook, R"("identifier-expression": "'a'", "name": "/bin/true",
        "requesters": ["192.0.2.254"], "options": [])", R"("nonsense": 1)", {}, "",
        ""};
    World world(write(unknown, unknown.member));
    EXPECT_THAT(world.trouble(), HasSubstr("nonsense: unknown parameter of this hook")) << hook;
  }
}

}  // namespace
}  // namespace lessor::server::v4::testing
