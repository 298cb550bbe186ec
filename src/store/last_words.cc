#include "store/last_words.h"

#include "base/check.h"

#include <unistd.h>

#include <atomic>
#include <utility>

namespace lessor::store {
namespace {

std::atomic<const std::string*> current = nullptr;  // what a signal handler may look at

}  // namespace

LastWords::LastWords(std::string words) : words_("lessor: " + std::move(words) + "\n") {
  CHECK(current.exchange(&words_) == nullptr);
  struct sigaction action{};
  action.sa_handler = on_abort;
  (void)::sigaction(SIGABRT, &action, &before_);
}

LastWords::~LastWords() {
  (void)::sigaction(SIGABRT, &before_, nullptr);
  current = nullptr;
}

void LastWords::on_abort(int /*signal*/) {
  if (const std::string* words = current; words != nullptr)
    (void)!::write(STDERR_FILENO, words->data(), words->size());
  ::_exit(1);
}

}  // namespace lessor::store
