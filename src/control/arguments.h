#pragma once
// A command's "arguments" as typed values. Must not know: what commands do with them.

#include "config/json_reader.h"
#include "net/address.h"

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::control {

/// The members of one JSON object. Every function that fails says in a sentence which member it is
/// about and what is wrong with it; `find_` may be absent, `read_` must be there.
class Arguments {
 public:
  /// Reads the text of an object; `name` stands for it in errors, of which there may be several, a
  /// line each.
  [[nodiscard]] static std::expected<Arguments, std::string> read(const std::string& json,
                                                                  std::string name);
  /// As it is written.
  [[nodiscard]] std::string_view text() const { return document_.sources.text(0); }

  [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }
  [[nodiscard]] bool empty() const { return root().as_map()->empty(); }
  /// Null when it is absent.
  [[nodiscard]] const config::JsonValue* find(std::string_view key) const;
  [[nodiscard]] const config::JsonValue& root() const { return document_.root; }

  [[nodiscard]] std::expected<std::optional<std::string>, std::string> find_text(
      std::string_view key) const;
  [[nodiscard]] std::expected<std::string, std::string> read_text(std::string_view key) const;
  /// A whole number from 0 to `most`.
  [[nodiscard]] std::expected<std::optional<std::uint64_t>, std::string> find_number(
      std::string_view key, std::uint64_t most) const;
  [[nodiscard]] std::expected<std::uint64_t, std::string> read_number(std::string_view key,
                                                                      std::uint64_t most) const;
  [[nodiscard]] std::expected<bool, std::string> find_flag(std::string_view key,
                                                           bool otherwise) const;
  [[nodiscard]] std::expected<std::optional<net::Ip4>, std::string> find_address(
      std::string_view key) const;
  [[nodiscard]] std::expected<net::Ip4, std::string> read_address(std::string_view key) const;
  /// Octets in hexadecimal, with colons or without.
  [[nodiscard]] std::expected<std::optional<std::vector<std::byte>>, std::string> find_octets(
      std::string_view key, std::size_t most) const;
  /// Numbers of a list; nothing when the key is absent.
  [[nodiscard]] std::expected<std::optional<std::vector<std::uint32_t>>, std::string> find_numbers(
      std::string_view key) const;

 private:
  explicit Arguments(config::JsonDocument document) : document_(std::move(document)) {}

  config::JsonDocument document_;
};

}  // namespace lessor::control
