#include "expression/parser.h"

#include "base/text.h"
#include "expression/functions.h"
#include "expression/token_reader.h"
#include "net/address.h"
#include "wire/ip6_text.h"

#include <charconv>

namespace lessor::expression {
namespace {

std::string to_text(Bytes bytes) { return std::string(as_text(bytes)); }

std::string of_u32(std::uint32_t value) {
  std::array<std::byte, 4> octets{};
  store_be32(octets.data(), value);
  return to_text(octets);
}

/// What an operand is wanted for, for messages.
struct Role {
  Type type;
  std::string_view where;  ///< "on the left of ==", "as argument 1 of substring"
};

class Parser {
 public:
  Parser(const std::vector<Token>& tokens, const FindOption& find_option)
      : reader_(tokens, find_option) {}

  Parsed<Node> whole(Type wanted) {
    auto node = parse_or();
    if (!node) return node;
    if (reader_.peek().kind != Token::Kind::end) {
      return std::unexpected(reader_.expected(node->type == Type::condition
                                                  ? "the end, or one of and, or"
                                                  : "one of ==, +, or the end"));
    }
    if (auto wrong = check(*node, {wanted, "as the whole expression"})) {
      return std::unexpected(std::move(*wrong));
    }
    return node;
  }

 private:
  using Wrong = std::optional<Error>;

  // ---- operators, the weakest first

  Parsed<Node> parse_or() { return parse_chain("or", Kind::logic_or, &Parser::parse_and); }
  Parsed<Node> parse_and() { return parse_chain("and", Kind::logic_and, &Parser::parse_not); }

  Parsed<Node> parse_chain(std::string_view word, Kind kind, Parsed<Node> (Parser::*operand)()) {
    const std::uint32_t begin = reader_.peek().offset;
    auto first = (this->*operand)();
    if (!first || !reader_.peek().is_word(word)) return first;
    Node chain{.kind = kind, .type = Type::condition};
    const std::string where = "beside " + std::string(word);
    while (true) {
      if (auto wrong = check(*first, {Type::condition, where})) {
        return std::unexpected(std::move(*wrong));
      }
      chain.children.push_back(std::move(*first));
      if (!reader_.accept_word(word)) return finish(std::move(chain), begin);
      first = (this->*operand)();
      if (!first) return first;
    }
  }

  Parsed<Node> parse_not() {
    const std::uint32_t begin = reader_.peek().offset;
    if (!reader_.accept_word("not")) return parse_equal();
    const Nesting level(nesting_);
    if (nesting_ > kMaxNesting) return std::unexpected(too_deep(reader_.peek()));
    auto operand = parse_not();
    if (!operand) return operand;
    if (auto wrong = check(*operand, {Type::condition, "behind not"})) {
      return std::unexpected(std::move(*wrong));
    }
    Node node{.kind = Kind::logic_not, .type = Type::condition};
    node.children.push_back(std::move(*operand));
    return finish(std::move(node), begin);
  }

  Parsed<Node> parse_equal() {
    const std::uint32_t begin = reader_.peek().offset;
    auto left = parse_sum();
    if (!left || !reader_.accept("==")) return left;
    auto right = parse_sum();
    if (!right) return right;
    for (const auto& [side, where] :
         {std::pair(&*left, "on the left of =="), std::pair(&*right, "on the right of ==")}) {
      if (auto wrong = check(*side, {Type::text, where})) {
        return std::unexpected(std::move(*wrong));
      }
    }
    Node node{.kind = Kind::equal, .type = Type::condition};
    node.children.push_back(std::move(*left));
    node.children.push_back(std::move(*right));
    return finish(std::move(node), begin);
  }

  Parsed<Node> parse_sum() {
    const std::uint32_t begin = reader_.peek().offset;
    auto first = parse_primary();
    if (!first || !reader_.peek().is_sign("+")) return first;
    Node sum{.kind = Kind::concat, .by_plus = true};
    while (true) {
      if (auto wrong = check(*first, {Type::text, "beside +"})) {
        return std::unexpected(std::move(*wrong));
      }
      sum.children.push_back(std::move(*first));
      if (!reader_.accept("+")) return finish(std::move(sum), begin);
      first = parse_primary();
      if (!first) return first;
    }
  }

  // ---- values

  Parsed<Node> parse_primary() {
    const Token& token = reader_.take();
    switch (token.kind) {
      case Token::Kind::end:
        break;
      case Token::Kind::text:
        return literal(token, Kind::quoted, std::string(token.words));
      case Token::Kind::hex:
        return parse_hex(token);
      case Token::Kind::integer:
        return parse_integer(token);
      case Token::Kind::address:
        return parse_address(token);
      case Token::Kind::word:
        return parse_word(token);
      case Token::Kind::sign:
        if (token.words == "(") return parse_parentheses(token);
        break;
    }
    return std::unexpected(TokenReader::expected(token, kValueWanted));
  }

  Parsed<Node> parse_parentheses(const Token& open) {
    const Nesting level(nesting_);
    if (nesting_ > kMaxNesting) return std::unexpected(too_deep(open));
    auto inner = parse_or();
    if (!inner) return inner;
    if (auto missing = reader_.demand(")", "a closing parenthesis")) {
      return std::unexpected(std::move(*missing));
    }
    return inner;
  }

  /// 0x1 is 0x01: an odd number of digits gets a zero in front.
  Parsed<Node> parse_hex(const Token& token) {
    std::string digits(token.words.substr(2));
    if (digits.size() % 2 != 0) digits.insert(digits.begin(), '0');
    const auto octets = from_hex(digits);
    return literal(token, Kind::hex, to_text(*octets));
  }
  Parsed<Node> parse_integer(const Token& token) {
    const auto value = parse_number(token.words, UINT32_MAX);
    if (!value) {
      return std::unexpected(TokenReader::error(
          token,
          "as a value a number has four octets: 0 to 4294967295; write other octets as "
          "hexadecimal, 0x..."));
    }
    return literal(token, Kind::integer, of_u32(static_cast<std::uint32_t>(*value)));
  }
  Parsed<Node> parse_address(const Token& token) {
    if (const auto ip4 = net::parse_ip4(token.words)) {
      return literal(token, Kind::address, of_u32(ip4->value));
    }
    if (const auto ip6 = wire::parse_ip6(token.words)) {
      return literal(token, Kind::address, to_text(*ip6));
    }
    return std::unexpected(TokenReader::error(
        token, "this is no IP address: write 192.0.2.1 or 2001:db8::1, or text in single quotes"));
  }

  Parsed<Node> parse_word(const Token& token) {
    if (begins_path(token.words)) {
      auto node = parse_path(reader_, token);
      return node ? finish(std::move(*node), token.offset) : node;
    }
    if (token.words == "known" || token.words == "unknown") {
      Node node{.kind = Kind::member, .type = Type::condition};
      node.octets = token.words == "known" ? "KNOWN" : "UNKNOWN";
      node.quoted_at = token.offset;
      node.quoted_size = token.length;
      return finish(std::move(node), token.offset);
    }
    if (token.words == "pkt6" || token.words == "relay6") {
      return std::unexpected(
          TokenReader::error(token, "this is of DHCPv6; the DHCPv4 server has pkt4 and relay4"));
    }
    const Function* function = find_function(token.words);
    if (function != nullptr) return parse_call(token, *function);
    std::string message = "there is no such word in expressions";
    if (const auto near = nearest_word(token.words)) {
      message += "; did you mean " + std::string(*near) + "?";
    } else {
      message += ": text stands in single quotes, and an option is option[NAME].hex";
    }
    return std::unexpected(TokenReader::error(token, std::move(message)));
  }

  // ---- functions

  Parsed<Node> parse_call(const Token& name, const Function& function) {
    const Nesting level(nesting_);
    if (nesting_ > kMaxNesting) return std::unexpected(too_deep(name));
    Node node = function.node();
    if (auto missing = reader_.demand("(", usage("an opening parenthesis", function))) {
      return std::unexpected(std::move(*missing));
    }
    for (std::size_t i = 0; i < function.arguments.size(); ++i) {
      if (i > 0) {
        if (auto missing = reader_.demand(",", usage("a comma", function))) {
          return std::unexpected(std::move(*missing));
        }
      }
      if (auto wrong = parse_argument(node, function, i)) {
        return std::unexpected(std::move(*wrong));
      }
    }
    if (auto missing = reader_.demand(")", usage("a closing parenthesis", function))) {
      return std::unexpected(std::move(*missing));
    }
    return finish(std::move(node), name.offset);
  }

  static std::string usage(std::string_view sign, const Function& function) {
    return std::string(sign) + ", as in " + std::string(function.example);
  }

  Wrong parse_argument(Node& node, const Function& function, std::size_t index) {
    switch (function.arguments[index]) {
      case 't':
        return parse_child(node, Type::text, function, index);
      case 'c':
        return parse_child(node, Type::condition, function, index);
      case 'i':
        return parse_start(node, function);
      case 'l':
        if (reader_.accept_word("all")) {
          node.to_end = true;
          return std::nullopt;
        }
        return parse_length(node, function);
      default:  // 'q'
        break;
    }
    const Token& token = reader_.take();
    if (token.kind != Token::Kind::text) {
      return TokenReader::expected(token, usage("text in single quotes", function));
    }
    node.octets = token.words;
    node.quoted_at = token.offset + 1;
    node.quoted_size = token.length - 2;
    return std::nullopt;
  }

  Wrong parse_child(Node& node, Type type, const Function& function, std::size_t index) {
    auto child = parse_or();
    if (!child) return std::move(child.error());
    const std::string where =
        "as argument " + std::to_string(index + 1) + " of " + std::string(function.name);
    if (auto wrong = check(*child, {type, where})) return wrong;
    node.children.push_back(std::move(*child));
    return std::nullopt;
  }

  Wrong parse_start(Node& node, const Function& function) { return read(node.start, function); }
  Wrong parse_length(Node& node, const Function& function) { return read(node.length, function); }
  Wrong read(std::int32_t& number, const Function& function) {
    const Token& token = reader_.take();
    if (token.kind != Token::Kind::integer) {
      return TokenReader::expected(token, usage("a whole number", function));
    }
    const char* const end = token.words.data() + token.words.size();
    const auto [last, problem] = std::from_chars(token.words.data(), end, number);
    if (problem == std::errc() && last == end) return std::nullopt;
    return TokenReader::error(token, "this number is out of range: -2147483648 to 2147483647");
  }

  // ---- checks

  static Wrong check(const Node& node, Role role) {
    if (node.type == role.type) return std::nullopt;
    const bool wants_condition = role.type == Type::condition;
    std::string message = wants_condition ? "expected a condition " : "expected a text ";
    message += std::string(role.where);
    message += wants_condition
                   ? ", but this is a text: compare it with ==, or ask .exists"
                   : ", but this is a condition, true or false: ifelse(CONDITION, 'a', 'b') makes "
                     "a text of it";
    return Error{node.offset, node.size, std::move(message)};
  }
  static Error too_deep(const Token& token) {
    return TokenReader::error(token, "more than " + std::to_string(kMaxNesting) +
                                         " levels of nesting: divide the expression into several "
                                         "classes and join them with member()");
  }

  static Parsed<Node> literal(const Token& token, Kind kind, std::string octets) {
    Node node{.kind = kind};
    node.octets = std::move(octets);
    node.offset = token.offset;
    node.size = token.length;
    return node;
  }
  [[nodiscard]] Parsed<Node> finish(Node node, std::uint32_t begin) const {
    node.offset = begin;
    node.size = reader_.end_of_last() - begin;
    return node;
  }

  /// How deep the parser is, while it lives.
  class Nesting {
   public:
    explicit Nesting(std::size_t& count) : count_(count) { ++count_; }
    ~Nesting() { --count_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    std::size_t& count_;
  };

  static constexpr std::string_view kValueWanted =
      "a value: an option as option[NAME].hex, a field as pkt4.mac, 'text', 0x01, a number, an "
      "address, or a function";

  TokenReader reader_;
  std::size_t nesting_ = 0;
};

}  // namespace

std::expected<Node, Error> parse(std::string_view text, Type wanted,
                                 const FindOption& find_option) {
  auto tokens = read_tokens(text);
  if (!tokens) return std::unexpected(std::move(tokens.error()));
  if (tokens->size() > kMaxNodes) {
    return std::unexpected(
        Error{(*tokens)[kMaxNodes].offset, 0,
              "an expression has at most " + std::to_string(kMaxNodes) +
                  " words: divide it into several classes and join them with member()"});
  }
  return Parser(*tokens, find_option).whole(wanted);
}

}  // namespace lessor::expression
