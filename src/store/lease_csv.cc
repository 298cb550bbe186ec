#include "store/lease_csv.h"

#include "base/text.h"
#include "store/user_context.h"

#include <vector>

namespace lessor::store {
namespace {

using lease::Lease;
using lease::LeaseState;

constexpr std::string_view kEscape = "&#x";
constexpr std::size_t kControlText = 4;    // "\\xNN"
constexpr std::size_t kMaxHostname = 255;  // as in option 12
constexpr std::uint64_t kInfinite = UINT32_MAX;
constexpr std::uint64_t kLatest = std::uint64_t{1} << 48;  // beyond any clock

constexpr std::uint8_t kAssigned = 0, kDeclined = 1, kReclaimed = 2, kReleased = 3;  // Kea's

std::uint64_t kea_state(LeaseState state) {
  switch (state) {
    case LeaseState::active:
      return kAssigned;
    case LeaseState::released:
      return kReclaimed;
    case LeaseState::declined:
      return kDeclined;
  }
  __builtin_unreachable();
}

/// Spreadsheets take a cell that begins with one of these for a formula.
bool begins_formula(char c) { return c == '=' || c == '+' || c == '-' || c == '@'; }

/// A client chooses its name, and what is exported must be read back: what a name of control
/// characters has beyond the longest that is read is left out.
std::string escape(std::string_view text) {
  std::string out;
  std::size_t size = 0;  // of what will be read
  for (const char c : text) {
    const Bytes octet = as_bytes({&c, 1});
    const bool control = (c >= 0 && c < ' ') || c == 0x7f;
    const bool plain = c > ' ' && c <= '~' && c != ',' && c != '&' && c != '"' && c != '\'';
    const bool inner_space = c == ' ' && !out.empty();
    size += control ? kControlText : 1;
    if (size > kMaxHostname) break;
    if (control) {
      // Kea undoes its escaping when it reads and does not redo it for these: a line end would
      // break the file that it writes next.
      out += "\\x" + to_hex(octet);
    } else if ((plain || inner_space) && !(out.empty() && begins_formula(c))) {
      out += c;
    } else {
      out += std::string(kEscape) + to_hex(octet);
    }
  }
  return out;
}

/// JSON as Kea writes it into a cell.
std::string escape_json(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ',') {
      out += std::string(kEscape) + "2c";
    } else {
      out += c;
    }
  }
  return out;
}

/// Cells as they stand; a carriage return at the end is not part of the last.
std::vector<std::string_view> cells_of(std::string_view line) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  std::vector<std::string_view> cells;
  for (;;) {
    const std::size_t comma = line.find(',');
    cells.push_back(line.substr(0, comma));
    if (comma == std::string_view::npos) return cells;
    line.remove_prefix(comma + 1);
  }
}

/// An empty cell counts as 0.
std::optional<std::uint64_t> read_number(std::string_view text, std::uint64_t max) {
  return text.empty() ? std::optional<std::uint64_t>(0) : parse_number(text, max);
}

}  // namespace

std::string to_csv(const Lease& lease) {
  const bool released = lease.state == LeaseState::released;
  // A lease without a lifetime is, to Kea, the deletion of one.
  const std::uint64_t lifetime = std::max<std::uint64_t>(lease.lifetime.to_wire(), 1);
  const std::int64_t expire =
      lease.started.seconds + (released ? 0 : static_cast<std::int64_t>(lifetime));
  return net::to_string(lease.address) + "," + to_hex(lease.hardware.bytes(), ':') + "," +
         to_hex(lease.client_id, ':') + "," + std::to_string(lifetime) + "," +
         std::to_string(expire) + "," + std::to_string(lease.subnet_id) + ",0,0," +
         escape(as_text(lease.hostname)) + "," + std::to_string(kea_state(lease.state)) + "," +
         escape_json(user_context_of(lease)) + ",0\n";
}

std::string unescape_csv(std::string_view cell) {
  std::string out;
  while (!cell.empty()) {
    const bool escaped = cell.starts_with(kEscape) && cell.size() >= kEscape.size() + 2;
    const auto octet = escaped ? from_hex(cell.substr(kEscape.size(), 2)) : std::nullopt;
    if (octet && octet->size() == 1) {
      out += static_cast<char>((*octet)[0]);
      cell.remove_prefix(kEscape.size() + 2);
    } else {
      out += cell.front();
      cell.remove_prefix(1);
    }
  }
  return out;
}

std::expected<LeaseCsvReader, std::string> LeaseCsvReader::open(std::string_view heading) {
  LeaseCsvReader reader;
  const std::vector<std::string_view> names = cells_of(heading);
  reader.width_ = names.size();
  for (std::size_t column = 0; column < column_count; ++column) {
    std::size_t place = 0;
    while (place < names.size() && names[place] != kNames[column]) ++place;
    // Files from before states and subnets were kept have leases all the same.
    const bool needed = column == address || column == valid_lifetime || column == expire;
    if (place == names.size() && needed)
      return std::unexpected("the heading has no column '" + std::string(kNames[column]) + "'");
    reader.places_[column] = place;
  }
  return reader;
}

std::expected<LeaseCsvReader::Cells, std::string> LeaseCsvReader::cells_in(
    std::string_view line) const {
  const std::vector<std::string_view> all = cells_of(line);
  if (all.size() != width_) {
    return std::unexpected("the line has " + std::to_string(all.size()) +
                           " cells, the heading has " + std::to_string(width_));
  }
  Cells cells;
  for (std::size_t column = 0; column < column_count; ++column)
    cells[column] = places_[column] < width_ ? all[places_[column]] : std::string_view();
  return cells;
}

std::expected<std::optional<lease::LeaseChange>, std::string> LeaseCsvReader::read(
    std::string_view line) const {
  const auto row = read_row(line);
  if (!row) return std::unexpected(row.error());
  if (row->deleted) return std::optional<lease::LeaseChange>();
  return row->change;
}

std::expected<LeaseCsvReader::Row, std::string> LeaseCsvReader::read_row(
    std::string_view line) const {
  const auto cells = cells_in(line);
  if (!cells) return std::unexpected(cells.error());
  Owner owner;
  const std::string wrong_who = read_client(*cells, owner);
  if (!wrong_who.empty()) return std::unexpected(wrong_who);
  const std::string wrong_when = read_term(*cells, owner);
  if (!wrong_when.empty()) return std::unexpected(wrong_when);
  Row row{.address = owner.lease.address, .deleted = owner.deleted};
  owner.lease.client_id = owner.client_id;
  owner.lease.hostname = as_bytes(owner.hostname);
  owner.lease.extras = owner.extras;
  row.change.assign(owner.lease, 0);
  return row;
}

std::string LeaseCsvReader::read_client(const Cells& cells, Owner& owner) {
  const auto ip = net::parse_ip4(cells[address]);
  if (!ip) return wrong(cells, address, "is no IPv4 address");
  owner.lease.address = *ip;
  net::HardwareAddress& hardware = owner.lease.hardware;
  const auto octets = from_hex(cells[hwaddr]);
  if (!octets || octets->size() > hardware.octets.size())
    return wrong(cells, hwaddr, "is no hardware address of at most 16 octets");
  hardware.size = static_cast<std::uint8_t>(octets->size());
  copy_bytes(hardware.octets, *octets);
  const auto id = from_hex(cells[client_id]);
  if (!id || id->size() > 255)
    return wrong(cells, client_id, "is no identifier of at most 255 octets");
  owner.client_id = *id;
  owner.hostname = unescape_csv(cells[hostname]);
  if (owner.hostname.size() > kMaxHostname)
    return wrong(cells, hostname, "is longer than 255 octets");
  if (!cells[user_context].empty()) {
    owner.extras =
        read_user_context(unescape_csv(cells[user_context])).value_or(std::vector<std::byte>());
  }
  return {};
}

std::string LeaseCsvReader::read_term(const Cells& cells, Owner& owner) {
  const auto subnet = read_number(cells[subnet_id], UINT32_MAX);
  const auto lifetime = read_number(cells[valid_lifetime], kInfinite);
  const auto ends = read_number(cells[expire], kLatest);
  const auto kea = read_number(cells[state], kReleased);
  if (!subnet) return wrong(cells, subnet_id, "is no subnet id");
  if (!lifetime) return wrong(cells, valid_lifetime, "is no number of seconds (32 bits)");
  if (!ends) return wrong(cells, expire, "is no time in seconds since 1970");
  if (!kea)
    return wrong(cells, state, "is no state: 0 assigned, 1 declined, 2 reclaimed, 3 released");

  const bool given_back = *kea == kReclaimed || *kea == kReleased;
  Lease& lease = owner.lease;
  owner.deleted = *lifetime == 0 && !given_back;
  if (given_back) lease.state = LeaseState::released;
  if (*kea == kDeclined) lease.state = LeaseState::declined;
  lease.subnet_id = static_cast<std::uint32_t>(*subnet);
  lease.lifetime = Duration::from_wire(static_cast<std::uint32_t>(*lifetime));
  const std::uint64_t since = given_back ? 0 : *lifetime;
  lease.started = {static_cast<std::int64_t>(*ends) - static_cast<std::int64_t>(since)};
  return {};
}

std::string LeaseCsvReader::wrong(const Cells& cells, Column column, std::string_view why) {
  return std::string(kNames[column]) + " '" + sanitise(as_bytes(cells[column]), 60) + "' " +
         std::string(why);
}

}  // namespace lessor::store
