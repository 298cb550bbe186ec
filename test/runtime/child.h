#pragma once
// For tests of what cannot be undone: acts in a child process.

#include "runtime/privileges.h"

#include <cstdio>
#include <functional>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace lessor::runtime::testing {

/// Runs `act` in a child; what it returns is the exit code. A signal is 128 and its number.
inline int in_a_child(const std::function<int()>& act) {
  const pid_t pid = fork();
  if (pid == 0) _exit(act());
  int status = 0;
  EXPECT_EQ(waitpid(pid, &status, 0), pid);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/// 0, or 1 and a word about why not.
inline int drop(const PrivilegePlan& plan = {}) {
  const auto dropped = drop_privileges(plan);
  if (!dropped) std::fputs((to_string(dropped.error()) + "\n").c_str(), stderr);
  return dropped ? 0 : 1;
}

}  // namespace lessor::runtime::testing
