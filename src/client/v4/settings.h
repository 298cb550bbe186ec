#pragma once
// What an operator asks of a client on one interface. A value; nothing here is read from the
// network. Must not know: command lines, files.

#include "base/bytes.h"
#include "base/time.h"
#include "net/address.h"
#include "wire/v4/reconfigure_key.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace lessor::client::v4 {

/// Which offer is taken when several servers answer.
enum class OfferPolicy : std::uint8_t {
  most_wanted,  ///< the one with most of the options asked for; of equal ones the first
  first,        ///< the first that is usable, at once
};

/// How the address is checked before it is used (RFC 5227 2.1.1).
struct ProbePlan {
  int count = 3;                                 ///< 0: no check
  Duration first_wait = Duration::seconds(1);    ///< PROBE_WAIT: at most so long before the first
  Duration min_interval = Duration::seconds(1);  ///< PROBE_MIN
  Duration max_interval = Duration::seconds(2);  ///< PROBE_MAX
  Duration last_wait = Duration::seconds(2);     ///< ANNOUNCE_WAIT: after the last
};
/// RFC 5227's own times: 3 to 7 seconds.
inline constexpr ProbePlan kFullProbe{};
/// Half a second, for wired links: servers have looked already.
inline constexpr ProbePlan kQuickProbe{.count = 2,
                                       .first_wait = Duration::milliseconds(0),
                                       .min_interval = Duration::milliseconds(200),
                                       .max_interval = Duration::milliseconds(250),
                                       .last_wait = Duration::milliseconds(250)};
inline constexpr ProbePlan kNoProbe{.count = 0};

/// How a client's own address is defended once it is used (RFC 5227 2.4).
enum class Defence : std::uint8_t {
  once,    ///< (b): announce once in ten seconds, give up at the second conflict
  always,  ///< (c): never give up, as a router must not
  never,   ///< (a): give up at the first conflict
};

struct Settings {
  // Who we are.
  std::vector<std::byte> client_id;     ///< option 61 with its type octet; empty: none is sent
  std::string hostname;                 ///< option 12; empty: none
  std::vector<std::byte> fqdn;          ///< option 81's octets (RFC 4702); empty: none
  std::vector<std::byte> vendor_class;  ///< option 60; empty: none
  std::vector<std::byte> user_class;    ///< option 77's octets; empty: none

  // What we ask for.
  std::optional<net::Ip4> requested_address;   ///< option 50 in DHCPDISCOVER
  std::optional<Duration> lease_time;          ///< option 51
  std::vector<wire::OptionCode> request_list;  ///< option 55, in this order
  std::uint16_t max_message_size = 0;          ///< option 57; 0: the link's MTU, 576 to 1500
  bool broadcast = false;                      ///< ask for broadcast answers (R2131-4.1-j)
  bool rapid_commit = false;                   ///< RFC 4039
  bool v6_only = false;                        ///< take part in RFC 8925; 108 is in request_list
  wire::HmacMd5 hmac_md5 = nullptr;  ///< RFC 6704: takes FORCERENEW with a nonce; null: never
  /// Further options of every DISCOVER and REQUEST, over what we would have said.
  std::vector<std::pair<wire::OptionCode, std::vector<std::byte>>> extra;

  // Which answer we take.
  OfferPolicy policy = OfferPolicy::most_wanted;
  Duration collect_for =
      Duration::milliseconds(500);           ///< offers are collected so long after the first
  std::optional<net::Ip4> preferred_server;  ///< its offer is taken at once
  std::vector<net::Ip4> refused_servers;     ///< whose answers are never taken

  // How we go about it.
  Duration max_start_delay = Duration::seconds(1);  ///< R2131-4.4.1-a; drawn from 0 to this
  ProbePlan probe = kQuickProbe;
  Defence defence = Defence::once;
  /// RFC 2131 4.4.2: use an unexpired lease that no server confirmed. Off: begin again.
  bool keep_unconfirmed = false;
  /// R7844-a: a link that was lost may be another one now; no address of before is asked for there.
  bool anonymous = false;
};

/// 121, 3 (R3442-a: in this order), 1, 6, 15, 119, 12, 26, 28, 42, 33, 114, 51, 54, 58, 59: what a
/// host can use.
[[nodiscard]] std::vector<wire::OptionCode> default_request_list();
/// RFC 7844 3.3: the least that tells nobody from another.
[[nodiscard]] std::vector<wire::OptionCode> anonymous_request_list();

/// RFC 4361 6.1: type 255, the IAID, the DUID. `duid` as RFC 8415 11 lays it out.
[[nodiscard]] std::vector<std::byte> client_id_of_duid(std::uint32_t iaid, Bytes duid);
/// RFC 2132 9.14: the hardware type and address; R7844-a's client identifier, too.
[[nodiscard]] std::vector<std::byte> client_id_of_mac(const net::Mac& mac);

}  // namespace lessor::client::v4
