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
#include <sys/stat.h>
#include <sys/wait.h>
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

bool take_identity(const Account& account) {
  return initgroups(account.name.c_str(), account.gid) == 0 &&
         setresgid(account.gid, account.gid, account.gid) == 0 &&
         setresuid(account.uid, account.uid, account.uid) == 0;
}

Result<void> become(const Account& account) {
  if (geteuid() == account.uid && getuid() == account.uid) return {};
  const std::string attempted = "become user " + account.name;
  // Permitted capabilities survive the change of user; those not kept are dropped after it.
  if (prctl(PR_SET_KEEPCAPS, 1) != 0 || !take_identity(account)) {
    return std::unexpected(last_error(attempted, "only root can change users"));
  }
  return {};
}

/// Root of a container may have one user only, or have been left without the right to become
/// another: a child tries.
bool can_become(const Account& account) {
  const pid_t child = fork();
  if (child == 0) _exit(take_identity(account) ? 0 : 1);
  int status = 1;
  return child > 0 && waitpid(child, &status, 0) == child && status == 0;
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

Result<Account> find_account(const std::string& name) {
  passwd entry{};
  passwd* found = nullptr;
  std::vector<char> text(16'384);
  const int error = getpwnam_r(name.c_str(), &entry, text.data(), text.size(), &found);
  if (found != nullptr) return Account{name, found->pw_uid, found->pw_gid};
  const std::string attempted = "become user " + name;
  if (error != 0) return std::unexpected(error_of(error, attempted));
  return std::unexpected(refusal(attempted, "there is no such user",
                                 "add it (useradd --system " + name + ") or name another"));
}

Account current_account() {
  passwd entry{};
  passwd* found = nullptr;
  std::vector<char> text(16'384);
  (void)getpwuid_r(geteuid(), &entry, text.data(), text.size(), &found);
  const std::string name = found != nullptr ? found->pw_name : "user " + std::to_string(geteuid());
  return {name, geteuid(), getegid()};
}

Result<ServiceAccount> choose_account(const std::optional<std::string>& wanted) {
  const bool root = geteuid() == 0;
  if (!wanted && !root) return ServiceAccount{};
  const std::string name = wanted.value_or(kServiceUser);
  const auto account = find_account(name);
  if (!account && wanted) return std::unexpected(account.error());
  if (!account) {
    return ServiceAccount{.remark = "there is no user " + name + " to become (useradd --system " +
                                    name + "): stays root, without its privileges"};
  }
  if (account->uid == geteuid()) return ServiceAccount{};
  if (root && can_become(*account)) return ServiceAccount{.become = *account};
  if (wanted) {
    return std::unexpected(refusal("become user " + name, "we may not change users here",
                                   "start it as root, or as " + name));
  }
  return ServiceAccount{.remark = "cannot become user " + name +
                                  " here: stays root, without its privileges"};
}

std::optional<std::string> unprivileged_user() {
  if (geteuid() != 0) return std::nullopt;
  for (const char* name : {kServiceUser, "nobody"}) {
    const auto account = find_account(name);
    if (account && account->uid != 0) return name;
  }
  return std::nullopt;
}

Result<void> become_owner_of(const std::string& path) {
  struct stat facts{};
  if (geteuid() != 0 || stat(path.c_str(), &facts) != 0 || facts.st_uid == 0) return {};
  const bool became = setgroups(0, nullptr) == 0 &&
                      setresgid(facts.st_gid, facts.st_gid, facts.st_gid) == 0 &&
                      setresuid(facts.st_uid, facts.st_uid, facts.st_uid) == 0;
  if (!became) return std::unexpected(last_error("go on as the owner of " + path));
  return {};
}

void raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  (void)setrlimit(RLIMIT_NOFILE, &limit);
}

Result<void> become_powerless(const std::optional<Account>& account) {
  empty_bounding_set();  // first: it needs a capability that goes away
  if (account && !take_identity(*account)) {
    return std::unexpected(last_error("become user " + account->name));
  }
  (void)cap_reset_ambient();
  const Capabilities none(cap_init());
  if (!none || cap_set_proc(none.get()) != 0) {
    return std::unexpected(last_error("drop capabilities"));
  }
  return {};
}

Result<Bounds> drop_privileges(const PrivilegePlan& plan) {
  if (!has_sanitizer() && has_other_threads()) {  // a sanitizer has a thread of its own
    return std::unexpected(refusal("drop privileges", "other threads are running already"));
  }
  const auto account = plan.user ? find_account(*plan.user) : Account();
  if (!account) return std::unexpected(account.error());
  empty_bounding_set();  // first: it needs a capability that goes away
  if (plan.user) {
    const auto became = become(*account);
    if (!became) return std::unexpected(became.error());
  }
  if (auto kept = keep_few_capabilities(); !kept) return std::unexpected(kept.error());
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return std::unexpected(last_error("give up new privileges"));
  }
  Bounds bounds;
  if (plan.folders) {
    std::vector<FolderRight> rights = common_rights();
    rights.insert(rights.end(), plan.folders->begin(), plan.folders->end());
    const auto confined = confine_to(rights, plan.tcp);
    if (!confined) return std::unexpected(confined.error());
    bounds.landlock = *confined;
  }
  if (!plan.filter_system_calls) return bounds;
  if (auto filtered = filter_system_calls(plan.system_calls); !filtered) {
    return std::unexpected(filtered.error());
  }
  bounds.system_calls = !has_sanitizer();
  return bounds;
}

}  // namespace lessor::runtime
