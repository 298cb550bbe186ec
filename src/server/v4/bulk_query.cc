#include "server/v4/bulk_query.h"

#include "wire/v4/leasequery_request.h"
#include "wire/v4/option_cursor.h"

namespace lessor::server::v4 {
namespace {

constexpr wire::OptionCode kRelayId = 12;         // RFC 6925
constexpr wire::OptionCode kVirtualSubnet = 151;  // RFC 6607
constexpr std::byte kDefaultVpn{255};             // RFC 2685, RFC 6607 3.1: the global one
constexpr std::uint32_t kLastTime = INT32_MAX;    // what Kea takes, too

std::unexpected<BulkRefusal> malformed(std::string_view text) {
  return std::unexpected(BulkRefusal{BulkStatus::malformed_query, text});
}

bool is_other_vpn(Bytes value) { return value.size() != 1 || value[0] != kDefaultVpn; }

/// Gathers by what is asked.
class Question {
 public:
  explicit Question(BulkQuery& query) : query_(query) {}

  void by(BulkBy by, Bytes name) {
    ++count_;
    query_.by = by;
    query_.name = name;
  }
  void by_hardware(const net::HardwareAddress& hardware) {
    by(BulkBy::hardware, {});
    query_.hardware = hardware;
  }
  [[nodiscard]] bool is_one() const { return count_ <= 1; }

 private:
  BulkQuery& query_;
  int count_ = 0;
};

/// What the sub-options of option 82 ask by. Error: why not.
std::expected<void, BulkRefusal> read_relay_info(Bytes relay_info, Question& question) {
  wire::OptionCursor cursor(relay_info, wire::OptionCursor::Grammar::sub_options);
  for (wire::RawOption raw; cursor.next(raw);) {
    const bool asks = raw.code == kRelayId || raw.code == wire::kRelayRemoteId;
    if (asks && raw.value.empty()) return malformed("an identifier of no octets");
    if (raw.code == kRelayId) question.by(BulkBy::relay_id, raw.value);
    if (raw.code == wire::kRelayRemoteId) question.by(BulkBy::remote_id, raw.value);
    if (raw.code == kVirtualSubnet && is_other_vpn(raw.value)) {
      return std::unexpected(BulkRefusal{BulkStatus::not_allowed, "there are no VPNs here"});
    }
  }
  return {};
}

/// RFC 6926 6.2.5, 6.2.6. Error: it is no time.
std::expected<std::optional<WallTime>, BulkRefusal> read_time(const wire::MessageView& message,
                                                              wire::OptionCode code) {
  const auto value = message.option(code);
  if (!value) return std::nullopt;
  if (value->size() != 4) return malformed("a time of other than four octets");
  const std::uint32_t seconds = load_be32(value->data());
  if (seconds > kLastTime) return malformed("a time that is out of range");
  if (seconds == 0) return std::nullopt;
  return WallTime{seconds};
}

std::expected<void, BulkRefusal> read_times(const wire::MessageView& message, BulkQuery& query) {
  const auto since = read_time(message, wire::kOptionQueryStartTime);
  if (!since) return std::unexpected(since.error());
  const auto until = read_time(message, wire::kOptionQueryEndTime);
  if (!until) return std::unexpected(until.error());
  if (*since && *until && **since > **until) return malformed("the start time is after the end");
  query.since = *since;
  query.until = *until;
  return {};
}

}  // namespace

std::expected<BulkQuery, BulkRefusal> read_bulk_query(const wire::MessageView& message) {
  const auto request = wire::read_leasequery(message);
  if (!request) return malformed(to_string(request.error().code));
  if (!message.ciaddr().is_zero() || !message.yiaddr().is_zero() || !message.siaddr().is_zero()) {
    return malformed("ciaddr, yiaddr and siaddr have to be zero");
  }
  BulkQuery query{.xid = request->xid, .parameter_list = request->parameter_list};
  Question question(query);
  if (wire::names_somebody(request->hardware_address))
    question.by_hardware(request->hardware_address);
  if (request->client_id) question.by(BulkBy::client_id, *request->client_id);
  if (const auto read = read_relay_info(request->relay_info.value_or(Bytes()), question); !read) {
    return std::unexpected(read.error());
  }
  if (!question.is_one()) return malformed("it asks by more than one thing");
  const auto vpn = message.option(wire::kOptionVss);
  if (vpn && is_other_vpn(*vpn)) {
    return std::unexpected(BulkRefusal{BulkStatus::not_allowed, "there are no VPNs here"});
  }
  if (const auto times = read_times(message, query); !times) return std::unexpected(times.error());
  return query;
}

}  // namespace lessor::server::v4
