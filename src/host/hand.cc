#include "host/hand.h"

#include "host/hand_loop.h"
#include "host/hand_records.h"
#include "host/helper_process.h"
#include "host/interface_lock.h"
#include "host/program.h"
#include "host/state_files.h"
#include "runtime/child_process.h"
#include "runtime/clock.h"

#include <array>
#include <cerrno>
#include <memory>
#include <sys/capability.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace lessor::host {
namespace {

using runtime::FileDescriptor;
using runtime::last_error;
using runtime::refusal;
using runtime::Result;

// Reports taken a turn; a level-triggered loop comes back for the rest.
constexpr int kMaxReportsATurn = 256;

Result<void> check_plan(const HandPlan& plan) {
  for (const std::string& name : plan.interfaces) {
    if (name.empty() || name.size() > kMaxInterfaceName || name.find('/') != std::string::npos) {
      return std::unexpected(refusal("run on " + name, "that is no name of an interface"));
    }
  }
  if (!plan.hook.empty() && plan.hook_prefix.empty()) {
    return std::unexpected(refusal("run a hook", "its variables have no common prefix"));
  }
  if (!plan.hook.empty()) {
    if (auto checked = check_hook(plan.hook); !checked) return checked;
  }
  if (plan.state_folder.empty() || plan.test) return {};
  return make_state_folder(plan.state_folder);
}

Result<std::vector<FileDescriptor>> lock_all(const HandPlan& plan) {
  std::vector<FileDescriptor> locks;
  if (plan.test) return locks;
  for (const std::string& name : plan.interfaces) {
    auto lock = lock_interface(plan.lock_folder, name);
    if (!lock) return std::unexpected(lock.error());
    locks.push_back(std::move(*lock));
  }
  return locks;
}

/// Only what its own work needs. A program that it runs is root's again, by its user.
void keep_few_capabilities(const HandPlan& plan) {
  struct Free {
    void operator()(cap_t capabilities) const { cap_free(capabilities); }
  };
  const std::unique_ptr<std::remove_pointer_t<cap_t>, Free> now(cap_get_proc());
  const std::unique_ptr<std::remove_pointer_t<cap_t>, Free> kept(cap_init());
  if (!now || !kept) return;
  std::vector<cap_value_t> wanted{CAP_NET_ADMIN, CAP_DAC_OVERRIDE, CAP_KILL};
  if (plan.may_set_hostname) wanted.push_back(CAP_SYS_ADMIN);
  for (const cap_value_t capability : wanted) {
    cap_flag_value_t has = CAP_CLEAR;
    if (cap_get_flag(now.get(), capability, CAP_PERMITTED, &has) != 0 || has != CAP_SET) continue;
    (void)cap_set_flag(kept.get(), CAP_PERMITTED, 1, &capability, CAP_SET);
    (void)cap_set_flag(kept.get(), CAP_EFFECTIVE, 1, &capability, CAP_SET);
  }
  (void)cap_set_proc(kept.get());
}

[[noreturn]] void live(const HandPlan& plan, int socket, const std::vector<FileDescriptor>& locks) {
  std::vector<int> kept{socket};
  for (const FileDescriptor& lock : locks) kept.push_back(lock.get());
  settle_helper("lessor-hand", kept);
  if (!plan.test) keep_few_capabilities(plan);
  auto kernel = Kernel::open();
  if (!kernel) ::_exit(1);
  HandLoop loop(plan, socket, std::move(*kernel));
  ::_exit(loop.run());
}

}  // namespace

Result<Hand> Hand::start(const HandPlan& plan) {
  if (auto checked = check_plan(plan); !checked) return std::unexpected(checked.error());
  auto locks = lock_all(plan);
  if (!locks) return std::unexpected(locks.error());
  auto sockets = open_socket_pair();
  if (!sockets) return std::unexpected(sockets.error());
  Hand hand;
  hand.socket_ = std::move(sockets->ours);
  hand.pid_ = ::fork();
  if (hand.pid_ < 0) return std::unexpected(last_error("start the hand"));
  if (hand.pid_ == 0) live(plan, sockets->helpers.get(), *locks);
  hand.locks_ = std::move(*locks);
  return hand;
}

Result<Ticket> Hand::send(const std::vector<std::byte>& record) {
  const ssize_t sent =
      ::send(socket_.get(), record.data(), record.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent == static_cast<ssize_t>(record.size())) return last_ticket_;
  if (errno == EAGAIN || errno == EWOULDBLOCK) {
    return std::unexpected(refusal("give the hand an order", "it does not keep up"));
  }
  return std::unexpected(last_error("give the hand an order", "it has ended: start again"));
}

namespace {

Result<std::vector<std::byte>> record_of(const Order& order) {
  auto record = write_order(order);
  if (record) return std::move(*record);
  return std::unexpected(refusal("give the hand an order", "it is longer than a record may be"));
}

}  // namespace

Result<Ticket> Hand::configure(const std::string& interface, const net::HostSettings& settings) {
  const auto record = record_of({.kind = OrderKind::configure,
                                 .ticket = ++last_ticket_,
                                 .interface = interface,
                                 .settings = settings});
  if (!record) return std::unexpected(record.error());
  return send(*record);
}

Result<Ticket> Hand::deconfigure(const std::string& interface) {
  const auto record =
      record_of({.kind = OrderKind::deconfigure, .ticket = ++last_ticket_, .interface = interface});
  if (!record) return std::unexpected(record.error());
  return send(*record);
}

Result<Ticket> Hand::run_hook(const std::string& interface,
                              const std::vector<HookVariable>& variables) {
  const auto record = record_of({.kind = OrderKind::run_hook,
                                 .ticket = ++last_ticket_,
                                 .interface = interface,
                                 .variables = variables});
  if (!record) return std::unexpected(record.error());
  return send(*record);
}

Result<Ticket> Hand::write_lease_file(const std::string& name, const std::string& text) {
  const auto record = record_of(
      {.kind = OrderKind::write_file, .ticket = ++last_ticket_, .name = name, .text = text});
  if (!record) return std::unexpected(record.error());
  return send(*record);
}

Result<Ticket> Hand::remove_lease_file(const std::string& name) {
  const auto record =
      record_of({.kind = OrderKind::remove_file, .ticket = ++last_ticket_, .name = name});
  if (!record) return std::unexpected(record.error());
  return send(*record);
}

Result<Ticket> Hand::set_mac(const std::string& interface, const net::Mac& mac) {
  const auto record = record_of(
      {.kind = OrderKind::set_mac, .ticket = ++last_ticket_, .interface = interface, .mac = mac});
  if (!record) return std::unexpected(record.error());
  return send(*record);
}

Result<std::vector<Report>> Hand::take_reports() {
  std::vector<Report> reports;
  std::array<std::byte, kMaxReportText * 2> buffer;
  for (int i = 0; i < kMaxReportsATurn; ++i) {
    const ssize_t size = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    if (size <= 0) {
      if (!reports.empty()) break;  // these first
      return std::unexpected(refusal("hear from the hand", "it has ended"));
    }
    auto report = read_report(Bytes(buffer).first(static_cast<std::size_t>(size)));
    if (report) reports.push_back(std::move(*report));
  }
  return reports;
}

std::vector<Report> Hand::finish(Farewell farewell, Duration patience) {
  std::vector<Report> all;
  const auto record =
      record_of({.kind = OrderKind::finish, .ticket = ++last_ticket_, .farewell = farewell});
  if (record) (void)send(*record);
  const Instant deadline = runtime::read_clock().mono + patience;
  bool has_ended = false;
  while (!has_ended &&
         runtime::wait_readable(socket_.get(), deadline - runtime::read_clock().mono)) {
    auto reports = take_reports();
    has_ended = !reports.has_value();
    if (reports) std::ranges::move(*reports, std::back_inserter(all));
  }
  socket_.reset();
  locks_.clear();
  // Its socket goes last but for its locks: it is all but gone.
  (void)::waitpid(pid_, nullptr, has_ended ? 0 : WNOHANG);
  return all;
}

}  // namespace lessor::host
