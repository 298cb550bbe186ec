#include "craft/exchange/follow_up.h"

#include <algorithm>
#include <array>

namespace lessor::craft {
namespace {

using wire::MessageType;
using wire::OptionCode;

Recipe message_of(MessageType type, Purpose purpose) {
  Recipe recipe;
  recipe.basis = Basis::message;
  recipe.type = static_cast<std::uint8_t>(type);
  recipe.purpose = purpose;
  return recipe;
}

void give(Recipe& recipe, std::string_view path, Bytes content) {
  recipe.items.emplace_back(
      FieldItem{.field = find_field(path), .content = {content.begin(), content.end()}});
}
void give(Recipe& recipe, std::string_view path, std::uint32_t value) {
  recipe.items.emplace_back(make_field(path, value));
}
void give_option(Recipe& recipe, OptionCode code, Bytes value) {
  recipe.items.emplace_back(make_option(code, value));
}
void give_option(Recipe& recipe, OptionCode code, net::Ip4 address) {
  std::array<std::byte, 4> octets{};
  store_be32(octets.data(), address.value);
  give_option(recipe, code, octets);
}

void give_client(Recipe& recipe, const net::HardwareAddress& client) {
  give(recipe, "htype", client.type);
  give(recipe, "hlen", client.size);
  give(recipe, "chaddr", client.octets);
  // The frame comes from the client itself, unless somebody says otherwise.
  if (client.size == 6) give(recipe, "eth.src", client.bytes());
}

/// Options of a DISCOVER that its REQUEST does not repeat: its own, and what the offer decides.
constexpr std::array kDiscoverOnly{wire::kOptionDhcpMessageType, wire::kOptionDhcpRequestedAddress,
                                   wire::kOptionDhcpServerIdentifier, wire::kOptionRapidCommit};

void repeat_discover(Recipe& recipe, const Heard& discover) {
  if (const auto secs = discover.field("secs")) give(recipe, "secs", *secs);
  for (const std::string_view path : {"eth.src", "hops", "flags", "giaddr"}) {
    if (const auto content = discover.field(path)) give(recipe, path, *content);
  }
  // A relay's message goes to the server as the DISCOVER went there.
  if (discover.relay) {
    for (const std::string_view path : {"eth.dst", "ip.src", "ip.dst", "udp.srcport"}) {
      if (const auto content = discover.field(path)) give(recipe, path, *content);
    }
  }
  for (const auto& [code, value] : discover.options()) {
    if (std::ranges::find(kDiscoverOnly, code) == kDiscoverOnly.end()) {
      give_option(recipe, code, value);
    }
  }
  // What crafted messages usually say, and this client does not.
  for (const OptionCode code :
       {wire::kOptionDhcpClientIdentifier, wire::kOptionDhcpParameterRequestList}) {
    if (!discover.option(code)) recipe.without.push_back(code);
  }
}

struct FollowUpRow {
  FollowUp what;
  std::string_view name;
  MessageType type;
  Purpose purpose;
  bool ciaddr;         ///< has the address in ciaddr; else asks for it by option 50
  bool names_server;   ///< by option 54
  bool to_server;      ///< unicast
  bool identity_only;  ///< nothing of what the client asks for
};
// RFC 2131 4.3.2 and tables 4 and 5.
constexpr std::array kFollowUps{
    FollowUpRow{FollowUp::renew, "renew", MessageType::request, Purpose::renew, true, false, true,
                false},
    FollowUpRow{FollowUp::rebind, "rebind", MessageType::request, Purpose::rebind, true, false,
                false, false},
    FollowUpRow{FollowUp::reboot, "reboot", MessageType::request, Purpose::reboot, false, false,
                false, false},
    FollowUpRow{FollowUp::release, "release", MessageType::release, Purpose::plain, true, true,
                true, true},
    FollowUpRow{FollowUp::decline, "decline", MessageType::decline, Purpose::plain, false, true,
                false, true},
    FollowUpRow{FollowUp::inform, "inform", MessageType::inform, Purpose::plain, true, false, true,
                false},
};

/// Whether a later message repeats an option of the REQUEST (RFC 2131 table 5): a RELEASE and a
/// DECLINE say who they are and nothing that is asked for; an INFORM asks for no lease time.
bool repeats(const FollowUpRow& row, OptionCode code) {
  if (row.identity_only) return code == wire::kOptionDhcpClientIdentifier;
  return row.what != FollowUp::inform || code != wire::kOptionDhcpLeaseTime;
}

/// What the client says in every message (its identifier, what it asks for).
std::expected<void, std::string> say_again(Recipe& recipe, const ClientLease& lease,
                                           const FollowUpRow& row) {
  for (const std::string& line : lease.said) {
    Recipe one;
    const auto added = add_line(one, line);
    if (!added) return std::unexpected(line + ": " + added.error());
    for (Item& item : one.items) {
      const auto* const option = std::get_if<OptionItem>(&item);
      if (option != nullptr && !repeats(row, option->code)) continue;
      recipe.items.push_back(std::move(item));
    }
    recipe.without.insert(recipe.without.end(), one.without.begin(), one.without.end());
  }
  return {};
}

}  // namespace

std::expected<Recipe, std::string> request_from_offer(const Heard& offer, const Heard* discover) {
  const DhcpEvent& event = offer.event;
  if (event.type != MessageType::offer) {
    return std::unexpected("a DHCPREQUEST takes a DHCPOFFER, and this is " +
                           std::string(wire::to_string(event.type)));
  }
  if (event.yiaddr.is_zero()) return std::unexpected("the DHCPOFFER offers nothing: yiaddr is 0");
  if (!event.server_identifier) {
    return std::unexpected(
        "the DHCPOFFER has no server identifier (option 54), so no DHCPREQUEST can name its "
        "server (RFC 2131 4.3.2)");
  }
  Recipe recipe = message_of(MessageType::request, Purpose::plain);
  give(recipe, "xid", event.xid);
  give_client(recipe, event.client);
  give_option(recipe, wire::kOptionDhcpServerIdentifier, *event.server_identifier);
  give_option(recipe, wire::kOptionDhcpRequestedAddress, event.yiaddr);
  if (discover != nullptr) {
    repeat_discover(recipe, *discover);
  } else {
    for (const std::string_view path : {"flags", "giaddr"}) {
      if (const auto content = offer.field(path)) give(recipe, path, *content);
    }
    // RFC 6842 3: a server returns the client's identifier.
    if (const auto id = offer.option(wire::kOptionDhcpClientIdentifier)) {
      give_option(recipe, wire::kOptionDhcpClientIdentifier, *id);
    }
  }
  return recipe;
}

std::optional<FollowUp> read_follow_up(std::string_view name) {
  const auto* const found = std::ranges::find(kFollowUps, name, &FollowUpRow::name);
  return found == kFollowUps.end() ? std::nullopt : std::optional(found->what);
}

std::expected<Recipe, std::string> follow_up(FollowUp what, const ClientLease& lease) {
  const FollowUpRow& row = *std::ranges::find(kFollowUps, what, &FollowUpRow::what);
  if ((row.names_server || row.to_server) && !lease.server) {
    return std::unexpected("the lease does not name its server, and a " + std::string(row.name) +
                           " is for it: add 'server = ADDRESS'");
  }
  Recipe recipe = message_of(row.type, row.purpose);
  // Written by hand, a lease may leave its client out: it is who sends.
  if (lease.client != net::HardwareAddress()) give_client(recipe, lease.client);
  if (row.ciaddr) {
    give(recipe, "ciaddr", lease.address.value);
    give(recipe, "ip.src", lease.address.value);
  }
  if (row.to_server) {
    give(recipe, "ip.dst", lease.server->value);
    if (lease.server_mac) give(recipe, "eth.dst", lease.server_mac->octets);
  }
  if (row.names_server) give_option(recipe, wire::kOptionDhcpServerIdentifier, *lease.server);
  if (!row.ciaddr) give_option(recipe, wire::kOptionDhcpRequestedAddress, lease.address);
  const auto said = say_again(recipe, lease, row);
  if (!said) return std::unexpected(said.error());
  return recipe;
}

}  // namespace lessor::craft
