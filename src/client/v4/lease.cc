#include "client/v4/lease.h"

#include "wire/v4/option_cursor.h"

#include <algorithm>
#include <bit>

namespace lessor::client::v4 {

std::optional<Bytes> find_option(const Options& options, wire::OptionCode code) {
  const auto found =
      std::ranges::lower_bound(options, code, {}, [](const auto& option) { return option.first; });
  if (found == options.end() || found->first != code) return std::nullopt;
  return Bytes(found->second);
}

std::optional<net::Ip4> find_address(const Options& options, wire::OptionCode code) {
  const auto value = find_option(options, code);
  if (!value || value->empty() || value->size() % 4 != 0) return std::nullopt;
  return net::Ip4{load_be32(value->data())};
}

Options copy_options(const wire::MessageView& message) {
  Options options;
  for (unsigned code = 1; code < wire::kOptionEnd; ++code) {
    const auto option = static_cast<wire::OptionCode>(code);
    const bool about_the_message =
        option == wire::kOptionDhcpOptionOverload || option == wire::kOptionDhcpMessageType;
    const auto value = about_the_message ? std::nullopt : message.option(option);
    if (value) options.emplace_back(option, std::vector<std::byte>(value->begin(), value->end()));
  }
  return options;
}

std::optional<std::uint8_t> mask_length(Bytes value) {
  if (value.size() != 4) return std::nullopt;
  const std::uint32_t mask = load_be32(value.data());
  const auto length = static_cast<std::uint8_t>(std::countl_one(mask));
  const bool contiguous = length == 32 || (mask << length) == 0;
  return contiguous && length > 0 ? std::optional(length) : std::nullopt;
}

std::uint8_t prefix_length(const Lease& lease) {
  const auto mask = find_option(lease.options, wire::kOptionSubnetMask);
  if (const auto length = mask ? mask_length(*mask) : std::nullopt) return *length;
  const std::uint8_t first = static_cast<std::uint8_t>(lease.address.value >> 24);
  return first < 128 ? 8 : first < 192 ? 16 : 24;
}

}  // namespace lessor::client::v4
