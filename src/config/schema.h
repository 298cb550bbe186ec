#pragma once
// Which keys a configuration may hold, declared once: name, where it may stand, type, bounds,
// state. The check of a file, its "did you mean", and the reference in docs/configuration.md come
// from it.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::config {

/// The maps that keys stand in.
enum class Scope : std::uint8_t {
  file,
  dhcp4,
  shared_network,
  subnet,
  pool,
  client_class,
  reservation,
  option_data,
  option_def,
  interfaces_config,
  relay,
  database,
  config_control,
  control_socket,
  authentication,
  auth_client,
  http_header,
  hook_library,
  logger,
  log_output,
  dhcp_ddns,
  expired_leases,
  multi_threading,
  queue_control,
  sanity_checks,
  compatibility,
  other_servers,
  limits,
  holder_limits,
  boot,
  random_macs,
  anything,  ///< keys are free: user-context, parameters of hooks
};
inline constexpr int kScopeCount = static_cast<int>(Scope::anything) + 1;

/// A set of scopes.
struct Scopes {
  std::uint32_t bits = 0;
  constexpr Scopes() = default;
  // A scope is a set of one.
  constexpr Scopes(Scope scope)  // NOLINT(google-explicit-constructor)
      : bits(std::uint32_t{1} << static_cast<int>(scope)) {}
  [[nodiscard]] constexpr bool has(Scope scope) const { return (bits & Scopes(scope).bits) != 0; }
  friend constexpr Scopes operator|(Scopes a, Scopes b) {
    a.bits |= b.bits;
    return a;
  }
  friend constexpr Scopes operator&(Scopes a, Scopes b) {
    a.bits &= b.bits;
    return a;
  }
};

enum class Type : std::uint8_t {
  boolean,
  integer,
  number,  ///< an integer or a fraction
  text,
  address,  ///< text: an IPv4 address, or "" for none
  text_list,
  map,               ///< of Key::holds
  map_list,          ///< likewise
  map_list_or_word,  ///< or one of Key::words
  any,
};

enum class State : std::uint8_t {
  implemented,
  no_effect,  ///< accepted and said once: it tunes Kea's machinery, or switches off what we lack
  not_yet,    ///< refused: it would change what clients, peers or DNS get; planned
  refused,    ///< refused for good, with what to write instead
};

/// One row: a key with one meaning, in every scope that gives it this meaning.
struct Key {
  std::string_view name;
  Scopes scopes;
  Type type = Type::any;
  State state = State::implemented;
  /// The default as JSON, further values of equal effect after '|'; "" = none. A key that is not
  /// implemented may have such a value: it changes nothing.
  std::string_view initial;
  std::string_view note;     ///< implemented: what it does; else why not, and what to do instead
  std::string_view allowed;  ///< of text: the words that it may be, '|' between; "" = any
  std::int64_t min = 0;      ///< of integers (and numbers)
  std::int64_t max = 0;      ///< max == 0: not bounded beyond 32 bits, not negative
  Scope content = Scope::anything;  ///< of maps and lists of maps: the scope of their keys

  [[nodiscard]] constexpr Key words(std::string_view list) const {
    Key key = *this;
    key.allowed = list;
    return key;
  }
  [[nodiscard]] constexpr Key range(std::int64_t least, std::int64_t most) const {
    Key key = *this;
    key.min = least;
    key.max = most;
    return key;
  }
  [[nodiscard]] constexpr Key holds(Scope scope) const {
    Key key = *this;
    key.content = scope;
    return key;
  }
};

/// All rows, in alphabetical order.
[[nodiscard]] std::span<const Key> schema();
/// The row of a key where it stands; nullptr when it has no place there.
[[nodiscard]] const Key* find_key(Scope scope, std::string_view name);
/// The names that may stand in a scope, in alphabetical order.
[[nodiscard]] std::vector<std::string_view> keys_of(Scope scope);

/// The reference of all keys as Markdown, a table a state: the second half of
/// docs/configuration.md.
[[nodiscard]] std::string print_key_reference();

/// "Dhcp4", "subnet4[]", "pools[]": for people.
[[nodiscard]] std::string_view to_string(Scope scope);
[[nodiscard]] std::string_view to_string(Type type);
[[nodiscard]] std::string_view to_string(State state);

}  // namespace lessor::config
