// `lessor client`: who is to do what was asked.

#include "cli/client/client.h"
#include "cli/client/commands.h"
#include "cli/client/control.h"
#include "cli/client/daemon.h"
#include "cli/console.h"
#include "runtime/child_process.h"
#include "runtime/clock.h"
#include "runtime/wakeup.h"

#include <algorithm>
#include <filesystem>
#include <sys/stat.h>

namespace lessor::cli {
namespace {

namespace fs = std::filesystem;

/// Between two looks at a client that was told something.
constexpr Duration kAskAgain = Duration::milliseconds(100);

ExitCode fail(const std::string& why) {
  complain(why);
  return ExitCode::failed;
}

/// Every interface whose client has a socket in the run folder.
std::vector<std::string> interfaces_with_sockets(const std::string& folder) {
  constexpr std::string_view kBefore = "client-";
  constexpr std::string_view kAfter = ".sock";
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename();
    const bool fits = name.starts_with(kBefore) && name.ends_with(kAfter) &&
                      name.size() > kBefore.size() + kAfter.size();
    if (!fits) continue;
    names.push_back(name.substr(kBefore.size(), name.size() - kBefore.size() - kAfter.size()));
  }
  std::ranges::sort(names);
  return names;
}

ExitCode run_status(const ClientWords& words) {
  const bool all = words.interfaces.empty();
  std::string text;
  std::size_t running = 0;
  const std::vector<std::string> names =
      all ? interfaces_with_sockets(words.run_folder) : words.interfaces;
  // A picture for who looks at one client; a pipe and a list get the facts alone.
  const bool with_picture = names.size() == 1 && !words.json && is_terminal();
  for (const std::string& name : names) {
    const auto answer = ask_client(socket_path(words, name), ClientOrder::status);
    if (!answer) return fail(answer.error());
    if (answer->runs && !answer->done) return fail(answer->text);
    if (!answer->runs && !all) complain("no lessor client runs on " + name);
    if (!answer->runs) continue;
    if (++running > 1 && !words.json) text += "\n";
    if (with_picture) text += status_picture(answer->text, screen_style(Colour::automatic));
    text += words.json ? answer->text + "\n" : status_table(answer->text);
  }
  if (running == 0 && all) complain("no lessor client runs here");
  const ExitCode printed = print_or_fail(text);
  const bool missing = running == 0 || (!all && running < words.interfaces.size());
  return missing && printed == ExitCode::done ? ExitCode::no_answer : printed;
}

/// Opens the client and runs it to its end.
ExitCode run_here(const ClientWords& words, const Client::OnStarted& on_started) {
  ::umask(S_IRWXG | S_IRWXO);
  auto client = Client::open(words, on_started);
  if (!client) return fail(client.error());
  return (*client)->run();
}

/// Waits until the client that was told to ask its servers has its answer.
ExitCode await_answer(const ClientWords& words, const std::string& name, Instant began) {
  if (words.order == ClientOrder::release) return ExitCode::done;  // nobody answers it
  const auto never = runtime::Wakeup::open();
  if (!never) return fail(to_string(never.error()));
  const Duration patience = words.timeout.value_or(kClientPatience);
  while (runtime::read_clock().mono - began < patience) {
    (void)runtime::wait_readable(never->fd(), kAskAgain);
    const auto answer = ask_client(socket_path(words, name), ClientOrder::status);
    if (!answer || !answer->runs) return fail("the client on " + name + " has ended");
    if (has_renewed(answer->text, runtime::read_clock().mono - began)) return ExitCode::done;
  }
  complain(name + ": no server answered within " + to_string(patience));
  return ExitCode::no_answer;
}

/// An order goes to the clients that run; what is left is done here, on the remembered lease.
ExitCode run_order(ClientWords words) {
  std::vector<std::string> without;
  ExitCode code = ExitCode::done;
  for (const std::string& name : words.interfaces) {
    // Before the order: the server's answer may be there as soon as the client's.
    const Instant began = runtime::read_clock().mono;
    const auto answer = ask_client(socket_path(words, name), words.order);
    if (!answer) return fail(answer.error());
    if (!answer->runs) {
      without.push_back(name);
    } else if (answer->done) {
      if (!print(answer->text + "\n")) return end_of_output();
      code = std::max(code, await_answer(words, name, began));
    } else {
      code = fail(answer->text);
    }
  }
  if (without.empty()) return code;
  words.interfaces = std::move(without);
  return std::max(code, run_here(words, nullptr));
}

ExitCode run_daemon(const ClientWords& words) {
  const auto code =
      run_in_background([&words](const auto& report) { return run_here(words, report); });
  return code ? *code : fail(code.error());
}

}  // namespace

ExitCode run_client(std::span<const char* const> argv) {
  const auto words = read_client_words(argv);
  if (!words) return print_stop(words.error());
  switch (words->order) {
    case ClientOrder::status:
      return run_status(*words);
    case ClientOrder::release:
    case ClientOrder::renew:
    case ClientOrder::rebind:
    case ClientOrder::inform:
      return run_order(*words);
    case ClientOrder::run:
    case ClientOrder::once:
    case ClientOrder::test:
      break;
  }
  return words->daemon ? run_daemon(*words) : run_here(*words, nullptr);
}

}  // namespace lessor::cli
