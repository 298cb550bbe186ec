// From an exact recipe to octets: layers from the inside out, computed fields last.

#include "craft/packet/recipe.h"
#include "net/checksum.h"
#include "net/frame.h"
#include "wire/limits.h"

#include <algorithm>
#include <bitset>

namespace lessor::craft {
namespace {

using Octets = std::vector<std::byte>;

// An IPv4 datagram's 65,535 octets, a link header, two tags, and some trailer: libpcap's own limit.
constexpr std::size_t kFrameMax = 262'144;
constexpr std::size_t kTagsMax = 8;  // more than any network has

/// One layer that is being built.
struct Part {
  Layer layer;
  Octets header;
  Octets data;            // what it carries when that is no layer
  Octets trailer;         // what lies behind what it carries
  std::bitset<32> given;  // by index in its row's fields
  bool has_data = false;
};

Part make_part(Layer layer) {
  const LayerRow& row = layer_row(layer);
  Part part{.layer = layer, .header = Octets(row.size)};
  for (const FieldRow& field : row.fields) {
    if (field.usual != 0) store_field(field, part.header, field.usual);
  }
  return part;
}

std::size_t index_of(const FieldRow& field) {
  return static_cast<std::size_t>(&field - layer_row(field.layer).fields.data());
}

/// The message behind the header: cookie, options, octets; and what file and sname hold of them.
struct Areas {
  Octets body;
  std::optional<Octets> file;
  std::optional<Octets> sname;

  Octets& of(Area area) {
    switch (area) {
      case Area::options:
        return body;
      case Area::file:
        return file ? *file : file.emplace();
      case Area::sname:
        return sname ? *sname : sname.emplace();
    }
    return body;
  }
};

void append(Octets& out, Bytes bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

void append_octet(Octets& out, std::size_t value) {
  out.push_back(static_cast<std::byte>(value & 0xffU));
}

void put_option(const OptionItem& option, Octets& out) {
  if (option.length || option.code_only) {
    append_octet(out, option.code);
    if (option.length) append_octet(out, *option.length);
    append(out, option.value);
    return;
  }
  Bytes rest = option.value;
  do {  // RFC 3396 5: a long value is laid down in parts, one behind the other
    const Bytes part = rest.first(std::min(rest.size(), wire::kMaxOptionLength));
    append_octet(out, option.code);
    append_octet(out, part.size());
    append(out, part);
    rest = rest.subspan(part.size());
  } while (!rest.empty());
}

/// A whole packet that is being built.
class Assembly {
 public:
  explicit Assembly(const Recipe& recipe) : recipe_(recipe) {}

  std::expected<Packet, std::string> run() {
    for (const Item& item : recipe_.items) {
      std::visit([&](const auto& it) { take(it); }, item);
    }
    if (whole_) return finish(std::move(*whole_));
    imply_layers();
    if (auto why = contradiction()) return std::unexpected(std::move(*why));
    if (auto why = fill_areas()) return std::unexpected(std::move(*why));
    return finish(join());
  }

 private:
  Part* find(Layer layer) {
    const auto found = std::find_if(parts_.rbegin(), parts_.rend(),
                                    [&](const Part& p) { return p.layer == layer; });
    return found == parts_.rend() ? nullptr : &*found;
  }
  Part& need(Layer layer) {
    if (Part* part = find(layer)) return *part;
    return add(layer);
  }
  /// A part in its place: layers outermost first, several tags in the order of their lines.
  Part& add(Layer layer) {
    const auto place =
        std::find_if(parts_.begin(), parts_.end(), [&](const Part& p) { return p.layer > layer; });
    return *parts_.insert(place, make_part(layer));
  }

  void take(const FieldItem& item) {
    const std::size_t index = index_of(*item.field);
    Part* part = &need(item.field->layer);
    // Each vlan.id begins a tag of its own.
    if (item.field->layer == Layer::vlan && item.field->name == "id" && part->given[index]) {
      part = &add(Layer::vlan);
    }
    part->given.set(index);
    if (item.field->bits == 0) {
      part->header.resize(item.field->octet());
      append(part->header, item.content);
      while (part->header.size() % 4 != 0) part->header.push_back(std::byte{0});
      return;
    }
    put_field(*item.field, part->header, item.content);
  }
  void take(const OptionItem& item) { put_option(item, areas_.of(item.area)); }
  void take(const CookieItem& item) {
    const std::size_t at = areas_.body.size();
    areas_.body.resize(at + 4);
    store_be32(&areas_.body[at], item.value);
  }
  void take(const RawItem& item) { append(areas_.of(item.area), item.bytes); }
  void take(const DataItem& item) {
    if (!item.behind) {
      if (!whole_) whole_.emplace();
      append(*whole_, item.bytes);
      return;
    }
    Part& part = need(*item.behind);
    append(item.trailer ? part.trailer : part.data, item.bytes);
    part.has_data = part.has_data || !item.trailer;
  }

  [[nodiscard]] bool has_areas() const {
    return !areas_.body.empty() || areas_.file || areas_.sname;
  }
  void imply_layers() {
    if (has_areas()) (void)need(Layer::bootp);
    if (find(Layer::bootp) != nullptr) (void)need(Layer::udp);
    for (const Layer inner : {Layer::icmp, Layer::udp, Layer::tcp}) {
      if (find(inner) != nullptr) (void)need(Layer::ip);
    }
    switch (link()) {
      case LinkType::ethernet:
        (void)need(Layer::ethernet);
        break;
      case LinkType::cooked:
        (void)need(Layer::cooked);
        break;
      case LinkType::cooked2:
        (void)need(Layer::cooked2);
        break;
      case LinkType::raw_ip:
        break;
    }
  }
  [[nodiscard]] LinkType link() {
    if (recipe_.link) return *recipe_.link;
    if (find(Layer::cooked) != nullptr) return LinkType::cooked;
    if (find(Layer::cooked2) != nullptr) return LinkType::cooked2;
    return LinkType::ethernet;
  }

  /// Two layers that cannot be in one packet, or a layer that carries both data and a layer.
  std::optional<std::string> contradiction() {
    constexpr std::pair<Layer, Layer> kEither[] = {
        {Layer::cooked, Layer::cooked2},   {Layer::cooked, Layer::ethernet},
        {Layer::cooked2, Layer::ethernet}, {Layer::arp, Layer::ip},
        {Layer::icmp, Layer::udp},         {Layer::icmp, Layer::tcp},
        {Layer::udp, Layer::tcp}};
    for (const auto& [a, b] : kEither) {
      if (find(a) == nullptr || find(b) == nullptr) continue;
      return "a packet has no fields of both " + std::string(layer_row(a).name) + " and " +
             std::string(layer_row(b).name);
    }
    if (link() == LinkType::raw_ip && !parts_.empty() && parts_.front().layer < Layer::ip) {
      return "link = raw: a raw IP packet has no " +
             std::string(layer_row(parts_.front().layer).name) + " layer";
    }
    for (std::size_t i = 0; i + 1 < parts_.size(); ++i) {
      if (!parts_[i].has_data) continue;
      return std::string(layer_row(parts_[i].layer).prefix) + ".data: it carries " +
             std::string(layer_row(parts_[i + 1].layer).name) + " already";
    }
    if (std::count_if(parts_.begin(), parts_.end(),
                      [](const Part& p) { return p.layer == Layer::vlan; }) > long{kTagsMax}) {
      return "more than " + std::to_string(kTagsMax) + " VLAN tags";
    }
    return std::nullopt;
  }

  /// Puts what file and sname hold into the header, the body behind it.
  std::optional<std::string> fill_areas() {
    Part* bootp = find(Layer::bootp);
    if (bootp == nullptr) return std::nullopt;
    struct Place {
      const std::optional<Octets>& content;
      std::size_t offset, size;
      const char* name;
    };
    const Place places[] = {{areas_.file, wire::kFileOffset, wire::kFileSize, "file"},
                            {areas_.sname, wire::kSnameOffset, wire::kSnameSize, "sname"}};
    for (const Place& place : places) {
      if (!place.content) continue;
      if (place.content->size() > place.size) {
        return "the options in " + std::string(place.name) + " take " +
               std::to_string(place.content->size()) + " octets, it has " +
               std::to_string(place.size);
      }
      copy_bytes(MutableBytes(bootp->header).subspan(place.offset), *place.content);
    }
    bootp->data = areas_.body;
    return std::nullopt;
  }

  Octets join() {
    Octets inner;
    for (std::size_t i = parts_.size(); i > 0; --i) {
      Part& part = parts_[i - 1];
      Octets content = i == parts_.size() ? std::move(part.data) : std::move(inner);
      append(content, part.trailer);
      compute(part, content, i < parts_.size() ? &parts_[i] : nullptr);
      inner = std::move(part.header);
      append(inner, content);
    }
    return inner;
  }

  std::expected<Packet, std::string> finish(Octets bytes) {
    if (bytes.size() > kFrameMax) {
      return std::unexpected("the packet would have " + std::to_string(bytes.size()) +
                             " octets; no frame is longer than " + std::to_string(kFrameMax));
    }
    return Packet{.link = link(), .bytes = std::move(bytes), .time = recipe_.time};
  }

  /// Sets a computed field unless its value was given.
  static void set(Part& part, std::string_view name, std::uint64_t value) {
    for (const FieldRow& field : layer_row(part.layer).fields) {
      if (field.name == name && !part.given[index_of(field)]) {
        store_field(field, part.header, value);
      }
    }
  }

  static std::optional<std::uint64_t> ether_type_of(const Part* next) {
    if (next == nullptr) return std::nullopt;
    if (next->layer == Layer::vlan) return net::kEtherTypeVlan;
    return next->layer == Layer::arp ? net::kEtherTypeArp : net::kEtherTypeIp4;
  }

  void compute(Part& part, const Octets& content, const Part* next) {
    switch (part.layer) {
      case Layer::ethernet:
      case Layer::vlan:
        if (const auto type = ether_type_of(next)) set(part, "type", *type);
        break;
      case Layer::cooked:
      case Layer::cooked2:
        if (const auto type = ether_type_of(next)) set(part, "etype", *type);
        break;
      case Layer::ip:
        compute_ip(part, content, next);
        break;
      case Layer::icmp:
        set(part, "checksum", checksum_of(part, content, false));
        break;
      case Layer::udp:
        compute_udp(part, content);
        break;
      case Layer::tcp:
        set(part, "offset", part.header.size() / 4);
        set(part, "checksum", checksum_of(part, content, true));
        break;
      case Layer::arp:
      case Layer::bootp:
        break;
    }
  }

  static void compute_ip(Part& ip, const Octets& content, const Part* next) {
    set(ip, "ihl", ip.header.size() / 4);
    set(ip, "length", ip.header.size() + content.size());
    if (next != nullptr && next->layer == Layer::icmp) set(ip, "protocol", kProtocolIcmp);
    if (next != nullptr && next->layer == Layer::tcp) set(ip, "protocol", kProtocolTcp);
    set(ip, "checksum", net::internet_checksum(net::checksum_add(0, ip.header)));
  }

  void compute_udp(Part& udp, const Octets& content) {
    set(udp, "length", udp.header.size() + content.size());
    const std::uint16_t sum = checksum_of(udp, content, true);
    // RFC 768: "If the computed checksum is zero, it is transmitted as all ones".
    set(udp, "checksum", sum == 0 ? 0xffff : sum);
  }

  /// Over header and content, with the pseudo-header of IPv4 before them when wanted. The checksum
  /// field counts as zero.
  std::uint16_t checksum_of(Part& part, const Octets& content, bool pseudo_header) {
    set(part, "checksum", 0);
    std::uint64_t sum = 0;
    if (pseudo_header) {
      const Octets& ip = find(Layer::ip)->header;
      std::byte pseudo[12];
      ByteWriter out(pseudo);
      out.bytes(Bytes(ip).subspan(12, 8));
      out.be16(part.layer == Layer::tcp ? kProtocolTcp : kProtocolUdp);
      out.be16(static_cast<std::uint16_t>(part.header.size() + content.size()));
      sum = net::checksum_add(sum, pseudo);
    }
    sum = net::checksum_add(sum, part.header);  // of even length, as all headers are
    return net::internet_checksum(net::checksum_add(sum, content));
  }

  const Recipe& recipe_;
  std::vector<Part> parts_;
  Areas areas_;
  std::optional<Octets> whole_;
};

}  // namespace

std::expected<Packet, std::string> assemble(const Recipe& exact) { return Assembly(exact).run(); }

}  // namespace lessor::craft
