#pragma once
// Of many classes those whose tests can be true, found by what a packet says: each value that tests
// compare with constants is read once and looked up, however many tests ask for it. Made at load,
// then only read. Must not know: packets, JSON.

#include "base/bytes.h"
#include "expression/class_set.h"
#include "expression/evaluate.h"
#include "expression/program.h"
#include "expression/requirement.h"
#include "wire/v4/protocol.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace lessor::config {

/// Positions in ClassTable::classes, as bits.
class Positions {
 public:
  static constexpr std::size_t kWords = expression::kMaxClasses / 64;

  void add(std::size_t position) {
    words_[position / 64] |= std::uint64_t{1} << (position % 64);
    used_ |= std::uint32_t{1} << (position / 64);
  }
  void clear() {
    words_.fill(0);
    used_ = 0;
  }
  [[nodiscard]] bool has(std::size_t position) const {
    return (words_[position / 64] >> (position % 64) & 1) != 0;
  }
  [[nodiscard]] std::uint64_t word(std::size_t at) const { return words_[at]; }
  /// The words that have any, as bits.
  [[nodiscard]] std::uint32_t used() const { return used_; }

 private:
  static_assert(kWords <= 32);
  std::array<std::uint64_t, kWords> words_{};
  std::uint32_t used_ = 0;
};

/// Finds candidates: what is not one is certainly false.
class ClassIndex {
 public:
  /// A class that a look-up found. `sure`: its test is true; else it is to be evaluated.
  struct Hit {
    std::uint16_t position = 0;
    bool sure = false;
  };
  /// A part of a value, as substring() takes it, again of that, and what it is compared with.
  struct Cut {
    std::int64_t start = 0;
    std::int64_t length = 0;  // INT64_MAX: all
  };
  /// How values look that something is compared with: their sizes, their first and last octets.
  /// Most of a packet's look like none of them, and are not looked up.
  class Looks {
   public:
    void note(Bytes value) {
      sizes_ |= size_of(value);
      firsts_ |= value.empty() ? 0 : low_bits_of(value.front());
      lasts_ |= value.empty() ? 0 : low_bits_of(value.back());
    }
    /// False only where no such value was noted.
    [[nodiscard]] bool may_have(Bytes value) const {
      if ((sizes_ & size_of(value)) == 0) return false;
      return value.empty() || ((firsts_ & low_bits_of(value.front())) != 0 &&
                               (lasts_ & low_bits_of(value.back())) != 0);
    }

   private:
    [[nodiscard]] static std::uint64_t size_of(Bytes value) {
      return std::uint64_t{1} << std::min<std::size_t>(value.size(), 63);  // 63: or more
    }
    [[nodiscard]] static std::uint64_t low_bits_of(std::byte octet) {
      return std::uint64_t{1} << (std::to_integer<unsigned>(octet) & 63);
    }
    std::uint64_t sizes_ = 0;  // as bits, like the others
    std::uint64_t firsts_ = 0;
    std::uint64_t lasts_ = 0;
  };
  struct Part {
    std::vector<Cut> cuts;    ///< the innermost first; none: the whole value
    std::uint32_t first = 0;  ///< of its slots
    std::uint32_t slots = 0;  ///< a power of two
    Looks looks;
  };
  /// Something of the packet that tests ask for.
  struct Key {
    /// When it is option[n].hex and nothing more, as most are: n.
    std::optional<wire::OptionCode> option;
    expression::Program program;  ///< its value; of type condition: whether it is there
    std::vector<Part> parts;      ///< that are looked up; none for conditions
    bool asks_for_empty = false;  ///< some part is compared with the empty text
    std::uint32_t first = 0;      ///< conditions: of their hits
    std::uint32_t count = 0;
  };

  /// One class more, the next in order. `requirement`: what its test needs; nothing: it is
  /// evaluated always. `number_of` knows the classes that it names.
  template <typename NumberOf>
  void add(std::size_t position, const std::optional<expression::Requirement>& requirement,
           NumberOf number_of);
  /// All classes are there.
  void finish();

  [[nodiscard]] std::span<const Key> keys() const { return keys_; }
  /// The hits when a key has this value, by one of its parts.
  [[nodiscard]] std::span<const Hit> find(const Part& part, Bytes value) const {
    for (const Cut& cut : part.cuts) value = expression::substring(value, cut.start, cut.length);
    if (!part.looks.may_have(value)) return {};
    return find_cut(part, value);
  }
  /// The hits of a key that is a condition, when it is true.
  [[nodiscard]] std::span<const Hit> hits_of(const Key& key) const {
    return std::span(hits_).subspan(key.first, key.count);
  }
  /// The hits when the client is in a class.
  [[nodiscard]] std::span<const Hit> hits_of(expression::ClassId id) const {
    if (id >= members_.size()) return {};
    return std::span(hits_).subspan(members_[id].first, members_[id].count);
  }
  /// Those that are evaluated whatever the packet says.
  [[nodiscard]] const Positions& always() const { return always_; }

 private:
  struct Hits {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
  };
  struct Slot {
    std::uint64_t hash = 0;
    std::uint32_t value = 0;  // in values_, `size` octets
    std::uint32_t size = 0;
    Hits hits;  // none: the slot is empty
  };
  /// While it is built: a term, where it leads.
  struct Draft {
    std::string key;   // what is read, as print() writes it
    std::string part;  // the same, of the part of it
    std::vector<Cut> cuts;
    std::string octets;
    Hit hit;
  };
  struct MemberDraft {
    expression::ClassId id;
    Hit hit;
  };
  [[nodiscard]] std::span<const Hit> find_cut(const Part& part, Bytes value) const;
  void add_term(const expression::Term& term, Hit hit);
  void finish_key(std::span<const Draft> drafts);
  [[nodiscard]] Part finish_part(std::span<const Draft> drafts);
  void finish_members();
  Hits take_hits(std::span<const Draft> drafts);

  std::vector<Key> keys_;
  std::vector<Slot> slots_;
  std::vector<std::byte> values_;
  std::vector<Hit> hits_;
  std::vector<Hits> members_;  // by class
  Positions always_;
  std::vector<Draft> drafts_;
  std::vector<MemberDraft> member_drafts_;
  std::vector<std::pair<std::string, expression::Program>> programs_;
};

template <typename NumberOf>
void ClassIndex::add(std::size_t position,
                     const std::optional<expression::Requirement>& requirement,
                     NumberOf number_of) {
  if (!requirement) return always_.add(position);
  const Hit hit{static_cast<std::uint16_t>(position), requirement->exact};
  for (const expression::Term& term : requirement->terms) {
    if (term.kind == expression::Term::Kind::member) {
      member_drafts_.push_back({number_of(term.octets), hit});
    } else {
      add_term(term, hit);
    }
  }
}

}  // namespace lessor::config
