#include "expression/compile.h"

#include "expression/parser.h"

#include <algorithm>

namespace lessor::expression {
namespace {

/// Whether an evaluation can fail, and with it the whole expression: then it must not be skipped,
/// because Kea evaluates all of it.
bool may_fail(const Node& node) {
  if (node.kind == Kind::addrtotext || node.kind == Kind::inttotext) return true;
  return std::ranges::any_of(node.children, may_fail);
}

class Compiler {
 public:
  explicit Compiler(const FindClass& find_class) : find_class_(find_class) {}

  std::expected<Program, Error> compile(const Node& tree) {
    program_.type = tree.type;
    add(tree);
    if (wrong_) return std::unexpected(std::move(*wrong_));
    return std::move(program_);
  }

 private:
  void emit(Instruction instruction) { program_.code.push_back(instruction); }
  void fail(const Node& node, std::string message) {
    if (!wrong_) wrong_ = Error{node.offset, node.size, std::move(message)};
  }
  void push(const Node& node) {
    const bool is_text = node.type == Type::text;
    std::size_t& depth = is_text ? texts_ : conditions_;
    if (++depth > (is_text ? kMaxStack : kMaxConditions)) {
      fail(node,
           "too many values wait for their functions at once: divide the expression into "
           "several classes and join them with member()");
    }
  }
  void pop(Type type, std::size_t count) { (type == Type::text ? texts_ : conditions_) -= count; }

  void add(const Node& node) {
    switch (node.kind) {
      case Kind::quoted:
      case Kind::hex:
      case Kind::address:
      case Kind::integer:
        return add_constant(node);
      case Kind::path:
        return add_path(node);
      case Kind::field:
        emit({.op = Op::field, .count = static_cast<std::uint16_t>(node.field)});
        return push(node);
      case Kind::member:
        return add_member(node);
      case Kind::logic_and:
        return add_chain(node, Op::both, Op::skip_if_false);
      case Kind::logic_or:
        return add_chain(node, Op::either, Op::skip_if_true);
      case Kind::concat:
        return add_concat(node);
      case Kind::substring:
      case Kind::split:
      case Kind::ifelse:
      case Kind::hexstring:
      case Kind::addrtotext:
      case Kind::inttotext:
      case Kind::lcase:
      case Kind::ucase:
      case Kind::logic_not:
      case Kind::equal:
      case Kind::match:
        break;
    }
    for (const Node& child : node.children) add(child);
    add_function(node);
    for (const Node& child : node.children) pop(child.type, 1);
    push(node);
  }

  void add_function(const Node& node) {
    switch (node.kind) {
      case Kind::substring:
        return emit({Op::substring, node.to_end, 0, node.start, node.length});
      case Kind::split:
        return emit({.op = Op::split, .a = node.start});
      case Kind::ifelse:
        return emit({.op = Op::choose});
      case Kind::hexstring:
        return emit({.op = Op::hexstring});
      case Kind::addrtotext:
        return emit({.op = Op::addrtotext});
      case Kind::inttotext:
        return emit({.op = Op::inttotext, .flag = node.is_signed, .count = node.width});
      case Kind::lcase:
        return emit({.op = Op::lcase});
      case Kind::ucase:
        return emit({.op = Op::ucase});
      case Kind::logic_not:
        return emit({.op = Op::negate});
      case Kind::equal:
        return emit({.op = Op::equal});
      case Kind::match:
        return add_match(node);
      case Kind::quoted:
      case Kind::hex:
      case Kind::address:
      case Kind::integer:
      case Kind::path:
      case Kind::field:
      case Kind::concat:
      case Kind::logic_and:
      case Kind::logic_or:
      case Kind::member:
        return;  // add() has them
    }
  }

  void add_constant(const Node& node) {
    const Bytes octets = as_bytes(node.octets);
    const auto at = static_cast<std::int32_t>(program_.constants.size());
    program_.constants.insert(program_.constants.end(), octets.begin(), octets.end());
    // Texts of more than 65,535 octets do not fit in an expression (kMaxExpressionSize).
    emit({.op = Op::constant, .count = static_cast<std::uint16_t>(octets.size()), .a = at});
    push(node);
  }

  void add_path(const Node& node) {
    const auto found = std::ranges::find(program_.paths, node.path);
    const auto at = static_cast<std::int32_t>(found - program_.paths.begin());
    if (found == program_.paths.end()) program_.paths.push_back(node.path);
    emit({.op = node.type == Type::condition ? Op::exists : Op::value, .a = at});
    push(node);
  }

  void add_member(const Node& node) {
    const auto id = find_class_(node.octets);
    if (!id) {
      if (!wrong_) wrong_ = Error{node.quoted_at, node.quoted_size, id.error()};
      return;
    }
    emit({.op = Op::member, .a = *id});
    push(node);
  }

  void add_match(const Node& node) {
    auto regex = Regex::compile(node.octets);
    if (!regex) {
      Error error = std::move(regex.error());
      error.offset += node.quoted_at;
      if (!wrong_) wrong_ = std::move(error);
      return;
    }
    emit({.op = Op::match, .a = static_cast<std::int32_t>(program_.regexes.size())});
    program_.regexes.push_back(std::move(*regex));
  }

  /// What can fail comes first, all of it; the rest is not evaluated any more once what came before
  /// has decided. (No condition changes anything, so that their order is of no account.)
  void add_chain(const Node& node, Op join, Op skip) {
    std::vector<const Node*> order;
    for (const Node& child : node.children) order.push_back(&child);
    const auto rest =
        std::ranges::stable_partition(order, [](const Node* child) { return may_fail(*child); });
    std::vector<std::size_t> skips;
    for (auto child = order.begin(); child != order.end(); ++child) {
      const bool is_first = child == order.begin();
      const bool can_skip = !is_first && child >= rest.begin();
      if (can_skip) {
        skips.push_back(program_.code.size());
        emit({.op = skip});
        pop(Type::condition, 1);
      }
      add(**child);
      if (is_first || can_skip) continue;
      emit({.op = join});
      pop(Type::condition, 1);
    }
    for (const std::size_t at : skips) {
      program_.code[at].a = static_cast<std::int32_t>(program_.code.size());
    }
  }

  void add_concat(const Node& node) {
    for (const Node& child : node.children) {
      add(child);
      if (&child == &node.children.front()) continue;
      emit({.op = Op::concat});
      pop(Type::text, 1);
    }
  }

  const FindClass& find_class_;
  Program program_;
  std::optional<Error> wrong_;
  std::size_t texts_ = 0;
  std::size_t conditions_ = 0;
};

}  // namespace

std::expected<Program, Error> compile(const Node& tree, const FindClass& find_class) {
  return Compiler(find_class).compile(tree);
}

std::expected<Program, Error> compile(std::string_view text, Type wanted,
                                      const FindClass& find_class, const FindOption& find_option) {
  auto tree = parse(text, wanted, find_option);
  if (!tree) return std::unexpected(std::move(tree.error()));
  return compile(*tree, find_class);
}

bool asks_for_class(const Program& program, ClassId id) {
  return std::ranges::any_of(program.code, [id](const Instruction& instruction) {
    return instruction.op == Op::member && instruction.a == id;
  });
}

}  // namespace lessor::expression
