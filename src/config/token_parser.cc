#include "config/token_parser.h"

#include "base/text.h"
#include "config/limits.h"

#include <algorithm>
#include <utility>

namespace lessor::config {
namespace {

/// Where the parser is, as a chain of stack frames: a path costs nothing until an error needs it.
struct Crumb {
  const Crumb* outer = nullptr;
  std::string_view key;   // in a map
  std::size_t index = 0;  // in a list, when there is no key
};

std::string to_path(const Crumb* crumb) {
  if (crumb == nullptr) return "";
  std::string path = to_path(crumb->outer);
  if (crumb->key.empty()) return path + "[" + std::to_string(crumb->index) + "]";
  if (!path.empty()) path += '.';
  return path + sanitise(as_bytes(crumb->key), kMaxQuotedBytes);
}

bool begins_value(TokenKind kind) {
  switch (kind) {
    case TokenKind::open_map:
    case TokenKind::open_list:
    case TokenKind::text:
    case TokenKind::integer:
    case TokenKind::real:
    case TokenKind::yes:
    case TokenKind::no:
    case TokenKind::null:
    case TokenKind::bad:
      return true;
    case TokenKind::close_map:
    case TokenKind::close_list:
    case TokenKind::colon:
    case TokenKind::comma:
    case TokenKind::end:
      return false;
  }
  return false;
}

std::string_view name_token(TokenKind kind) {
  switch (kind) {
    case TokenKind::open_map:
      return "'{'";
    case TokenKind::close_map:
      return "'}'";
    case TokenKind::open_list:
      return "'['";
    case TokenKind::close_list:
      return "']'";
    case TokenKind::colon:
      return "':'";
    case TokenKind::comma:
      return "','";
    case TokenKind::text:
      return "text";
    case TokenKind::integer:
    case TokenKind::real:
      return "a number";
    case TokenKind::yes:
      return "true";
    case TokenKind::no:
      return "false";
    case TokenKind::null:
      return "null";
    case TokenKind::bad:
      return "a word";
    case TokenKind::end:
      return "the end of the text";
  }
  return "";
}

/// Recursive descent, as deep as kMaxDepth lets it.
class Parser {
 public:
  Parser(TokenSource& tokens, const Sources& sources) : tokens_(tokens), sources_(sources) {}

  JsonValue read_document() {
    advance();
    JsonValue root = read_value(nullptr, 0);
    if (token_.kind != TokenKind::end) {
      tokens_.stop(token_.position, "expected nothing more after the value, found " +
                                        std::string(name_token(token_.kind)));
    }
    return root;
  }

 private:
  void advance() { tokens_.next(token_); }

  JsonValue read_value(const Crumb* where, int depth) {
    const Position position = token_.position;
    if (++values_ > kMaxValues) {
      tokens_.stop(position, "more than " + std::to_string(kMaxValues) + " values", to_path(where));
    }
    JsonValue::Data data;
    switch (token_.kind) {
      case TokenKind::open_map:
        return read_map(where, depth + 1);
      case TokenKind::open_list:
        return read_list(where, depth + 1);
      case TokenKind::text:
        data = std::move(token_.text);
        break;
      case TokenKind::integer:
        data = token_.integer;
        break;
      case TokenKind::real:
        data = token_.real;
        break;
      case TokenKind::yes:
        data = true;
        break;
      case TokenKind::no:
        data = false;
        break;
      case TokenKind::null:
      case TokenKind::bad:
        break;
      case TokenKind::close_map:
      case TokenKind::close_list:
      case TokenKind::colon:
      case TokenKind::comma:
      case TokenKind::end:
        stop_expecting("a value", where);
        return {};
    }
    advance();
    return {std::move(data), position};
  }

  JsonValue read_map(const Crumb* where, int depth) {
    const Position opened = token_.position;
    JsonValue::Map members;
    if (!enter_bracket(depth)) return {};
    while (token_.kind != TokenKind::close_map) {
      if (skip_lone_comma(where)) continue;
      if (token_.kind == TokenKind::end) return stop_unclosed(opened, "map", '}', where);
      if (token_.kind != TokenKind::text) {
        return stop_expecting("a key in double quotes or '}'", where);
      }
      read_member(members, where, depth);
      skip_comma(TokenKind::close_map, "',' or '}'", where);
    }
    advance();
    report_duplicates(members, where);
    return {std::move(members), opened};
  }

  void read_member(JsonValue::Map& members, const Crumb* where, int depth) {
    JsonMember member{std::move(token_.text), token_.position, {}};
    token_.text.clear();
    if (member.key.empty()) tokens_.error(member.key_position, "a key is empty", to_path(where));
    const Crumb here{where, member.key};
    advance();
    if (token_.kind == TokenKind::colon) {
      advance();
    } else if (begins_value(token_.kind)) {
      tokens_.error(token_.position, "expected ':' before the value", to_path(&here));
    }
    member.value = read_value(&here, depth);
    members.push_back(std::move(member));
  }

  JsonValue read_list(const Crumb* where, int depth) {
    const Position opened = token_.position;
    JsonValue::List elements;
    if (!enter_bracket(depth)) return {};
    while (token_.kind != TokenKind::close_list) {
      if (skip_lone_comma(where)) continue;
      if (token_.kind == TokenKind::end) return stop_unclosed(opened, "list", ']', where);
      const Crumb here{where, {}, elements.size()};
      elements.push_back(read_value(&here, depth));
      skip_comma(TokenKind::close_list, "',' or ']'", where);
    }
    advance();
    return {std::move(elements), opened};
  }

  bool enter_bracket(int depth) {
    if (depth > kMaxDepth) {
      tokens_.stop(token_.position,
                   "more than " + std::to_string(kMaxDepth) + " maps and lists inside one another");
    }
    advance();
    return !tokens_.stopped();
  }

  /// "[1,,2]": a comma where a value or a key should begin.
  bool skip_lone_comma(const Crumb* where) {
    if (token_.kind != TokenKind::comma) return false;
    tokens_.error(token_.position, "a ',' with nothing before it", to_path(where));
    advance();
    return true;
  }

  /// After a value. A forgotten comma is reported and supplied; a trailing one is fine.
  void skip_comma(TokenKind close, std::string_view expected, const Crumb* where) {
    if (token_.kind == TokenKind::comma) return advance();
    if (token_.kind == close || token_.kind == TokenKind::end) return;
    if (!begins_value(token_.kind)) {
      stop_expecting(expected, where);
      return;
    }
    tokens_.error(
        token_.position,
        "expected " + std::string(expected) + " before " + std::string(name_token(token_.kind)),
        to_path(where));
  }

  JsonValue stop_expecting(std::string_view what, const Crumb* where) {
    tokens_.stop(
        token_.position,
        "expected " + std::string(what) + ", found " + std::string(name_token(token_.kind)),
        to_path(where));
    advance();  // to the end, so that every loop ends
    return {};
  }

  JsonValue stop_unclosed(Position opened, std::string_view what, char bracket,
                          const Crumb* where) {
    tokens_.stop(opened,
                 "this " + std::string(what) + " is never closed: expected '" + bracket +
                     "' before the end of the text",
                 to_path(where));
    return {};
  }

  void report_duplicates(const JsonValue::Map& members, const Crumb* where) {
    sorted_.clear();
    for (const JsonMember& member : members) sorted_.push_back(&member);
    // By key, then as they stand in the map (and so in memory).
    std::ranges::sort(sorted_, {}, [](const JsonMember* member) {
      return std::pair(std::string_view(member->key), member);
    });
    for (std::size_t i = 1; i < sorted_.size(); ++i) {
      if (sorted_[i]->key != sorted_[i - 1]->key) continue;
      const Crumb here{where, sorted_[i]->key};
      const Place first = sources_.find_place(sorted_[i - 1]->key_position);
      tokens_.error(sorted_[i]->key_position,
                    "this key stands twice in its map; the other is at " + first.file + ":" +
                        std::to_string(first.line) + ":" + std::to_string(first.column),
                    to_path(&here));
    }
  }

  TokenSource& tokens_;
  const Sources& sources_;
  Token token_;
  std::size_t values_ = 0;
  std::vector<const JsonMember*> sorted_;  // room for report_duplicates
};

}  // namespace

JsonValue parse(TokenSource& tokens, const Sources& sources) {
  return Parser(tokens, sources).read_document();
}

}  // namespace lessor::config
