#include "host/hand_loop.h"

#include "base/text.h"
#include "host/program.h"
#include "host/state_files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace lessor::host {
namespace {

using runtime::refusal;
using runtime::Result;

// How long a report waits for a main process that does not read; then it is lost, not the host.
constexpr int kReportPatienceMs = 1'000;

std::string read_hostname() {
  std::array<char, net::kMaxHostName + 1> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "";
  return name.data();
}

Result<void> set_hostname(const std::string& name) {
  if (::sethostname(name.data(), name.size()) == 0) return {};
  return std::unexpected(runtime::last_error("set the host's name to " + name));
}

/// As a Result<int>, for orders whose success has no number.
Result<int> as_code(const Result<void>& done) {
  if (!done) return std::unexpected(done.error());
  return 0;
}

}  // namespace

HandLoop::HandLoop(HandPlan plan, int socket, Kernel kernel)
    : plan_(std::move(plan)),
      socket_(socket),
      kernel_(std::move(kernel)),
      steps_(plan_.test,
             [this](const std::string& text, bool trouble) {
               report(trouble ? ReportKind::trouble : ReportKind::said, text);
             }),
      resolver_(plan_.resolver, plan_.resolv_conf),
      farewell_(plan_.on_death) {
  for (const std::string& name : plan_.interfaces) interfaces_.emplace_back(name);
}

int HandLoop::run() {
  while (take_record() == Next::go_on) {
  }
  if (farewell_ == Farewell::put_back) put_all_back();
  for (const std::string& path : plan_.files_of_run) (void)::unlink(path.c_str());
  return 0;
}

HandLoop::Next HandLoop::take_record() {
  static std::array<std::byte, kMaxRecord> buffer;
  const ssize_t size = ::recv(socket_, buffer.data(), buffer.size(), MSG_TRUNC);
  if (size < 0) return errno == EINTR ? Next::go_on : Next::end;
  if (size == 0) return Next::end;  // an order is never empty: nobody is there any more
  ticket_ = 0;
  interface_.clear();
  if (static_cast<std::size_t>(size) > buffer.size()) {
    report(ReportKind::failed, "cannot obey: a record that is too long");
    return Next::go_on;
  }
  const auto order = read_order(Bytes(buffer).first(static_cast<std::size_t>(size)));
  if (!order) {
    // The ticket's place is fixed, so whoever waits for it hears; a forger hears it too.
    ByteReader in(Bytes(buffer).first(static_cast<std::size_t>(size)));
    (void)in.be16();
    ticket_ = in.be32();
    report(ReportKind::failed, "cannot obey: " + order.error());
    return Next::go_on;
  }
  ticket_ = order->ticket;
  interface_ = order->interface;
  if (order->kind == OrderKind::finish) {
    farewell_ = order->farewell;
    return Next::end;
  }
  obey(*order);
  return Next::go_on;
}

void HandLoop::obey(const Order& order) {
  const auto done = act(order);
  if (done) return report(ReportKind::done, "", *done);
  report(ReportKind::failed, to_string(done.error()));
}

Result<int> HandLoop::act(const Order& order) {
  InterfaceSetup* interface = order.interface.empty() ? nullptr : find(order.interface);
  if (interface == nullptr && !order.interface.empty()) {
    return std::unexpected(refusal("touch " + order.interface, "it was not named at the start"));
  }
  switch (order.kind) {
    case OrderKind::configure:
      return as_code(configure(order));
    case OrderKind::deconfigure:
      deconfigure(*interface);
      return 0;
    case OrderKind::run_hook:
      return run_hook(order);
    case OrderKind::write_file:
    case OrderKind::remove_file:
      return as_code(use_file(order));
    case OrderKind::set_mac:
      return as_code(interface->set_mac(kernel_, steps_, order.mac));
    case OrderKind::finish:
      return 0;
  }
  return 0;
}

Result<void> HandLoop::configure(const Order& order) {
  auto put = find(order.interface)->configure(kernel_, steps_, order.settings);
  if (!put) return put;
  resolver_.put(steps_, names_of(order.interface, order.settings));
  if (order.settings.hostname.empty()) {
    restore_hostname(order.interface);
  } else {
    put_hostname(order.interface, order.settings.hostname);
  }
  return {};
}

void HandLoop::deconfigure(InterfaceSetup& interface) {
  restore_hostname(interface.name());
  resolver_.remove(steps_, interface.name());
  interface.deconfigure(kernel_, steps_);
}

Result<int> HandLoop::run_hook(const Order& order) {
  const std::string attempted = "run a hook";
  if (plan_.hook.empty()) return std::unexpected(refusal(attempted, "there is none"));
  if (const auto wrong = find_nonsense(order.variables, plan_.hook_prefix)) {
    return std::unexpected(refusal(attempted, *wrong));
  }
  if (steps_.is_test()) {
    steps_.say("would run " + plan_.hook);
    for (const HookVariable& v : order.variables) steps_.say("  " + v.name + "=" + v.value);
    return 0;
  }
  // Again: it may be another file by now.
  if (auto checked = check_hook(plan_.hook); !checked) return std::unexpected(checked.error());
  return run_to_its_end({.words = {plan_.hook},
                         .variables = order.variables,
                         .input = "",
                         .patience = plan_.hook_timeout,
                         .hurry_fd = socket_},
                        [this](const std::string& line) { steps_.say(line); });
}

Result<void> HandLoop::use_file(const Order& order) {
  if (plan_.state_folder.empty()) {
    return std::unexpected(refusal("keep " + order.name, "there is no folder for leases"));
  }
  const std::string path = plan_.state_folder + "/" + order.name;
  if (order.kind == OrderKind::remove_file) {
    return steps_.attempt("remove " + path,
                          [&] { return remove_state_file(plan_.state_folder, order.name); });
  }
  return steps_.attempt("write " + path, [&] {
    return write_state_file(plan_.state_folder, order.name, order.text);
  });
}

void HandLoop::put_hostname(const std::string& interface, const std::string& name) {
  if (!plan_.may_set_hostname) return;
  const std::string now = read_hostname();
  if (now == name) return;
  const bool set =
      steps_.take("set the host's name to " + name, [&] { return set_hostname(name); });
  if (!set) return;
  const std::string before = hostname_ ? hostname_->before : now;
  hostname_ = {.interface = interface, .before = before, .ours = name};
}

void HandLoop::restore_hostname(const std::string& interface) {
  if (!hostname_ || hostname_->interface != interface) return;
  const Hostname known = *hostname_;
  hostname_.reset();
  // Somebody has named it otherwise since.
  if (!steps_.is_test() && read_hostname() != known.ours) return;
  steps_.take("set the host's name back to " + known.before,
              [&] { return set_hostname(known.before); });
}

void HandLoop::put_all_back() {
  for (InterfaceSetup& interface : interfaces_) {
    interface_ = interface.name();
    deconfigure(interface);
    interface.put_back(kernel_, steps_);
  }
  interface_.clear();
}

InterfaceSetup* HandLoop::find(const std::string& name) {
  const auto found = std::ranges::find(interfaces_, name, &InterfaceSetup::name);
  return found == interfaces_.end() ? nullptr : &*found;
}

/// Nothing is owed to a reader that is gone or asleep.
void HandLoop::report(ReportKind kind, const std::string& text, int code) {
  const Record record = write_report(
      {.kind = kind, .ticket = ticket_, .code = code, .interface = interface_, .text = text});
  pollfd room{.fd = socket_, .events = POLLOUT, .revents = 0};
  if (::poll(&room, 1, kReportPatienceMs) <= 0) return;
  (void)::send(socket_, record.data(), record.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

}  // namespace lessor::host
