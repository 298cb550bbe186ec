#pragma once
// The records that the main process and its hand exchange, one a message: their bytes, and the
// checks by which the hand takes nothing on trust. Must not know: sockets, what is done about them.
//
// An order: version (1), kind (1), ticket (4), then what the kind needs: texts with their length
// before them (1 or 2 octets), lists with their count. Big-endian, nothing behind the end.

#include "host/hand.h"

#include <expected>

namespace lessor::host {

inline constexpr std::uint8_t kRecordVersion = 1;
/// The longest record. What is longer was not made by us.
inline constexpr std::size_t kMaxRecord = 65'536;
/// Linux: IFNAMSIZ without the NUL.
inline constexpr std::size_t kMaxInterfaceName = 15;
inline constexpr std::size_t kMaxReportText = 1'024;

enum class OrderKind : std::uint8_t {
  configure = 1,
  deconfigure,
  run_hook,
  write_file,
  remove_file,
  set_mac,
  finish,
};

/// One order. What its kind does not need is empty.
struct Order {
  OrderKind kind = OrderKind::finish;
  Ticket ticket = 0;
  std::string interface;                   ///< configure, deconfigure, run_hook, set_mac
  net::HostSettings settings;              ///< configure
  std::vector<HookVariable> variables;     ///< run_hook
  std::string name;                        ///< write_file, remove_file
  std::string text;                        ///< write_file
  net::Mac mac;                            ///< set_mac
  Farewell farewell = Farewell::put_back;  ///< finish
  friend bool operator==(const Order&, const Order&) = default;
};

using Record = std::vector<std::byte>;

/// The record of an order; nothing when it breaks a limit of its fields.
[[nodiscard]] std::optional<Record> write_order(const Order& order);
/// The order of a record that another version, a bug or an attacker may have made. The error says
/// what is wrong with it. What it gives is within every limit, and makes sense by itself: whether
/// it is allowed is for the hand to say.
[[nodiscard]] std::expected<Order, std::string> read_order(Bytes record);

[[nodiscard]] Record write_report(const Report& report);
[[nodiscard]] std::optional<Report> read_report(Bytes record);

/// What is wrong with these settings, whoever made them; nothing when they make sense.
[[nodiscard]] std::optional<std::string> find_nonsense(const net::HostSettings& settings);
/// The same of variables for the hook. Every name must begin with `prefix` and go on behind it.
[[nodiscard]] std::optional<std::string> find_nonsense(const std::vector<HookVariable>& variables,
                                                       std::string_view prefix);
/// Letters, digits, dots, hyphens and underscores; within kMaxHostName.
[[nodiscard]] bool is_host_name(std::string_view name);

}  // namespace lessor::host
