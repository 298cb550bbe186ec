#include "runtime/threads.h"

#include <csignal>
#include <pthread.h>
#include <sys/prctl.h>
#include <system_error>
#include <utility>

namespace lessor::runtime {

Result<std::thread> start_thread(const char* name, std::function<void()> body) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  // Those that the thread's own mistakes raise must reach their handlers (sanitizers have some).
  for (const int own : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP}) sigdelset(&all, own);
  pthread_sigmask(SIG_SETMASK, &all, &before);  // the new thread inherits it
  Result<std::thread> thread;
  const std::string full_name = std::string("lessor-") + name;
  try {
    // By itself: another thread would have to write in /proc.
    thread = std::thread([full_name, body = std::move(body)] {
      (void)prctl(PR_SET_NAME, full_name.c_str());
      body();
    });
  } catch (const std::system_error& error) {
    thread = std::unexpected(error_of(error.code().value(), "start a thread"));
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace lessor::runtime
