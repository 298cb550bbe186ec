#include "control/arguments.h"

#include "base/text.h"
#include "control/config_tree.h"

#include <algorithm>

namespace lessor::control {
namespace {

std::string about(std::string_view key) { return "'" + std::string(key) + "'"; }

std::unexpected<std::string> missing(std::string_view key) {
  return std::unexpected("missing parameter " + about(key));
}

std::unexpected<std::string> must_be(std::string_view key, std::string_view what) {
  return std::unexpected(about(key) + " must be " + std::string(what));
}

std::string shown(std::string_view text) { return '"' + sanitise(as_bytes(text), 64) + '"'; }

}  // namespace

std::expected<Arguments, std::string> Arguments::read(const std::string& json, std::string name) {
  auto document = config::read_json(json, std::move(name), read_no_file);
  if (!document) {
    std::string lines;
    for (const config::Problem& problem : document.error()) {
      lines += (lines.empty() ? "" : "\n") + config::to_string(problem);
    }
    return std::unexpected(std::move(lines));
  }
  if (document->root.as_map() == nullptr) return std::unexpected("\"arguments\" is no map");
  return Arguments(std::move(*document));
}

const JsonValue* Arguments::find(std::string_view key) const { return member(root(), key); }

std::expected<std::optional<std::string>, std::string> Arguments::find_text(
    std::string_view key) const {
  const JsonValue* value = find(key);
  if (value == nullptr) return std::nullopt;
  const std::string* text = value->as_text();
  if (text == nullptr) return must_be(key, "a string");
  return *text;
}

std::expected<std::string, std::string> Arguments::read_text(std::string_view key) const {
  auto text = find_text(key);
  if (!text) return std::unexpected(std::move(text.error()));
  if (!*text) return missing(key);
  return std::move(**text);
}

std::expected<std::optional<std::uint64_t>, std::string> Arguments::find_number(
    std::string_view key, std::uint64_t most) const {
  const JsonValue* value = find(key);
  if (value == nullptr) return std::nullopt;
  const std::int64_t* number = value->as_integer();
  if (number == nullptr || *number < 0 || static_cast<std::uint64_t>(*number) > most) {
    return must_be(key, "a whole number from 0 to " + std::to_string(most));
  }
  return static_cast<std::uint64_t>(*number);
}

std::expected<std::uint64_t, std::string> Arguments::read_number(std::string_view key,
                                                                 std::uint64_t most) const {
  const auto number = find_number(key, most);
  if (!number) return std::unexpected(number.error());
  if (!*number) return missing(key);
  return **number;
}

std::expected<bool, std::string> Arguments::find_flag(std::string_view key, bool otherwise) const {
  const JsonValue* value = find(key);
  if (value == nullptr) return otherwise;
  if (value->as_boolean() == nullptr) return must_be(key, "true or false");
  return *value->as_boolean();
}

std::expected<std::optional<net::Ip4>, std::string> Arguments::find_address(
    std::string_view key) const {
  const auto text = find_text(key);
  if (!text) return std::unexpected(text.error());
  if (!*text) return std::nullopt;
  const auto address = net::parse_ip4(**text);
  if (!address) {
    return std::unexpected("'" + std::string(key) + "': " + shown(**text) + " is no IPv4 address");
  }
  return *address;
}

std::expected<net::Ip4, std::string> Arguments::read_address(std::string_view key) const {
  const auto address = find_address(key);
  if (!address) return std::unexpected(address.error());
  if (!*address) return missing(key);
  return **address;
}

std::expected<std::optional<std::vector<std::byte>>, std::string> Arguments::find_octets(
    std::string_view key, std::size_t most) const {
  const auto text = find_text(key);
  if (!text) return std::unexpected(text.error());
  if (!*text) return std::nullopt;
  auto octets = (*text)->empty() ? std::vector<std::byte>() : from_hex(**text);
  if (!octets || octets->size() > most) {
    return std::unexpected(about(key) + ": " + shown(**text) + " is no hexadecimal of at most " +
                           std::to_string(most) + " octets");
  }
  return octets;
}

std::expected<std::optional<std::vector<std::uint32_t>>, std::string> Arguments::find_numbers(
    std::string_view key) const {
  const JsonValue* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (value->as_list() == nullptr) return must_be(key, "a list of numbers");
  std::vector<std::uint32_t> numbers;
  for (const JsonValue& each : *value->as_list()) {
    const std::int64_t* number = each.as_integer();
    if (number == nullptr || *number < 0 || *number > UINT32_MAX) {
      return must_be(key, "a list of numbers");
    }
    numbers.push_back(static_cast<std::uint32_t>(*number));
  }
  return numbers;
}

}  // namespace lessor::control
