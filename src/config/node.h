#pragma once
// A value of the document together with the way to it, and the report of everything wrong. Every
// reader of the configuration walks nodes, so that each problem gets its file, line and path.

#include "config/json_value.h"
#include "config/problem.h"
#include "config/sources.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::config {

/// A borrowed value and its way from the root. Nodes live on the stack of whoever walks: a child
/// points to its parent, which must outlive it.
class Node {
 public:
  explicit Node(const JsonValue& root) : value_(&root) {}

  /// The member of a map by key; nothing when absent or null, or when this is no map.
  [[nodiscard]] std::optional<Node> find(std::string_view key) const;
  /// The members of a map, or the elements of a list, in the order of the text; none of others.
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] Node child(std::size_t index) const;
  /// The elements of a list that are maps. (The schema check has reported the others.)
  [[nodiscard]] std::vector<Node> maps() const;

  [[nodiscard]] const JsonValue& value() const { return *value_; }
  [[nodiscard]] std::string_view key() const { return key_; }  ///< empty for list elements, root
  [[nodiscard]] Position key_position() const { return key_position_; }
  /// "Dhcp4.subnet4[2].pools[0].pool"; empty for the root.
  [[nodiscard]] std::string path() const;

  /// Typed members of a map. Nothing when absent or of another type (the schema check has reported
  /// that), so that readers need no error paths of their own for it.
  [[nodiscard]] std::optional<bool> boolean(std::string_view key) const;
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key) const;
  [[nodiscard]] std::optional<double> number(std::string_view key) const;  ///< integers too
  [[nodiscard]] const std::string* text(std::string_view key) const;

 private:
  Node(const Node& parent, const JsonMember& member);
  Node(const Node& parent, std::size_t index, const JsonValue& element);

  const JsonValue* value_;
  const Node* parent_ = nullptr;
  std::string_view key_;
  std::size_t index_ = 0;
  Position key_position_;
};

/// Collects problems and notes, bounded.
class Report {
 public:
  explicit Report(const Sources& sources) : sources_(sources) {}

  /// An error at the node's value: the configuration is refused.
  void error(const Node& node, std::string message, std::string hint = "");
  /// An error inside of a text, at the octet `offset` of what it says.
  void error_inside(const Node& node, std::size_t offset, std::string message);
  /// An error at the node's key.
  void error_at_key(const Node& node, std::string message, std::string hint = "");
  /// A note: accepted, and said. Where many say the same, one is told, with the number of the
  /// others and where the first of them are.
  void note(const Node& node, std::string message);
  /// Likewise of one of several things, which others are told by: "the class 'a' changes nothing"
  /// and, where there are many, the names of the first others.
  void note_of(const Node& node, std::string_view before, const std::string& name,
               std::string_view after);

  /// "FILE:LINE:COLUMN" of another place that a message speaks of.
  [[nodiscard]] std::string place_of(Position position) const;

  [[nodiscard]] bool has_errors() const { return !errors_.kept.empty(); }
  /// All of them, in the order of the text.
  [[nodiscard]] std::vector<Problem> take_errors() { return take(errors_); }
  [[nodiscard]] std::vector<Problem> take_notes();

 private:
  struct Entry {
    Position position;
    Problem problem;
    std::string alike;  // notes: what those have in common that say the same
    std::string name;   // and what this one is about
  };
  struct Entries {
    std::vector<Entry> kept;
    std::size_t dropped = 0;  // beyond kMaxProblems
  };
  static void add(Entries& entries, Entry entry);
  void add_note(Entry entry);
  void join_notes();
  static void sort(Entries& entries);
  [[nodiscard]] std::vector<Problem> take(Entries& entries) const;

  const Sources& sources_;
  Entries errors_;
  Entries notes_;
  std::map<std::string, std::size_t> counts_;  // of all notes that are alike, kept or not
};

}  // namespace lessor::config
