// Fuzzes command lines: the words of `lessor client`, `relay` and `bench`, and of all other
// commands. Whatever they are, they mean something, or the error says which word does not, fit for
// a terminal; what they mean works: the client's first message can be read and says who it is, a
// relay of such settings can be made.
//
// The input: a line is a word; the first of them says whose words the others are.

#include "cli/arguments.h"
#include "cli/bench/bench_words.h"
#include "cli/client/words.h"
#include "cli/relay/relay_words.h"
#include "client/v4/engine.h"
#include "load/limits.h"
#include "property.h"
#include "relay/v4/engine.h"
#include "seed.h"
#include "wire/v4/message_view.h"

#include <algorithm>

namespace lessor::cli {
namespace {

using fuzz::expect;

constexpr std::size_t kMaxWords = 64;

/// One sentence or more: a word in quotes, or an option, and where to read on. Help is asked for.
void expect_words(const Stop& stop, std::span<const char* const> argv) {
  expect(fuzz::is_clean(stop.text), "an error that is not for a terminal", stop.text);
  expect(stop.text.ends_with('\n') && stop.text.size() > 20, "an error without words", stop.text);
  if (stop.code == ExitCode::done) return;
  expect(stop.code == ExitCode::usage && stop.text.starts_with("lessor: "), "no usage", stop.text);
  const std::string said = stop.text.substr(0, stop.text.rfind("\nTry '"));
  const bool quotes = said.find_first_of("'-?:", 8) != std::string::npos;
  const bool names = quotes || std::ranges::any_of(argv, [&](std::string_view word) {
                       return !word.empty() && said.find(word, 8) != std::string::npos;
                     });
  expect(names, "an error that names no word", stop.text);
}

void try_first_message(const ClientWords& words) {
  client::v4::ClientEngine engine(words.settings, 1);
  net::Outbox out(8, 4);
  Now now{.mono = Instant::from_nanoseconds(1'000'000'000), .wall = {}};
  engine.set_link(now, {.index = 2, .mac = {{std::byte{2}}}, .mtu = 1'500, .up = true}, out);
  engine.start(now, out);
  net::Outbox::Ready ready;
  for (int turn = 0; turn < 4 && !out.take_ready(ready); ++turn) {
    now.mono = engine.next_deadline();
    expect(!now.mono.is_never(), "it never begins");
    engine.on_time(now, out);
  }
  wire::ParseScratch scratch;
  const auto message = wire::MessageView::parse(ready.payload(), scratch);
  expect(message.has_value(), "a first message that nobody can read");
  expect(message->message_type() == wire::MessageType::discover, "no DHCPDISCOVER");
  const auto id = message->option(wire::kOptionDhcpClientIdentifier);
  const Bytes wanted = words.settings.client_id;
  expect(wanted.empty() || (id && equal_bytes(*id, wanted)), "it does not say who it is");
}

bool try_client(std::span<const char* const> argv) {
  const auto words = read_client_words(argv);
  if (!words) {
    expect_words(words.error(), argv);
    return false;
  }
  expect(words->order == ClientOrder::status || !words->interfaces.empty(), "on no interface");
  expect(!words->timeout || *words->timeout >= Duration(), "a time before now");
  expect(words->hook_timeout >= Duration::seconds(1), "a hook without time");
  expect(words->state_folder.starts_with('/') && words->run_folder.starts_with('/'),
         "a folder that depends on where one stands");
  for (const std::string& interface : words->interfaces) {
    expect(lease_file_name(*words, interface).find('/') == std::string::npos, "a file elsewhere");
  }
  expect(words->client_id != ClientIdKind::given || !words->settings.client_id.empty(),
         "a client identifier of nothing");
  try_first_message(*words);
  return true;
}

bool try_relay(std::span<const char* const> argv) {
  auto words = read_relay_words(argv);
  if (!words) {
    expect_words(words.error(), argv);
    return false;
  }
  if (words->action != RelayWords::Action::run || !words->file.empty()) return true;
  const auto problems = check_settings(words->settings);
  expect(problems.empty(), "settings that are none", problems.empty() ? "" : problems.front());
  expect(words->settings.max_hops <= relay::v4::kMaxHops, "more hops than RFC 1542 allows");
  // Its table of clients is as large as they may be many.
  for (auto& downlink : words->settings.downlinks) downlink.clients %= 100;
  relay::v4::RelayEngine engine(std::move(words->settings), {1, 2}, 3, 16);
  expect(!engine.servers().empty() && !engine.downlinks().empty(), "a relay of nothing");
  return true;
}

bool try_bench(std::span<const char* const> argv) {
  const auto words = read_bench_words(argv);
  if (!words) {
    expect_words(words.error(), argv);
    return false;
  }
  const load::Plan& plan = words->plan;
  expect(words->interface.empty() || plan.server.is_zero(), "two things to load at once");
  expect((plan.window > 0) != (plan.rate > 0), "neither a closed loop nor an open one, or both");
  expect(plan.clients > 0 && plan.clients <= load::kMaxClients, "so many clients");
  expect(plan.exchanges < UINT64_MAX || !plan.duration.is_infinite(), "it never ends");
  expect(plan.first_delay > Duration() && plan.tries > 0, "clients that never ask again");
  return true;
}

bool try_any(std::span<const char* const> argv) {
  const auto arguments = read_arguments(argv);
  if (!arguments) expect_words(arguments.error(), argv);
  return arguments.has_value();
}

bool try_words(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty() && words.size() < kMaxWords) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    words.emplace_back(text.substr(0, end).substr(0, text.find('\0')));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  std::vector<const char*> argv;
  for (const std::string& word : words) argv.push_back(word.c_str());
  const std::span<const char* const> all(argv);
  if (!words.empty() && words.front() == "client") return try_client(all.subspan(1));
  if (!words.empty() && words.front() == "relay") return try_relay(all.subspan(1));
  if (!words.empty() && words.front() == "bench") return try_bench(all.subspan(1));
  return try_any(all);
}

}  // namespace
}  // namespace lessor::cli

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)lessor::cli::try_words(lessor::as_text(std::as_bytes(std::span(data, size))));
  return 0;
}

// Words that mean something.
bool is_good_seed(lessor::Bytes seed) { return lessor::cli::try_words(lessor::as_text(seed)); }
