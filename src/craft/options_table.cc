#include "base/text.h"
#include "craft/message_tables.h"
#include "craft/summary.h"
#include "craft/view/option_list.h"
#include "wire/v4/option_text.h"

#include <set>

namespace lessor::craft {
namespace {

using wire::OptionCode;
using wire::RawOption;

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
  for (const auto& [code, value] : list_options(reference).joined) {
    known.emplace(code, option_value_text(code, value));
  }
  return known;
}

/// The rows of one table, made from what was gathered.
class Rows {
 public:
  Rows(Table& table, Bytes reference, const InFrame& place)
      : table_(table),
        compare_(!reference.empty()),
        known_(known_values(reference)),
        place_(place) {}

  void cookie(Bytes message) {
    const std::uint32_t cookie = load_be32(&message[wire::kCookieOffset]);
    const bool right = cookie == wire::kCookie;
    const std::string dotted = net::to_string(net::Ip4{cookie});
    table_.add({{"", Tone::strong},
                {"magic cookie", Tone::strong},
                {"4"},
                {in_packet() ? "RFC 2131 3" : "DHCP options follow", Tone::dim},
                {dotted + " (" + hex(cookie, 8) + ")" + (right ? "" : ", not DHCP's cookie"),
                 right ? Tone::plain : Tone::bad}});
  }

  void option(const OptionPlace& placed, const OptionList& all) {
    if (placed.area != area_) {
      area_ = placed.area;
      table_.add_banner("in '" + std::string(to_string(area_)) + "'");
    }
    placed.option.code == wire::kOptionEnd ? end(all) : value(placed, all);
    if (!in_packet()) return;
    place_.faults->tell_option(placed.option.code, place_.offset + placed.offset,
                               [this](const Fault& fault) { wrong(fault); });
  }

  void missing_end() {
    // With faults at hand, one of them says so.
    if (!in_packet()) table_.add_banner("the end option (255) is missing", Tone::bad);
  }
  void wrong(const Fault& fault) { table_.add_banner("!! " + to_string(fault), Tone::bad); }

 private:
  [[nodiscard]] bool in_packet() const { return place_.faults != nullptr; }

  void value(const OptionPlace& placed, const OptionList& all) {
    const RawOption& option = placed.option;
    const bool first =
        placed.whole() && !placed.is_nested_overload() && told_.insert(option.code).second;
    std::string value =
        first ? option_value_text(option.code, all.joined.at(option.code)) : why_no_value(placed);
    const bool fresh = first && compare_ && !known_.contains({option.code, value});
    if (first && all.parts.at(option.code) > 1) {
      value += " (in " + std::to_string(all.parts.at(option.code)) + " parts)";
    }
    const Tone tone = fresh ? Tone::fresh : Tone::plain;
    table_.add({{std::to_string(option.code), Tone::strong},
                {wire::option_name(option.code)},
                {option.state == RawOption::State::no_length ? "-" : std::to_string(option.length)},
                {about(option.code), Tone::dim},
                {value + (fresh ? " *" : ""), placed.whole() ? tone : Tone::bad}});
  }

  [[nodiscard]] std::string about(OptionCode code) const {
    const wire::OptionRow* row = wire::find_option(code);
    if (row == nullptr) return in_packet() ? "none" : "not assigned by IANA";
    return std::string(in_packet() ? row->reference : row->meaning);
  }

  void end(const OptionList& all) {
    const bool padded = area_ == Area::options && all.padding > 0;
    const std::string value =
        padded ? "then " + std::to_string(all.padding) +
                     (all.padding_is_zero ? " octets of padding" : " octets that nobody reads")
               : "";
    table_.add({{"255", Tone::strong},
                {"end"},
                {"0"},
                {in_packet() ? about(wire::kOptionEnd) : "no more options", Tone::dim},
                {value}});
  }

  static std::string why_no_value(const OptionPlace& placed) {
    const RawOption& option = placed.option;
    if (option.state == RawOption::State::no_length) return "the message stops before its length";
    if (option.state == RawOption::State::whole) {
      return placed.is_nested_overload() ? "ignored: only the options field can open others"
                                         : "joined with the part above";
    }
    return "the message stops after " + std::to_string(option.value.size()) + " octets: 0x" +
           to_hex(option.value);
  }

  Table& table_;
  bool compare_;
  std::set<std::pair<OptionCode, std::string>> known_;
  InFrame place_;
  std::set<OptionCode> told_;
  Area area_ = Area::options;
};

}  // namespace

std::string option_value_text(std::uint8_t code, Bytes value) {
  const wire::ExplainedOption row = wire::explain_option(code, value);
  if (row.malformed) return row.value + ", " + row.note;
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

std::string options_table(Bytes message, const Style& style, Bytes reference,
                          const InFrame& place) {
  const bool in_packet = place.faults != nullptr;
  Table table({{.title = "code", .right_aligned = true},
               {.title = "name", .wraps = true, .narrowest = 14},
               {.title = "length", .right_aligned = true},
               {.title = in_packet ? "RFC" : "description",
                .wraps = true,
                .narrowest = in_packet ? 13U : 16U},
               {.title = "value", .wraps = true, .takes_rest = true, .narrowest = 16}});
  if (message.size() < wire::kOptionsOffset) {
    table.add_banner("no options: the message ends before the cookie", Tone::bad);
    return table.draw(style);
  }
  Rows rows(table, reference, place);
  rows.cookie(message);
  if (has_options(message)) {
    const OptionList all = list_options(message);
    for (const OptionPlace& placed : all.places) rows.option(placed, all);
    if (all.end_missing) rows.missing_end();
  }
  if (in_packet) {
    place.faults->tell_layer(Layer::bootp, [&](const Fault& fault) { rows.wrong(fault); });
  }
  return table.draw(style);
}

}  // namespace lessor::craft
