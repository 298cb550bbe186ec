#include "control/http_users.h"

#include "base/check.h"
#include "control/limits.h"

#include <algorithm>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <utility>

namespace lessor::control {
namespace {

std::string base64(std::string_view text) {
  std::string out((text.size() + 2) / 3 * 4 + 1, '\0');  // and its terminator
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

}  // namespace

HttpUsers::Hash HttpUsers::hash_of(std::string_view text) {
  Hash hash{};
  unsigned int size = 0;
  const int done = EVP_Digest(text.data(), text.size(), hash.data(), &size, EVP_sha256(), nullptr);
  CHECK(done == 1 && size == hash.size());
  return hash;
}

void HttpUsers::add(std::string_view user, std::string_view password) {
  hashes_.push_back(hash_of(base64(std::string(user) + ":" + std::string(password))));
}

bool HttpUsers::know(std::string_view credentials) const {
  const Hash hash = hash_of(credentials);
  bool known = false;
  for (const Hash& each : hashes_) {
    const bool same = CRYPTO_memcmp(each.data(), hash.data(), hash.size()) == 0;
    known = known || same;
  }
  return known;
}

bool GuessLimit::allows(unsigned address, Instant now) const {
  const auto found = std::ranges::find(guessers_, address, &Guesser::address);
  return found == guessers_.end() ||
         found->forgiven_at < now + kGuessPause * static_cast<std::int64_t>(kGuessesAtOnce);
}

void GuessLimit::note_wrong(unsigned address, Instant now) {
  auto found = std::ranges::find(guessers_, address, &Guesser::address);
  if (found == guessers_.end() && guessers_.size() < kMaxGuessers) {
    guessers_.push_back({address, now});
    found = guessers_.end() - 1;
  } else if (found == guessers_.end()) {
    found = std::ranges::min_element(guessers_, {}, &Guesser::forgiven_at);
    *found = {address, now};
  }
  const Instant longest = now + kGuessPause * static_cast<std::int64_t>(kGuessesAtOnce + 1);
  found->forgiven_at = std::min(std::max(found->forgiven_at, now) + kGuessPause, longest);
}

std::optional<std::string> GuessReport::note_wrong(std::string_view from, Instant now) {
  if (now < quiet_until_) {
    ++untold_;
    return std::nullopt;
  }
  quiet_until_ = now + kGuessReportPause;
  std::string line = "control by HTTP: a wrong user or password from " + std::string(from);
  if (untold_ > 0) {
    line += "; " + std::to_string(std::exchange(untold_, 0)) +
            " more wrong ones, of any address, since this was last said";
  }
  return line;
}

std::optional<std::string> GuessReport::note_right(std::string_view from) {
  if (untold_ == 0) return std::nullopt;
  return "control by HTTP: the right user and password from " + std::string(from) + ", after " +
         std::to_string(std::exchange(untold_, 0)) + " more wrong ones, of any address";
}

}  // namespace lessor::control
