#include "control/server_commands.h"

#include "base/text.h"
#include "control/config_change.h"

#include <array>
#include <openssl/evp.h>

namespace lessor::control {
namespace {

/// A year: longer pauses end by command.
constexpr std::uint64_t kLongestPause = 365U * 86'400U;

/// Who disables the service: a person, a partner, or a partner of several by number.
std::expected<std::string, std::string> read_origin(const Arguments& arguments) {
  const JsonValue* origin = arguments.find("origin");
  if (origin == nullptr) return "user";
  if (const auto number = number_member(arguments.root(), "origin")) {
    return *number == 1 ? "user" : std::to_string(*number);
  }
  auto text = text_member(arguments.root(), "origin").value_or("");
  if (text == "user" || text == "ha-partner") return text;
  return std::unexpected("invalid value used for 'origin' parameter: " +
                         sanitise(as_bytes(text), 64));
}

std::expected<Duration, std::string> read_period(const Arguments& arguments) {
  const auto period = arguments.find_number("max-period", kLongestPause);
  if (!period) return std::unexpected(period.error());
  if (!*period) return Duration::infinite();
  if (**period == 0) return std::unexpected("'max-period' must be positive integer");
  return Duration::seconds(static_cast<std::int64_t>(**period));
}

JsonValue json_flag(bool flag) { return {flag, {}}; }

JsonValue show(const InterfaceFacts& facts) {
  constexpr std::uint64_t kEthernet = 1;
  constexpr std::uint64_t kLoopback = 772;
  JsonValue::List addresses;
  for (const std::string& each : facts.addresses) addresses.push_back(json_text(each));
  const std::uint64_t type = facts.loopback ? kLoopback : facts.ethernet ? kEthernet : 0;
  return json_map({{"name", json_text(facts.name)},
                   {"index", json_number(facts.index)},
                   {"mac", json_text(facts.mac)},
                   {"type", json_number(type)},
                   {"addresses", json_list(std::move(addresses))},
                   {"flag-loopback", json_flag(facts.loopback)},
                   {"flag-up", json_flag(facts.up)},
                   {"flag-running", json_flag(facts.running)},
                   {"flag-multicast", json_flag(facts.ethernet)},
                   {"flag-broadcast", json_flag(facts.ethernet)},
                   {"in-use", json_flag(facts.in_use)}});
}

std::expected<Whereabouts, std::string> read_whereabouts(const Arguments& arguments) {
  Whereabouts where;
  const auto interface = arguments.find_text("interface");
  if (!interface) return std::unexpected(interface.error());
  where.interface = interface->value_or("");
  const std::array<std::pair<const char*, net::Ip4*>, 6> addresses = {{{"address", &where.address},
                                                                       {"relay", &where.relay},
                                                                       {"local", &where.local},
                                                                       {"remote", &where.remote},
                                                                       {"link", &where.link},
                                                                       {"subnet", &where.subnet}}};
  for (const auto& [key, to] : addresses) {
    const auto address = arguments.find_address(key);
    if (!address) return std::unexpected(address.error());
    *to = address->value_or(net::Ip4());
  }
  const JsonValue* classes = arguments.find("classes");
  if (classes == nullptr) return where;
  if (classes->as_list() == nullptr) return std::unexpected("'classes' must be a list of names");
  for (const JsonValue& each : *classes->as_list()) {
    if (each.as_text() == nullptr) return std::unexpected("'classes' must be a list of names");
    where.classes.push_back(*each.as_text());
  }
  return where;
}

}  // namespace

Answer build_report(Target& target, const Arguments&) {
  const auto status = target.status();
  if (!status) return refusal(status.error());
  return {Result::ok,
          "Lessor " + status->version + ", compiled by " + __VERSION__ +
              "\nlease store: RocksDB\nhook libraries: none; what they do is built in",
          {}};
}

Answer config_get(Target& target, const Arguments&) {
  return {Result::ok, {}, target.config_json()};
}

Answer config_hash_get(Target& target, const Arguments&) {
  const std::string text = target.config_json();
  std::array<std::byte, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  auto* out = reinterpret_cast<unsigned char*>(digest.data());
  if (EVP_Digest(text.data(), text.size(), out, &size, EVP_sha256(), nullptr) != 1) {
    return refusal("SHA-256 is not to be had");
  }
  const std::string hash = to_hex(Bytes(digest).first(size));
  return {Result::ok, {}, config::to_json(json_map({{"hash", json_text(hash)}}))};
}

Answer config_reload(Target& target, const Arguments&) {
  auto reloaded = target.reload();
  if (!reloaded) return refusal(std::move(reloaded.error()));
  return {Result::ok, std::move(*reloaded), {}};
}

Answer config_set(Target& target, const Arguments& arguments) {
  auto set = target.edit_config([&](std::string_view) -> std::expected<std::string, Trouble> {
    return std::string(arguments.text());
  });
  if (!set) return refusal(std::move(set.error()));
  return {Result::ok, std::move(*set), {}};
}

Answer config_test(Target& target, const Arguments& arguments) {
  auto tested = target.test_config(arguments.text());
  if (!tested) return refusal(std::move(tested.error()));
  return {Result::ok, std::move(*tested), {}};
}

Answer config_write(Target& target, const Arguments& arguments) {
  const auto name = arguments.find_text("filename");
  if (!name) return refusal(name.error());
  const std::string wanted = name->value_or("");
  if (wanted.find('/') != std::string::npos) {
    const auto status = target.status();
    if (!status) return refusal(status.error());
    if (status->config != wanted) {
      return refusal(
          "a configuration is written beside the one that the server was started with: give "
          "'filename' without a folder");
    }
  }
  const auto file = target.write_config(wanted);
  if (!file) return refusal(file.error());
  return {Result::ok, "Configuration written to " + file->name + " successful",
          config::to_json(
              json_map({{"filename", json_text(file->name)}, {"size", json_number(file->size)}}))};
}

Answer dhcp_disable(Target& target, const Arguments& arguments) {
  const auto origin = read_origin(arguments);
  if (!origin) return refusal(origin.error());
  const auto period = read_period(arguments);
  if (!period) return refusal(period.error());
  const auto done = target.set_service(*origin, false, *period);
  if (!done) return refusal(done.error());
  std::string text = "DHCPv4 service disabled";
  if (!period->is_infinite()) text += " for " + std::to_string(period->to_seconds()) + " seconds";
  return {Result::ok, std::move(text), {}};
}

Answer dhcp_enable(Target& target, const Arguments& arguments) {
  const auto origin = read_origin(arguments);
  if (!origin) return refusal(origin.error());
  const auto done = target.set_service(*origin, true, Duration());
  if (!done) return refusal(done.error());
  return {Result::ok, "DHCP service successfully enabled", {}};
}

Answer interface_list(Target& target, const Arguments&) {
  const auto all = target.interfaces();
  if (!all) return refusal(all.error());
  JsonValue::List shown;
  for (const InterfaceFacts& each : *all) shown.push_back(show(each));
  const std::string text = std::to_string(shown.size()) + " interfaces detected.";
  return {Result::ok, text,
          config::to_json(json_map({{"interfaces", json_list(std::move(shown))}}))};
}

Answer leases_reclaim(Target& target, const Arguments& arguments) {
  const auto remove = arguments.find_flag("remove", false);
  if (!remove) return refusal(remove.error());
  const auto count = target.reclaim();
  if (!count) return refusal(count.error());
  return {Result::ok,
          "Reclamation of expired leases is complete: " + std::to_string(*count) + " leases.",
          {}};
}

Answer server_tag_get(Target& target, const Arguments&) {
  return look_at_config(target, [](ConfigTree& tree) -> Answer {
    const std::string tag = text_member(tree.dhcp4(), "server-tag").value_or("");
    return {Result::ok, {}, config::to_json(json_map({{"server-tag", json_text(tag)}}))};
  });
}

Answer shutdown(Target& target, const Arguments& arguments) {
  const auto code = arguments.find_number("exit-value", 255);
  if (!code) return refusal(code.error());
  target.shutdown(static_cast<int>(code->value_or(0)));
  return {Result::ok, "Shutting down.", {}};
}

Answer status_get(Target& target, const Arguments&) {
  const auto status = target.status();
  if (!status) return refusal(status.error());
  return {Result::ok, {}, to_json(*status)};
}

Answer subnet4_select_test(Target& target, const Arguments& arguments) {
  const auto where = read_whereabouts(arguments);
  if (!where) return refusal(where.error());
  const auto chosen = target.choose_subnet(*where);
  if (!chosen) return refusal(chosen.error());
  if (!*chosen) return nothing("no selected subnet");
  return {Result::ok,
          "selected subnet '" + net::to_string((*chosen)->prefix) + "' id " +
              std::to_string((*chosen)->id) + " by " + (*chosen)->rule,
          {}};
}

Answer version_get(Target& target, const Arguments&) {
  const auto status = target.status();
  if (!status) return refusal(status.error());
  const std::string extended = "lessor " + status->version;
  return {Result::ok, status->version,
          config::to_json(json_map({{"extended", json_text(extended)}}))};
}

}  // namespace lessor::control
