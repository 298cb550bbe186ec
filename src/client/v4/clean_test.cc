#include "client/v4/clean.h"

#include <gtest/gtest.h>

namespace lessor::client::v4 {
namespace {

using namespace std::string_literals;

struct Row {
  std::string in;
  std::optional<std::string> out;
};

std::string label(std::size_t size) { return std::string(size, 'a'); }
/// A name of `size` octets in labels of at most 63.
std::string name_of(std::size_t size) {
  std::string out;
  while (out.size() < size) out += out.size() % 64 == 63 ? '.' : 'a';
  return out;
}

/// What bad servers put into every text: for a shell, a file, a log, a terminal, printf.
const std::string kPoison[] = {
    "a;reboot", "`reboot`", "$(reboot)", "a\nb",  "a\rb",     "\x1b[2J", "a\"b",
    "a'b",      "a|b",      "a&b",       "a>b",   "a<b",      "a b",     "a\tb",
    "%n%s",     "a\\b",     "a{b",       "a}b",   "a*b",      "a?b",     "a#b",
    "a!b",      "a\0b"s,    "\0"s,       "",      "\xc3\xbc", "\xff",    "../../etc/passwd",
    "a..b",     "-rf",      "--help",    "~root", "a=b",      "${IFS}",  "\x7f"};

// R2132-2-a, C2-06, C2-08
TEST(CleanName, TakesNamesAndNothingElse) {
  const Row rows[] = {
      {"example.org", "example.org"},
      {"Example-1.ORG", "Example-1.ORG"},
      {"a", "a"},
      {"_dmarc.example.org", "_dmarc.example.org"},
      {"10.example", "10.example"},
      {"example.org\0"s, "example.org"},
      {"example.org\0\0\0"s, "example.org"},
      {"example.org.", "example.org"},
      {"example.org.\0"s, "example.org"},
      {"example.org..", {}},
      {".example.org", {}},
      {"aaa..bbb", {}},
      {".", {}},
      {"..", {}},
      {"___", {}},
      {"---", {}},
      {"a.___", {}},
      {"-a", {}},
      {"a-", {}},
      {"a.-b", {}},
      {label(63), label(63)},
      {label(64), {}},
      {name_of(253), name_of(253)},
      {name_of(253) + ".", name_of(253)},
      {name_of(255), {}},
      {std::string(65'535, 'a'), {}},
  };
  for (const Row& row : rows) EXPECT_EQ(clean_name(as_bytes(row.in)), row.out) << row.in;
  for (const std::string& poison : kPoison) EXPECT_FALSE(clean_name(as_bytes(poison))) << poison;
}

TEST(CleanHostName, TakesWhatAHostMayCallItself) {
  const Row rows[] = {
      {"printer", "printer"},
      {"printer.example.org", "printer.example.org"},
      {"host1", "host1"},
      {"1host", "1host"},
      {"printer." + name_of(100), "printer"},
      {"localhost", {}},
      {"LocalHost.", {}},
      {"localhost.localdomain", {}},
      {"a.localhost", {}},
      {"192.0.2.1", {}},
      {"12345", {}},
      {"0", {}},
  };
  for (const Row& row : rows) EXPECT_EQ(clean_host_name(as_bytes(row.in)), row.out) << row.in;
  for (const std::string& poison : kPoison) {
    EXPECT_FALSE(clean_host_name(as_bytes(poison))) << poison;
  }
}

// C2-08
TEST(CleanText, EscapesWhatATerminalOrALogWouldObey) {
  const Row rows[] = {
      {"no free address", "no free address"},
      {"tab\there", "tab\\x09here"},
      {"\x1b[2J\r\n", "\\x1b[2J\\x0d\\x0a"},
      {"back\\slash", "back\\x5cslash"},
      {"\xc3\xbc", "\\xc3\\xbc"},
      {"%n%s", "%n%s"},
      {"end\0\0"s, "end"},
      {"a\0b"s, "a\\x00b"},
      {"", ""},
  };
  for (const Row& row : rows) EXPECT_EQ(clean_text(as_bytes(row.in)), row.out) << row.in;
}

TEST(CleanText, KeepsItsLimitAndCutsNoEscape) {
  EXPECT_EQ(clean_text(as_bytes(std::string(5'000, 'a'))).size(), 1'024U);
  EXPECT_EQ(clean_text(as_bytes("abc\ndef"), 7), "abc\\x0a");
  EXPECT_EQ(clean_text(as_bytes("abc\ndef"), 6), "abc");
  EXPECT_EQ(clean_text(as_bytes("abc"), 0), "");
}

// C2-08
// B03
TEST(CleanWord, TakesWhatEvenACarelessScriptMayEvaluate) {
  const Row rows[] = {
      {"pxelinux.0", "pxelinux.0"},
      {"boot/grub/x86_64-efi/core.efi", "boot/grub/x86_64-efi/core.efi"},
      {"/srv/tftp", "/srv/tftp"},
      {"Europe/Berlin", "Europe/Berlin"},
      {"a..b", "a..b"},
      {"tftp.example.org\0"s, "tftp.example.org"},
      {"user@192.0.2.1:69", "user@192.0.2.1:69"},
      {"..", {}},
      {"../a", {}},
      {"a/..", {}},
      {"a/../b", {}},
      {"/..", {}},
      {std::string(255, 'a'), std::string(255, 'a')},
      {std::string(256, 'a'), {}},
  };
  for (const Row& row : rows) EXPECT_EQ(clean_word(as_bytes(row.in)), row.out) << row.in;
  for (const std::string& poison : kPoison) {
    EXPECT_EQ(clean_word(as_bytes(poison)).has_value(), poison == "a..b") << poison;
  }
}

// R8910-a, C2-08
TEST(CleanHttpsUri, TakesAnAbsoluteHttpsUri) {
  const Row rows[] = {
      {"https://portal.example.org/api?a=1&b=%2f#top",
       "https://portal.example.org/api?a=1&b=%2f#top"},
      {"https://portal.example.org", "https://portal.example.org"},
      {"HTTPS://portal.example.org:8443/", "HTTPS://portal.example.org:8443/"},
      {"https://[2001:db8::1]/", "https://[2001:db8::1]/"},
      {"https://portal.example.org/\0"s, "https://portal.example.org/"},
      {"https://p/" + std::string(1'014, 'a'), "https://p/" + std::string(1'014, 'a')},
      {"https://p/" + std::string(1'015, 'a'), {}},
      {"http://portal.example.org/", {}},
      {"urn:ietf:params:capport:unrestricted", {}},
      {"//portal.example.org/", {}},
      {"portal.example.org", {}},
      {"https:/portal.example.org", {}},
      {"https://", {}},
      {"https:///path", {}},
      {"https://?a", {}},
      {"https://bank.example@192.0.2.66/", {}},
      {"https://-portal/", {}},
      {"https://portal.example.org/%", {}},
      {"https://portal.example.org/%2", {}},
      {"https://portal.example.org/%zz", {}},
      {"javascript:alert(1)", {}},
      {"file:///etc/passwd", {}},
  };
  for (const Row& row : rows) EXPECT_EQ(clean_https_uri(as_bytes(row.in)), row.out) << row.in;
  for (const std::string& poison : kPoison) {
    EXPECT_FALSE(clean_https_uri(as_bytes(poison))) << poison;
    for (const char c : "`$;'\"<>|\\ ^{}()*!\n\r\t\x1b\x7f"s) {
      EXPECT_FALSE(clean_https_uri(as_bytes("https://p.example/"s + c))) << c;
    }
    EXPECT_FALSE(clean_https_uri(as_bytes("https://p.example/a\0b"s)));
    EXPECT_FALSE(clean_https_uri(as_bytes("https://p.example/\xc3\xbc")));
  }
}

}  // namespace
}  // namespace lessor::client::v4
