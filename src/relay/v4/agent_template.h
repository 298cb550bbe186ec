#pragma once
// AgentTemplate: what a sub-option of option 82 says, as an operator writes it: text with
// placeholders, read once. Must not know: which sub-option it is, packets.

#include "base/bytes.h"
#include "net/address.h"

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::relay::v4 {

/// What placeholders stand for.
struct TemplateValues {
  std::string_view interface;
  net::Mac mac;               ///< of the interface
  std::string_view hostname;  ///< of this machine
  std::uint16_t vlan = 0;     ///< the inner one; 0: none
  std::uint16_t outer_vlan = 0;
  net::Ip4 giaddr;
  net::Ip4 address;  ///< the interface's primary address
  net::HardwareAddress client;
};

/// What is wrong with a template: `offset` is the octet of the text where it is.
struct TemplateError {
  std::size_t offset = 0;
  std::string message;
};

/// Text with placeholders: `{interface}`, `{mac}`, `{hostname}`, `{vlan}`, `{outer-vlan}`,
/// `{giaddr}`, `{address}`, `{client-mac}`. `{mac.raw}` and so on give octets in place of text, for
/// all but names. `{{` and `}}` are braces. A text that begins with 0x is hexadecimal, whole.
class AgentTemplate {
 public:
  AgentTemplate() = default;
  [[nodiscard]] static std::expected<AgentTemplate, TemplateError> read(std::string_view text);

  /// Nothing is configured.
  [[nodiscard]] bool empty() const { return parts_.empty(); }
  /// The text that it was read from.
  [[nodiscard]] const std::string& text() const { return text_; }
  /// Whether it says something of the client: then it is written anew for each message.
  [[nodiscard]] bool names_client() const;
  /// Whether it says which VLAN.
  [[nodiscard]] bool names_vlan() const;
  [[nodiscard]] bool names_outer_vlan() const;
  /// Writes it out. Sticky as all writing.
  void write(const TemplateValues& values, ByteWriter& out) const;

 private:
  enum class Kind : std::uint8_t {
    literal,
    interface,
    mac,
    hostname,
    vlan,
    outer_vlan,
    giaddr,
    address,
    client_mac,
  };
  struct Part {
    Kind kind = Kind::literal;
    bool raw = false;
    std::string text;  ///< literal: its octets
  };
  struct Placeholder;
  static const Placeholder kPlaceholders[];

  [[nodiscard]] bool names(Kind kind) const;
  [[nodiscard]] std::expected<std::size_t, TemplateError> read_placeholder(std::string_view text,
                                                                           std::size_t open);
  void add_literal(char c);
  static void write_part(const Part& part, const TemplateValues& values, ByteWriter& out);

  std::string text_;
  std::vector<Part> parts_;
};

}  // namespace lessor::relay::v4
