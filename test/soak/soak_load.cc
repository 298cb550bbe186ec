// A crowd of clients that live for hours: they bind, renew, rebind, reboot, release, decline, move,
// fall silent and say nonsense, on links of their own and behind a relay, and check every answer
// against what they believe.
//
// soak_load CLIENTS RATE PROBATION SEED LINK...: LINK as in link.h. It is told by lines on standard
// input, and answers each with one line of JSON:
//   doubt N    what goes out on link N may be lost from now on
//   sure N     no more
//   pause      begins nothing new; answered when nobody waits for an answer
//   resume
//   figures    what was counted
//   leases FILE  writes what the clients believe in
//   end
// Faults are told on standard error, and counted.

#include "base/text.h"
#include "population.h"

#include <cstdio>
#include <fstream>
#include <poll.h>
#include <unistd.h>

namespace lessor::soak {
namespace {

constexpr std::chrono::seconds kPatience{60};  // longer than every try of an exchange

class Conversation {
 public:
  explicit Conversation(Population& population) : population_(population) {}

  /// Reads and obeys what was said; false at the end.
  bool obey() {
    std::array<char, 4096> piece;
    const ssize_t size = read(STDIN_FILENO, piece.data(), piece.size());
    if (size <= 0) return false;
    said_.append(piece.data(), static_cast<std::size_t>(size));
    for (auto end = said_.find('\n'); end != std::string::npos; end = said_.find('\n')) {
      const std::string line = said_.substr(0, end);
      said_.erase(0, end + 1);
      if (line == "end") return false;
      obey(line);
    }
    return true;
  }

  /// Answers a pause when it is one.
  void follow_up() {
    if (!pausing_) return;
    const bool quiet = population_.is_quiet();
    if (!quiet && Clock::now() < pause_ends_) return;
    pausing_ = false;
    answer(quiet ? "{\"quiet\": true}" : "{\"quiet\": false}");
  }

 private:
  void obey(const std::string& line) {
    const auto words = split(line, ' ');
    const std::string_view verb = words.empty() ? std::string_view() : words[0];
    const std::string_view what = words.size() > 1 ? words[1] : std::string_view();
    if (verb == "pause") {
      population_.pause(true);
      pausing_ = true;
      pause_ends_ = Clock::now() + kPatience;
      return;
    }
    if (verb == "figures") return answer(population_.take_figures());
    answer(does(verb, what) ? "{}" : "{\"error\": \"what?\"}");
  }

  bool does(std::string_view verb, std::string_view what) {
    if (verb == "resume") return population_.pause(false), true;
    if (verb == "leases") return write_leases(std::string(what));
    const auto link = parse_number(what, population_.link_count() - 1);
    if (!link || (verb != "doubt" && verb != "sure")) return false;
    population_.doubt(*link, verb == "doubt");
    return true;
  }

  bool write_leases(const std::string& path) {
    std::ofstream file(path);
    file << population_.leases();
    return file.good();
  }

  static void answer(const std::string& json) {
    std::puts(json.c_str());
    std::fflush(stdout);
  }

  Population& population_;
  std::string said_;
  bool pausing_ = false;
  Time pause_ends_;
};

void live(Population& population) {
  Conversation conversation(population);
  std::vector<pollfd> ready{{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0}};
  for (const int fd : population.fds()) ready.push_back({.fd = fd, .events = POLLIN, .revents = 0});
  for (;;) {
    poll(ready.data(), ready.size(), 5);
    if (ready.front().revents != 0 && !conversation.obey()) return;
    population.turn();
    conversation.follow_up();
  }
}

int run(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  std::array<std::uint32_t, 4> numbers{};
  for (std::size_t i = 0; i < numbers.size() && words.size() > numbers.size(); ++i) {
    const auto number = parse_number(words[i], i == 0 ? Population::kMaxClients : UINT32_MAX);
    numbers[i] = number ? static_cast<std::uint32_t>(*number) : 0;
  }
  if (numbers[0] == 0 || numbers[1] == 0) {
    std::fprintf(stderr, "usage: soak_load CLIENTS RATE PROBATION SEED LINK...\n");
    return 2;
  }
  std::vector<Link> links;
  for (std::size_t i = numbers.size(); i < words.size(); ++i) links.emplace_back(words[i]);
  Population population(std::move(links), numbers[0], numbers[1], numbers[2], numbers[3]);
  live(population);
  return 0;
}

}  // namespace
}  // namespace lessor::soak

int main(int argc, char** argv) { return lessor::soak::run(argc, argv); }
