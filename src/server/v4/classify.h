#pragma once
// Which client classes a packet is in: the door between reading a request and choosing its subnet,
// and again once its client's reservation is known. Without heap. Must not know: leases, replies.

#include "config/server_config.h"
#include "expression/evaluate.h"
#include "server/v4/limits.h"
#include "wire/v4/request.h"

#include <array>
#include <optional>
#include <span>

namespace lessor::server::v4 {

/// The classes of one packet.
class Classes {
 public:
  void clear() {
    set_ = {};
    count_ = 0;
    main_ = 0;
    with_options_count_ = 0;
    group_count_ = 0;
    groups_are_settled_ = false;
  }
  [[nodiscard]] const expression::ClassSet& set() const { return set_; }
  /// Puts the packet into a class that gives nothing: to ask what its members would meet.
  void join(config::ClassId id) { set_.add(id); }
  /// Whether something that is guarded by these classes is for this packet: one is enough.
  [[nodiscard]] bool admits(std::span<const config::ClassId> guard) const;
  /// The classes that give something to the reply, those of the greatest weight first.
  [[nodiscard]] std::span<const config::ClientClass* const> giving() const {
    return {giving_.data(), count_};
  }
  /// Those of them that give options, in the same order; nothing when they are more than
  /// kBlockClasses.
  [[nodiscard]] std::optional<std::span<const config::ClassId>> with_options() const {
    if (with_options_count_ > with_options_.size()) return std::nullopt;
    return std::span(with_options_.data(), with_options_count_);
  }
  /// A class that is defined, for those who count by classes.
  struct Group {
    std::uint16_t position = 0;  ///< in the ClassTable
    std::uint32_t number = 0;    ///< config::class_number; of a template, that of the value
  };
  /// All that are defined, in the order in which they were found; none where the configuration does
  /// not count by classes. Additional ones do not count.
  [[nodiscard]] std::span<const Group> groups() const { return {groups_.data(), group_count_}; }
  /// The lease times of the first class that has any; nullptr when none has. Additional classes do
  /// not count: they come when lease times are settled.
  [[nodiscard]] const config::Lifetimes* lifetimes() const;
  /// Likewise, of leases made with an offer.
  [[nodiscard]] const Duration* offer_lifetime() const;

 private:
  friend class Classifier;
  expression::ClassSet set_;
  std::array<const config::ClientClass*, expression::kMaxClasses> giving_;  // the first count_
  std::size_t count_ = 0;
  std::size_t main_ = 0;
  std::array<config::ClassId, kBlockClasses> with_options_;  // the first with_options_count_
  std::size_t with_options_count_ = 0;
  std::array<Group, expression::kMaxClasses> groups_;  // the first group_count_
  std::size_t group_count_ = 0;
  bool groups_are_settled_ = false;
};

/// Whether something that is guarded by these classes (by none: for all) is for a packet; `classes`
/// are its, null where the configuration has none.
[[nodiscard]] inline bool is_admitted(const Classes* classes,
                                      std::span<const config::ClassId> guard) {
  return guard.empty() || (classes != nullptr && classes->admits(guard));
}

/// Classifies packet after packet. What begin() is given is borrowed until the packet is answered.
///
/// Kea's order, which is that of weight, too: BOOTP; ALL; VENDOR_CLASS_ and option 60; the classes
/// that the client's reservation gives; those whose test is true, in the order of the file; KNOWN
/// or UNKNOWN; those that ask for it; additional classes.
class Classifier {
 public:
  struct Source {
    const config::ClassTable& table;
    const wire::MessageView& message;
    const wire::Request& request;
    const net::Datagram& datagram;
    std::string_view interface;
  };

  /// Everything that does not hang on the client's reservation.
  void begin(const Source& source);
  /// early-global-reservations-lookup found this: its client is KNOWN before it has a subnet.
  void know_early(const Source& source, const config::Reservation& global);
  /// What does. Either may be null: what know_early() was told, and what is set aside for the
  /// client in its subnet. Classes of a reservation count in tests, too.
  void know_host(const Source& source, const config::Reservation* early,
                 const config::Reservation* reservation);
  /// evaluate-additional-classes: each that is named is evaluated, and one that is there already
  /// stays where it is. Once for a packet, as in Kea, where a class that is listed again may ask
  /// for one that has come since: `tried` knows.
  void add_listed(const Source& source, std::span<const config::ClassId> listed,
                  expression::ClassSet& tried);

  /// The value of an expression of type text over the packet, its classes as they are now; empty
  /// when it fails. Borrowed until the next evaluation.
  [[nodiscard]] Bytes evaluate(const Source& source, const expression::Program& text);

  [[nodiscard]] const Classes& classes() const { return classes_; }
  /// Whether the packet is in the class REJECT.
  [[nodiscard]] bool rejects() const { return classes_.set().has(config::kClassReject); }
  /// Whether the packet is in the class DROP.
  [[nodiscard]] bool drops() const { return classes_.set().has(config::kClassDrop); }

 private:
  void begin_with(const Source& source, const config::Reservation* early,
                  const config::Reservation* reservation);
  void give(const config::ClassTable& table, const config::Reservation* reservation);
  void add(const config::ClassTable& table, config::ClassId id);
  void add_group(const config::ClassTable& table, const config::ClientClass& each,
                 std::uint32_t number);
  /// Which classes can be true, by what the packet says.
  void look_up(const Source& source);
  void evaluate_all(const Source& source, bool needing_host);
  void evaluate(const Source& source, const config::ClientClass& each);

  /// Positions of classes that can be true, and of those that are.
  struct Candidates {
    config::Positions possible;
    config::Positions sure;
    void note(std::span<const config::ClassIndex::Hit> hits);
  };
  Classes classes_;
  Candidates by_packet_;   // what look_up() found
  Candidates candidates_;  // the same, and by membership of other classes
  expression::Scratch scratch_;
};

}  // namespace lessor::server::v4
