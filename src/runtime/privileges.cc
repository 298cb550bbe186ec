#include "runtime/privileges.h"

#include "runtime/system_call_filter.h"

#include <array>
#include <cerrno>
#include <filesystem>
#include <grp.h>
#include <iterator>
#include <memory>
#include <pwd.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace lessor::runtime {
namespace {

// CAP_NET_RAW opens packet sockets on interfaces that come later; CAP_NET_BIND_SERVICE would bind
// port 67 again. Following interfaces by netlink needs none.
constexpr std::array<cap_value_t, 2> kKept{CAP_NET_RAW, CAP_NET_BIND_SERVICE};

struct FreeCapabilities {
  void operator()(cap_t capabilities) const { cap_free(capabilities); }
};
using Capabilities = std::unique_ptr<std::remove_pointer_t<cap_t>, FreeCapabilities>;

struct User {
  uid_t uid = 0;
  gid_t gid = 0;
};

Result<User> find_user(const std::string& name) {
  passwd entry{};
  passwd* found = nullptr;
  std::vector<char> text(16'384);
  const int error = getpwnam_r(name.c_str(), &entry, text.data(), text.size(), &found);
  if (found != nullptr) return User{found->pw_uid, found->pw_gid};
  const std::string attempted = "become user " + name;
  if (error != 0) return std::unexpected(error_of(error, attempted));
  return std::unexpected(refusal(attempted, "there is no such user",
                                 "add it (useradd --system " + name + ") or name another"));
}

Result<void> become(const std::string& name, const User& user) {
  if (geteuid() == user.uid && getuid() == user.uid) return {};
  const std::string attempted = "become user " + name;
  // Permitted capabilities survive the change of user; those not kept are dropped after it.
  const bool changed = prctl(PR_SET_KEEPCAPS, 1) == 0 && initgroups(name.c_str(), user.gid) == 0 &&
                       setresgid(user.gid, user.gid, user.gid) == 0 &&
                       setresuid(user.uid, user.uid, user.uid) == 0;
  if (!changed) return std::unexpected(last_error(attempted, "only root can change users"));
  return {};
}

/// Capabilities belong to threads: one that was started before would keep them.
bool has_other_threads() {
  std::error_code error;
  const auto tasks = std::filesystem::directory_iterator("/proc/self/task", error);
  return !error && std::distance(begin(tasks), end(tasks)) > 1;
}

bool is_permitted(cap_t capabilities, cap_value_t capability) {
  cap_flag_value_t value = CAP_CLEAR;
  return cap_get_flag(capabilities, capability, CAP_PERMITTED, &value) == 0 && value == CAP_SET;
}

/// Empties the bounding set, so that no program run from here could gain anything. Needs
/// CAP_SETPCAP; who lacks that is not root and has little to lose.
void empty_bounding_set() {
  for (cap_value_t capability = 0; cap_get_bound(capability) >= 0; ++capability) {
    if (cap_drop_bound(capability) != 0 && errno == EPERM) return;
  }
}

Result<void> keep_few_capabilities() {
  const Capabilities now(cap_get_proc());
  const Capabilities kept(cap_init());
  if (!now || !kept) return std::unexpected(last_error("read our capabilities"));
  for (const cap_value_t capability : kKept) {
    if (!is_permitted(now.get(), capability)) continue;
    (void)cap_set_flag(kept.get(), CAP_PERMITTED, 1, &capability, CAP_SET);
    (void)cap_set_flag(kept.get(), CAP_EFFECTIVE, 1, &capability, CAP_SET);
  }
  (void)cap_reset_ambient();
  if (cap_set_proc(kept.get()) != 0) return std::unexpected(last_error("drop capabilities"));
  return {};
}

}  // namespace

std::optional<std::string> unprivileged_user() {
  if (geteuid() != 0) return std::nullopt;
  for (const char* name : {"lessor", "nobody"}) {
    const auto user = find_user(name);
    if (user && user->uid != 0) return name;
  }
  return std::nullopt;
}

void raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  (void)setrlimit(RLIMIT_NOFILE, &limit);
}

Result<void> drop_privileges(const PrivilegePlan& plan) {
  if (!has_sanitizer() && has_other_threads()) {  // a sanitizer has a thread of its own
    return std::unexpected(refusal("drop privileges", "other threads are running already"));
  }
  const auto user = plan.user ? find_user(*plan.user) : User();
  if (!user) return std::unexpected(user.error());
  empty_bounding_set();  // first: it needs a capability that goes away
  if (plan.user) {
    const auto became = become(*plan.user, *user);
    if (!became) return became;
  }
  const auto kept = keep_few_capabilities();
  if (!kept) return kept;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return std::unexpected(last_error("give up new privileges"));
  }
  return plan.filter_system_calls ? filter_system_calls(plan.system_calls) : Result<void>{};
}

}  // namespace lessor::runtime
