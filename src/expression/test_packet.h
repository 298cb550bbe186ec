#pragma once
// A packet for the tests of this folder: octets, the view of them, and how they came.

#include "expression/compile.h"
#include "expression/evaluate.h"
#include "wire/v4/test_messages.h"

#include <gtest/gtest.h>

#include <string>

namespace lessor::expression::testing {

using wire::testing::octets;
using wire::testing::Octets;
using wire::testing::option;

/// A DHCPDISCOVER from c0:01:1b:69:00:00 with these options behind option 53.
class Packet {
 public:
  explicit Packet(const Octets& options, wire::Header header = wire::testing::client_header())
      : bytes_(wire::testing::message(option(53, octets({1})) + options + octets({255}), header)) {
    header_ = header;
    datagram_.source = {0x0a000001};
    datagram_.destination = {0xffffffff};
    view_ = *wire::MessageView::parse(bytes_, room_);
  }
  [[nodiscard]] Facts facts() const { return {*view_, datagram_, "eth0", classes_}; }
  ClassSet& classes() { return classes_; }

 private:
  wire::Header header_;
  Octets bytes_;
  wire::ParseScratch room_;
  net::Datagram datagram_;
  std::optional<wire::MessageView> view_;
  ClassSet classes_;
};

/// Class 'one' is number 1, 'two' number 2, KNOWN 3; there are no others.
inline std::expected<ClassId, std::string> find_test_class(std::string_view name) {
  if (name == "one") return ClassId{1};
  if (name == "two") return ClassId{2};
  if (name == "KNOWN") return ClassId{3};
  return std::unexpected(std::string("there is no such class"));
}

/// "true", "false", or what went wrong.
inline std::string condition_of(std::string_view text, const Packet& packet) {
  const auto program = compile(text, Type::condition, find_test_class);
  if (!program) return describe(program.error(), text);
  Scratch scratch;
  const auto value = evaluate_condition(*program, packet.facts(), scratch);
  if (!value) return "failed: " + std::string(to_string(value.error()));
  return *value ? "true" : "false";
}
/// The octets, or what went wrong.
inline std::string text_of(std::string_view text, const Packet& packet) {
  const auto program = compile(text, Type::text, find_test_class);
  if (!program) return describe(program.error(), text);
  Scratch scratch;
  const auto value = evaluate_text(*program, packet.facts(), scratch);
  if (!value) return "failed: " + std::string(to_string(value.error()));
  return std::string(as_text(*value));
}

}  // namespace lessor::expression::testing
