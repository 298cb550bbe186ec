#include "config/node.h"

#include "base/text.h"
#include "config/limits.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace lessor::config {

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
  add(errors_, node.value().position(),
      {"", 0, 0, node.path(), std::move(message), std::move(hint)});
}

void Report::error_at_key(const Node& node, std::string message, std::string hint) {
  add(errors_, node.key_position(), {"", 0, 0, node.path(), std::move(message), std::move(hint)});
}

void Report::note(const Node& node, std::string message) {
  add(notes_, node.key_position(), {"", 0, 0, node.path(), std::move(message), ""});
}

void Report::add(Entries& entries, Position position, Problem problem) {
  if (entries.kept.size() == kMaxProblems) {
    ++entries.dropped;
  } else {
    entries.kept.push_back({position, std::move(problem)});
  }
}

std::string Report::place_of(Position position) const {
  const Place place = sources_.find_place(position);
  return place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

std::vector<Problem> Report::take(Entries& entries) const {
  // In the order of the text, whichever check found it first.
  std::ranges::sort(entries.kept, {}, [](const Entry& entry) {
    return std::tuple(entry.position.file, entry.position.offset,
                      std::string_view(entry.problem.message));
  });
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
