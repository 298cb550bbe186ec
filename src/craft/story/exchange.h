#pragma once
// One client's messages sorted into exchanges (a question with what it leads to), and how each came
// out. Must not know: other clients, drawing.

#include "craft/story/dhcp_event.h"

#include <string>
#include <vector>

namespace lessor::craft {

/// How an exchange came out.
enum class Outcome : std::uint8_t {
  open,      ///< asked, nothing was said
  offered,   ///< offers, and no DHCPREQUEST
  bound,     ///< a new lease
  renewed,   ///< at T1
  rebound,   ///< at T2
  refused,   ///< DHCPNAK
  declined,  ///< the client found the address in use
  released,
  informed,  ///< DHCPINFORM
  answered,  ///< another question, or an answer whose question was not seen
};

struct Exchange {
  std::uint32_t xid = 0;
  Duration began;
  Outcome outcome = Outcome::open;
  net::Ip4 address;
  std::optional<net::Ip4> server;
  std::optional<Duration> lease_time;
  wire::MessageType asked = wire::MessageType::none;  ///< the client's last question
  std::optional<RequestState> state;                  ///< when that is a DHCPREQUEST
  bool waiting = false;                               ///< nobody has answered the last question
  struct Offer {
    net::Ip4 server;
    net::Ip4 address;
  };
  std::vector<Offer> offers;
  std::size_t messages = 0;
};
/// "bound to 192.168.56.104 for 30s by 192.168.56.100", "no answer to DHCPDISCOVER".
[[nodiscard]] std::string outcome_text(const Exchange& exchange);
/// Whether something went wrong.
[[nodiscard]] bool is_bad(const Exchange& exchange);

/// Sorts the messages of one client.
class ExchangeTracker {
 public:
  struct Note {
    std::size_t exchange = 0;  ///< for at()
    bool begins = false;       ///< this message begins it
    std::string mark;          ///< what is wrong with the message; empty when nothing is
  };
  [[nodiscard]] Note add(const DhcpEvent& event);
  /// An exchange by its number from 0. Precondition: it was not forgotten.
  [[nodiscard]] const Exchange& at(std::size_t exchange) const {
    return exchanges_[exchange - forgotten_];
  }
  /// How many there were.
  [[nodiscard]] std::size_t count() const { return forgotten_ + exchanges_.size(); }
  /// Keeps only those that another message may belong to: for who watches for weeks.
  void forget_old();

 private:
  [[nodiscard]] std::optional<std::size_t> find(const DhcpEvent& event) const;
  [[nodiscard]] static bool goes_on(const Exchange& exchange, const DhcpEvent& question);
  static void ask(Exchange& exchange, const DhcpEvent& event);
  static std::string answer(Exchange& exchange, const DhcpEvent& event);
  static std::string offer(Exchange& exchange, const DhcpEvent& event);

  std::vector<Exchange> exchanges_;
  std::size_t forgotten_ = 0;  // how many went before the first of them
};

}  // namespace lessor::craft
