#include "base/text.h"
#include "craft/message_tables.h"
#include "craft/summary.h"
#include "wire/v4/message_view.h"
#include "wire/v4/option_text.h"

#include <map>
#include <set>

namespace lessor::craft {
namespace {

using wire::OptionCode;
using wire::RawOption;

/// One option's place on the wire; an option in parts (RFC 3396) has several.
struct Place {
  std::string_view field;  // of the message: "options", "file", "sname"
  RawOption option;
};

/// Option 52 inside a field that holds options because of option 52: nobody heeds it.
bool is_nested_overload(const Place& place) {
  return place.option.code == wire::kOptionDhcpOptionOverload && place.field != "options";
}

/// Everything a message says in options, gathered before it is drawn.
struct Gathered {
  std::vector<Place> places;
  std::map<OptionCode, std::vector<std::byte>> joined;  // by code, parts put together
  std::map<OptionCode, int> parts;
  std::size_t padding = 0;  // octets behind the end
  bool end_missing = false;

  void join(const RawOption& option) {
    std::vector<std::byte>& value = joined[option.code];
    value.insert(value.end(), option.value.begin(), option.value.end());
    ++parts[option.code];
  }

  void walk(std::string_view field, Bytes bytes) {
    wire::OptionCursor cursor(bytes);
    RawOption option;
    bool ended = false;
    while (cursor.next(option)) {
      ended = option.code == wire::kOptionEnd;
      if (option.code == wire::kOptionPad) continue;
      places.push_back({field, option});
      if (option.state == RawOption::State::whole && !is_nested_overload(places.back()))
        join(option);
    }
    if (field != "options") return;
    end_missing = !ended && option.state == RawOption::State::whole;
    padding = bytes.size() - cursor.offset();
  }
};

Gathered gather(Bytes message) {
  Gathered all;
  if (message.size() < wire::kOptionsOffset) return all;
  all.walk("options", message.subspan(wire::kOptionsOffset));
  // RFC 2131 4.1: first options, then file, then sname, where option 52 says that they hold some.
  const auto overload = all.joined.find(wire::kOptionDhcpOptionOverload);
  if (overload == all.joined.end() || overload->second.size() != 1) return all;
  const unsigned bits = load_u8(overload->second.data());
  if (bits & 1U) all.walk("file", message.subspan(wire::kFileOffset, wire::kFileSize));
  if (bits & 2U) all.walk("sname", message.subspan(wire::kSnameOffset, wire::kSnameSize));
  return all;
}

/// "1 (subnet-mask)", "3 (routers)" and so on, a line each.
std::string requested_text(Bytes codes) {
  std::string text;
  for (const std::byte code : codes) {
    if (!text.empty()) text += "\n";
    text += std::to_string(load_u8(&code)) + " (" + wire::option_name(load_u8(&code)) + ")";
  }
  return text;
}

/// The options of an earlier message, to compare with.
std::set<std::pair<OptionCode, std::string>> known_values(Bytes reference) {
  std::set<std::pair<OptionCode, std::string>> known;
  for (const auto& [code, value] : gather(reference).joined) {
    known.emplace(code, option_value_text(code, value));
  }
  return known;
}

/// The rows of one table, made from what was gathered.
class Rows {
 public:
  Rows(Table& table, Bytes reference)
      : table_(table), compare_(!reference.empty()), known_(known_values(reference)) {}

  void cookie(Bytes message) {
    const std::uint32_t cookie = load_be32(&message[wire::kCookieOffset]);
    const bool right = cookie == wire::kCookie;
    const std::string dotted = net::to_string(net::Ip4{cookie});
    table_.add({{"", Tone::strong},
                {"magic cookie", Tone::strong},
                {"4"},
                {"DHCP options follow", Tone::dim},
                {dotted + " (" + hex(cookie, 8) + ")" + (right ? "" : ", not DHCP's cookie"),
                 right ? Tone::plain : Tone::bad}});
  }

  void option(const Place& place, const Gathered& all) {
    const RawOption& option = place.option;
    if (place.field != field_) {
      field_ = place.field;
      table_.add_banner("in '" + std::string(field_) + "'");
    }
    if (option.code == wire::kOptionEnd) return end(all);
    const bool broken = option.state != RawOption::State::whole;
    const bool first = !broken && !is_nested_overload(place) && told_.insert(option.code).second;
    std::string value =
        first ? option_value_text(option.code, all.joined.at(option.code)) : why_no_value(place);
    const bool fresh = first && compare_ && !known_.contains({option.code, value});
    if (first && all.parts.at(option.code) > 1) {
      value += " (in " + std::to_string(all.parts.at(option.code)) + " parts)";
    }
    const wire::OptionRow* row = wire::find_option(option.code);
    table_.add({{std::to_string(option.code), Tone::strong},
                {wire::option_name(option.code)},
                {option.state == RawOption::State::no_length ? "-" : std::to_string(option.length)},
                {std::string(row != nullptr ? row->meaning : "not assigned by IANA"), Tone::dim},
                {value + (fresh ? " *" : ""), broken  ? Tone::bad
                                              : fresh ? Tone::fresh
                                                      : Tone::plain}});
  }

  void missing_end() { table_.add_banner("the end option (255) is missing", Tone::bad); }

 private:
  void end(const Gathered& all) {
    const bool padded = field_ == "options" && all.padding > 0;
    const std::string value =
        padded ? "then " + std::to_string(all.padding) + " octets of padding" : "";
    table_.add({{"255", Tone::strong}, {"end"}, {"0"}, {"no more options", Tone::dim}, {value}});
  }

  static std::string why_no_value(const Place& place) {
    const RawOption& option = place.option;
    if (option.state == RawOption::State::no_length) return "the message stops before its length";
    if (option.state == RawOption::State::whole) {
      return is_nested_overload(place) ? "ignored: only the options field can open others"
                                       : "joined with the part above";
    }
    return "the message stops after " + std::to_string(option.value.size()) + " octets: 0x" +
           to_hex(option.value);
  }

  Table& table_;
  bool compare_;
  std::set<std::pair<OptionCode, std::string>> known_;
  std::set<OptionCode> told_;
  std::string_view field_ = "options";
};

}  // namespace

std::string option_value_text(std::uint8_t code, Bytes value) {
  const wire::ExplainedOption row = wire::explain_option(code, value);
  if (row.note.starts_with("malformed")) return row.value + ", " + row.note;
  if (code == wire::kOptionDhcpParameterRequestList) return requested_text(value);
  if (code == wire::kOptionDhcpMessageType) {
    return std::to_string(load_u8(value.data())) + " (" + row.value + ")";
  }
  if (code == wire::kOptionDhcpMaxMessageSize) return row.value + " octets";
  if (row.note.empty()) return row.value;
  // The note of a duration says it in larger units, when there are some.
  const bool duration = row.value + "s" == row.note;
  return duration ? row.value + " seconds" : row.value + " (" + row.note + ")";
}

std::string options_table(Bytes message, const Style& style, Bytes reference) {
  Table table({{.title = "code", .right_aligned = true},
               {.title = "name", .wraps = true, .narrowest = 14},
               {.title = "length", .right_aligned = true},
               {.title = "description", .wraps = true, .narrowest = 16},
               {.title = "value", .wraps = true, .takes_rest = true, .narrowest = 16}});
  if (message.size() < wire::kOptionsOffset) {
    table.add_banner("no options: the message ends before the cookie", Tone::bad);
    return table.draw(style);
  }
  const Gathered all = gather(message);
  Rows rows(table, reference);
  rows.cookie(message);
  if (load_be32(&message[wire::kCookieOffset]) == wire::kCookie) {
    for (const Place& place : all.places) rows.option(place, all);
    if (all.end_missing) rows.missing_end();
  }
  return table.draw(style);
}

}  // namespace lessor::craft
