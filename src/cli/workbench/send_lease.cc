#include "cli/workbench/send_lease.h"

#include "cli/workbench/exchange_run.h"
#include "cli/workbench/text_file.h"
#include "craft/exchange/inquiry.h"
#include "craft/packet/lay_over.h"

namespace lessor::cli {
namespace {

using craft::ClientLease;
using craft::FollowUp;
using craft::Handshake;
using craft::Inquiry;

constexpr Duration kFirstWait = Duration::seconds(4);  // RFC 2131 4.1

ExitCode fail(std::string_view why) {
  complain(why);
  return ExitCode::failed;
}
ExitCode no_answer(std::string_view why) {
  complain(why);
  return ExitCode::no_answer;
}

/// A line that a person reads, beside packets for a program when they are such.
void tell(const SendWords& words, PacketShow& show, const std::string& text) {
  if (words.view.view == View::automatic || words.view.view == View::brief) {
    show.say(text + "\n");
  } else {
    complain(text);
  }
}

std::string summary(const ClientLease& lease) {
  std::string text = net::to_string(lease.address);
  if (lease.lease_time) text += " for " + to_string(*lease.lease_time);
  if (lease.server) text += " from " + net::to_string(*lease.server);
  if (lease.renew_after && lease.rebind_after) {
    text += ", to be renewed after " + to_string(*lease.renew_after) + ", rebound after " +
            to_string(*lease.rebind_after);
  }
  return text;
}

ExitCode keep_lease(const SendWords& words, PacketShow& show, const ClientLease& lease,
                    const std::string& what) {
  if (words.lease_file.empty()) {
    tell(words, show, what);
    return show.exit_code();
  }
  const auto written = write_file(words.lease_file, craft::print_lease(lease));
  tell(words, show, what + (written ? "; lease in " + words.lease_file : std::string()));
  return written ? show.exit_code() : fail(written.error());
}

std::expected<ClientLease, std::string> load_lease(const std::string& path) {
  const auto text = read_text_file(path);
  if (!text) {
    return std::unexpected(text.error() + "; 'lessor send -i IF dora --lease FILE' writes a lease");
  }
  auto lease = craft::read_lease(*text);
  if (!lease) return std::unexpected(path + ": " + lease.error());
  return lease;
}

craft::Maker maker_of(const SendWords& words, const LinkSession& link) {
  craft::Maker maker = words.maker;
  if (!maker.mac) maker.mac = link.interface().mac;
  return maker;
}

std::string in_tries(int tries) {
  return tries == 1 ? " in one try" : " in " + std::to_string(tries) + " tries";
}

/// The router of the lease, the next hop to a server that is not on the link.
std::optional<net::Ip4> router_of(const ClientLease& lease) {
  for (const auto& [code, value] : lease.options) {
    if (code == wire::kOptionRouters && value.size() >= 4) {
      return net::Ip4{load_be32(value.data())};
    }
  }
  return std::nullopt;
}

/// What of the lease a follow-up leaves behind.
ExitCode conclude(const SendWords& words, PacketShow& show, ClientLease lease,
                  const Inquiry& inquiry) {
  const FollowUp what = *words.follow_up;
  if (what == FollowUp::release || what == FollowUp::decline) {
    const bool release = what == FollowUp::release;
    lease.state = release ? ClientLease::State::released : ClientLease::State::declined;
    return keep_lease(words, show, lease,
                      (release ? "released " : "declined ") + net::to_string(lease.address));
  }
  const craft::Heard& answer = *inquiry.answer();
  if (craft::is_refusal(answer.event.type)) {
    return fail("refused: the server answers with a DHCPNAK; the lease of " +
                net::to_string(lease.address) + " is over (RFC 2131 4.4.5)");
  }
  if (what == FollowUp::inform) {
    tell(words, show, "informed about " + net::to_string(lease.address));
    return show.exit_code();
  }
  const auto request = craft::hear({.at = {}, .bytes = inquiry.sent().bytes});
  auto renewed = craft::lease_of(answer, request ? &*request : nullptr);
  if (!renewed) return fail(renewed.error());
  return keep_lease(words, show, *renewed, "bound to " + summary(*renewed));
}

}  // namespace

ExitCode run_handshake(const SendWords& words, LinkSession& link, PacketShow& show) {
  const Duration first = words.timeout.value_or(kFirstWait);
  craft::Maker maker = maker_of(words, link);
  const auto peer = find_peer(words.recipe, std::nullopt, maker, link);
  if (!peer) return fail(peer.error());
  Handshake handshake({.discover = words.recipe,
                       .request = words.request,
                       .maker = maker,
                       .patience = {.first = first, .tries = words.tries},
                       .server = words.server});
  ExchangeStage stage{.link = link, .show = show, .heard = {}, .sent_at = {}};
  const auto played =
      play({.on_time = [&](Instant now, auto& out) { handshake.on_time(now, out); },
            .on_message = [&](Instant now, const craft::Heard& heard,
                              auto& out) { return handshake.on_message(now, heard, out); },
            .next_deadline = [&] { return handshake.next_deadline(); }},
           stage);
  if (!played) return fail(played.error());
  switch (handshake.state()) {
    case Handshake::State::bound:
      break;
    case Handshake::State::selecting:
    case Handshake::State::requesting:
      return link.interrupted() ? fail("interrupted") : show.exit_code();
    case Handshake::State::refused:
      return fail("refused: the server answers with a DHCPNAK");
    case Handshake::State::no_offer:
      return no_answer("no DHCPOFFER" +
                       (words.server ? " from " + net::to_string(*words.server) : std::string()) +
                       in_tries(words.tries));
    case Handshake::State::no_ack:
      return no_answer("an offer, but no DHCPACK" + in_tries(words.tries));
    case Handshake::State::failed:
      return fail(handshake.trouble());
  }
  const auto lease = handshake.lease();
  if (!lease) return fail(lease.error());
  return keep_lease(words, show, *lease, "bound to " + summary(*lease));
}

ExitCode run_follow_up(const SendWords& words, LinkSession& link, PacketShow& show) {
  const auto lease = load_lease(words.lease_file);
  if (!lease) return fail(lease.error());
  if (lease->state != ClientLease::State::active) {
    complain("note: the lease in " + words.lease_file + " was given up before");
  }
  auto recipe = craft::follow_up(*words.follow_up, *lease);
  if (!recipe) return fail(words.lease_file + ": " + recipe.error());
  craft::lay_over(*recipe, words.recipe);
  craft::Maker maker = maker_of(words, link);
  const auto peer = find_peer(*recipe, router_of(*lease), maker, link);
  if (!peer) return fail(peer.error());
  Inquiry inquiry({.question = std::move(*recipe),
                   .maker = maker,
                   .patience = {.first = words.timeout.value_or(kFirstWait), .tries = words.tries},
                   .wanted = words.wanted,
                   .server = std::nullopt});
  ExchangeStage stage{.link = link, .show = show, .heard = {}, .sent_at = {}};
  const auto played = play({.on_time = [&](Instant now, auto& out) { inquiry.on_time(now, out); },
                            .on_message = [&](Instant, const craft::Heard& heard,
                                              auto&) { return inquiry.on_message(heard); },
                            .next_deadline = [&] { return inquiry.next_deadline(); }},
                           stage);
  if (!played) return fail(played.error());
  switch (inquiry.state()) {
    case Inquiry::State::answered:
    case Inquiry::State::sent:
      return conclude(words, show, *lease, inquiry);
    case Inquiry::State::failed:
      return fail(inquiry.trouble());
    case Inquiry::State::asking:
      return link.interrupted() ? fail("interrupted") : show.exit_code();
    case Inquiry::State::gave_up:
      break;
  }
  return no_answer("no answer" + in_tries(words.tries));
}

}  // namespace lessor::cli
