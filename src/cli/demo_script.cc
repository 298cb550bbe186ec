#include "cli/demo_script.h"

#include "base/text.h"
#include "craft/table.h"
#include "runtime/clock.h"

#include <algorithm>
#include <cstdio>

namespace lessor::cli {
namespace {

using client::v4::State;
using craft::Tone;
using runtime::Result;
using wire::MessageType;

constexpr Duration kPatience = Duration::seconds(10);
/// The client tells what it did at once, but for a busy computer.
constexpr Duration kToldWithin = Duration::milliseconds(500);

/// "15", "26.25": seconds as people write them.
std::string in_seconds(Duration d) {
  if (d.is_infinite()) return "infinite";
  char text[32];
  std::snprintf(text, sizeof text, "%lld.%03lld", static_cast<long long>(d.to_seconds()),
                static_cast<long long>(d.to_milliseconds() % 1000));
  std::string seconds = text;
  while (seconds.ends_with('0')) seconds.pop_back();
  if (seconds.ends_with('.')) seconds.pop_back();
  return seconds;
}

/// The three hosts on their bridge.
std::string picture(const craft::Style& style) {
  const auto row = [&](std::string_view a, std::string_view b, std::string_view c) {
    return " " + craft::pad_right(a, 25) + craft::pad_right(b, 25) + std::string(c) + "\n";
  };
  const std::string_view bar = style.unicode ? "│" : "|";
  const std::string_view tee = style.unicode ? "╧" : "+";
  const auto cable = [&](std::string_view text) {
    return "        " + std::string(bar) + std::string(text);
  };
  const std::string floor = craft::repeat(style.unicode ? "═" : "=", 24);
  const std::string edge = craft::repeat(style.unicode ? "═" : "=", 8);
  return row("server-2", "client", "server") +
         row(net::to_string(demo::kOther) + "/24", "no address",
             net::to_string(demo::kServer) + "/24") +
         row(demo::kOtherMac, demo::kClientMac, demo::kServerMac) +
         row(cable(" " + to_string(demo::kOtherLine)), cable(""), cable("")) + " " + edge +
         std::string(tee) + floor + std::string(tee) + floor + std::string(tee) + edge + "\n" +
         std::string(24, ' ') + "bridge: captured here\n\n";
}

/// A value in the answer of a program: the word after `key`.
std::string word_after(const std::string& text, const std::string& key) {
  std::size_t at = text.find(key);
  if (at == std::string::npos) return "none";
  at += key.size();
  return text.substr(at, text.find_first_of(" \n", at) - at);
}

/// The domain in resolv.conf, which has one of two words for it.
std::string domain_in(const std::string& text) {
  const bool alone = text.find("\ndomain ") != std::string::npos;
  return word_after(text, alone ? "\ndomain " : "\nsearch ");
}

/// What the client has, in words: `read` is what its host says, `ack` what it was told.
std::string holdings(const std::string& read, const craft::DhcpEvent& ack,
                     const craft::Style& style) {
  craft::Table table({{.title = "what"},
                      {.title = "value"},
                      {.title = "which means", .wraps = true, .takes_rest = true}});
  const auto row = [&](const char* what, const std::string& value, const std::string& means) {
    table.add({{what, Tone::strong}, {value}, {means, Tone::dim}});
  };
  const Duration lease = ack.lease_time.value_or(Duration());
  row("address", word_after(read, "inet "), "yiaddr, with the mask of option 1");
  row("default gateway", word_after(read, "default via "), "option 3: the way out of this link");
  row("DNS", word_after(read, "nameserver "), "option 6: who resolves names");
  row("domain", domain_in(read), "option 15: where short names are looked up");
  row("lease", in_seconds(lease) + " s", "option 51: then the address must be given up");
  // Without options 58 and 59 the client takes a little off, so that not all of a site ask at once.
  row("T1", "about " + in_seconds(lease / 2) + " s", "half of the lease: ask this server for more");
  row("T2", "about " + in_seconds(lease * 7 / 8) + " s", "7/8 of it: ask any server");
  return table.draw(style);
}

}  // namespace

DemoScript::DemoScript(DemoStage& stage, DemoShow& show, const DemoOptions& options)
    : stage_(stage), show_(show), options_(options) {
  const auto on_frame = [this](Duration at, Bytes frame) {
    frames_.push_back({at, {frame.begin(), frame.end()}});
    show_frames();
  };
  stage_.set_listener(on_frame, [this](std::string_view line) { hear_client(line); });
}

/// The wire may be ahead of what the client tells of itself. After each of its messages, and after
/// a DHCPACK to it, what follows is kept back until it has told, so that its step comes first.
void DemoScript::show_frames() {
  while (!frames_.empty() && (untold_ <= 0 || runtime::read_clock().mono >= held_until_)) {
    const Frame frame = std::move(frames_.front());
    frames_.pop_front();
    const std::size_t before = show_.story().events().size();
    show_.frame(frame.at, frame.bytes);
    if (show_.reader_gone()) stage_.give_up("nobody reads what it prints");
    const auto& events = show_.story().events();
    if (events.size() == before) continue;
    const Instant now = runtime::read_clock().mono;
    if (events.back().type == MessageType::ack) acknowledged_at_ = now;
    if (events.back().type == MessageType::offer) continue;
    ++untold_;
    held_until_ = now + kToldWithin;
  }
}

void DemoScript::hear_client(std::string_view text) {
  const ClientLine line = read_client_line(text);
  if (!line.is_event) client_log_.append(text) += '\n';
  if (line.sent) {
    --untold_;
    show_frames();
  }
  if (!line.step) return;
  way_.take(*line.step);
  show_.step(way_.states());
  const std::string paragraph = tell_step(line.step->before, line.step->after);
  if (!paragraph.empty()) {
    show_.print("\n");
    show_.say(paragraph);
  }
  const bool was_answered =
      line.step->before == State::requesting || line.step->before == State::renewing;
  if (!was_answered) return;
  --untold_;
  show_frames();
}

Result<void> DemoScript::play() {
  for (const auto act :
       {&DemoScript::show_network, &DemoScript::get_address, &DemoScript::show_what_client_has,
        &DemoScript::renew, &DemoScript::release}) {
    if (auto played = (this->*act)(); !played) return played;
  }
  look_back();
  return {};
}

Result<void> DemoScript::wait_for(MessageType type, int count, Duration patience,
                                  const std::function<void()>& tick) {
  const auto seen = [&] {
    show_frames();
    const auto& events = show_.story().events();
    return std::count_if(events.begin(), events.end(),
                         [&](const craft::DhcpEvent& e) { return e.type == type; }) >= count;
  };
  return stage_.wait(std::string(wire::to_string(type)), patience, seen, tick);
}

Result<void> DemoScript::wait_for(State state, int count) {
  return stage_.wait("the client to be " + std::string(to_string(state)), kPatience, [&] {
    show_frames();
    return way_.times(state) >= count;
  });
}

/// The client's events say what it decided; what it made of its host takes a moment more.
Result<void> DemoScript::wait_for_host(bool configured) {
  const DemoHost& client = stage_.client();
  const auto done = [&] {
    const auto addresses = stage_.ask(client, {"ip", "-4", "address", "show", "dev", "eth0"});
    const auto names = stage_.ask(client, {"cat", "/etc/resolv.conf"});
    const bool has_address = addresses && addresses->find("inet ") != std::string::npos;
    const bool has_names = names && names->find("nameserver") != std::string::npos;
    return has_address == configured && has_names == configured;
  };
  return stage_.wait("the client to set its host up", kPatience, done);
}

Result<std::string> DemoScript::show_command(DemoHost& host, const std::string& command) {
  std::vector<std::string> words;
  for (const std::string_view word : split(command, ' ')) words.emplace_back(word);
  auto answer = stage_.ask(host, std::move(words));
  if (answer) show_.command(host.host.name(), command, *answer);
  return answer;
}

/// The leases of a server and its pool: how many addresses are assigned, on offer, free.
Result<void> DemoScript::show_pool(DemoHost& host) {
  const auto leases = show_command(host, "lessor leases list");
  if (!leases) return std::unexpected(leases.error());
  const auto status = stage_.ask(host, {"lessor", "status"});
  if (!status) return std::unexpected(status.error());
  const std::size_t from = std::min(status->find("Pools"), status->size());
  const std::size_t to = std::min(status->find("\n\n", from), status->size());
  show_.command(host.host.name(), "lessor status | grep -A 2 Pools",
                status->substr(from, to - from));
  return {};
}

const craft::DhcpEvent& DemoScript::last_ack() const {
  return show_.story().events()[show_.story().last(MessageType::ack) - 1];
}

Result<void> DemoScript::show_network() {
  show_.chapter("The life of a lease");
  show_.say(
      "What happens when a host without an address is plugged into a network? Below, three hosts "
      "hang on one bridge. They are network namespaces of this computer and last as long as this "
      "program; nothing else here is touched. All that you will see was captured on the bridge, "
      "at the times shown.");
  show_.print(picture(show_.style()));
  show_.say(
      "Both servers run `lessor serve`, the client runs `lessor client`. The second server is at "
      "the end of a long line (the time beside it), so that it always answers second. This is the "
      "server's whole configuration:");
  if (auto started = stage_.start_servers(); !started) return started;
  show_.command("server", "cat /etc/lessor/lessor.conf", stage_.server_config());
  show_.say("Before anything happens, the pool is free:");
  return show_pool(stage_.server());
}

Result<void> DemoScript::get_address() {
  show_.chapter("Getting an address: DISCOVER, OFFER, REQUEST, ACK");
  show_.say(
      "A client is a machine of a few states. This is figure 5 of RFC 2131, with one state that "
      "came later: CHECKING. Above, from left to right, it gets an address; below, from right to "
      "left, it comes closer to losing it:");
  show_.states({});
  show_.say(
      "Four kinds of messages lead to a lease. Under each you see the RFC's timeline grow, then "
      "the message as it was on the wire: its addresses, the fixed header, the options; and after "
      "it the way that the client has come.");
  show_.typed("client", demo::kClientCommand);
  if (auto started = stage_.start_client(); !started) return started;
  if (auto acked = wait_for(MessageType::ack, 1, kPatience); !acked) return acked;
  if (auto bound = wait_for(State::bound, 1); !bound) return bound;
  show_.states(way_.states());
  return wait_for_host(true);
}

Result<void> DemoScript::show_what_client_has() {
  show_.chapter("What the client has now");
  show_.say("Read on the client's host, from its kernel and from its resolver's file:");
  std::string read;
  for (const char* command :
       {"ip -4 address show dev eth0", "ip -4 route", "cat /etc/resolv.conf"}) {
    const auto answer = show_command(stage_.client(), command);
    if (!answer) return std::unexpected(answer.error());
    read += *answer;
  }
  show_.print(holdings(read, last_ack(), show_.style()) + "\n");
  if (read.find("inet " + net::to_string(last_ack().yiaddr)) == std::string::npos) {
    return std::unexpected(runtime::refusal("go on", "the client does not use its address"));
  }
  show_.say("The server knows the same:");
  if (auto shown = show_pool(stage_.server()); !shown) return shown;
  show_.say("The second server, whose offer was declined, has put its address back:");
  return show_pool(stage_.other());
}

Result<void> DemoScript::renew() {
  show_.chapter("Renewing it");
  const Duration lease = last_ack().lease_time.value_or(options_.lease_time);
  const Instant t1 = acknowledged_at_ + lease / 2;
  show_.say(
      "The client uses its address and says nothing more until half of the lease is over. That is "
      "T1, " +
      in_seconds(lease / 2) +
      " s after it asked, or a little earlier, so that not all clients of a site ask at once. That "
      "is what we wait for now. Then it speaks to its server alone. Ethernet needs the server's "
      "hardware address for that, which the client asks for by ARP should it not know it.");
  const auto tick = [&] {
    const auto left = (t1 - runtime::read_clock().mono).to_seconds();
    show_.progress("T1 in " + to_string(Duration::seconds(std::max<std::int64_t>(left, 0))) +
                   ": time to scroll back and read");
  };
  if (auto acked = wait_for(MessageType::ack, 2, lease / 2 + kPatience, tick); !acked) return acked;
  if (auto bound = wait_for(State::bound, 2); !bound) return bound;
  show_.states(way_.states());
  return {};
}

Result<void> DemoScript::release() {
  show_.chapter("Giving it back");
  show_.say("A client that leaves in good order says so. Here it is told to:");
  const auto told = show_command(stage_.client(), "lessor client --release eth0");
  if (!told) return std::unexpected(told.error());
  if (auto seen = wait_for(MessageType::release, 1, kPatience); !seen) return seen;
  if (auto stopped = wait_for(State::stopped, 1); !stopped) return stopped;
  if (auto done = wait_for_host(false); !done) return done;
  show_.say(
      "The client's interface has no address any more, and the server's pool is whole again:");
  const auto address = show_command(stage_.client(), "ip -4 -brief address show dev eth0");
  if (!address) return std::unexpected(address.error());
  if (!address->empty()) {
    return std::unexpected(runtime::refusal("go on", "the client kept its address"));
  }
  return show_pool(stage_.server());
}

/// What a server logged of the exchange.
void DemoScript::show_log(const DemoHost& server) {
  std::string lines;
  for (const std::string_view line : split(server.said, '\n')) {
    if (line.find(" DHCP") == std::string_view::npos) continue;
    lines.append(lines.empty() ? "" : "\n").append(line);
  }
  show_.quote(server.host.name(), lines);
}

void DemoScript::look_back() {
  // The log is written behind the packets' back: its last line may still be on its way.
  (void)stage_.wait("the log", Duration::seconds(1), [this] {
    const bool server = stage_.server().said.find("DHCPRELEASE") != std::string::npos;
    return server && client_log_.find("stopped") != std::string::npos;
  });
  show_.chapter("What the client and the servers logged");
  show_.quote("client", client_log_);
  show_log(stage_.server());
  show_log(stage_.other());
  show_.chapter("The whole exchange, as RFC 2131 draws it");
  show_.timeline();
  std::string text = std::to_string(show_.story().events().size()) + " messages";
  if (stage_.frames_lost() > 0) {
    text += ", and " + std::to_string(stage_.frames_lost()) + " that the capture missed";
  }
  text += options_.pcap.empty() ? ". Keep the capture with --pcap FILE."
                                : ", kept in " + options_.pcap + ".";
  show_.say(text + " The hosts and their bridge are gone when this program ends, which is now.");
}

}  // namespace lessor::cli
