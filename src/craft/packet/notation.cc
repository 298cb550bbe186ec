#include "craft/packet/notation.h"

#include "base/text.h"
#include "craft/faults.h"
#include "craft/packet/time_text.h"
#include "craft/summary.h"
#include "wire/limits.h"
#include "wire/v4/option_text.h"

#include <algorithm>

namespace lessor::craft {
namespace {

constexpr std::size_t kRunMin = 8;  // so many equal octets at least are written as one and a count

/// Before the lines of an area: "file.".
std::string area_prefix(Area area) {
  return area == Area::options ? "" : std::string(to_string(area)) + ".";
}

/// "0x0102", or "0x00 * 18" where all octets are equal.
std::string print_octets(Bytes bytes) {
  const bool equal =
      std::all_of(bytes.begin(), bytes.end(), [&](std::byte b) { return b == bytes.front(); });
  if (bytes.size() >= kRunMin && equal) {
    return "0x" + to_hex(bytes.first(1)) + " * " + std::to_string(bytes.size());
  }
  return "0x" + to_hex(bytes);
}

/// Whether a value can stand in a line of a packet file: no comment begins in it, and no variable.
bool stands_in_a_line(std::string_view text) {
  return text.find(" #") == std::string_view::npos && !text.starts_with('#') &&
         text.find('$') == std::string_view::npos;
}

std::string print_option_value(const OptionItem& option) {
  const std::string text = wire::print_option(option.code, option.value);
  return stands_in_a_line(text) ? text : "0x" + to_hex(option.value);
}

/// One line of a printed recipe, and what it is about.
struct Line {
  std::string text;
  std::optional<Layer> layer;
  const FieldRow* field = nullptr;  // a field's line
  std::size_t from = 0;             // a message's body: octets from the start of the body
  std::size_t to = 0;
};

/// The octets that an item of the body takes.
std::size_t size_of(const OptionItem& option) {
  if (option.length || option.code_only) {
    return 1 + (option.length ? 1U : 0U) + option.value.size();
  }
  const std::size_t parts = std::max<std::size_t>(
      (option.value.size() + wire::kMaxOptionLength - 1) / wire::kMaxOptionLength, 1);
  return 2 * parts + option.value.size();
}

/// Writes a recipe line by line, with comments for people.
class Printer {
 public:
  explicit Printer(const Recipe& recipe) : recipe_(recipe) {}

  std::vector<Line> print() {
    if (recipe_.link) line("link = " + std::string(to_string(*recipe_.link)));
    if (recipe_.time) line("time = " + print_time(*recipe_.time));
    for (const Item& item : recipe_.items) {
      std::visit([this](const auto& it) { print_item(it); }, item);
    }
    for (const wire::OptionCode code : recipe_.without) {
      line("without " + wire::option_name(code));
    }
    for (const Recipe::Breakage& breakage : recipe_.breakages) print_breakage(breakage);
    if (!recipe_.padded) line("no-padding");
    return std::move(lines_);
  }

 private:
  void line(const std::string& text, std::string_view comment = {}) {
    lines_.push_back({.text = comment.empty() ? text : text + "  # " + std::string(comment)});
  }
  /// Says that the last line is about the next `size` octets of the body.
  void takes(Area area, std::size_t size) {
    lines_.back().layer = Layer::bootp;
    if (area != Area::options) return;
    lines_.back().from = at_;
    lines_.back().to = at_ += size;
  }

  void print_item(const FieldItem& item) {
    const FieldRow& field = *item.field;
    std::vector<std::byte> header(layer_row(field.layer).size);
    if (field.kind == FieldKind::hardware_address) {
      store_u8(&header[2], static_cast<std::uint8_t>(given_field(recipe_, "hlen").value_or(6)));
    }
    if (field.bits == 0) header.resize(field.octet() + item.content.size());
    put_field(field, header, item.content);
    std::string text = print_field(field, header);
    if (!stands_in_a_line(text)) text = "0x" + to_hex(item.content);
    line(field_path(field) + (text.empty() ? " =" : " = " + text), field_note(field, header));
    lines_.back().layer = field.layer;
    lines_.back().field = &field;
  }

  void print_item(const OptionItem& item) {
    std::string text =
        std::string(area_prefix(item.area)) + "option." + wire::option_name(item.code);
    if (item.code_only) {
      line(text + " (no length)");
    } else if (item.length) {
      text += " (length " + std::to_string(*item.length) + ") = 0x" + to_hex(item.value);
      line(text, "there are " + std::to_string(item.value.size()));
    } else {
      const std::string value = print_option_value(item);
      const wire::ExplainedOption explained = wire::explain_option(item.code, item.value);
      // What is malformed is told with the other faults.
      line(text + (value.empty() ? " =" : " = " + value),
           explained.malformed ? "" : explained.note);
    }
    takes(item.area, size_of(item));
  }

  void print_item(const CookieItem& item) {
    line("cookie = " + hex(item.value, 8), item.value == wire::kCookie ? "" : "not DHCP's cookie");
    takes(Area::options, 4);
  }

  void print_item(const RawItem& item) {
    const std::string prefix = area_prefix(item.area);
    const bool zero = std::all_of(item.bytes.begin(), item.bytes.end(),
                                  [](std::byte b) { return b == std::byte{0}; });
    if (is_end(item)) {
      line(prefix + "end");
    } else if (zero && !item.bytes.empty()) {
      line(prefix + "pad = " + std::to_string(item.bytes.size()));
    } else {
      line(prefix + "bytes = " + print_octets(item.bytes));
    }
    takes(item.area, item.bytes.size());
  }

  void print_item(const DataItem& item) {
    const std::string octets = item.bytes.empty() ? "" : " " + print_octets(item.bytes);
    if (!item.behind) return line("frame =" + octets);
    line(std::string(layer_row(*item.behind).prefix) + (item.trailer ? ".trailer =" : ".data =") +
         octets);
    lines_.back().layer = item.behind;
  }

  void print_breakage(const Recipe::Breakage& breakage) {
    for (const MalformRow& row : malform_table()) {
      if (row.what != breakage.what) continue;
      line("malform = " + std::string(row.name) +
           (breakage.n ? " " + std::to_string(*breakage.n) : ""));
    }
  }

  const Recipe& recipe_;
  std::vector<Line> lines_;
  std::size_t at_ = 0;
};

std::string opening(const Recipe& recipe) {
  const std::string_view name = type_name(recipe);
  return (name.empty() ? std::to_string(recipe.type) : std::string(name)) + " {\n";
}

/// Whether the fault is told at this line; `body` is where the message's body begins.
bool is_about(const Fault& fault, const Line& line, std::size_t body) {
  if (line.field != nullptr) {
    return fault.layer == line.field->layer && fault.field == line.field->name;
  }
  if (!fault.field.empty() || fault.offset < body || line.to == 0) return false;
  const std::size_t at = fault.offset - body;
  return at >= line.from && at < line.to;
}

/// Where the body of the BOOTP message begins in the frame; far behind it when there is none.
std::size_t body_of(const Dissection& dissection) {
  const auto layers = dissection.layers();
  const bool bootp = !layers.empty() && layers.back().layer == Layer::bootp;
  return bootp ? layers.back().offset + layers.back().size : SIZE_MAX;
}

}  // namespace

std::string print_recipe(const Recipe& recipe) {
  std::string out = opening(recipe);
  for (const Line& line : Printer(recipe).print()) out.append("  ").append(line.text) += "\n";
  return out + "}\n";
}

std::string packet_text(const Packet& packet, std::string_view heading, std::optional<Layer> only) {
  Recipe recipe = recipe_of(packet.bytes, packet.link);
  recipe.time = packet.time;
  const Dissection dissection = dissect(packet.bytes, packet.link);
  const std::vector<Line> lines = Printer(recipe).print();
  const std::size_t body = body_of(dissection);
  // What is wrong at each line; last, what is wrong nowhere in particular.
  std::vector<std::string> wrong(lines.size() + 1);
  auto last = lines.begin();  // faults come in the order of the lines, mostly: go on from there
  for (const Fault& fault : find_faults(packet.bytes, dissection)) {
    const auto about = [&](const Line& line) { return is_about(fault, line, body); };
    auto found = std::find_if(last, lines.end(), about);
    if (found == lines.end()) found = std::find_if(lines.begin(), last, about);
    if (found == last && (last == lines.end() || !about(*last))) found = lines.end();
    if (found != lines.end()) last = found;
    if (found == lines.end() && only && fault.layer != only) continue;
    wrong[static_cast<std::size_t>(found - lines.begin())] += "  # ! " + to_string(fault) + "\n";
  }
  std::string text = wrong.back();
  bool empty = true;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (only && lines[i].layer != only) continue;
    text.append(wrong[i]).append("  ").append(lines[i].text) += "\n";
    empty = false;
  }
  if (only && empty) return {};
  if (!only) text = opening(recipe) + text + "}\n";
  return heading.empty() ? text : "# " + std::string(heading) + "\n" + text;
}

}  // namespace lessor::craft
