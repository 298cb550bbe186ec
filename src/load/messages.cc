#include "load/messages.h"

#include "base/hash.h"
#include "load/option_set.h"
#include "wire/v4/message_writer.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace lessor::load {
namespace {

constexpr std::uint16_t kMacPrefix = 0x024c;  // locally administered
constexpr std::string_view kCircuit = "port-";

/// What an ordinary client asks for: mask, router, DNS, host name, domain, broadcast, NTP.
constexpr std::array kWanted = {std::byte{1},  std::byte{3},  std::byte{6}, std::byte{12},
                                std::byte{15}, std::byte{28}, std::byte{42}};

std::optional<std::uint32_t> number_in(const wire::MessageView& view, wire::OptionCode code) {
  const auto value = view.option(code);
  if (!value || value->size() != 4) return std::nullopt;
  return load_be32(value->data());
}

std::optional<Duration> time_in(const wire::MessageView& view, wire::OptionCode code) {
  const auto seconds = number_in(view, code);
  if (!seconds) return std::nullopt;
  return Duration::from_wire(*seconds);
}

/// RFC 3046 2.0: one sub-option, the circuit-id.
struct RelayInfo {
  std::array<std::byte, 34> octets{};
  std::size_t size = 0;
  [[nodiscard]] Bytes value() const { return Bytes(octets).first(size); }
};

RelayInfo relay_info_of(std::uint32_t number) {
  std::array<char, 32> text;
  char* const digits = std::ranges::copy(kCircuit, text.data()).out;
  const char* const end = std::to_chars(digits, text.data() + text.size(), number).ptr;
  const std::string_view circuit(text.data(), static_cast<std::size_t>(end - text.data()));
  RelayInfo info{.size = 2 + circuit.size()};
  store_u8(info.octets.data(), wire::kRelayCircuitId);
  store_u8(&info.octets[1], static_cast<std::uint8_t>(circuit.size()));
  copy_bytes(MutableBytes(info.octets).subspan(2), as_bytes(circuit));
  return info;
}

Echo echo_in(const wire::MessageView& view, std::uint32_t number) {
  const auto value = view.option(wire::kOptionDhcpAgentOptions);
  if (!value) return Echo::none;
  const RelayInfo sent = relay_info_of(number);
  return std::ranges::equal(*value, sent.value()) ? Echo::same : Echo::other;
}

constexpr bool may_change(wire::OptionCode code) {
  return code == wire::kOptionDhcpMessageType || code == wire::kOptionDhcpServerIdentifier ||
         code == wire::kOptionDhcpLeaseTime || code == wire::kOptionDhcpRenewalTime ||
         code == wire::kOptionDhcpRebindingTime || code == wire::kOptionDhcpMessage ||
         code == wire::kOptionDhcpAgentOptions || code == wire::kOptionPad ||
         code == wire::kOptionEnd;
}

/// The same in whatever order they stand.
std::uint64_t mark_of_field(Bytes field) {
  std::uint64_t mark = 0;
  wire::OptionCursor cursor(field);
  for (wire::RawOption option; cursor.next(option);) {
    if (may_change(option.code)) continue;
    mark += quick_hash(field.subspan(option.offset, cursor.offset() - option.offset));
  }
  return mark;
}

std::uint32_t mark_of(const wire::MessageView& view) {
  std::uint64_t mark = mark_of_field(view.bytes().subspan(wire::kOptionsOffset));
  if (view.notes().file_overloaded) mark += mark_of_field(view.file_field());
  if (view.notes().sname_overloaded) mark += mark_of_field(view.sname_field());
  mark += view.siaddr().value;
  return static_cast<std::uint32_t>(mark >> 32 ^ mark) | 1U;
}

}  // namespace

net::Mac mac_of(std::uint32_t number) {
  net::Mac mac;
  store_be16(mac.octets.data(), kMacPrefix);
  store_be32(&mac.octets[2], number);
  return mac;
}

std::optional<std::uint32_t> number_of(Bytes chaddr) {
  if (chaddr.size() < 6 || load_be16(chaddr.data()) != kMacPrefix) return std::nullopt;
  return load_be32(&chaddr[2]);
}

std::size_t write_question(MutableBytes room, const Question& question) {
  wire::Header header{.op = wire::Op::request,
                      .xid = question.xid,
                      .secs = question.secs,
                      .flags = question.broadcast ? wire::kBroadcastFlag : std::uint16_t{0},
                      .ciaddr = question.ciaddr,
                      .giaddr = question.giaddr};
  const bool relayed = !question.giaddr.is_zero();
  header.hops = relayed ? 1 : 0;
  copy_bytes(header.chaddr, mac_of(question.number).octets);
  wire::MessageWriter writer(room);
  writer.header(header);
  writer.option_u8(wire::kOptionDhcpMessageType, static_cast<std::uint8_t>(question.type));
  if (!question.requested.is_zero()) {
    writer.option_ip4(wire::kOptionDhcpRequestedAddress, question.requested);
  }
  if (!question.server.is_zero()) {
    writer.option_ip4(wire::kOptionDhcpServerIdentifier, question.server);
  }
  if (question.options && !question.asks) {
    write_identifier(writer, *question.options, question.number);
  } else if (question.options) {
    write_options(writer, *question.options, question.number);
  } else if (question.asks) {
    writer.option(wire::kOptionDhcpParameterRequestList, kWanted);
  }
  if (relayed) {
    writer.option(wire::kOptionDhcpAgentOptions, relay_info_of(question.number).value());
  }
  writer.end();
  writer.pad_to(wire::kMinMessageSize);
  return writer.ok() ? writer.size() : 0;
}

std::optional<Answer> read_answer(Bytes payload, wire::ParseScratch& scratch) {
  const auto view = wire::MessageView::parse(payload, scratch);
  if (!view || view->op() != wire::Op::reply) return std::nullopt;
  const auto number = number_of(view->chaddr_field());
  if (!number) return std::nullopt;
  return Answer{.type = view->message_type(),
                .number = *number,
                .xid = view->xid(),
                .address = view->yiaddr(),
                .server = {number_in(*view, wire::kOptionDhcpServerIdentifier).value_or(0)},
                .lease_time = time_in(*view, wire::kOptionDhcpLeaseTime),
                .t1 = time_in(*view, wire::kOptionDhcpRenewalTime),
                .t2 = time_in(*view, wire::kOptionDhcpRebindingTime),
                .relay_info = echo_in(*view, *number),
                .options = mark_of(*view)};
}

}  // namespace lessor::load
