#include "config/legal_log.h"

#include "config/load.h"

#include <gtest/gtest.h>

namespace lessor::config {
namespace {

std::string with_hook(const std::string& library, const std::string& parameters) {
  return R"({"Dhcp4": {"hooks-libraries": [{"library": "/usr/lib/kea/hooks/libdhcp_)" + library +
         R"(.so")" + (parameters.empty() ? "" : R"(, "parameters": )" + parameters) +
         R"(}], "subnet4": [{"subnet": "192.0.2.0/24"}]}})";
}

std::optional<LegalLog> read(const std::string& parameters,
                             const std::string& library = "legal_log") {
  const auto loaded = load_text(with_hook(library, parameters), "x", {});
  EXPECT_TRUE(loaded) << (loaded ? "" : to_string(loaded.error()[0]));
  return loaded ? loaded->config.legal_log : std::nullopt;
}

/// What is wrong, without the place's line and column.
std::string refusal(const std::string& text) {
  const auto loaded = load_text(text, "x", {});
  if (loaded) return "accepted";
  return loaded.error()[0].path + ": " + loaded.error()[0].message;
}
std::string refusal_of(const std::string& parameters) {
  return refusal(with_hook("legal_log", parameters));
}

TEST(LegalLog, HasKeasDefaults) {
  for (const char* library : {"legal_log", "forensic_log"}) {
    for (const char* parameters : {"", "{}"}) {
      const auto log = read(parameters, library);
      ASSERT_TRUE(log);
      EXPECT_EQ(log->kind, LegalLog::Kind::file);
      EXPECT_EQ(log->path, "/var/log/lessor");
      EXPECT_EQ(log->base_name, "kea-legal");
      EXPECT_EQ(log->unit, LegalLog::Unit::day);
      EXPECT_EQ(log->count, 1U);
      EXPECT_EQ(log->timestamp_format, "%Y-%m-%d %H:%M:%S %Z");
      EXPECT_FALSE(log->request_format || log->response_format);
    }
  }
}

TEST(LegalLog, TakesEveryParameterOfAFile) {
  const auto log = read(R"({"path": "/srv/legal", "base-name": "b", "time-unit": "month",
      "count": 3, "prerotate": "/bin/a", "postrotate": "/bin/b", "timestamp-format": "%s.%Q",
      "type": "logfile", "request-parser-format": "'x'",
      "response-parser-format": "option[51].hex"})");
  ASSERT_TRUE(log);
  EXPECT_EQ(log->path, "/srv/legal");
  EXPECT_EQ(log->base_name, "b");
  EXPECT_EQ(log->unit, LegalLog::Unit::month);
  EXPECT_EQ(log->count, 3U);
  EXPECT_EQ(log->prerotate, "/bin/a");
  EXPECT_EQ(log->postrotate, "/bin/b");
  EXPECT_EQ(log->timestamp_format, "%s.%Q");
  EXPECT_TRUE(log->request_format && log->response_format);
}

TEST(LegalLog, TakesSyslog) {
  const auto usual = read(R"({"type": "syslog"})");
  ASSERT_TRUE(usual);
  EXPECT_EQ(usual->kind, LegalLog::Kind::syslog);
  EXPECT_EQ(usual->facility, "local0");
  EXPECT_EQ(usual->pattern, "%-5p [%c.%t] %m\n");
  const auto own = read(R"({"type": "syslog", "facility": "LOCAL3", "pattern": "%m%n"})");
  EXPECT_EQ(own->facility, "LOCAL3");
  EXPECT_EQ(own->pattern, "%m%n");
}

TEST(LegalLog, RefusesByName) {
  const std::string in = "Dhcp4.hooks-libraries[0].parameters.";
  const struct {
    const char* parameters;
    std::string message;
  } rows[] = {
      {R"({"type": "mysql", "name": "kea", "user": "u"})",
       in + "type: not implemented: a legal log in a database (mysql); write logfile or syslog"},
      {R"({"type": "postgresql"})",
       in + "type: not implemented: a legal log in a database (postgresql); write logfile or "
            "syslog"},
      {R"({"type": "paper"})", in + "type: 'paper' is no kind of legal log: logfile or syslog"},
      {R"({"path": "here"})", in + "path: a folder by its whole path: \"/var/log/lessor\""},
      {R"({"base-name": "a/b"})",
       in + "base-name: the beginning of a file's name: printable, without / and blanks, no dot "
            "first"},
      {R"({"time-unit": "week"})", in + "time-unit: 'week' is no unit: second, day, month or year"},
      {R"({"count": -1})", in + "count: counts go from 0 (never) to 4294967295"},
      {R"({"count": "1"})", in + "count: expected an integer, found text"},
      {R"({"prerotate": "rotate.sh"})",
       in + "prerotate: a program by its whole path: it must begin with /"},
      {R"({"request-parser-format": "pkt4.mac =="})", ""},
      {R"({"response-parser-format": "option[1].exists"})", ""},
      {R"({"facility": "local0"})", in + "facility: this is for \"type\": \"syslog\""},
      {R"({"type": "syslog", "postrotate": "/bin/a"})",
       in + "postrotate: this is for \"type\": \"logfile\""},
      {R"({"type": "syslog", "facility": "post"})",
       in + "facility: 'post' is no facility of syslog"},
      {R"({"type": "syslog", "pattern": "%d %m"})",
       in + "pattern: not implemented: of patterns, %m, %p, %c, %t, %n and %% are"},
      {R"({"paht": "/a"})", in + "paht: unknown parameter of this hook"},
  };
  for (const auto& row : rows) {
    const std::string said = refusal_of(row.parameters);
    EXPECT_NE(said, "accepted") << row.parameters;
    if (row.message.empty()) continue;
    EXPECT_EQ(said, row.message);
  }
}

TEST(LegalLog, ThereIsOneAtMost) {
  EXPECT_EQ(refusal(R"({"Dhcp4": {"hooks-libraries": [{"library": "libdhcp_legal_log.so"},
                     {"library": "libdhcp_forensic_log.so"}]}})"),
            "Dhcp4.hooks-libraries[1]: there is a legal log already: one is kept");
}

TEST(LegalLog, ASubnetsContextLeavesItOut) {
  const auto subnet = [](const std::string& context) {
    return load_text(R"({"Dhcp4": {"subnet4": [{"subnet": "192.0.2.0/24")" + context + "}]}}", "x",
                     {});
  };
  EXPECT_TRUE(subnet("")->config.subnets[0].legal_logging);
  EXPECT_TRUE(subnet(R"(, "user-context": {"a": 1})")->config.subnets[0].legal_logging);
  EXPECT_FALSE(
      subnet(R"(, "user-context": {"legal-logging": false})")->config.subnets[0].legal_logging);
  EXPECT_FALSE(subnet(R"(, "user-context": {"legal-logging": "no"})"));
}

TEST(RunScript, TakesAProgram) {
  const auto loaded = load_text(
      with_hook("run_script", R"({"name": "/etc/lessor/at-lease", "sync": false})"), "x", {});
  ASSERT_TRUE(loaded);
  ASSERT_TRUE(loaded->config.run_script);
  EXPECT_EQ(loaded->config.run_script->program, "/etc/lessor/at-lease");
  EXPECT_TRUE(loaded->config.follows_leases());
  EXPECT_FALSE(load_text(R"({"Dhcp4": {}})", "x", {})->config.follows_leases());
}

TEST(RunScript, RefusesByName) {
  const auto of = [](const char* parameters) {
    return refusal(with_hook("run_script", parameters));
  };
  EXPECT_EQ(of(R"({"name": "/a", "sync": true})"),
            "Dhcp4.hooks-libraries[0].parameters.sync: not implemented, and not in Kea: no client "
            "waits for a program; write false");
  EXPECT_EQ(of(R"({"name": "a.sh"})"),
            "Dhcp4.hooks-libraries[0].parameters.name: a program by its whole path: it must begin "
            "with /");
  for (const char* none : {"", "{}", R"({"sync": false})"}) {
    EXPECT_EQ(of(none),
              "Dhcp4.hooks-libraries[0]: run_script needs a program: \"parameters\": {\"name\": "
              "\"/etc/lessor/at-lease\"}");
  }
}

}  // namespace
}  // namespace lessor::config
