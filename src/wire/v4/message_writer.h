#pragma once
// Writes DHCPv4 messages straight into a transmit slot, without heap. Two ways: write_message lays
// out a server's reply under a size limit (what must be there, what is wanted, what gives way), and
// MessageWriter puts down exactly what it is told, in that order, for clients and for crafting.
// Must not know: where values come from, sockets.

#include "net/address.h"
#include "wire/v4/reply_options.h"

#include <array>
#include <bitset>
#include <expected>
#include <optional>

namespace lessor::wire {

/// The fixed part of a message (RFC 2131 2). Text is borrowed and may be empty.
struct Header {
  Op op = Op::reply;
  std::uint8_t htype = kHtypeEthernet;
  std::uint8_t hlen = 6;
  std::uint8_t hops = 0;  ///< R2131-T3-a: 0 in every reply
  std::uint32_t xid = 0;
  std::uint16_t secs = 0;  ///< R2131-T3-a: 0 in every reply
  std::uint16_t flags = 0;
  net::Ip4 ciaddr;
  net::Ip4 yiaddr;
  net::Ip4 siaddr;
  net::Ip4 giaddr;
  std::array<std::byte, kChaddrSize> chaddr{};
  std::string_view sname;  ///< at most 63 octets: the field ends with a NUL
  std::string_view file;   ///< at most 127 octets

  /// Sets htype, hlen and chaddr.
  void set_hardware_address(const net::HardwareAddress& address);
};

/// Puts down a message front to back: header(), then option() after option(), then end(). Sticky:
/// what does not fit writes nothing and makes ok() false for good.
class MessageWriter {
 public:
  explicit MessageWriter(MutableBytes room) : writer_(room) {}

  /// The 236 octets of the header and the cookie. Text that is too long for its field is cut.
  void header(const Header& header);
  /// One option as it is; a value above 255 octets is split in sequence (RFC 3396 5).
  void option(OptionCode code, Bytes value);
  void option_u8(OptionCode code, std::uint8_t value);
  void option_u16(OptionCode code, std::uint16_t value);
  void option_u32(OptionCode code, std::uint32_t value);
  void option_ip4(OptionCode code, net::Ip4 value) { option_u32(code, value.value); }
  /// Octets as they are: for malformed messages on purpose.
  void raw(Bytes bytes) { writer_.bytes(bytes); }
  void end() { writer_.u8(kOptionEnd); }
  /// Pads with zeros up to `size` octets of message, when it is shorter.
  void pad_to(std::size_t size) {
    if (writer_.size() < size) writer_.zeros(size - writer_.size());
  }

  [[nodiscard]] bool ok() const { return writer_.ok(); }
  [[nodiscard]] std::size_t size() const { return writer_.size(); }
  [[nodiscard]] std::size_t room() const { return writer_.room(); }
  [[nodiscard]] Bytes message() const { return writer_.written(); }

 private:
  ByteWriter writer_;
};

/// Why a reply could not be written at all.
enum class WriteError : std::uint8_t {
  slot_too_small,  ///< the slot or the limit is under 300 octets
  text_too_long,   ///< sname above 63 octets or file above 127
  no_room,         ///< the required options and 61 alone exceed the limit
};
[[nodiscard]] std::string_view to_string(WriteError error);

/// What was written and what was not.
struct WriteResult {
  std::size_t size = 0;              ///< octets of message, 300 at least
  bool overloaded = false;           ///< options are in file or sname, too (option 52)
  std::size_t block_size = 0;        ///< octets of options between the cookie and 61; 0 when some
                                     ///< had no room there
  bool relay_info_left_out = false;  ///< R3046-2.2-a: option 82 did not fit; count it
  std::bitset<256> dropped;          ///< options that were wanted and did not fit
};

/// The UDP payload that a client takes: its option 57 (an IP datagram size, below 576 read as 576;
/// absent means 576) less 28, and no more than the link's MTU less 28 (RFC 2132 9.10).
[[nodiscard]] std::size_t max_payload(std::optional<std::uint16_t> max_message_size,
                                      std::uint32_t mtu);

/// Writes a reply of at most `limit` octets (max_payload) into the front of `slot`.
///
/// Order: required options as added, wanted ones in the order added (that is option 55's) with 1
/// before 3, always-send ones, 61, 82, end. Room for required, 61, 82 and end is set aside first;
/// then options go in from the most wanted to the least, and what does not fit is dropped and
/// reported. When the options field is full and file or sname is unused, option 52 opens them (RFC
/// 2131 4.1); 61 and 82 stay out of them. Padded to 300 octets (RFC 1542 2.1).
[[nodiscard]] std::expected<WriteResult, WriteError> write_message(const Header& header,
                                                                   const ReplyOptions& options,
                                                                   std::size_t limit,
                                                                   MutableBytes slot);

/// The options of a reply that was written before (its WriteResult::block_size octets behind the
/// cookie), and what goes behind them; null: nothing does.
struct ReadyOptions {
  Bytes block;
  const Bytes* client_id = nullptr;   ///< 61
  const Bytes* relay_info = nullptr;  ///< 82
};
/// Writes what write_message() would write, for less. Returns the message's size; 0, with nothing
/// written, when it does not all fit as it is: then it is write_message()'s.
[[nodiscard]] std::size_t write_ready_message(const Header& header, const ReadyOptions& options,
                                              std::size_t limit, MutableBytes slot);

}  // namespace lessor::wire
