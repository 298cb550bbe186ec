#include "base/text.h"
#include "expression/option_text.h"
#include "expression/token_reader.h"
#include "wire/v4/option_table.h"

#include <algorithm>

namespace lessor::expression {
namespace {

struct FieldName {
  Field field;
  std::string_view packet;  ///< "pkt" or "pkt4"
  std::string_view name;
  std::string_view whole;
};
constexpr std::array<FieldName, 13> kFields = {{
    {Field::iface, "pkt", "iface", "pkt.iface"},
    {Field::src, "pkt", "src", "pkt.src"},
    {Field::dst, "pkt", "dst", "pkt.dst"},
    {Field::len, "pkt", "len", "pkt.len"},
    {Field::mac, "pkt4", "mac", "pkt4.mac"},
    {Field::hlen, "pkt4", "hlen", "pkt4.hlen"},
    {Field::htype, "pkt4", "htype", "pkt4.htype"},
    {Field::ciaddr, "pkt4", "ciaddr", "pkt4.ciaddr"},
    {Field::giaddr, "pkt4", "giaddr", "pkt4.giaddr"},
    {Field::yiaddr, "pkt4", "yiaddr", "pkt4.yiaddr"},
    {Field::siaddr, "pkt4", "siaddr", "pkt4.siaddr"},
    {Field::msgtype, "pkt4", "msgtype", "pkt4.msgtype"},
    {Field::transid, "pkt4", "transid", "pkt4.transid"},
}};

/// Reads "[...]" with one thing in it.
template <typename T, typename Read>
Parsed<T> in_brackets(TokenReader& reader, std::string_view what, Read read) {
  if (auto missing = reader.demand("[", "[ with " + std::string(what) + " in it")) {
    return std::unexpected(std::move(*missing));
  }
  Parsed<T> value = read(reader.take());
  if (!value) return value;
  if (auto missing = reader.demand("]", "] behind " + std::string(what))) {
    return std::unexpected(std::move(*missing));
  }
  return value;
}

Parsed<std::uint8_t> read_code(const Token& token) {
  const auto code = token.kind == Token::Kind::integer ? parse_number(token.words, 255)
                                                       : std::optional<std::uint64_t>();
  if (code) return static_cast<std::uint8_t>(*code);
  return std::unexpected(TokenReader::expected(token, "a code, 0 to 255"));
}

Parsed<std::uint8_t> read_option_code(const TokenReader& reader, const Token& token) {
  if (token.kind != Token::Kind::word) {
    auto code = read_code(token);
    if (code) return code;
    return std::unexpected(
        TokenReader::expected(token, "an option: its code, 0 to 255, or its name"));
  }
  if (const auto code = reader.find_option(token.words)) return *code;
  if (const auto code = wire::find_option_code(token.words)) return *code;
  std::string message = "there is no option of this name";
  if (const auto near = wire::suggest_option_name(token.words)) {
    message += "; did you mean " + std::string(*near) + "?";
  } else {
    message += ": write its code";
  }
  return std::unexpected(TokenReader::error(token, std::move(message)));
}

Parsed<std::uint32_t> read_enterprise(const Token& token) {
  if (token.is_sign("*")) return 0U;
  const auto number = token.kind == Token::Kind::integer ? parse_number(token.words, UINT32_MAX)
                                                         : std::optional<std::uint64_t>();
  if (number) return static_cast<std::uint32_t>(*number);
  return std::unexpected(
      TokenReader::expected(token, "an enterprise number, or * for any of them"));
}

Parsed<std::uint32_t> read_entry(const Token& token) {
  const auto number = token.kind == Token::Kind::integer ? parse_number(token.words, 255)
                                                         : std::optional<std::uint64_t>();
  if (number) return static_cast<std::uint32_t>(*number);
  return std::unexpected(TokenReader::expected(token, "which entry, 0 for the first"));
}

/// Reads the path of one source, dot by dot.
class PathReader {
 public:
  PathReader(TokenReader& reader, Source source) : reader_(reader) { path_.source = source; }

  Parsed<Path> read() {
    auto begun = path_.source == Source::option || path_.source == Source::relay4
                     ? add_code(path_.source == Source::option)
                     : read_vendor();
    if (begun) return std::unexpected(std::move(*begun));
    while (true) {
      if (done_) return path_;
      if (auto missing = reader_.demand(".", "a dot and " + choices())) {
        return std::unexpected(std::move(*missing));
      }
      const Token& word = reader_.take();
      if (auto wrong = step(word)) return std::unexpected(std::move(*wrong));
    }
  }

 private:
  using Wrong = std::optional<Error>;

  [[nodiscard]] bool takes_options() const {
    return path_.source != Source::vendor_class && path_.depth < kMaxPath;
  }
  [[nodiscard]] std::string choices() const {
    switch (path_.source) {
      case Source::option:
      case Source::relay4:
        return "one of exists, hex, text, option[...]";
      case Source::vendor:
        if (path_.depth > 0) return "one of exists, hex, text";
        return any_ ? "one of exists, enterprise, option[...]" : "enterprise";
      case Source::vendor_class:
        return any_ ? "one of exists, enterprise, data, data[...]" : "enterprise";
    }
    return {};
  }

  Wrong add_code(bool by_name) {
    auto code = in_brackets<std::uint8_t>(
        reader_, by_name ? "an option's code or name" : "a code", [&](const Token& token) {
          return by_name ? read_option_code(reader_, token) : read_code(token);
        });
    if (!code) return std::move(code.error());
    path_.codes[path_.depth++] = *code;
    return std::nullopt;
  }
  /// vendor.enterprise asks for the first, whosever it is; all else names one in brackets.
  Wrong read_vendor() {
    if (!reader_.peek().is_sign("[")) return std::nullopt;
    any_ = true;
    auto enterprise =
        in_brackets<std::uint32_t>(reader_, "an enterprise number or *", read_enterprise);
    if (!enterprise) return std::move(enterprise.error());
    path_.enterprise = *enterprise;
    return std::nullopt;
  }

  Wrong step(const Token& word) {
    const bool is_vendor = path_.source == Source::vendor || path_.source == Source::vendor_class;
    const bool has_value = path_.depth > 0;
    if (word.is_word("option") && takes_options() && (has_value || any_)) return add_code(false);
    if (word.is_word("exists") && (has_value || any_)) return finish(Want::exists);
    if (word.is_word("hex") && has_value) return finish(Want::hex);
    if (word.is_word("text") && has_value) return finish_text(word);
    if (word.is_word("enterprise") && is_vendor && !has_value) return finish(Want::enterprise);
    if (word.is_word("data") && path_.source == Source::vendor_class && any_) return read_data();
    return TokenReader::expected(word, choices());
  }
  Wrong finish(Want want) {
    path_.want = want;
    done_ = true;
    return std::nullopt;
  }
  Wrong finish_text(const Token& word) {
    if (has_text(path_)) return finish(Want::text);
    return TokenReader::error(
        word,
        "this option has several parts, whose text is for people only: compare its octets, "
        "with .hex");
  }
  Wrong read_data() {
    if (!reader_.peek().is_sign("[")) return finish(Want::data);
    auto entry = in_brackets<std::uint32_t>(reader_, "the number of an entry", read_entry);
    if (!entry) return std::move(entry.error());
    path_.entry = *entry;
    return finish(Want::data);
  }

  TokenReader& reader_;
  Path path_;
  bool any_ = false;  // an enterprise stands in brackets
  bool done_ = false;
};

Parsed<Node> parse_field(TokenReader& reader, const Token& word) {
  std::string names;
  for (const FieldName& row : kFields) {
    if (row.packet == word.words) names += (names.empty() ? "" : ", ") + std::string(row.name);
  }
  if (auto missing = reader.demand(".", "a dot and one of " + names)) {
    return std::unexpected(std::move(*missing));
  }
  const Token& name = reader.take();
  const auto row = std::ranges::find_if(kFields, [&](const FieldName& each) {
    return each.packet == word.words && name.is_word(each.name);
  });
  if (row == kFields.end()) {
    return std::unexpected(TokenReader::expected(name, "one of " + names));
  }
  Node node{.kind = Kind::field};
  node.field = row->field;
  return node;
}

std::optional<Source> source_of(std::string_view word) {
  if (word == "option") return Source::option;
  if (word == "relay4") return Source::relay4;
  if (word == "vendor") return Source::vendor;
  if (word == "vendor-class") return Source::vendor_class;
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Field field) { return kFields[static_cast<std::size_t>(field)].whole; }

bool begins_path(std::string_view word) {
  return source_of(word).has_value() || word == "pkt" || word == "pkt4";
}

Parsed<Node> parse_path(TokenReader& reader, const Token& word) {
  const auto source = source_of(word.words);
  if (!source) return parse_field(reader, word);
  auto path = PathReader(reader, *source).read();
  if (!path) return std::unexpected(std::move(path.error()));
  Node node{.kind = Kind::path};
  node.path = *path;
  node.type = path->want == Want::exists ? Type::condition : Type::text;
  return node;
}

}  // namespace lessor::expression
