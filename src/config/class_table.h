#pragma once
// Client classes as a value: every class that the configuration mentions by number, and what those
// that are defined test and give. Made at load, then only read. Must not know: JSON, packets.

#include "config/boot_profile.h"
#include "config/class_index.h"
#include "config/message_rate.h"
#include "config/option_set.h"
#include "expression/class_set.h"
#include "expression/program.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::config {

using expression::ClassId;

/// Classes that are there without being defined.
inline constexpr ClassId kClassAll = 0;
inline constexpr ClassId kClassKnown = 1;    ///< the client has a reservation
inline constexpr ClassId kClassUnknown = 2;  ///< it has none
inline constexpr ClassId kClassDrop = 3;     ///< once defined: its clients get no answer
inline constexpr ClassId kClassBootp = 4;    ///< the message has no option 53
inline constexpr ClassId kClassReject = 5;   ///< once defined: its clients are refused
inline constexpr std::string_view kBuiltInClasses[] = {"ALL",  "KNOWN", "UNKNOWN",
                                                       "DROP", "BOOTP", "REJECT"};

/// A class whose membership hangs on octets: the vendor class identifier of VENDOR_CLASS_foo, the
/// value of SPAWN_name_foo.
struct ValueClass {
  std::vector<std::byte> value;
  ClassId id = 0;
};

/// One element of client-classes.
struct ClientClass {
  std::string name;
  ClassId id = 0;
  /// Of type condition for `test`, text for `template-test`; nothing: no test.
  std::optional<expression::Program> test;
  std::vector<ValueClass> spawned;  ///< template-test: those that are mentioned, sorted by value
  bool only_additional = false;     ///< evaluated only where an additional list names it
  bool needs_host = false;  ///< asks for KNOWN or UNKNOWN, be it by another class: evaluated late
  OptionSet options;
  BootFields boot;
  std::optional<BootProfile> boot_profile;
  std::optional<Lifetimes> lifetimes;
  std::optional<Duration> offer_lifetime;
  std::uint32_t number = 0;  ///< what leases keep of it (class_number.h)
  GroupLimits limits;        ///< of all its clients together; of a template: of those of each value

  [[nodiscard]] bool is_template() const { return test && test->type == expression::Type::text; }
  /// Whether membership changes a reply by itself.
  [[nodiscard]] bool gives_anything() const;
};

struct ClassTable {
  std::vector<ClientClass> classes;  ///< in the order of the file, which is that of evaluation
  ClassIndex index;                  ///< of their tests
  Positions early;                   ///< those that are evaluated before the client is known
  Positions late;                    ///< and those after (needs_host); neither: additional ones
  std::vector<ValueClass> vendor;    ///< VENDOR_CLASS_..., sorted by value
  std::vector<std::string> names;    ///< by number
  std::vector<std::uint16_t> definitions;  ///< by number: 1 + index in `classes`; 0: not defined
  bool in_use = false;                     ///< something depends on classes: packets are classified
  bool counts_groups = false;              ///< something is counted by classes (the limits hook)

  /// The definition of a class; nullptr when it has none.
  [[nodiscard]] const ClientClass* find(ClassId id) const {
    return definitions[id] == 0 ? nullptr : &classes[definitions[id] - 1U];
  }
};

}  // namespace lessor::config
