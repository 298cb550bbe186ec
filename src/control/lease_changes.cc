#include "control/lease_changes.h"

#include "base/text.h"
#include "control/lease_commands.h"
#include "store/user_context.h"

#include <algorithm>

namespace lessor::control {
namespace {

constexpr std::size_t kMaxClientId = 255;
constexpr std::size_t kMaxHostname = 255;
constexpr std::uint64_t kLatest = std::uint64_t{1} << 48;  // beyond any clock

Answer failed(Trouble trouble) { return {Result::error, std::move(trouble), {}}; }

/// The subnet that the lease is to be in: "subnet-id", else the one that holds its address.
std::expected<SubnetFacts, Trouble> find_subnet(Target& target, const Arguments& arguments,
                                                net::Ip4 address) {
  const auto id = arguments.find_number("subnet-id", UINT32_MAX);
  if (!id) return std::unexpected(id.error());
  const auto subnets = target.subnets();
  if (!subnets) return std::unexpected(subnets.error());
  const SubnetFacts* found = nullptr;
  for (const SubnetFacts& each : *subnets) {
    const bool named = *id ? each.id == **id : each.prefix.contains(address);
    const bool closer = found == nullptr || each.prefix.length > found->prefix.length;
    if (named && closer) found = &each;
  }
  const std::string text = net::to_string(address);
  if (found == nullptr && *id) {
    return std::unexpected("Invalid subnet-id: No IPv4 subnet with subnet-id=" +
                           std::to_string(**id) + " currently configured.");
  }
  if (found == nullptr) {
    return std::unexpected("subnet-id not specified and failed to find a subnet for address " +
                           text);
  }
  if (!found->prefix.contains(address)) {
    return std::unexpected("The address " + text + " does not belong to subnet " +
                           net::to_string(found->prefix) +
                           ", subnet-id=" + std::to_string(found->id));
  }
  return *found;
}

/// Kea's numbers; a declined address is nobody's.
std::expected<void, Trouble> read_state(const Arguments& arguments, LeaseRow& row) {
  const auto state = arguments.find_number("state", 3);
  if (!state) return std::unexpected(state.error());
  if (*state == 1) {
    row.state = lease::LeaseState::declined;
    row.hardware = {};
    row.client_id.clear();
  }
  if (*state == 2 || *state == 3) row.state = lease::LeaseState::released;
  return {};
}

/// valid-lft and expire. What would begin later begins now, and lasts as long.
std::expected<void, Trouble> read_term(const Arguments& arguments, Duration usual, WallTime now,
                                       LeaseRow& row) {
  const auto valid = arguments.find_number("valid-lft", UINT32_MAX);
  if (!valid) return std::unexpected(valid.error());
  const auto expire = arguments.find_number("expire", kLatest);
  if (!expire) return std::unexpected(expire.error());
  row.lifetime = *valid ? Duration::from_wire(static_cast<std::uint32_t>(**valid)) : usual;
  row.started = now;
  if (!*expire || row.lifetime.is_infinite()) return {};
  const WallTime ends{static_cast<std::int64_t>(**expire)};
  if (ends <= now) return std::unexpected("'expire' is not in the future");
  row.started = std::min(WallTime{ends.seconds - row.lifetime.to_seconds()}, now);
  row.lifetime = Duration::seconds(ends.seconds - row.started.seconds);
  return {};
}

std::expected<void, Trouble> read_client(const Arguments& arguments, LeaseRow& row) {
  const auto hardware = arguments.find_octets("hw-address", row.hardware.octets.size());
  if (!hardware) return std::unexpected(hardware.error());
  if (!*hardware || (*hardware)->empty()) {
    return std::unexpected("missing parameter 'hw-address'");
  }
  row.hardware.type = 1;
  row.hardware.size = static_cast<std::uint8_t>((*hardware)->size());
  copy_bytes(row.hardware.octets, **hardware);
  const auto id = arguments.find_octets("client-id", kMaxClientId);
  if (!id) return std::unexpected(id.error());
  if (*id) row.client_id = as_text(**id);
  const auto name = arguments.find_text("hostname");
  if (!name) return std::unexpected(name.error());
  if (*name && (*name)->size() > kMaxHostname) {
    return std::unexpected("'hostname' is longer than 255 octets");
  }
  if (*name) row.hostname = to_lower(**name);
  return {};
}

std::expected<void, Trouble> read_extras(const Arguments& arguments, LeaseRow& row) {
  const config::JsonValue* context = arguments.find("user-context");
  if (context == nullptr) return {};
  // Under its key, since a comment in it stays where it is.
  constexpr std::string_view kBefore = "{\"user-context\":";
  const std::string text = config::to_json(
      {config::JsonValue::Map{{.key = "user-context", .value = *context}}, context->position()});
  const auto extras = store::read_user_context(
      std::string_view(text).substr(kBefore.size(), text.size() - kBefore.size() - 1));
  if (!extras) return std::unexpected("'user-context' " + extras.error());
  row.extras = as_text(*extras);
  return {};
}

/// The lease that the arguments of lease4-add and lease4-update say.
std::expected<LeaseRow, Trouble> read_lease(Target& target, const Arguments& arguments) {
  LeaseRow row;
  const auto address = arguments.read_address("ip-address");
  if (!address) return std::unexpected(address.error());
  row.address = *address;
  const auto subnet = find_subnet(target, arguments, *address);
  if (!subnet) return std::unexpected(subnet.error());
  row.subnet_id = subnet->id;
  if (auto read = read_client(arguments, row); !read) return std::unexpected(read.error());
  const auto term = read_term(arguments, subnet->valid_lifetime, target.wall_time(), row);
  if (!term) return std::unexpected(term.error());
  if (auto read = read_state(arguments, row); !read) return std::unexpected(read.error());
  if (auto read = read_extras(arguments, row); !read) return std::unexpected(read.error());
  const auto forward = arguments.find_flag("fqdn-fwd", false);
  const auto reverse = arguments.find_flag("fqdn-rev", false);
  if (!forward || !reverse) return std::unexpected((forward ? reverse : forward).error());
  if (*forward || *reverse) {
    return std::unexpected("fqdn-fwd and fqdn-rev must be false: there are no DNS updates");
  }
  return row;
}

/// Whether somebody has the address now.
bool is_taken(const std::optional<LeaseRow>& row) {
  return row && row->state != lease::LeaseState::released && !row->expired();
}

/// Whom force_renew() means; an error where it means one lease, and there is none.
std::expected<std::vector<net::Ip4>, Trouble> addresses_to_renew(Target& target,
                                                                 const Arguments& arguments) {
  std::vector<net::Ip4> addresses;
  if (arguments.has("ip-address") || arguments.has("identifier")) {
    const auto row = find_named_lease(target, arguments);
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::unexpected("IPv4 lease not found.");
    addresses.push_back((**row).address);
    return addresses;
  }
  const auto subnet = arguments.find_number("subnet-id", UINT32_MAX);
  if (!subnet) return std::unexpected(subnet.error());
  const auto walked = walk_leases(target, [&](LeaseRow& row) {
    if (!*subnet || row.subnet_id == **subnet) addresses.push_back(row.address);
    return true;
  });
  if (!walked) return std::unexpected(walked.error());
  return addresses;
}

/// "Asked 3 clients to renew; 1 does not take FORCERENEW; ..."
std::string asked_text(const AskedToRenew& done) {
  const auto count = [](std::uint64_t n, const char* one, const char* many) {
    return std::to_string(n) + (n == 1 ? one : many);
  };
  std::string text = "Asked " + count(done.asked, " client", " clients") + " to renew";
  if (done.without_nonce > 0) {
    text += "; " + count(done.without_nonce, " does", " do") +
            " not take FORCERENEW, or had no answer yet that gives the nonce";
  }
  if (done.without_lease > 0) {
    text += "; " + count(done.without_lease, " lease is", " leases are") + " over";
  }
  if (done.too_many > 0) {
    text += "; " + std::to_string(done.too_many) +
            " have to wait until others have answered: ask again in a minute";
  }
  return text + ".";
}

}  // namespace

Answer lease4_add(Target& target, const Arguments& arguments) {
  const auto row = read_lease(target, arguments);
  if (!row) return failed(row.error());
  const auto before = target.find_lease(row->address);
  if (!before) return failed(before.error());
  if (is_taken(*before)) return failed("IPv4 lease already exists.");
  if (const auto done = target.set_lease(*row); !done) return failed(done.error());
  return {Result::ok,
          "Lease for address " + net::to_string(row->address) + ", subnet-id " +
              std::to_string(row->subnet_id) + " added.",
          {}};
}

Answer lease4_update(Target& target, const Arguments& arguments) {
  const auto force = arguments.find_flag("force-create", false);
  if (!force) return failed(force.error());
  const auto row = read_lease(target, arguments);
  if (!row) return failed(row.error());
  const auto before = find_named_lease(target, arguments);
  if (!before) return failed(before.error());
  if (!*before && !*force) {
    return failed("failed to update the lease with address " + net::to_string(row->address) +
                  ": there is none (force-create makes one)");
  }
  if (const auto done = target.set_lease(*row); !done) return failed(done.error());
  return {Result::ok, *before ? "IPv4 lease updated." : "IPv4 lease added.", {}};
}

Answer lease4_del(Target& target, const Arguments& arguments) {
  const auto row = find_named_lease(target, arguments);
  if (!row) return failed(row.error());
  if (!*row) return {Result::empty, "IPv4 lease not found.", {}};
  const auto done = target.forget_leases({&(**row).address, 1});
  if (!done) return failed(done.error());
  return {Result::ok, "IPv4 lease deleted.", {}};
}

Answer lease4_wipe(Target& target, const Arguments& arguments) {
  const auto id = arguments.find_number("subnet-id", UINT32_MAX);
  if (!id) return failed(id.error());
  const auto subnets = target.subnets();
  if (!subnets) return failed(subnets.error());
  std::vector<std::uint32_t> ids;
  for (const SubnetFacts& each : *subnets) ids.push_back(each.id);
  if (*id) ids = {static_cast<std::uint32_t>(**id)};
  std::ranges::sort(ids);
  std::string names;
  for (const std::uint32_t each : ids) names += " " + std::to_string(each);
  std::vector<net::Ip4> addresses;
  const auto walked = walk_leases(target, [&](LeaseRow& row) {
    if (std::ranges::binary_search(ids, row.subnet_id)) addresses.push_back(row.address);
    return true;
  });
  if (!walked) return failed(walked.error());
  const auto count = target.forget_leases(addresses);
  if (!count) return failed(count.error());
  return {*count == 0 ? Result::empty : Result::ok,
          "Deleted " + std::to_string(*count) + " IPv4 lease(s) from subnet(s)" + names,
          {}};
}

Answer lease4_write(Target& target, const Arguments& arguments) {
  const auto name = arguments.read_text("filename");
  if (!name) return failed(name.error());
  const auto file = target.write_leases(*name);
  if (!file) return failed(file.error());
  return {Result::ok, "IPv4 lease database into '" + *file + "'.", {}};
}

Answer lease_release(Target& target, const Arguments& arguments) {
  const auto address = arguments.read_address("ip-address");
  if (!address) return failed(address.error());
  if (const auto done = target.release_lease(*address); !done) return failed(done.error());
  return {Result::ok, "The lease of " + net::to_string(*address) + " is released.", {}};
}

Answer force_renew(Target& target, const Arguments& arguments) {
  const auto addresses = addresses_to_renew(target, arguments);
  if (!addresses) return failed(addresses.error());
  const auto done = target.ask_to_renew(*addresses);
  if (!done) return failed(done.error());
  const bool in_vain = done->asked == 0 && !addresses->empty();
  const Result otherwise = in_vain ? Result::error : Result::empty;
  return {done->asked > 0 ? Result::ok : otherwise, asked_text(*done), {}};
}

Answer clear_declined(Target& target, const Arguments& arguments) {
  const auto one = arguments.find_address("ip-address");
  if (!one) return failed(one.error());
  const auto count = target.clear_declined(*one);
  if (!count) return failed(count.error());
  return {*count == 0 ? Result::empty : Result::ok,
          "Cleared " + std::to_string(*count) + " declined addresses.",
          R"({"count": )" + std::to_string(*count) + "}"};
}

}  // namespace lessor::control
