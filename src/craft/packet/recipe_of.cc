// From a frame to its recipe. What the layers cannot say is said as octets, from the innermost
// layer outwards, until building the recipe gives the frame back.

#include "craft/packet/recipe.h"
#include "wire/v4/message_view.h"

#include <algorithm>
#include <iterator>

namespace lessor::craft {
namespace {

std::vector<std::byte> copy(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

bool is_zero(Bytes bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{0}; });
}

/// A field's content as parse_field() would give it.
FieldItem read_field(const FieldRow& field, Bytes header) {
  const bool has_value = field.bits > 0 && field.bits <= 64;
  if (has_value) {
    std::uint64_t value = load_field(field, header);
    std::vector<std::byte> content(field.octets());
    for (auto at = content.rbegin(); at != content.rend(); ++at, value >>= 8U) {
      store_u8(&*at, static_cast<std::uint8_t>(value));
    }
    return {.field = &field, .content = std::move(content)};
  }
  return {.field = &field, .content = copy(field_bytes(field, header))};
}

/// Whether a field is worth a line though it has its usual value: addresses always are.
bool always_said(const FieldRow& field) {
  if (field.layer == Layer::ip) return field.name == "src" || field.name == "dst";
  if (field.layer == Layer::vlan) return field.name == "id";
  return field.kind != FieldKind::text && field.bits > 0;
}

/// Reads one area's options; what is behind the end, or between options, as octets.
class AreaReader {
 public:
  AreaReader(Area area, std::vector<Item>& items) : area_(area), items_(items) {}

  void read(Bytes bytes) {
    wire::OptionCursor cursor(bytes);
    wire::RawOption option;
    while (cursor.next(option)) take(option);
    flush_pads();
    raw(bytes.subspan(cursor.offset()));
    // file and sname are filled up with zeros anyway.
    if (area_ != Area::options && !items_.empty()) drop_padding();
  }

 private:
  void take(const wire::RawOption& option) {
    if (option.code == wire::kOptionPad) {
      ++pads_;
      return;
    }
    flush_pads();
    if (option.code == wire::kOptionEnd) {
      const std::byte end[] = {std::byte{wire::kOptionEnd}};
      items_.emplace_back(make_raw(end, area_));
      return;
    }
    OptionItem item{.area = area_, .code = option.code, .value = copy(option.value)};
    if (option.state == wire::RawOption::State::no_length) item.code_only = true;
    if (option.state == wire::RawOption::State::overrun) item.length = option.length;
    if (!joins_last(item)) items_.emplace_back(std::move(item));
  }

  /// RFC 3396: parts of 255 octets and a last one, side by side, are one value.
  bool joins_last(const OptionItem& item) {
    auto* last = items_.empty() ? nullptr : std::get_if<OptionItem>(&items_.back());
    const bool joins = last != nullptr && last->area == area_ && last->code == item.code &&
                       !last->length && !item.length && !item.code_only && !last->value.empty() &&
                       last->value.size() % wire::kMaxOptionLength == 0 && !item.value.empty();
    if (joins) last->value.insert(last->value.end(), item.value.begin(), item.value.end());
    return joins;
  }

  void flush_pads() {
    if (pads_ > 0) items_.emplace_back(make_raw(std::vector<std::byte>(pads_), area_));
    pads_ = 0;
  }
  void raw(Bytes bytes) {
    if (!bytes.empty()) items_.emplace_back(make_raw(bytes, area_));
  }
  void drop_padding() {
    const auto* last = std::get_if<RawItem>(&items_.back());
    if (last != nullptr && last->area == area_ && is_zero(last->bytes)) items_.pop_back();
  }

  Area area_;
  std::vector<Item>& items_;
  std::size_t pads_ = 0;
};

/// The bits of option 52 in the options field: whether file (1) and sname (2) hold options.
unsigned overload_of(const std::vector<Item>& items) {
  std::vector<std::byte> value;
  for (const Item& item : items) {
    if (!is_option(item, wire::kOptionDhcpOptionOverload)) continue;
    const auto& part = std::get<OptionItem>(item);
    if (!part.length) value.insert(value.end(), part.value.begin(), part.value.end());
  }
  const unsigned bits = value.size() == 1 ? load_u8(value.data()) : 0;
  return bits <= 3 ? bits : 0;
}

/// Makes the recipe of a frame with its first layers told apart and the rest as data.
class FrameReader {
 public:
  FrameReader(Bytes frame, const Dissection& dissection) : frame_(frame), dissection_(dissection) {}

  Recipe read(std::size_t layers) {
    recipe_ = {.link = link_line(layers)};
    if (layers == 0) {
      recipe_.items.emplace_back(DataItem{.bytes = copy(frame_)});
      return std::move(recipe_);
    }
    std::size_t end = frame_.size();
    std::vector<DataItem> trailers;
    for (std::size_t i = 0; i < layers; ++i) {
      const LayerSpan& span = dissection_.spans[i];
      read_header(span);
      // Where the layer itself says that it ends; what lies behind is its carrier's trailer.
      const std::size_t own_end = std::min(end, span.offset + size_of(span));
      if (own_end < end && i > 0) {
        trailers.push_back({.behind = dissection_.spans[i - 1].layer,
                            .trailer = true,
                            .bytes = copy(frame_.subspan(own_end, end - own_end))});
      }
      end = i > 0 ? own_end : end;
    }
    const LayerSpan& last = dissection_.spans[layers - 1];
    const std::size_t from = last.offset + last.size;
    read_content(last, frame_.subspan(from, std::max(end, from) - from));
    for (DataItem& trailer : trailers) recipe_.items.emplace_back(std::move(trailer));
    return std::move(recipe_);
  }

 private:
  /// Where the layers do not tell what the frame begins with.
  [[nodiscard]] std::optional<LinkType> link_line(std::size_t layers) const {
    const bool told = layers > 0 && dissection_.link != LinkType::raw_ip;
    if (told || dissection_.link == LinkType::ethernet) return std::nullopt;
    return dissection_.link;
  }

  /// The octets of a layer with all that it carries, as it says.
  [[nodiscard]] std::size_t size_of(const LayerSpan& span) const {
    if (span.layer == Layer::ip) return std::max<std::size_t>(dissection_.ip->length, span.size);
    if (span.layer == Layer::udp && !dissection_.ip->is_fragment()) {
      return std::max<std::size_t>(dissection_.udp->length, span.size);
    }
    return span.layer == Layer::arp ? span.size : frame_.size();
  }

  void read_header(const LayerSpan& span) {
    const Bytes header = frame_.subspan(span.offset, span.size);
    const auto fields = layer_row(span.layer).fields;
    // A tag begins with its id.
    if (span.layer == Layer::vlan) recipe_.items.emplace_back(read_field(fields[2], header));
    for (const FieldRow& field : fields) {
      if (field.origin == Origin::computed) continue;
      if (span.layer == Layer::vlan && field.name == "id") continue;
      const bool usual = field.bits > 0 && field.bits <= 64
                             ? load_field(field, header) == field.usual
                             : is_zero(field_bytes(field, header));
      if (field.bits == 0 && field_bytes(field, header).empty()) continue;
      if (field.bits > 0 && usual && !always_said(field)) continue;
      recipe_.items.emplace_back(read_field(field, header));
    }
  }

  void read_content(const LayerSpan& last, Bytes content) {
    if (last.layer != Layer::bootp) {
      if (!content.empty()) {
        recipe_.items.emplace_back(DataItem{.behind = last.layer, .bytes = copy(content)});
      }
      return;
    }
    std::vector<Item> items;
    if (content.size() < 4) {
      if (!content.empty()) items.emplace_back(make_raw(content));
    } else {
      read_options(content, items);
    }
    std::move(items.begin(), items.end(), std::back_inserter(recipe_.items));
  }

  void read_options(Bytes content, std::vector<Item>& items) {
    const std::uint32_t cookie = load_be32(content.data());
    items.emplace_back(CookieItem{cookie});
    if (cookie != wire::kCookie) {
      if (content.size() > 4) items.emplace_back(make_raw(content.subspan(4)));
      return;
    }
    AreaReader(Area::options, items).read(content.subspan(4));
    const unsigned overload = overload_of(items);
    const Bytes message = dissection_.payload;
    if (overload & 1U) {
      forget_field("file");
      std::vector<Item> area;
      AreaReader(Area::file, area).read(message.subspan(wire::kFileOffset, wire::kFileSize));
      items.insert(items.end(), area.begin(), area.end());
    }
    if (overload & 2U) {
      forget_field("sname");
      std::vector<Item> area;
      AreaReader(Area::sname, area).read(message.subspan(wire::kSnameOffset, wire::kSnameSize));
      items.insert(items.end(), area.begin(), area.end());
    }
  }

  void forget_field(std::string_view name) {
    std::erase_if(recipe_.items, [&](const Item& item) {
      const auto* field = std::get_if<FieldItem>(&item);
      return field != nullptr && field->field->layer == Layer::bootp && field->field->name == name;
    });
  }

  Bytes frame_;
  const Dissection& dissection_;
  Recipe recipe_;
};

/// Where the line of a computed field goes: behind the last of its layer; a tag's behind its own
/// id.
std::vector<Item>::iterator place_of(Recipe& recipe, Layer layer, std::size_t tag) {
  const auto same = [&](const Item& item) {
    const auto* field = std::get_if<FieldItem>(&item);
    return field != nullptr && field->field->layer == layer;
  };
  if (layer != Layer::vlan) {
    return std::find_if(recipe.items.rbegin(), recipe.items.rend(), same).base();
  }
  std::size_t ids = 0;
  const auto own = std::find_if(recipe.items.begin(), recipe.items.end(), [&](const Item& item) {
    return same(item) && std::get<FieldItem>(item).field->name == "id" && ids++ == tag;
  });
  return own == recipe.items.end() ? own : own + 1;
}

/// Adds the computed fields that the frame has otherwise than they would be computed. Nothing when
/// the two have their layers in different places.
void correct_computed(Recipe& recipe, Bytes frame, std::span<const LayerSpan> layers,
                      const Packet& built) {
  std::size_t tags = 0;
  for (const LayerSpan& span : layers) {
    if (span.offset + span.size > built.bytes.size()) return;
    const Bytes is = frame.subspan(span.offset, span.size);
    const Bytes would_be = Bytes(built.bytes).subspan(span.offset, span.size);
    for (const FieldRow& field : layer_row(span.layer).fields) {
      if (field.origin != Origin::computed) continue;
      if (load_field(field, is) == load_field(field, would_be)) continue;
      recipe.items.insert(place_of(recipe, span.layer, tags), read_field(field, is));
    }
    tags += span.layer == Layer::vlan ? 1 : 0;
  }
}

}  // namespace

Recipe recipe_of(Bytes frame, LinkType link) {
  const Dissection dissection = dissect(frame, link);
  FrameReader reader(frame, dissection);
  for (std::size_t layers = dissection.span_count; layers > 0; --layers) {
    Recipe recipe = reader.read(layers);
    const auto plain = assemble(recipe);
    if (!plain) continue;
    correct_computed(recipe, frame, dissection.layers().first(layers), *plain);
    const auto built = assemble(recipe);
    if (built && built->link == link && equal_bytes(built->bytes, frame)) return recipe;
  }
  return reader.read(0);
}

}  // namespace lessor::craft
