#include "config/reservations.h"

#include "base/hash.h"
#include "base/text.h"
#include "config/limits.h"
#include "config/option_data.h"
#include "config/parameters.h"

#include <algorithm>
#include <array>
#include <utility>

namespace lessor::config {
namespace {

struct IdentifierKey {
  std::string_view name;
  IdentifierType type;
  std::size_t min_size;
  std::size_t max_size;
};
constexpr std::array<IdentifierKey, kIdentifierTypes> kIdentifierKeys{
    {{"hw-address", IdentifierType::hw_address, 1, kMaxHwAddress},
     {"duid", IdentifierType::duid, 1, kMaxDuid},
     {"circuit-id", IdentifierType::circuit_id, 1, kMaxCircuitId},
     {"client-id", IdentifierType::client_id, kMinClientId, kMaxClientId},
     {"flex-id", IdentifierType::flex_id, 1, kMaxClientId - 1}}};

/// "02:00:5e:*"
std::expected<std::vector<std::byte>, std::string> parse_beginning(std::string_view text) {
  std::string_view octets = text.substr(0, text.size() - 1);
  if (octets.ends_with(':') || octets.ends_with('-')) octets.remove_suffix(1);
  auto parsed = from_hex(octets);
  if (parsed && !parsed->empty()) return std::move(*parsed);
  return std::unexpected(quote(text) +
                         " is no beginning of hardware addresses: write whole octets, 02:00:5e:*");
}

std::string count_octets(std::size_t size) {
  return std::to_string(size) + (size == 1 ? " octet" : " octets");
}

/// Reads one list.
class ReservationReader {
 public:
  ReservationReader(const Node& list, const HostRules& rules, ClassNames& classes, Report& report)
      : list_(list), rules_(rules), classes_(classes), report_(report) {}

  [[nodiscard]] std::vector<Reservation> read_all() {
    reservations_.reserve(list_.size());
    for (std::size_t i = 0; i < list_.size(); ++i) {
      element_ = static_cast<std::uint32_t>(i);
      const Node map = list_.child(i);
      if (map.value().as_map() != nullptr) read(map);
    }
    refuse_all_twins();
    return std::move(reservations_);
  }

 private:
  void read(const Node& map) {
    Reservation reservation;
    if (!read_identifier(map, reservation)) return;
    read_address(map, reservation);
    read_hostname(map, reservation);
    reservation.options = read_option_data(map, classes_.options(), classes_, report_);
    reservation.boot = read_boot_fields(map, {}, report_);
    reservation.classes = classes_.read_given(map, report_);
    note_empty(map, reservation);
    reservations_.push_back(std::move(reservation));
  }
  void refuse_all_twins() {
    refuse_twins(
        identifiers_, "identifier",
        [](const Reservation& each) { return name_of(each.identifier_type); },
        [](const Reservation& a, const Reservation& b) {
          return a.identifier_type == b.identifier_type && a.is_prefix == b.is_prefix &&
                 a.identifier == b.identifier;
        });
    if (!rules_.unique_addresses) return;
    refuse_twins(
        addresses_, "address", [](const Reservation&) { return std::string_view("ip-address"); },
        [](const Reservation& a, const Reservation& b) { return a.address == b.address; });
  }

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
      report_.error(
          map,
          "a reservation needs one identifier: hw-address, duid, circuit-id, client-id or flex-id");
      return false;
    }
    return read_octets(*map.find(found->name), *found, reservation);
  }

  bool read_octets(const Node& node, const IdentifierKey& key, Reservation& reservation) {
    const std::string* text = node.value().as_text();
    if (text == nullptr) return false;
    reservation.is_prefix = key.type == IdentifierType::hw_address && text->ends_with('*');
    auto octets = reservation.is_prefix ? parse_beginning(*text) : parse_identifier(*text);
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
    identifiers_.push_back(taken(quick_hash(*octets) + static_cast<std::uint64_t>(key.type)));
    reservation.identifier_type = key.type;
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
    if (reservation.is_prefix) {
      report_.error(*node, "an address is one client's: give its whole hw-address");
      return;
    }
    if (rules_.prefix) check_in_prefix(*node, *rules_.prefix, *address);
    addresses_.push_back(taken(address->value));
    reservation.address = *address;
  }

  void check_in_prefix(const Node& node, net::Prefix4 prefix, net::Ip4 address) {
    const bool has_edges = prefix.length <= 30;
    if (!prefix.contains(address)) {
      report_.error(node, to_string(address) + " is not in the subnet " +
                              to_string(net::Prefix4{prefix.network(), prefix.length}));
    } else if (has_edges && address == prefix.network()) {
      report_.error(node, to_string(address) + " is the address of the network itself");
    } else if (has_edges && address == prefix.last()) {
      report_.error(node, to_string(address) + " is the broadcast address of the subnet");
    }
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

  /// Something that only one reservation may have, by its hash.
  struct Taken {
    std::uint64_t hash;
    std::uint32_t reservation;  // index in reservations_
    std::uint32_t element;      // and in the list of the file
  };
  [[nodiscard]] Taken taken(std::uint64_t hash) const {
    return {hash, static_cast<std::uint32_t>(reservations_.size()), element_};
  }

  template <typename Same, typename KeyOf>
  void refuse_twins(std::vector<Taken>& taken, std::string_view what, KeyOf key_of, Same same) {
    std::ranges::sort(taken, {},
                      [](const Taken& each) { return std::pair(each.hash, each.reservation); });
    for (std::size_t i = 1; i < taken.size(); ++i) {
      for (std::size_t j = i; j > 0 && taken[j - 1].hash == taken[i].hash; --j) {
        const Reservation& one = reservations_[taken[i].reservation];
        if (!same(one, reservations_[taken[j - 1].reservation])) continue;
        refuse_twin(taken[i], taken[j - 1], key_of(one), what);
        break;
      }
    }
  }
  void refuse_twin(const Taken& one, const Taken& other, std::string_view key,
                   std::string_view what) {
    const Node map = list_.child(one.element);
    const Node other_map = list_.child(other.element);
    report_.error(*map.find(key), "another reservation of this " +
                                      std::string(rules_.prefix ? "subnet" : "list") +
                                      " has this " + std::string(what) + " already, at " +
                                      report_.place_of(other_map.find(key)->value().position()));
  }

  const Node& list_;
  HostRules rules_;
  ClassNames& classes_;
  Report& report_;
  std::uint32_t element_ = 0;  // that is being read
  std::vector<Reservation> reservations_;
  std::vector<Taken> identifiers_;
  std::vector<Taken> addresses_;
};

}  // namespace

std::vector<Reservation> read_reservations(const Node& scope, const HostRules& rules,
                                           ClassNames& classes, Report& report) {
  const auto list = scope.find("reservations");
  if (!list || list->value().as_list() == nullptr) return {};
  return ReservationReader(*list, rules, classes, report).read_all();
}

std::string_view name_of(IdentifierType type) {
  return std::ranges::find(kIdentifierKeys, type, &IdentifierKey::type)->name;
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
    order.push_back(key->type);
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
