#include "craft/message_tables.h"

#include "craft/test_frames.h"

#include <gmock/gmock.h>

namespace lessor::craft {
namespace {

using namespace testing;  // the words of test_frames.h
using ::testing::HasSubstr;
using ::testing::Not;

constexpr Style kWide{.width = 100};

TEST(HeaderTable, ShowsEveryFieldOfRfc2131) {
  EXPECT_EQ("\n" + header_table(offer(), {.width = 94}),
            R"(
+--------+--------+-----------------------------------------------------+--------------------+
| field  | octets | meaning                                             | value              |
+--------+--------+-----------------------------------------------------+--------------------+
| op     |      1 | direction: 1 asks a server, 2 answers a client      | 2 (BOOTREPLY)      |
| htype  |      1 | kind of hardware address; 1 is Ethernet             | 1 (Ethernet)       |
| hlen   |      1 | octets of the hardware address                      | 6                  |
| hops   |      1 | relay agents passed on the way; a client sends 0    | 0                  |
| xid    |      4 | drawn by the client; answers repeat it              | 0x00001aed         |
| secs   |      2 | seconds since the client began to ask               | 0                  |
| flags  |      2 | the leftmost bit asks for answers by broadcast      | 0x8000 (broadcast) |
| ciaddr |      4 | the client's address, if it has one that it can use | 0.0.0.0            |
| yiaddr |      4 | "your" address: what the server gives to the client | 192.168.56.104     |
| siaddr |      4 | the server to boot from next                        | 192.168.56.100     |
| giaddr |      4 | the relay agent that carried the message            | 0.0.0.0            |
| chaddr |     16 | the client's hardware address                       | c0:01:1b:69:00:00  |
| sname  |     64 | the boot server's name                              | not given          |
| file   |    128 | the boot file's name                                | not given          |
+--------+--------+-----------------------------------------------------+--------------------+
)");
}

TEST(HeaderTable, MarksWhatDiffersFromTheReference) {
  const std::string table = header_table(offer(), kWide, discover());
  EXPECT_THAT(table, HasSubstr("2 (BOOTREPLY) * "));
  EXPECT_THAT(table, HasSubstr("192.168.56.104 * "));
  EXPECT_THAT(table, Not(HasSubstr("0x00001aed *")));
}

TEST(HeaderTable, ShowsOddValuesAsTheyAre) {
  wire::Header h = header(wire::Op::request);
  h.hlen = 17;
  h.htype = 9;
  h.flags = 0x0001;
  h.sname = "a\x1b[31m";
  h.file = "boot/\\x";
  Octets bytes = message(h, [](wire::MessageWriter& out) { out.end(); });
  bytes[0] = std::byte{7};
  const std::string table = header_table(bytes, kWide);
  EXPECT_THAT(table, HasSubstr("7 (unknown)"));
  EXPECT_THAT(table, HasSubstr("(hlen is too long)"));
  EXPECT_THAT(table, HasSubstr("0x0001 (unicast), reserved"));
  EXPECT_THAT(table, HasSubstr("a\\x1b[31m"));
  EXPECT_THAT(header_table(Bytes(bytes).first(100), kWide),
              HasSubstr("only 100 of the header's 236 octets"));
}

TEST(OptionsTable, GoesFromTheCookieToTheEnd) {
  EXPECT_EQ("\n" + options_table(offer(), {.width = 100}),
            R"(
+------+------------------------+--------+-----------------------------+---------------------------+
| code | name                   | length | description                 | value                     |
+------+------------------------+--------+-----------------------------+---------------------------+
|      | magic cookie           |      4 | DHCP options follow         | 99.130.83.99 (0x63825363) |
|   53 | dhcp-message-type      |      1 | what kind of message this   | 2 (DHCPOFFER)             |
|      |                        |        | is                          |                           |
|   54 | dhcp-server-identifier |      4 | the server that is meant,   | 192.168.56.100            |
|      |                        |        | or speaks                   |                           |
|   51 | dhcp-lease-time        |      4 | how long the address may be | 600 (10m)                 |
|      |                        |        | used                        |                           |
|   15 | domain-name            |     18 | the domain to resolve names | routingloops.co.uk        |
|      |                        |        | in                          |                           |
|  255 | end                    |      0 | no more options             | then 24 octets of padding |
+------+------------------------+--------+-----------------------------+---------------------------+
)");
}

TEST(OptionsTable, MarksWhatTheReferenceDidNotSay) {
  Octets other = offer();
  other[242] = std::byte{5};  // a DHCPACK
  const std::string table = options_table(other, kWide, offer());
  EXPECT_THAT(table, HasSubstr("5 (DHCPACK) *"));
  EXPECT_THAT(table, Not(HasSubstr("routingloops.co.uk *")));
}

TEST(OptionsTable, ShowsOptionsInFileAndSname) {
  wire::Header h = header(wire::Op::reply);
  const char in_file[] =
      "\x0f\x03"
      "abc\xff";
  const char in_sname[] = "\x0c\x02R1\xff";
  h.file = {in_file, 6};
  h.sname = {in_sname, 5};
  const Octets bytes = message(h, [](wire::MessageWriter& out) {
    out.option_u8(wire::kOptionDhcpOptionOverload, 3);
    out.end();
  });
  const std::string table = options_table(bytes, kWide);
  const std::size_t file = table.find("in 'file'");
  const std::size_t sname = table.find("in 'sname'");
  EXPECT_LT(file, table.find("abc"));
  EXPECT_LT(table.find("abc"), sname);
  EXPECT_LT(sname, table.find("R1"));
  EXPECT_THAT(header_table(bytes, kWide), HasSubstr("holds options (52)"));
}

// RFC 3396: parts are shown where they lie, the value once.
TEST(OptionsTable, JoinsOptionsThatComeInParts) {
  const Octets bytes = message(header(wire::Op::reply), [](wire::MessageWriter& out) {
    out.option(wire::kOptionDomainName, as_bytes("routing"));
    out.option(wire::kOptionDomainName, as_bytes("loops"));
    out.end();
  });
  const std::string table = options_table(bytes, kWide);
  EXPECT_THAT(table, HasSubstr("routingloops (in 2 parts)"));
  EXPECT_THAT(table, HasSubstr("joined with the part above"));
}

// What a message says of one option twice is not one value when the second part is broken.
TEST(OptionsTable, JoinsOnlyWholeParts) {
  const Octets bytes = message(header(wire::Op::reply), [](wire::MessageWriter& out) {
    out.option(wire::kOptionHostName, as_bytes("R1"));
    const std::byte broken[] = {std::byte{12}, std::byte{9}, std::byte{'x'}};
    out.raw(broken);
  });
  const std::string table = options_table(bytes, kWide);
  EXPECT_THAT(table, HasSubstr(" R1 "));
  EXPECT_THAT(table, Not(HasSubstr("R1x")));
  EXPECT_THAT(table, Not(HasSubstr("in 2 parts")));
}

TEST(OptionsTable, SaysThatAnOverloadInsideFileIsIgnored) {
  wire::Header h = header(wire::Op::reply);
  const char in_file[] = "\x34\x01\x02\xff";
  h.file = {in_file, 4};
  const Octets bytes = message(h, [](wire::MessageWriter& out) {
    out.option_u8(wire::kOptionDhcpOptionOverload, 1);
    out.end();
  });
  const std::string table = options_table(bytes, kWide);
  EXPECT_THAT(table, HasSubstr("ignored: only"));
  EXPECT_THAT(table, Not(HasSubstr("malformed")));
}

TEST(OptionsTable, SaysWhatIsBroken) {
  const auto with = [](std::initializer_list<int> octets) {
    Octets raw;
    for (const int octet : octets) raw.push_back(static_cast<std::byte>(octet));
    return options_table(
        message(header(wire::Op::reply), [&](wire::MessageWriter& out) { out.raw(raw); }),
        {.width = 140});
  };
  EXPECT_THAT(with({53, 1, 2}), HasSubstr("the end option (255) is missing"));
  EXPECT_THAT(with({51, 4, 0, 0}), HasSubstr("the message stops after 2 octets: 0x0000"));
  EXPECT_THAT(with({51}), HasSubstr("the message stops before its length"));
  EXPECT_THAT(with({1, 3, 255, 255, 255, 255}), HasSubstr("malformed"));
  Octets bootp = offer();
  bootp[236] = std::byte{0};
  EXPECT_THAT(options_table(bootp, kWide), HasSubstr("not DHCP's cookie"));
  EXPECT_THAT(options_table(Bytes(bootp).first(239), kWide), HasSubstr("ends before the cookie"));
}

TEST(OptionValueText, SaysWhatAPersonWouldLookUp) {
  const auto text = [](int code, std::initializer_list<int> octets) {
    Octets value;
    for (const int octet : octets) value.push_back(static_cast<std::byte>(octet));
    return option_value_text(static_cast<std::uint8_t>(code), value);
  };
  EXPECT_EQ(text(53, {5}), "5 (DHCPACK)");
  EXPECT_EQ(text(55, {1, 3}), "1 (subnet-mask)\n3 (routers)");
  EXPECT_EQ(text(51, {0, 0, 0, 30}), "30 seconds");
  EXPECT_EQ(text(51, {0, 0, 14, 16}), "3600 (1h)");
  EXPECT_EQ(text(57, {4, 128}), "1152 octets");
}

}  // namespace
}  // namespace lessor::craft
