#include "host/errands.h"

#include "base/text.h"
#include "host/errand_records.h"
#include "host/helper_process.h"
#include "host/program.h"
#include "runtime/child_process.h"
#include "runtime/clock.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace lessor::host {
namespace {

using runtime::ChildProcess;
using runtime::refusal;
using runtime::Result;

constexpr std::size_t kMaxReport = 1'024;
// The first octet of a report.
constexpr char kFailure = '!';
constexpr char kWords = ' ';
// Reports taken a turn; a level-triggered loop comes back for the rest.
constexpr int kMaxReportsATurn = 256;

/// The helper's whole life.
class Runner {
 public:
  Runner(const ErrandPlan& plan, int socket) : plan_(plan), socket_(socket) {}

  /// Until the server is gone and what it ordered has ended, or has waited for too long since.
  int run() {
    while (is_server_there_ || !running_.empty() || !waiting_.empty()) {
      wait();
      std::erase_if(running_,
                    [](ChildProcess& child) { return child.wait(Duration()).has_value(); });
      if (may_take()) take_order();
      if (!is_server_there_ && runtime::read_clock().mono > begin_until_) waiting_.clear();
      begin_some();
    }
    return 0;
  }

 private:
  [[nodiscard]] bool may_take() const {
    return is_server_there_ && waiting_.size() < kMaxWaitingErrands;
  }

  /// For an order, or for the end of a program.
  void wait() {
    std::vector<pollfd> fds;
    for (const ChildProcess& child : running_) {
      fds.push_back({.fd = child.descriptor(), .events = POLLIN, .revents = 0});
    }
    if (may_take()) fds.push_back({.fd = socket_, .events = POLLIN, .revents = 0});
    (void)::poll(fds.data(), fds.size(), -1);
  }

  void take_order() {
    std::array<std::byte, kMaxErrand> buffer;
    const ssize_t size = ::recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT | MSG_TRUNC);
    if (size < 0) return;
    if (size == 0) {
      is_server_there_ = false;
      begin_until_ = runtime::read_clock().mono + plan_.patience;
      return;
    }
    if (static_cast<std::size_t>(size) > buffer.size()) return fail("an errand is too long");
    auto order =
        read_errand(Bytes(buffer).first(static_cast<std::size_t>(size)), plan_.programs.size());
    if (!order) return fail("an errand is refused: " + order.error());
    waiting_.push_back(std::move(*order));
  }

  void begin_some() {
    while (!waiting_.empty() && running_.size() < plan_.most_at_once) {
      const ErrandOrder order = std::move(waiting_.front());
      waiting_.pop_front();
      auto child = ChildProcess::start([&] { return run_program(order); });
      if (child) {
        running_.push_back(std::move(*child));
      } else {
        fail(runtime::to_string(child.error()));
      }
    }
  }

  /// In a child of the helper's, which waits for the program.
  [[nodiscard]] int run_program(const ErrandOrder& order) const {
    const std::string& program = plan_.programs[order.program];
    const std::string what = program + " " + order.argument;
    const auto code = run_to_its_end(
        {.words = {program, order.argument},
         .variables = order.variables,
         .input = {},
         .patience = plan_.patience},
        [&](const std::string& line) { report(kWords, what + ": " + sanitise(as_bytes(line))); });
    if (!code) {
      fail(runtime::to_string(code.error()));
    } else if (*code != 0) {
      fail(what + " ended with " + std::to_string(*code));
    }
    return 0;
  }

  void fail(const std::string& text) const { report(kFailure, text); }

  /// One that finds no room is lost: nobody waits for the server.
  void report(char kind, const std::string& text) const {
    const std::string record = kind + text;
    (void)::send(socket_, record.data(), std::min(record.size(), kMaxReport),
                 MSG_DONTWAIT | MSG_NOSIGNAL);
  }

  const ErrandPlan& plan_;
  int socket_;
  bool is_server_there_ = true;
  Instant begin_until_;  // once it is not
  std::deque<ErrandOrder> waiting_;
  std::vector<ChildProcess> running_;
};

[[noreturn]] void live(const ErrandPlan& plan, int socket) {
  settle_helper("lessor-errands", std::array{socket});
  if (!runtime::become_powerless(plan.account)) ::_exit(1);
  Runner runner(plan, socket);
  ::_exit(runner.run());
}

}  // namespace

Result<void> check_programs(const ErrandPlan& plan) {
  for (const std::string& program : plan.programs) {
    if (auto checked = check_hook(program, plan.account); !checked) return checked;
  }
  return {};
}

Result<Errands> Errands::start(const ErrandPlan& plan) {
  if (auto checked = check_programs(plan); !checked) return std::unexpected(checked.error());
  auto sockets = open_socket_pair();
  if (!sockets) return std::unexpected(sockets.error());
  Errands errands;
  errands.programs_ = plan.programs;
  errands.socket_ = std::move(sockets->ours);
  errands.pid_ = ::fork();
  if (errands.pid_ < 0) {
    return std::unexpected(runtime::last_error("start a process that runs programs"));
  }
  if (errands.pid_ == 0) live(plan, sockets->helpers.get());
  return errands;
}

bool Errands::knows(const std::string& program) const {
  return std::ranges::find(programs_, program) != programs_.end();
}

std::expected<void, std::string> Errands::give(const std::string& program,
                                               const std::string& argument,
                                               const std::vector<HookVariable>& variables) {
  const auto found = std::ranges::find(programs_, program);
  if (found == programs_.end()) return std::unexpected("the server was started without it");
  const auto record =
      write_errand({.program = static_cast<std::uint16_t>(found - programs_.begin()),
                    .argument = argument,
                    .variables = variables});
  if (!record) return std::unexpected("its variables are too long");
  const ssize_t sent =
      ::send(socket_.get(), record->data(), record->size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent == static_cast<ssize_t>(record->size())) return {};
  const bool is_full = errno == EAGAIN || errno == EINTR || errno == ENOBUFS;
  return std::unexpected(is_full ? "too many programs are waiting"
                                 : "the process that runs programs has ended");
}

Result<std::vector<ErrandReport>> Errands::take_reports() {
  std::vector<ErrandReport> reports;
  std::array<char, kMaxReport> buffer;
  for (int i = 0; i < kMaxReportsATurn; ++i) {
    const ssize_t size = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) break;
    if (size == 0) {
      if (!reports.empty()) break;  // said next time
      return std::unexpected(
          refusal("run programs", "the process that does has ended", "it takes a restart"));
    }
    const std::string_view record(buffer.data(), static_cast<std::size_t>(size));
    reports.push_back(
        {.is_failure = record.front() == kFailure, .text = std::string(record.substr(1))});
  }
  return reports;
}

}  // namespace lessor::host
