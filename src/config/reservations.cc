#include "config/reservations.h"

#include "base/text.h"
#include "config/limits.h"
#include "config/option_data.h"
#include "config/parameters.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

namespace lessor::config {
namespace {

struct IdentifierKey {
  std::string_view name;
  std::optional<IdentifierType> type;  ///< nothing: not implemented, the schema check says so
  std::size_t min_size = 0;
  std::size_t max_size = 0;
};
constexpr std::array<IdentifierKey, 5> kIdentifierKeys{
    {{"hw-address", IdentifierType::hw_address, 1, kMaxHwAddress},
     {"client-id", IdentifierType::client_id, kMinClientId, kMaxClientId},
     {"duid", std::nullopt},
     {"circuit-id", std::nullopt},
     {"flex-id", std::nullopt}}};

std::string count_octets(std::size_t size) {
  return std::to_string(size) + (size == 1 ? " octet" : " octets");
}

/// Reads one subnet's list; remembers what was taken by whom.
class ReservationReader {
 public:
  ReservationReader(net::Prefix4 prefix, ClassNames& classes, Report& report)
      : prefix_(prefix), classes_(classes), report_(report) {}

  void read(const Node& map) {
    Reservation reservation;
    if (!read_identifier(map, reservation)) return;
    read_address(map, reservation);
    read_hostname(map, reservation);
    reservation.options = read_option_data(map, report_);
    reservation.boot = read_boot_fields(map, {}, report_);
    reservation.classes = classes_.read_given(map, report_);
    note_empty(map, reservation);
    reservations_.push_back(std::move(reservation));
  }
  [[nodiscard]] std::vector<Reservation> take() { return std::move(reservations_); }

 private:
  void note_empty(const Node& map, const Reservation& reservation) {
    const bool empty = map.size() == 1 && !reservation.address;
    if (empty) report_.note(map, "this reservation sets nothing aside: no address, no options");
  }

  bool read_identifier(const Node& map, Reservation& reservation) {
    const IdentifierKey* found = nullptr;
    for (const IdentifierKey& key : kIdentifierKeys) {
      const auto node = map.find(key.name);
      if (!node) continue;
      if (found != nullptr) {
        report_.error_at_key(*node, "a reservation has one identifier, this one has " +
                                        std::string(found->name) + " already");
        return false;
      }
      found = &key;
    }
    if (found == nullptr) {
      report_.error(map, "a reservation needs one identifier: hw-address or client-id");
      return false;
    }
    return found->type && read_octets(*map.find(found->name), *found, reservation);
  }

  bool read_octets(const Node& node, const IdentifierKey& key, Reservation& reservation) {
    const std::string* text = node.value().as_text();
    if (text == nullptr) return false;
    auto octets = parse_identifier(*text);
    if (!octets) {
      report_.error(node, octets.error());
      return false;
    }
    if (octets->size() < key.min_size || octets->size() > key.max_size) {
      report_.error(node, count_octets(octets->size()) + ": a " + std::string(key.name) +
                              " has from " + std::to_string(key.min_size) + " to " +
                              std::to_string(key.max_size));
      return false;
    }
    std::string token(key.name);
    token += as_text(*octets);
    refuse_taken(node, identifiers_, std::move(token), "identifier");
    reservation.identifier_type = *key.type;
    reservation.identifier = std::move(*octets);
    return true;
  }

  void read_address(const Node& map, Reservation& reservation) {
    const auto node = map.find("ip-address");
    const std::string* text = node ? node->value().as_text() : nullptr;
    const auto address = text != nullptr ? net::parse_ip4(*text) : std::nullopt;
    if (!address) {
      if (text != nullptr && text->empty()) report_.error(*node, "expected an IPv4 address");
      return;
    }
    const bool has_edges = prefix_.length <= 30;
    if (!prefix_.contains(*address)) {
      report_.error(*node, *text + " is not in the subnet " +
                               to_string(net::Prefix4{prefix_.network(), prefix_.length}));
    } else if (has_edges && *address == prefix_.network()) {
      report_.error(*node, *text + " is the address of the network itself");
    } else if (has_edges && *address == prefix_.last()) {
      report_.error(*node, *text + " is the broadcast address of the subnet");
    }
    refuse_taken(*node, addresses_, *text, "address");
    reservation.address = *address;
  }

  /// A name that a host may have: RFC 1123 2.1 letters, digits and hyphens in labels of at most 63,
  /// and the underscore that the field uses too.
  void read_hostname(const Node& map, Reservation& reservation) {
    const std::string* text = map.text("hostname");
    if (text == nullptr) return;
    reservation.hostname = *text;
    const auto is_label = [](std::string_view label) {
      return !label.empty() && label.size() <= 63 && std::ranges::all_of(label, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
      });
    };
    const std::string_view name = text->ends_with('.')
                                      ? std::string_view(*text).substr(0, text->size() - 1)
                                      : std::string_view(*text);
    if (name.size() <= 253 && std::ranges::all_of(split(name, '.'), is_label)) return;
    report_.error(*map.find("hostname"), quote(*text) + " is not a host name");
  }

  using Taken = std::unordered_map<std::string, Position>;
  void refuse_taken(const Node& node, Taken& taken, std::string token, std::string_view what) {
    const auto [other, added] = taken.try_emplace(std::move(token), node.value().position());
    if (added) return;
    report_.error(node, "another reservation of this subnet has this " + std::string(what) +
                            " already, at " + report_.place_of(other->second));
  }

  net::Prefix4 prefix_;
  ClassNames& classes_;
  Report& report_;
  std::vector<Reservation> reservations_;
  Taken identifiers_;
  Taken addresses_;
};

}  // namespace

std::vector<Reservation> read_reservations(const Node& subnet, net::Prefix4 prefix,
                                           ClassNames& classes, Report& report) {
  ReservationReader reader(prefix, classes, report);
  const auto list = subnet.find("reservations");
  if (list) std::ranges::for_each(list->maps(), [&](const Node& map) { reader.read(map); });
  return reader.take();
}

std::vector<IdentifierType> read_identifier_order(const Node& global, Report& report) {
  const auto list = global.find("host-reservation-identifiers");
  if (!list || list->value().as_list() == nullptr) return ServerConfig{}.identifier_order;
  std::vector<IdentifierType> order;
  std::vector<std::string_view> seen;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Node element = list->child(i);
    const std::string* name = element.value().as_text();
    if (name == nullptr) continue;
    const auto key = std::ranges::find(kIdentifierKeys, *name, &IdentifierKey::name);
    if (key == kIdentifierKeys.end()) {
      std::vector<std::string_view> names;
      for (const IdentifierKey& known : kIdentifierKeys) names.push_back(known.name);
      report.error(element, quote(*name) + " is no kind of identifier",
                   std::string(nearest(*name, names).value_or("")));
      continue;
    }
    if (std::ranges::find(seen, *name) != seen.end()) {
      report.error(element, quote(*name) + " stands twice in this list");
    }
    seen.push_back(*name);
    if (key->type) order.push_back(*key->type);
  }
  return order;
}

std::expected<std::vector<std::byte>, std::string> parse_identifier(std::string_view text) {
  if (text.size() >= 2 && text.front() == '\'' && text.back() == '\'') {
    const Bytes inside = as_bytes(text.substr(1, text.size() - 2));
    return std::vector<std::byte>(inside.begin(), inside.end());
  }
  if (auto octets = from_hex(text)) return std::move(*octets);
  return std::unexpected(quote(text) +
                         " is neither hexadecimal (01:02:0a) nor 'text' in single quotes");
}

}  // namespace lessor::config
