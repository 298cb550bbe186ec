#include "client/v4/clean.h"

#include "base/text.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace lessor::client::v4 {
namespace {

constexpr std::size_t kMaxLabel = 63;
/// RFC 1035 2.3.4: 255 octets on the wire, of which the first label's length and the root's are not
/// seen in the text.
constexpr std::size_t kMaxNameText = 253;
/// Linux's HOST_NAME_MAX.
constexpr std::size_t kMaxHostName = 64;
constexpr std::size_t kMaxUri = 1'024;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alnum(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

/// R2132-2-a: "options ... SHOULD NOT include a trailing NULL; however, the receiver ... MUST be
/// prepared to delete trailing nulls if they exist."
std::string_view without_nuls(Bytes text) {
  std::string_view out = as_text(text);
  while (out.ends_with('\0')) out.remove_suffix(1);
  return out;
}

/// The part before the first dot; all of it without one. `rest` is what follows the dot.
std::string_view first_label(std::string_view name, std::string_view& rest) {
  const std::size_t dot = std::min(name.find('.'), name.size());
  rest = dot == name.size() ? std::string_view() : name.substr(dot + 1);
  return name.substr(0, dot);
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kMaxLabel && !label.starts_with('-') &&
         !label.ends_with('-') && std::ranges::any_of(label, is_alnum) &&
         std::ranges::all_of(label, [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
}

/// RFC 3986 2: what may stand in a URI, less what a shell obeys.
bool is_uri_char(char c) { return is_alnum(c) || is_one_of(c, "-._~:/?#[]@&+,=%"); }

/// RFC 3986 2.1: a percent sign begins two hexadecimal digits.
bool has_whole_escapes(std::string_view uri) {
  for (std::size_t at = uri.find('%'); at != std::string_view::npos; at = uri.find('%', at + 1)) {
    const std::string_view digits = uri.substr(at + 1, 2);
    const bool whole = digits.size() == 2 && std::ranges::all_of(digits, [](char c) {
                         return is_digit(c) || is_one_of(c, "abcdefABCDEF");
                       });
    if (!whole) return false;
  }
  return true;
}

/// "portal.example.org:8443" or "[2001:db8::1]".
bool is_authority(std::string_view text) {
  return !text.empty() && (is_alnum(text.front()) || text.front() == '[') &&
         std::ranges::all_of(text, [](char c) { return is_alnum(c) || is_one_of(c, "-._:[]"); });
}

}  // namespace

std::optional<std::string> clean_name(Bytes text) {
  std::string_view name = without_nuls(text);
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name.size() > kMaxNameText || name.ends_with('.')) return std::nullopt;
  std::string_view rest = name;
  do {
    if (!is_label(first_label(rest, rest))) return std::nullopt;
  } while (!rest.empty());
  return std::string(name);
}

std::optional<std::string> clean_host_name(Bytes text) {
  std::optional<std::string> name = clean_name(text);
  if (!name) return std::nullopt;
  if (name->size() > kMaxHostName) name->resize(name->find('.'));
  const std::string_view last = std::string_view(*name).substr(name->rfind('.') + 1);
  const bool number = std::ranges::all_of(last, is_digit);
  const bool local = to_lower(last) == "localhost" || to_lower(*name).starts_with("localhost.");
  return number || local ? std::nullopt : name;
}

std::string clean_text(Bytes text, std::size_t limit) {
  std::string out;
  for (const char c : without_nuls(text)) {
    const bool stands = c >= ' ' && c <= '~' && c != '\\';
    const std::string next = stands ? std::string(1, c) : sanitise(as_bytes({&c, 1}));
    if (out.size() + next.size() > limit) break;
    out += next;
  }
  return out;
}

std::optional<std::string> clean_word(Bytes text, std::size_t limit) {
  const std::string_view word = without_nuls(text);
  if (word.empty() || word.size() > limit || is_one_of(word.front(), "-~")) return std::nullopt;
  const bool clean =
      std::ranges::all_of(word, [](char c) { return is_alnum(c) || is_one_of(c, "-_.:/@,+~"); });
  // Of a path: whoever joins it to a folder must not leave the folder.
  const bool climbs = std::ranges::count(split(word, '/'), "..") > 0;
  return clean && !climbs ? std::optional<std::string>(word) : std::nullopt;
}

std::optional<std::string> clean_https_uri(Bytes text) {
  constexpr std::string_view kScheme = "https://";
  const std::string_view uri = without_nuls(text);
  if (uri.size() > kMaxUri || to_lower(uri.substr(0, kScheme.size())) != kScheme) {
    return std::nullopt;
  }
  const std::string_view behind = uri.substr(kScheme.size());
  const std::string_view authority = behind.substr(0, behind.find_first_of("/?#"));
  const bool good =
      is_authority(authority) && std::ranges::all_of(uri, is_uri_char) && has_whole_escapes(uri);
  return good ? std::optional<std::string>(uri) : std::nullopt;
}

}  // namespace lessor::client::v4
