// `lessor send` with single messages; send_lease.cc has the handshake and what goes on from a
// lease.

#include "cli/console.h"
#include "cli/workbench/commands.h"
#include "cli/workbench/exchange_run.h"
#include "cli/workbench/round_trips.h"
#include "cli/workbench/send_lease.h"
#include "craft/exchange/answer_table.h"
#include "craft/exchange/inquiry.h"
#include "craft/packet/lay_over.h"
#include "runtime/clock.h"

#include <algorithm>

namespace lessor::cli {
namespace {

using craft::Inquiry;

constexpr Duration kTimeout = Duration::seconds(4);

ExitCode fail(std::string_view why) {
  complain(why);
  return ExitCode::failed;
}

/// One message, with its answers.
class Sender {
 public:
  Sender(const SendWords& words, LinkSession& link, PacketShow& show)
      : words_(words), link_(link), show_(show), maker_(words.maker), recipe_(words.recipe) {
    if (!maker_.mac) maker_.mac = link.interface().mac;
  }

  ExitCode run() {
    const auto peer = find_peer(recipe_, std::nullopt, maker_, link_);
    if (!peer) return fail(peer.error());
    if (words_.wait_all) return collect();
    if (words_.count > 1) return repeat();
    const auto outcome = ask();
    if (!outcome) return fail(outcome.error());
    return tell(*outcome);
  }

 private:
  enum class Outcome : std::uint8_t { sent, answered, refused, silent };

  [[nodiscard]] Duration timeout() const { return words_.timeout.value_or(kTimeout); }
  [[nodiscard]] bool waits() const { return words_.silence || !words_.wanted.empty(); }

  /// Sends the message and waits for what ends the wait.
  std::expected<Outcome, std::string> ask() {
    std::vector<wire::MessageType> wanted = words_.wanted;
    // Nothing ends a wait for silence, or for all servers, but time.
    const bool full_time = words_.silence || words_.wait_all;
    if (full_time) wanted = {wire::MessageType::unknown};
    Inquiry inquiry({.question = recipe_,
                     .maker = maker_,
                     .patience = {.first = timeout(), .tries = words_.tries},
                     .wanted = wanted,
                     .server = std::nullopt});
    ExchangeStage stage{.link = link_, .show = show_, .heard = {}, .sent_at = {}};
    std::size_t answers = 0;
    stage.heard = [&](const craft::Heard& heard) {
      ++answers;
      servers_.add(heard);
      if (answers == 1) trip_ = heard.event.since_1970 - *stage.sent_at;
    };
    const auto played = play({.on_time = [&](Instant now, auto& out) { inquiry.on_time(now, out); },
                              .on_message = [&](Instant, const craft::Heard& heard,
                                                auto&) { return inquiry.on_message(heard); },
                              .next_deadline = [&] { return inquiry.next_deadline(); }},
                             stage);
    if (!played) return std::unexpected(played.error());
    if (inquiry.state() == Inquiry::State::failed) return std::unexpected(inquiry.trouble());
    if (inquiry.state() == Inquiry::State::sent) return Outcome::sent;
    if (full_time) return answers > 0 ? Outcome::answered : Outcome::silent;
    if (inquiry.state() != Inquiry::State::answered) return Outcome::silent;
    const wire::MessageType type = inquiry.answer()->event.type;
    const bool refused = craft::is_refusal(type) && words_.wanted.front() != type;
    return refused ? Outcome::refused : Outcome::answered;
  }

  ExitCode tell(Outcome outcome) const {
    if (link_.interrupted()) return fail("interrupted");
    switch (outcome) {
      case Outcome::sent:
        return show_.exit_code();
      case Outcome::answered:
        if (words_.silence) return fail("an answer came where silence was expected");
        return show_.exit_code();
      case Outcome::refused:
        return fail("refused: the server answers with a DHCPNAK");
      case Outcome::silent:
        break;
    }
    if (words_.silence || show_.gone()) return show_.exit_code();
    complain("no " + expected_name() + " within " + to_string(timeout()));
    return ExitCode::no_answer;
  }

  [[nodiscard]] std::string expected_name() const {
    if (words_.wanted.empty()) return "answer";
    const wire::MessageType wanted = words_.wanted.front();
    if (wanted == wire::MessageType::none) return "BOOTP reply";
    return std::string(wire::to_string(wanted));
  }

  /// --wait-all: every server's answer, a row each.
  ExitCode collect() {
    const auto outcome = ask();
    if (!outcome) return fail(outcome.error());
    const bool rows = words_.view.view == View::automatic || words_.view.view == View::brief ||
                      words_.view.view == View::table;
    if (rows && servers_.servers() > 0) {
      show_.say("\n" + servers_.draw(screen_style(words_.view.colour)));
    }
    if (servers_.servers() > 1) {
      complain("warning: " + std::to_string(servers_.servers()) + " servers answer on " +
               words_.interface + "; one that nobody knows of is a rogue server");
    }
    if (servers_.servers() > 0) return show_.exit_code();
    return tell(Outcome::silent);
  }

  /// --count: as ping does.
  ExitCode repeat() {
    RoundTrips trips;
    for (std::uint64_t i = 0; i < words_.count && !link_.interrupted() && !show_.gone(); ++i) {
      const Instant next = runtime::read_clock().mono + words_.interval;
      if (i > 0) draw_xid();
      trip_.reset();
      const auto outcome = ask();
      if (!outcome) return fail(outcome.error());
      trips.sent();
      if (*outcome == Outcome::answered && trip_) trips.answered(*trip_);
      if (i + 1 < words_.count && !rest(next)) return fail("the interface is gone");
    }
    const bool for_programs = words_.view.view == View::json;
    if (waits() && for_programs) complain(trips.summary());
    if (waits() && !for_programs) show_.say("\n" + trips.summary() + "\n");
    if (!waits() || words_.silence) {
      return trips.lost() == trips.count() ? show_.exit_code() : ExitCode::failed;
    }
    return trips.lost() == 0 && trips.count() > 0 ? show_.exit_code() : ExitCode::no_answer;
  }

  /// A new transaction, also where the packet's words come from a capture.
  void draw_xid() {
    maker_.xid = static_cast<std::uint32_t>(runtime::random_seed());
    if (recipe_.basis != craft::Basis::exact) return;
    craft::Recipe xid;
    xid.items.emplace_back(craft::make_field("xid", maker_.xid));
    craft::lay_over(recipe_, xid);
  }

  bool rest(Instant until) {
    while (runtime::read_clock().mono < until && !link_.interrupted()) {
      if (!link_.wait_and_answer(until, [](const craft::Frame&) {})) return false;
    }
    return true;
  }

  const SendWords& words_;
  LinkSession& link_;
  PacketShow& show_;
  craft::Maker maker_;
  craft::Recipe recipe_;
  craft::AnswerList servers_;
  std::optional<Duration> trip_;
};

/// Ports that the packet has and DHCP does not, to hear its answers.
std::vector<std::uint16_t> extra_ports(const craft::Recipe& recipe) {
  std::vector<std::uint16_t> ports;
  for (const char* path : {"udp.srcport", "udp.dstport"}) {
    const auto port = craft::given_field(recipe, path);
    if (port) ports.push_back(static_cast<std::uint16_t>(*port));
  }
  return ports;
}

}  // namespace

ExitCode run_send(std::span<const char* const> argv) {
  const auto words = read_send_words(argv);
  if (!words) return print_stop(words.error());
  auto link = LinkSession::open(
      {.interface = words->interface, .pcap = words->pcap, .ports = extra_ports(words->recipe)});
  if (!link) return fail(link.error());
  PacketShow show(words->view);
  const ExitCode code = words->handshake   ? run_handshake(*words, **link, show)
                        : words->follow_up ? run_follow_up(*words, **link, show)
                                           : Sender(*words, **link, show).run();
  show.flush();
  return code;
}

}  // namespace lessor::cli
