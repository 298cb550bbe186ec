#include "wire/domain_name.h"

#include "base/text.h"
#include "wire/limits.h"

#include <algorithm>
#include <map>

namespace lessor::wire {
namespace {

constexpr std::uint8_t kPointerBits = 0xc0;
constexpr std::size_t kPointerReach = 0x3fff;

/// What may stand in a label as itself. Anything else is written \DDD (RFC 1035 5.1), so that a
/// name never needs the escapes of the notation around it.
bool is_plain(char c) {
  const bool alphanumeric =
      (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return alphanumeric || c == '-' || c == '_' || c == '/';
}

void append_label_text(Bytes label, std::string& text) {
  for (const std::byte b : label) {
    const char c = static_cast<char>(b);
    if (is_plain(c)) {
      text += c;
      continue;
    }
    const std::string digits = std::to_string(static_cast<unsigned>(b));
    text += '\\';
    text.append(3 - digits.size(), '0');
    text += digits;
  }
}

/// Reads one name; every step is bounded by the field, by 255 octets, or by going backwards.
class NameReader {
 public:
  NameReader(Bytes field, std::size_t offset, Compression compression)
      : field_(field), at_(offset), lowest_(offset), compression_(compression) {}

  [[nodiscard]] bool read() {
    while (at_ < field_.size()) {
      const std::uint8_t length = load_u8(&field_[at_]);
      if (length == 0) return finish_at_root();
      const bool go_on =
          (length & kPointerBits) == kPointerBits ? follow_pointer() : take_label(length);
      if (!go_on) return false;
    }
    name.partial = true;
    if (!jumped_) end = at_;
    return true;
  }

  DomainName name;
  std::size_t end = 0;  ///< behind the name, where the first pointer stood if there is one

 private:
  [[nodiscard]] bool finish_at_root() {
    if (!jumped_) end = at_ + 1;
    if (name.text.empty()) name.text += '.';
    return true;
  }
  [[nodiscard]] bool take_label(std::uint8_t length) {
    octets_ += 1U + length;
    // The root label that must follow takes the 255th octet.
    if (length > kMaxLabel || octets_ + 1 > kMaxName) return false;
    if (field_.size() - at_ - 1 < length) return false;
    if (!name.text.empty()) name.text += '.';
    append_label_text(field_.subspan(at_ + 1, length), name.text);
    at_ += 1U + length;
    return true;
  }
  [[nodiscard]] bool follow_pointer() {
    if (compression_ == Compression::refused || field_.size() - at_ < 2) return false;
    const std::size_t target = load_be16(&field_[at_]) & kPointerReach;
    if (target >= lowest_) return false;  // only backwards: every loop needs a step forwards
    if (++pointers_ > kMaxNamePointers) return false;
    if (!jumped_) end = at_ + 2;
    jumped_ = true;
    lowest_ = target;
    at_ = target;
    return true;
  }

  Bytes field_;
  std::size_t at_;
  std::size_t lowest_;      // where the current stretch of labels begins
  std::size_t octets_ = 0;  // of the name without compression
  std::size_t pointers_ = 0;
  Compression compression_;
  bool jumped_ = false;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Reads \DDD at the front of `text` (behind the backslash).
std::optional<std::uint8_t> read_escape(std::string_view text) {
  if (text.size() < 3 || !std::all_of(text.begin(), text.begin() + 3, is_digit)) {
    return std::nullopt;
  }
  const int value = (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
  if (value > 255) return std::nullopt;
  return static_cast<std::uint8_t>(value);
}

Complaint append_label(std::string_view label, std::vector<std::byte>& out) {
  std::vector<std::byte> octets;
  for (std::size_t i = 0; i < label.size(); ++i) {
    if (label[i] != '\\') {
      if (!is_plain(label[i])) return is_not(label.substr(i, 1), "allowed in a domain name");
      octets.push_back(static_cast<std::byte>(label[i]));
      continue;
    }
    const auto value = read_escape(label.substr(i + 1));
    if (!value) return is_not(label, "a domain label: a backslash needs three digits (\\046)");
    octets.push_back(static_cast<std::byte>(*value));
    i += 3;
  }
  if (octets.empty()) return "a domain name has an empty label";
  if (octets.size() > kMaxLabel) return is_not(label, "a domain label: it has above 63 octets");
  append_be(out, octets.size(), 1);
  append(out, octets);
  return std::nullopt;
}

/// The tails of the names written so far, and where each stands first. A tail begins with a length
/// octet and ends with the root, so equal octets are equal names.
using Tails = std::map<std::string_view, std::size_t>;

void append_compressed(Bytes name, Tails& tails, std::vector<std::byte>& out) {
  while (load_u8(name.data()) != 0) {
    if (const auto known = tails.find(as_text(name)); known != tails.end()) {
      append_be(out, kPointerBits << 8U | known->second, 2);
      return;
    }
    if (out.size() <= kPointerReach) tails.emplace(as_text(name), out.size());
    const std::size_t label = 1U + load_u8(name.data());
    append(out, name.first(label));
    name = name.subspan(label);
  }
  out.push_back(std::byte{0});
}

}  // namespace

std::optional<DomainName> read_domain_name(Bytes field, std::size_t& offset,
                                           Compression compression, bool partial_allowed) {
  NameReader reader(field, offset, compression);
  if (!reader.read()) return std::nullopt;
  if (reader.name.partial && !partial_allowed) return std::nullopt;
  offset = reader.end;
  return std::move(reader.name);
}

Complaint append_domain_name(std::string_view text, std::vector<std::byte>& out, bool partial) {
  const std::size_t before = out.size();
  if (text.empty()) return "a domain name is empty";
  if (text.ends_with('.')) text.remove_suffix(1);
  while (!text.empty()) {
    const std::size_t dot = std::min(text.find('.'), text.size());
    if (Complaint wrong = append_label(text.substr(0, dot), out)) return wrong;
    if (dot + 1 == text.size()) return "a domain name has an empty label";
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  if (out.size() - before + 1 > kMaxName) return "a domain name has above 255 octets";
  if (!partial) out.push_back(std::byte{0});
  return std::nullopt;
}

std::vector<std::byte> compress_domain_names(const std::vector<std::vector<std::byte>>& names) {
  std::vector<std::byte> out;
  Tails tails;
  for (const std::vector<std::byte>& name : names) append_compressed(name, tails, out);
  return out;
}

}  // namespace lessor::wire
