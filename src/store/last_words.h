#pragma once
// LastWords: RocksDB, opened for writing on a log to replay, ends the process by an assertion when
// the first write to its new log fails. Then it is at least said what that means, and the exit is
// an ordinary failure. Must not know: what is opened.

#include <signal.h>

#include <string>

namespace lessor::store {

/// While it lives, abort() prints these words and exits with 1. One at a time.
class LastWords {
 public:
  explicit LastWords(std::string words);
  LastWords(const LastWords&) = delete;
  LastWords& operator=(const LastWords&) = delete;
  ~LastWords();

 private:
  static void on_abort(int signal);

  std::string words_;
  struct sigaction before_{};
};

}  // namespace lessor::store
