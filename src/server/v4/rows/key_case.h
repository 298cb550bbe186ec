#pragma once
// For the tests of this folder: a case for each key that is implemented, in each place where it may
// stand: a configuration with it and without it, and what of the server shows the difference.

#include "config/schema.h"
#include "server/v4/loaded_config.h"
#include "server/v4/test_kit.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lessor::server::v4::testing {

using config::Scope;
using config::Scopes;

/// A configuration as it was loaded, and a server that runs it.
class World {
 public:
  explicit World(const std::string& dhcp4);
  /// Why it could not be loaded; empty when it was.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  [[nodiscard]] const config::Loaded& loaded() const { return loaded_; }
  [[nodiscard]] const config::ServerConfig& config() const { return loaded_.config; }
  /// The one subnet, or the first.
  [[nodiscard]] const config::Subnet& subnet() const { return loaded_.config.subnets.at(0); }
  /// Made when it is first asked for.
  [[nodiscard]] Site& site();

 private:
  config::Loaded loaded_;
  std::string trouble_;
  std::unique_ptr<Site> site_;
};

/// What is to be seen of a server, in words.
using Look = std::function<std::string(World&)>;

/// One key in one place.
struct KeyCase {
  std::string key;
  Scope scope;
  std::string config;  ///< what stands in Dhcp4; each "@" is the key with its value, or nothing
  std::string member;  ///< the key with its value; further keys behind a comma
  Look look;
  std::string with;     ///< what is seen with the key; "! TEXT": it is refused with TEXT
  std::string without;  ///< and without
  std::string other;    ///< what stands in place of the key where it is left out
};
using KeyCases = std::vector<KeyCase>;

/// A site that has one map of each scope: "@SCOPE@" stands in each. The client is host(1), which is
/// in the class and has the reservation.
extern const std::string kPlaces;

/// What is put into kPlaces, or into a site of the caller's with the same marks.
struct Row {
  std::string key;
  std::string value;  ///< JSON
  Look look;
  std::string with;
  std::string without;
  std::string site = kPlaces;
  std::string beside = "";    ///< what stands under Dhcp4, with the key and without
  bool narrower_wins = true;  ///< false: the places add up
};

/// The same case for each of these scopes. Where the key may stand under Dhcp4, in networks and in
/// subnets and has a default, also that the narrower place wins: the value in a wider place with
/// the default in the narrower one, and the other way round.
KeyCases in_each(Scopes scopes, const Row& row);

void add(KeyCases& all, KeyCases more);

// ---- looks

std::string show(const std::optional<Reply>& reply);              ///< "offer 192.0.2.10", "silence"
std::string show(const std::optional<Octets>& value);             ///< hexadecimal, "none"
std::string number(const std::optional<Reply>& reply, int code);  ///< of an option
std::string sends(const std::optional<Reply>& reply, int code);   ///< its octets

/// Of the offer to host(1) with these options asked for.
Look offered(int code, std::initializer_list<int> wanting = {});
Look offered_address();
/// Of the DHCPACK that host(1) gets for its new lease.
Look acked_number(int code);
std::optional<Reply> ack_of(Site& site, const Host& h);

// ---- the cases, by theme; key_rows_test.cc plays them all

KeyCases lifetime_cases();
KeyCases identity_cases();
KeyCases reservation_cases();
KeyCases option_cases();
KeyCases network_cases();
KeyCases class_cases();
KeyCases limit_cases();
KeyCases boot_cases();
KeyCases service_cases();
KeyCases hook_cases();

}  // namespace lessor::server::v4::testing
