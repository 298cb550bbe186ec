#include "expression/regex.h"

#include "base/text.h"

#include <algorithm>
#include <optional>

namespace lessor::expression {
namespace {

using OctetSet = std::bitset<256>;

std::size_t index_of(char c) { return static_cast<unsigned char>(c); }

OctetSet range(char first, char last) {
  OctetSet set;
  for (std::size_t i = index_of(first); i <= index_of(last); ++i) set.set(i);
  return set;
}
OctetSet digits() { return range('0', '9'); }
OctetSet letters() { return range('a', 'z') | range('A', 'Z'); }
OctetSet word_octets() { return digits() | letters() | range('_', '_'); }
OctetSet spaces() { return range('\t', '\r') | range(' ', ' '); }
OctetSet no_line_end() { return ~(range('\n', '\n') | range('\r', '\r')); }

struct NamedSet {
  std::string_view name;
  OctetSet (*octets)();
};
constexpr NamedSet kNamed[] = {
    {"alnum", [] { return digits() | letters(); }},
    {"alpha", letters},
    {"blank", [] { return range(' ', ' ') | range('\t', '\t'); }},
    {"cntrl", [] { return range('\0', '\x1f') | range('\x7f', '\x7f'); }},
    {"digit", digits},
    {"graph", [] { return range('!', '~'); }},
    {"lower", [] { return range('a', 'z'); }},
    {"print", [] { return range(' ', '~'); }},
    {"punct", [] { return range('!', '~') & ~(digits() | letters()); }},
    {"space", spaces},
    {"upper", [] { return range('A', 'Z'); }},
    {"xdigit", [] { return digits() | range('a', 'f') | range('A', 'F'); }},
};

}  // namespace

/// Recursive descent over the pattern; each part is a fragment of the automaton.
class RegexCompiler {
 public:
  explicit RegexCompiler(std::string_view pattern) : pattern_(pattern) {}

  std::expected<Regex, Error> compile() {
    auto whole = parse_alternatives();
    if (!whole) return std::unexpected(std::move(whole.error()));
    if (at_ < pattern_.size()) return std::unexpected(error("this ) has no ( before it"));
    regex_.first_ = whole->first;
    regex_.last_ = whole->last;
    regex_.empty_matches_ = whole->empty;
    regex_.by_octet_.resize(256);
    for (std::size_t octet = 0; octet < 256; ++octet) {
      for (std::size_t place = 0; place < regex_.octets_.size(); ++place) {
        if (regex_.octets_[place].test(octet)) regex_.by_octet_[octet].set(place);
      }
    }
    return std::move(regex_);
  }

 private:
  using Places = Regex::Places;
  /// A part: where it may begin and end, and whether it may be nothing.
  struct Part {
    Places first;
    Places last;
    bool empty = true;
  };
  using Result = std::expected<Part, Error>;
  struct Repeat {
    std::size_t min = 1;
    std::size_t max = 1;  // kUnbounded: without end
  };
  static constexpr std::size_t kUnbounded = SIZE_MAX;

  [[nodiscard]] bool at_end() const { return at_ >= pattern_.size(); }
  [[nodiscard]] char peek() const { return pattern_[at_]; }
  bool accept(std::string_view word) {
    if (!pattern_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  [[nodiscard]] Error error(std::string message) const {
    const std::size_t here = std::min(at_, pattern_.size());
    return {static_cast<std::uint32_t>(here), here < pattern_.size() ? 1U : 0U,
            "in the regular expression: " + std::move(message)};
  }

  // ---- building

  void connect(const Places& from, const Places& to) {
    for (std::size_t place = 0; place < regex_.octets_.size(); ++place) {
      if (from.test(place)) regex_.follow_[place] |= to;
    }
  }
  Part sequence(const Part& a, const Part& b) {
    connect(a.last, b.first);
    return {a.empty ? a.first | b.first : a.first, b.empty ? a.last | b.last : b.last,
            a.empty && b.empty};
  }
  Result place(const OctetSet& octets) {
    if (regex_.octets_.size() == kMaxRegexPositions) {
      return std::unexpected(error("it has more than " + std::to_string(kMaxRegexPositions) +
                                   " places, repetitions written out: make it shorter"));
    }
    Part part{.empty = false};
    part.first.set(regex_.octets_.size());
    part.last = part.first;
    regex_.octets_.push_back(octets);
    regex_.follow_.emplace_back();
    return part;
  }

  // ---- parsing

  Result parse_alternatives() {
    if (++nesting_ > kMaxNesting) return std::unexpected(error("too many levels of parentheses"));
    auto whole = parse_sequence();
    while (whole && accept("|")) {
      auto other = parse_sequence();
      if (!other) return other;
      whole->first |= other->first;
      whole->last |= other->last;
      whole->empty = whole->empty || other->empty;
    }
    --nesting_;
    return whole;
  }

  Result parse_sequence() {
    Part whole;
    while (!at_end() && peek() != '|' && peek() != ')') {
      if (skip_anchor()) continue;
      const std::size_t begin = at_;
      auto part = parse_atom();
      if (!part) return part;
      auto repeat = parse_repeat();
      if (!repeat) return std::unexpected(std::move(repeat.error()));
      auto repeated = apply(*part, *repeat, begin);
      if (!repeated) return repeated;
      whole = sequence(whole, *repeated);
    }
    return whole;
  }

  /// The whole text has to match: ^ at the very beginning and $ at the very end say nothing new.
  bool skip_anchor() {
    if (at_ == 0 && accept("^")) return true;
    return at_ + 1 == pattern_.size() && accept("$");
  }

  /// x{3} is xxx: the atom is parsed again for each of its copies.
  Result apply(const Part& part, Repeat repeat, std::size_t begin) {
    const std::size_t behind = at_;
    Part whole;
    const std::size_t copies =
        repeat.max == kUnbounded ? std::max<std::size_t>(repeat.min, 1) : repeat.max;
    for (std::size_t i = 0; i < copies; ++i) {
      Part copy = part;
      if (i > 0) {
        at_ = begin;
        auto again = parse_atom();
        if (!again) return again;
        copy = *again;
      }
      if (repeat.max == kUnbounded && i + 1 == copies) connect(copy.last, copy.first);
      if (i >= repeat.min) copy.empty = true;
      whole = sequence(whole, copy);
    }
    at_ = behind;
    return whole;
  }

  std::expected<Repeat, Error> parse_repeat() {
    Repeat repeat;
    if (at_end()) return repeat;
    if (accept("*")) {
      repeat = {0, kUnbounded};
    } else if (accept("+")) {
      repeat = {1, kUnbounded};
    } else if (accept("?")) {
      repeat = {0, 1};
    } else if (peek() == '{') {
      auto counted = parse_count();
      if (!counted) return counted;
      repeat = *counted;
    } else {
      return repeat;
    }
    accept("?");  // lazy: of no account where only the whole matters
    return repeat;
  }

  std::expected<Repeat, Error> parse_count() {
    const std::size_t close = pattern_.find('}', at_);
    if (close == std::string_view::npos) return std::unexpected(error("this { has no }"));
    const std::string_view inside = pattern_.substr(at_ + 1, close - at_ - 1);
    const std::size_t comma = inside.find(',');
    const auto min = parse_number(inside.substr(0, comma), kMaxRegexRepeat);
    std::optional<std::uint64_t> max = min;
    if (comma != std::string_view::npos) {
      const std::string_view rest = inside.substr(comma + 1);
      max = rest.empty() ? kUnbounded : parse_number(rest, kMaxRegexRepeat);
    }
    if (!min || !max || *max < *min) {
      return std::unexpected(error("expected {n}, {n,} or {n,m}, at most " +
                                   std::to_string(kMaxRegexRepeat) + "; for the sign itself \\{"));
    }
    at_ = close + 1;
    return Repeat{static_cast<std::size_t>(*min), static_cast<std::size_t>(*max)};
  }

  Result parse_atom() {
    if (++atoms_ > kMaxRegexAtoms) return std::unexpected(error("it repeats too much"));
    switch (peek()) {
      case '(':
        return parse_group();
      case '[':
        return parse_set();
      case '.':
        ++at_;
        return place(no_line_end());
      case '\\':
        return parse_escape();
      case '*':
      case '+':
      case '?':
      case '{':
        return std::unexpected(error("there is nothing before this to repeat"));
      case '^':
      case '$':
        return std::unexpected(error(
            "^ stands at the very beginning and $ at the very end; the whole text has to match "
            "anyhow. For the signs themselves \\^ and \\$"));
      default:
        break;
    }
    const char c = pattern_[at_++];
    return place(range(c, c));
  }

  Result parse_group() {
    if (pattern_.substr(at_).starts_with("(?") && !pattern_.substr(at_).starts_with("(?:")) {
      return std::unexpected(error("lookahead is not supported: say it with and, not and match()"));
    }
    if (!accept("(?:")) ++at_;
    auto inner = parse_alternatives();
    if (!inner) return inner;
    if (!accept(")")) return std::unexpected(error("a ( has no )"));
    return inner;
  }

  Result parse_escape() {
    auto octets = read_escape();
    if (!octets) return std::unexpected(std::move(octets.error()));
    return place(*octets);
  }

  /// \d \w \s, their opposites, \n \t and the like, \xHH, and any sign by itself.
  std::expected<OctetSet, Error> read_escape() {
    if (at_ + 1 >= pattern_.size()) return std::unexpected(error("\\ needs a sign behind it"));
    const char c = pattern_[at_ + 1];
    const auto set = named_by(c);
    if (set) {
      at_ += 2;
      return *set;
    }
    if (c == 'x') return read_hex_escape();
    if (letters().test(index_of(c)) || digits().test(index_of(c))) {
      return std::unexpected(error("\\" + std::string(1, c) +
                                   " is not supported: there are \\d \\w \\s \\D \\W \\S \\n \\r "
                                   "\\t \\f \\v \\xHH, and \\ before a sign"));
    }
    at_ += 2;
    return range(c, c);
  }
  static std::optional<OctetSet> named_by(char c) {
    switch (c) {
      case 'd':
        return digits();
      case 'D':
        return ~digits();
      case 'w':
        return word_octets();
      case 'W':
        return ~word_octets();
      case 's':
        return spaces();
      case 'S':
        return ~spaces();
      case 'n':
        return range('\n', '\n');
      case 'r':
        return range('\r', '\r');
      case 't':
        return range('\t', '\t');
      case 'f':
        return range('\f', '\f');
      case 'v':
        return range('\v', '\v');
      default:
        return std::nullopt;
    }
  }
  std::expected<OctetSet, Error> read_hex_escape() {
    const std::string_view hex = pattern_.substr(at_ + 2, 2);
    const auto octet = hex.size() == 2 ? from_hex(hex) : std::nullopt;
    if (!octet || octet->size() != 1) {
      return std::unexpected(error("\\x needs two hexadecimal digits"));
    }
    at_ += 4;
    OctetSet set;
    set.set(static_cast<std::size_t>(octet->front()));
    return set;
  }

  Result parse_set() {
    const std::size_t open = at_;
    ++at_;
    const bool negated = accept("^");
    OctetSet set;
    while (!at_end() && peek() != ']') {
      if (auto wrong = parse_set_item(set)) return std::unexpected(std::move(*wrong));
    }
    if (!accept("]")) {
      at_ = open;
      return std::unexpected(error("this [ has no ]"));
    }
    return place(negated ? ~set : set);
  }

  std::optional<Error> parse_set_item(OctetSet& set) {
    if (accept("[:")) return parse_set_name(set);
    auto from = read_set_octets();
    if (!from) return std::move(from.error());
    const bool is_range = from->count() == 1 && at_ + 1 < pattern_.size() && peek() == '-' &&
                          pattern_[at_ + 1] != ']';
    if (!is_range) {
      set |= *from;
      return std::nullopt;
    }
    ++at_;
    auto to = read_set_octets();
    if (!to) return std::move(to.error());
    const std::size_t first = from->_Find_first();
    const std::size_t last = to->_Find_first();
    if (to->count() != 1 || last < first) return error("this range is backwards, or has no end");
    for (std::size_t i = first; i <= last; ++i) set.set(i);
    return std::nullopt;
  }
  std::expected<OctetSet, Error> read_set_octets() {
    if (peek() == '\\') return read_escape();
    if (accept("[.") || accept("[=")) {
      return std::unexpected(error("[. and [= are not supported"));
    }
    const char c = pattern_[at_++];
    return range(c, c);
  }
  std::optional<Error> parse_set_name(OctetSet& set) {
    const std::size_t close = pattern_.find(":]", at_);
    const std::string_view name = pattern_.substr(at_, close - at_);
    const auto* row = std::ranges::find(kNamed, name, &NamedSet::name);
    if (close == std::string_view::npos || row == std::end(kNamed)) {
      return error(
          "there is no such set: [:alpha:], [:digit:], [:alnum:], [:xdigit:] and POSIX's "
          "others");
    }
    set |= row->octets();
    at_ = close + 2;
    return std::nullopt;
  }

  std::string_view pattern_;
  std::size_t at_ = 0;
  std::size_t nesting_ = 0;
  std::size_t atoms_ = 0;
  Regex regex_;
};

std::expected<Regex, Error> Regex::compile(std::string_view pattern) {
  return RegexCompiler(pattern).compile();
}

bool Regex::matches(Bytes text) const {
  if (text.empty()) return empty_matches_;
  if (text.size() > kMaxMatchedSize) return false;
  Places next = first_;
  Places here;
  for (const std::byte octet : text) {
    here = next & by_octet_[static_cast<std::size_t>(octet)];
    if (here.none()) return false;
    next.reset();
    for (std::size_t place = here._Find_first(); place < kMaxRegexPositions;
         place = here._Find_next(place)) {
      next |= follow_[place];
    }
  }
  return (here & last_).any();
}

}  // namespace lessor::expression
