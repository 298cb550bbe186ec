#include "net/icmp.h"

#include "net/checksum.h"

#include <gtest/gtest.h>

#include <vector>

namespace lessor::net {
namespace {

using Octets = std::vector<std::byte>;

const EchoProbe kProbe{
    .address = parse_ip4("192.0.2.7").value(), .number = 0x12345678, .token = 0xfedcba9876543210U};

Octets ip_packet(Ip4 source, Ip4 destination, Bytes message, std::size_t options = 0) {
  Octets packet(20 + options);
  packet[0] = static_cast<std::byte>(0x45 + options / 4);
  packet[9] = std::byte{1};
  store_be32(packet.data() + 12, source.value);
  store_be32(packet.data() + 16, destination.value);
  packet.insert(packet.end(), message.begin(), message.end());
  return packet;
}

void seal(Octets& message) {
  store_be16(message.data() + 2, 0);
  store_be16(message.data() + 2, internet_checksum(checksum_add(0, message)));
}

/// What a host answers: the same with another type.
Octets reply_message() {
  const auto request = write_echo_request(kProbe);
  Octets message(request.begin(), request.end());
  message[0] = std::byte{0};
  seal(message);
  return message;
}
Octets reply() { return ip_packet(kProbe.address, parse_ip4("10.0.0.1").value(), reply_message()); }

/// What a router says that quotes `quoted` octets of the request behind its header.
Octets unreachable(std::size_t quoted) {
  const auto request = write_echo_request(kProbe);
  const Octets original =
      ip_packet(parse_ip4("10.0.0.1").value(), kProbe.address, Bytes(request).first(quoted));
  Octets message(8);
  message[0] = std::byte{3};
  message[1] = std::byte{1};
  message.insert(message.end(), original.begin(), original.end());
  seal(message);
  return ip_packet(parse_ip4("10.9.9.9").value(), parse_ip4("10.0.0.1").value(), message);
}

TEST(Icmp, ARequestHasARightChecksum) {
  EXPECT_EQ(internet_checksum(checksum_add(0, write_echo_request(kProbe))), 0);
  EXPECT_EQ(write_echo_request(kProbe)[0], std::byte{8});
}

TEST(Icmp, AReplyBringsBackWhatWasSent) {
  const auto seen = read_echo_answer(reply());
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->kind, EchoSighting::Kind::reply);
  EXPECT_EQ(seen->address, kProbe.address);
  EXPECT_EQ(seen->number, kProbe.number);
  EXPECT_EQ(seen->token, kProbe.token);
  // An IP header with options.
  const auto long_header =
      read_echo_answer(ip_packet(kProbe.address, kProbe.address, reply_message(), 8));
  ASSERT_TRUE(long_header);
  EXPECT_EQ(long_header->token, kProbe.token);
}

TEST(Icmp, AnErrorSaysWhatItIsAboutAndNotWhoSaysIt) {
  for (const std::size_t quoted : {std::size_t{8}, kEchoRequest}) {
    const auto seen = read_echo_answer(unreachable(quoted));
    ASSERT_TRUE(seen) << quoted;
    EXPECT_EQ(seen->kind, EchoSighting::Kind::unreachable);
    EXPECT_EQ(seen->address, kProbe.address);
    EXPECT_EQ(seen->number, kProbe.number);
  }
  EXPECT_FALSE(read_echo_answer(unreachable(7)));
}

TEST(Icmp, OtherPacketsAreNoAnswers) {
  const auto changed = [](std::size_t at, int value) {
    Octets packet = reply();
    packet[at] = static_cast<std::byte>(value);
    return packet;
  };
  EXPECT_FALSE(read_echo_answer({}));
  EXPECT_FALSE(read_echo_answer(changed(0, 0x65))) << "IPv6";
  EXPECT_FALSE(read_echo_answer(changed(0, 0x44))) << "a header too short";
  EXPECT_FALSE(read_echo_answer(changed(0, 0x4f))) << "a header longer than the packet";
  EXPECT_FALSE(read_echo_answer(changed(6, 0x20))) << "a fragment";
  EXPECT_FALSE(read_echo_answer(changed(9, 17))) << "UDP";
  EXPECT_FALSE(read_echo_answer(changed(20, 8))) << "a request";
  EXPECT_FALSE(read_echo_answer(changed(30, 1))) << "a wrong checksum";
  for (std::size_t size = 0; size < reply().size(); ++size) {
    const Octets whole = reply();
    EXPECT_FALSE(read_echo_answer(Bytes(whole).first(size))) << size;
  }
}

}  // namespace
}  // namespace lessor::net
