// What the program does before it reads its words.

#include "cli/program.h"

#include <array>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace lessor::cli {
namespace {

TEST(ProgramTest, nothing_takes_the_place_of_a_closed_standard_output) {
  const pid_t pid = ::fork();
  ASSERT_GE(pid, 0);
  if (pid == 0) {
    for (int fd = 0; fd <= STDERR_FILENO; ++fd) ::close(fd);
    const std::array words{"version"};
    const int code = run_program(words, {});
    ::_exit(code == 0 && ::open("/dev/null", O_RDONLY) > STDERR_FILENO ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

}  // namespace
}  // namespace lessor::cli
