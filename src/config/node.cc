#include "config/node.h"

#include "base/text.h"
#include "config/limits.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace lessor::config {
namespace {

struct Escape {
  std::size_t size = 2;        // of the source
  std::size_t stands_for = 1;  // so many octets of text
};

/// The escape that `source` begins with: its backslash, and what JSON knows behind it.
Escape read_escape(std::string_view source) {
  if (source.size() < 2 || source[1] != 'u') return {};
  const auto code = parse_number("0x" + std::string(source.substr(2, 4))).value_or(0);
  if (code < 0x80) return {6, 1};
  const bool is_half = code >= 0xd800 && code < 0xe000;  // of a pair, which makes four octets
  return {6, code < 0x800 || is_half ? 2U : 3U};
}

/// The place in `source` of the octet `wanted` of a text that begins at `start`, in quotes or
/// (YAML) without. The start where the text goes over lines or has escapes that only YAML knows.
std::size_t find_inside(std::string_view source, std::size_t start, std::size_t wanted) {
  const char style = source[start];
  if (style == '|' || style == '>') return start;
  std::size_t at = style == '"' || style == '\'' ? start + 1 : start;
  for (std::size_t said = 0; said < wanted;) {
    if (at + 1 >= source.size() || source[at] == '\n') return start;
    Escape escape{.size = 1};
    if (style == '"' && source[at] == '\\') {
      if (std::string_view("xU\n").contains(source[at + 1])) return start;
      escape = read_escape(source.substr(at));
    } else if (style == '\'' && source[at] == '\'') {
      escape.size = 2;
    }
    at += escape.size;
    said += escape.stands_for;
  }
  return std::min(at, source.size());
}

}  // namespace

Node::Node(const Node& parent, const JsonMember& member)
    : value_(&member.value),
      parent_(&parent),
      key_(member.key),
      key_position_(member.key_position) {}

Node::Node(const Node& parent, std::size_t index, const JsonValue& element)
    : value_(&element), parent_(&parent), index_(index), key_position_(element.position()) {}

std::optional<Node> Node::find(std::string_view key) const {
  const JsonValue::Map* map = value_->as_map();
  if (map == nullptr) return std::nullopt;
  for (const JsonMember& member : *map) {
    if (member.key == key && !member.value.is_null()) return Node(*this, member);
  }
  return std::nullopt;
}

std::size_t Node::size() const {
  if (const JsonValue::Map* map = value_->as_map()) return map->size();
  if (const JsonValue::List* list = value_->as_list()) return list->size();
  return 0;
}

Node Node::child(std::size_t index) const {
  if (const JsonValue::Map* map = value_->as_map()) return Node(*this, (*map)[index]);
  return Node(*this, index, (*value_->as_list())[index]);
}

std::vector<Node> Node::maps() const {
  std::vector<Node> maps;
  if (value_->as_list() == nullptr) return maps;
  maps.reserve(size());
  for (std::size_t i = 0; i < size(); ++i) {
    const Node element = child(i);
    if (element.value().as_map() != nullptr) maps.push_back(element);
  }
  return maps;
}

std::string Node::path() const {
  if (parent_ == nullptr) return "";
  std::string path = parent_->path();
  if (key_.empty()) return path + "[" + std::to_string(index_) + "]";
  if (!path.empty()) path += '.';
  return path + sanitise(as_bytes(key_), kMaxQuotedBytes);
}

std::optional<bool> Node::boolean(std::string_view key) const {
  const auto node = find(key);
  const bool* value = node ? node->value().as_boolean() : nullptr;
  return value != nullptr ? std::optional(*value) : std::nullopt;
}

std::optional<std::int64_t> Node::integer(std::string_view key) const {
  const auto node = find(key);
  const std::int64_t* value = node ? node->value().as_integer() : nullptr;
  return value != nullptr ? std::optional(*value) : std::nullopt;
}

std::optional<double> Node::number(std::string_view key) const {
  if (const auto whole = integer(key)) return static_cast<double>(*whole);
  const auto node = find(key);
  const double* value = node ? node->value().as_real() : nullptr;
  return value != nullptr ? std::optional(*value) : std::nullopt;
}

const std::string* Node::text(std::string_view key) const {
  const auto node = find(key);
  return node ? node->value().as_text() : nullptr;
}

void Report::error(const Node& node, std::string message, std::string hint) {
  add(errors_, {.position = node.value().position(),
                .problem = {"", 0, 0, node.path(), std::move(message), std::move(hint)}});
}

void Report::error_inside(const Node& node, std::size_t offset, std::string message) {
  Position position = node.value().position();
  position.offset = static_cast<std::uint32_t>(
      find_inside(sources_.text(position.file), position.offset, offset));
  add(errors_, {.position = position, .problem = {"", 0, 0, node.path(), std::move(message), ""}});
}

void Report::error_at_key(const Node& node, std::string message, std::string hint) {
  add(errors_, {.position = node.key_position(),
                .problem = {"", 0, 0, node.path(), std::move(message), std::move(hint)}});
}

void Report::note(const Node& node, std::string message) {
  std::string alike = message;
  add_note({.position = node.key_position(),
            .problem = {"", 0, 0, node.path(), std::move(message), ""},
            .alike = std::move(alike),
            .name = node.path()});
}

void Report::note_of(const Node& node, std::string_view before, const std::string& name,
                     std::string_view after) {
  const std::string head(before);
  add_note({.position = node.key_position(),
            .problem = {"", 0, 0, node.path(), head + name + std::string(after), ""},
            .alike = head + '\n' + std::string(after),
            .name = name});
}

/// Those of a kind that is known are counted, however many come.
void Report::add_note(Entry entry) {
  const auto known = counts_.find(entry.alike);
  if (known != counts_.end()) ++known->second;
  if (notes_.kept.size() == kMaxProblems) {
    notes_.dropped += known == counts_.end() ? 1 : 0;
    return;
  }
  if (known == counts_.end()) counts_.emplace(entry.alike, 1);
  notes_.kept.push_back(std::move(entry));
}

void Report::add(Entries& entries, Entry entry) {
  if (entries.kept.size() == kMaxProblems) {
    ++entries.dropped;
  } else {
    entries.kept.push_back(std::move(entry));
  }
}

std::string Report::place_of(Position position) const {
  const Place place = sources_.find_place(position);
  return place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

/// In the order of the text, whichever check found it first.
void Report::sort(Entries& entries) {
  std::ranges::sort(entries.kept, {}, [](const Entry& entry) {
    return std::tuple(entry.position.file, entry.position.offset,
                      std::string_view(entry.problem.message));
  });
}

/// Of each kind with more than a few the first tells of the others. Precondition: in order.
void Report::join_notes() {
  struct Group {
    Entry* first = nullptr;
    std::size_t named = 0;
  };
  std::map<std::string_view, Group> groups;
  std::vector<Entry> joined;
  joined.reserve(notes_.kept.size());  // the first of each stays where it is
  for (Entry& entry : notes_.kept) {
    const std::size_t count = counts_.at(entry.alike);
    if (count <= kMaxNotesAlike) {
      joined.push_back(std::move(entry));
      continue;
    }
    Group& group = groups[counts_.find(entry.alike)->first];
    if (group.first == nullptr) {
      joined.push_back(std::move(entry));
      group.first = &joined.back();
      group.first->problem.message += "; likewise for " + std::to_string(count - 1) + " more";
    } else if (group.named < kMaxNotesAlike) {
      group.first->problem.message += (group.named == 0 ? ": " : ", ") + entry.name;
      const bool is_last = ++group.named == kMaxNotesAlike;
      if (is_last && group.named + 1 < count) group.first->problem.message += ", ...";
    }
  }
  notes_.kept = std::move(joined);
}

std::vector<Problem> Report::take_notes() {
  sort(notes_);
  join_notes();
  return take(notes_);
}

std::vector<Problem> Report::take(Entries& entries) const {
  sort(entries);
  std::vector<Problem> problems;
  for (Entry& entry : entries.kept) {
    Place place = sources_.find_place(entry.position);
    entry.problem.file = std::move(place.file);
    entry.problem.line = place.line;
    entry.problem.column = place.column;
    problems.push_back(std::move(entry.problem));
  }
  if (entries.dropped > 0) {
    problems.push_back({sources_.name(0), 0, 0, "",
                        "and " + std::to_string(entries.dropped) + " more of the kind", ""});
  }
  return problems;
}

}  // namespace lessor::config
