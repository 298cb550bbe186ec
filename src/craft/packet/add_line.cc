// One line of the notation, read into a recipe.

#include "base/check.h"
#include "base/text.h"
#include "craft/packet/option_prefix.h"
#include "craft/packet/recipe.h"
#include "craft/packet/time_text.h"
#include "wire/limits.h"
#include "wire/v4/option_text.h"

#include <algorithm>
#include <ranges>

namespace lessor::craft {
namespace {

using Added = std::expected<void, std::string>;

constexpr std::size_t kOctetsMax = 262'144;  // no frame is longer

std::string quoted(std::string_view word) { return "\"" + sanitise(as_bytes(word), 60) + "\""; }

std::unexpected<std::string> refuse(std::string_view name, std::string_view why) {
  return std::unexpected(sanitise(as_bytes(name), 80) + ": " + std::string(why));
}

/// "0x0102", "01:02", "0x00 * 18".
std::expected<std::vector<std::byte>, std::string> read_octets(std::string_view name,
                                                               std::string_view text) {
  const std::size_t star = text.find('*');
  const auto octets = from_hex(trim(text.substr(0, star)));
  const auto times = star == std::string_view::npos
                         ? std::optional<std::uint64_t>(1)
                         : parse_number(trim(text.substr(star + 1)), kOctetsMax);
  if (text.empty()) return std::vector<std::byte>();
  if (!octets || !times) {
    return refuse(name, quoted(text) + " is no octets; write 0x0102ff, or 0x00 * 18");
  }
  if (octets->size() * *times > kOctetsMax) return refuse(name, "more octets than any frame has");
  std::vector<std::byte> all;
  for (std::uint64_t i = 0; i < *times; ++i) all.insert(all.end(), octets->begin(), octets->end());
  return all;
}

/// `file.option.x` is `option.x` in file.
Area take_area(std::string_view& name) {
  for (const auto& [prefix, area] : {std::pair{std::string_view("file."), Area::file},
                                     std::pair{std::string_view("sname."), Area::sname}}) {
    if (!name.starts_with(prefix)) continue;
    name.remove_prefix(prefix.size());
    return area;
  }
  return Area::options;
}

/// A name's code, or what else it may have meant.
std::expected<wire::OptionCode, std::string> read_code(std::string_view name) {
  const auto code = wire::find_option_code(name);
  if (code && *code != wire::kOptionPad && *code != wire::kOptionEnd) return *code;
  if (code) return refuse("option." + std::string(name), "write pad = N, or end, on its own line");
  std::string text = quoted(name) + " is no option";
  if (const auto near = wire::suggest_option_name(name)) {
    text += "; did you mean " + std::string(*near) + "?";
  } else {
    text += "; `lessor options` lists them, any code from 1 to 254 will do";
  }
  return std::unexpected(std::move(text));
}

/// Whether an option's value is made of sub-options, each a whole of its own.
bool holds_sub_options(wire::OptionCode code) {
  for (const wire::ValueCodec* field : wire::option_shape(code).all()) {
    const std::string_view type = field->type;
    if (type == "sub-options" || type == "vendor options" || type == "relay agent information" ||
        type == "vendor options by enterprise") {
      return true;
    }
  }
  return false;
}

/// One line that is being read.
class LineReader {
 public:
  LineReader(Recipe& recipe, std::string_view line) : recipe_(recipe) {
    const std::size_t equals = line.find('=');
    has_value_ = equals != std::string_view::npos;
    name_ = trim(line.substr(0, equals));
    value_ = has_value_ ? trim(line.substr(equals + 1)) : std::string_view();
    const std::size_t paren = name_.find('(');
    if (paren == std::string_view::npos) return;
    remark_ = trim(name_.substr(paren));
    name_ = trim(name_.substr(0, paren));
  }

  Added read() {
    name_ = without_tool_prefix(name_);
    if (name_.empty()) return refuse("\"\"", "a line is NAME = VALUE");
    if (name_.starts_with("without ")) return read_without(trim(name_.substr(8)));
    if (name_ == "no-padding") {
      recipe_.padded = false;
      return {};
    }
    std::string_view name = name_;
    const Area area = take_area(name);
    if (name == "end") return read_end(area);
    if (name.starts_with("option.")) return read_option(area, name.substr(7));
    if (!has_value_) {
      return std::unexpected(quoted(name_) + " has no value; write NAME = VALUE");
    }
    if (name == "pad") return read_pad(area);
    if (name == "bytes") return read_bytes(area);
    if (auto read = read_special()) return *read;
    if (const FieldRow* field = find_field(name_)) return read_field(*field);
    if (wire::find_option_code(name_.substr(0, name_.find('.')))) return read_option(area, name_);
    return std::unexpected(unknown_name());
  }

 private:
  [[nodiscard]] std::string unknown_name() const {
    const std::string text = quoted(name_) + " is no field and no option";
    if (const auto field = suggest_field(name_)) return text + "; did you mean " + *field + "?";
    if (const auto option = wire::suggest_option_name(name_)) {
      return text + "; did you mean option." + std::string(*option) + "?";
    }
    return text + "; `lessor fields` and `lessor options` list them";
  }

  Added read_without(std::string_view name) {
    name = without_tool_prefix(name);
    if (name.starts_with("option.")) name.remove_prefix(7);
    const auto code = read_code(name);
    if (!code) return std::unexpected(code.error());
    recipe_.without.push_back(*code);
    return {};
  }

  Added read_end(Area area) {
    const std::byte end[] = {std::byte{wire::kOptionEnd}};
    recipe_.items.emplace_back(make_raw(end, area));
    return {};
  }

  Added read_pad(Area area) {
    const auto count = parse_number(value_, wire::kMaxMessageSize);
    if (!count) return refuse(name_, quoted(value_) + " is no number of octets up to 65507");
    recipe_.items.emplace_back(make_raw(std::vector<std::byte>(*count), area));
    return {};
  }

  Added read_bytes(Area area) {
    auto octets = read_octets(name_, value_);
    if (!octets) return std::unexpected(std::move(octets.error()));
    recipe_.items.emplace_back(make_raw(*octets, area));
    return {};
  }

  /// What is neither a field nor an option: cookie, time, link, malform, frame, data, trailers.
  std::optional<Added> read_special() {
    if (name_ == "cookie") return read_cookie();
    if (name_ == "malform") return read_malform();
    if (name_ == "time") {
      recipe_.time = parse_time(value_);
      if (recipe_.time) return Added();
      return refuse(name_, quoted(value_) + " is no time; write 2026-11-25T13:45:35.123456789Z");
    }
    if (name_ == "link") {
      recipe_.link = find_link_type(value_);
      if (recipe_.link) return Added();
      return refuse(name_, quoted(value_) + " is none of ethernet, raw, cooked, cooked2");
    }
    if (name_ == "frame") return read_data({}, false);
    const std::size_t dot = name_.rfind('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const std::string_view last = name_.substr(dot + 1);
    const LayerRow* layer = find_layer(name_.substr(0, dot));
    if (layer == nullptr || layer->layer == Layer::bootp) return std::nullopt;
    if (last != "data" && last != "trailer") return std::nullopt;
    return read_data(layer->layer, last == "trailer");
  }

  Added read_data(std::optional<Layer> behind, bool trailer) {
    auto octets = read_octets(name_, value_);
    if (!octets) return std::unexpected(std::move(octets.error()));
    recipe_.items.emplace_back(
        DataItem{.behind = behind, .trailer = trailer, .bytes = std::move(*octets)});
    return {};
  }

  Added read_cookie() {
    const auto value = parse_number(value_, UINT32_MAX);
    const auto dotted = net::parse_ip4(value_);
    if (!value && !dotted) {
      return refuse(name_, quoted(value_) + " is no 32 bits; DHCP's cookie is 0x63825363");
    }
    recipe_.items.emplace_back(
        CookieItem{value ? static_cast<std::uint32_t>(*value) : dotted->value});
    return {};
  }

  Added read_malform() {
    // `truncate 250` and `truncate=250`: the first for files, the second for the command line.
    const std::size_t gap = value_.find_first_of(" =");
    const std::string_view name = value_.substr(0, gap);
    std::vector<std::string_view> names;
    for (const MalformRow& row : malform_table()) {
      names.push_back(row.name);
      if (row.name != name) continue;
      Recipe::Breakage breakage{.what = row.what};
      if (gap != std::string_view::npos) {
        const auto n = parse_number(trim(value_.substr(gap + 1)), 65'535);
        if (!n || !row.usual) return refuse("malform " + std::string(name), bad_number(row));
        breakage.n = static_cast<std::uint32_t>(*n);
      }
      recipe_.breakages.push_back(breakage);
      return {};
    }
    std::string text = quoted(name) + " is no way to break a packet";
    if (const auto near = nearest(name, names))
      return refuse("malform", text + "; did you mean " + std::string(*near) + "?");
    text += "; they are";
    for (const std::string_view one : names) text.append(" ").append(one);
    return refuse("malform", text);
  }
  static std::string bad_number(const MalformRow& row) {
    return row.usual ? "N is a number of at most 65535" : "it takes no number";
  }

  Added read_field(const FieldRow& field) {
    auto content = parse_field(field, value_);
    if (!content) return std::unexpected(std::move(content.error()));
    recipe_.items.emplace_back(FieldItem{.field = &field, .content = std::move(*content)});
    return {};
  }

  Added read_option(Area area, std::string_view name) {
    const std::size_t dot = name.find('.');
    const std::string_view option_name = name.substr(0, dot);
    const auto code = read_code(option_name);
    if (!code) return std::unexpected(code.error());
    if (dot != std::string_view::npos) return read_sub_option(area, *code, name.substr(dot + 1));
    OptionItem item{.area = area, .code = *code};
    if (remark_ == "(no length)") {
      item.code_only = true;
      recipe_.items.emplace_back(std::move(item));
      return {};
    }
    auto value = wire::parse_option_text(*code, value_);
    if (!value) return refuse(name_, wire::to_string(value.error()));
    item.value = std::move(*value);
    if (auto read = read_length(item); !read) return read;
    recipe_.items.emplace_back(std::move(item));
    return {};
  }

  /// `(length 20)`: what the length octet says, whatever there is.
  Added read_length(OptionItem& item) {
    if (remark_.empty()) return {};
    const std::string_view text = remark_;
    const bool closed = text.ends_with(')') && text.starts_with("(length ");
    const auto length = closed ? parse_number(trim(text.substr(8, text.size() - 9)), 255)
                               : std::optional<std::uint64_t>();
    if (!length) {
      return refuse(name_, quoted(text) + " is neither (length N), N up to 255, nor (no length)");
    }
    item.length = static_cast<std::uint8_t>(*length);
    return {};
  }

  /// `option.relay-agent-information.circuit-id = 'eth0'`: such lines add up to one option.
  Added read_sub_option(Area area, wire::OptionCode code, std::string_view sub) {
    if (!holds_sub_options(code)) {
      return refuse(name_, wire::option_name(code) + " has no sub-options");
    }
    std::string text(sub);
    if (has_value_) text.append("=").append(value_);
    const auto value = wire::parse_option_text(code, text);
    if (!value) return refuse(name_, wire::to_string(value.error()));
    for (Item& item : std::views::reverse(recipe_.items)) {
      auto* option = std::get_if<OptionItem>(&item);
      if (option == nullptr || !option->by_parts || option->code != code) continue;
      option->value.insert(option->value.end(), value->begin(), value->end());
      return {};
    }
    recipe_.items.emplace_back(
        OptionItem{.area = area, .code = code, .value = *value, .by_parts = true});
    return {};
  }

  Recipe& recipe_;
  bool has_value_ = false;
  std::string_view name_;
  std::string_view value_;
  std::string_view remark_;  // "(length 20)"
};

}  // namespace

std::expected<void, std::string> add_line(Recipe& recipe, std::string_view line) {
  return LineReader(recipe, trim(line)).read();
}

}  // namespace lessor::craft
