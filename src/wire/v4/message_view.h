#pragma once
// MessageView: a DHCPv4 message as borrowed bytes with its options indexed once. It checks the
// grammar of the whole message, so that nothing behind it meets a length that lies. Must not know:
// what an option's value means (that is option_table.h and request.h), sockets, time.

#include "net/address.h"
#include "wire/limits.h"
#include "wire/v4/option_cursor.h"
#include "wire/v4/protocol.h"

#include <array>
#include <bitset>
#include <expected>
#include <memory>
#include <optional>

namespace lessor::wire {

/// Why bytes are not a DHCPv4 message.
enum class ParseCode : std::uint8_t {
  too_short,         ///< shorter than the fixed header
  too_long,          ///< longer than any UDP datagram
  no_cookie,         ///< BOOTP: the message ends before the cookie, or has zeros in its place
  bad_cookie,        ///< BOOTP with another vendor area (RFC 1048 or private)
  hlen_too_long,     ///< hlen says more than the 16 octets of chaddr
  option_no_length,  ///< the field ends after an option's code octet
  option_overrun,    ///< an option's length runs past its field
  bad_overload,      ///< option 52 is not one octet of 1, 2 or 3
};
inline constexpr std::size_t kParseCodes = 8;

/// What is wrong and where: `offset` in octets from the start of the message.
struct ParseError {
  ParseCode code;
  std::uint16_t offset;
  friend bool operator==(ParseError, ParseError) = default;
};

/// One clear sentence for a person.
[[nodiscard]] std::string_view to_string(ParseCode code);

/// Room to join options that come in parts (RFC 3396), allocated once and used for packet after
/// packet. A view that was parsed with it is valid until the next parse with the same scratch.
class ParseScratch {
 public:
  ParseScratch() : bytes_(std::make_unique<std::byte[]>(kMaxMessageSize)) {}

 private:
  friend class MessageView;
  std::unique_ptr<std::byte[]> bytes_;  // never too small: parts do not overlap
  // While joining, by code: how long its parts are together, then where the next part goes.
  std::array<std::uint16_t, 256> joining_{};
};

/// The fixed header, read in place (RFC 2131 2). Precondition: at least kHeaderSize octets.
class HeaderView {
 public:
  explicit HeaderView(Bytes bytes) : bytes_(bytes) {}

  /// The whole message as received.
  [[nodiscard]] Bytes bytes() const { return bytes_; }
  [[nodiscard]] Op op() const {
    const std::uint8_t value = load_u8(at(kOpOffset));
    return value == 1 || value == 2 ? static_cast<Op>(value) : Op::unknown;
  }
  [[nodiscard]] std::uint8_t htype() const { return load_u8(at(kHtypeOffset)); }
  [[nodiscard]] std::uint8_t hlen() const { return load_u8(at(kHlenOffset)); }
  [[nodiscard]] std::uint8_t hops() const { return load_u8(at(kHopsOffset)); }
  [[nodiscard]] std::uint32_t xid() const { return load_be32(at(kXidOffset)); }
  [[nodiscard]] std::uint16_t secs() const { return load_be16(at(kSecsOffset)); }
  [[nodiscard]] std::uint16_t flags() const { return load_be16(at(kFlagsOffset)); }
  [[nodiscard]] bool broadcast() const { return (flags() & kBroadcastFlag) != 0; }
  [[nodiscard]] net::Ip4 ciaddr() const { return {load_be32(at(kCiaddrOffset))}; }
  [[nodiscard]] net::Ip4 yiaddr() const { return {load_be32(at(kYiaddrOffset))}; }
  [[nodiscard]] net::Ip4 siaddr() const { return {load_be32(at(kSiaddrOffset))}; }
  [[nodiscard]] net::Ip4 giaddr() const { return {load_be32(at(kGiaddrOffset))}; }
  /// The client's hardware address: htype, hlen, and hlen octets of chaddr (16 at most).
  [[nodiscard]] net::HardwareAddress chaddr() const;
  /// All 16 octets of 'chaddr' as they came: what a reply must copy.
  [[nodiscard]] Bytes chaddr_field() const { return {at(kChaddrOffset), kChaddrSize}; }
  [[nodiscard]] Bytes sname_field() const { return {at(kSnameOffset), kSnameSize}; }
  [[nodiscard]] Bytes file_field() const { return {at(kFileOffset), kFileSize}; }

 private:
  [[nodiscard]] const std::byte* at(std::size_t offset) const { return bytes_.data() + offset; }
  Bytes bytes_;
};

/// What was odd but is tolerated.
struct ParseNotes {
  bool end_missing = false;      ///< a field with options has no end option (RFC 2131 4.1)
  bool joined = false;           ///< an option came in parts and was joined (RFC 3396)
  bool file_overloaded = false;  ///< 'file' holds options (option 52)
  bool sname_overloaded = false;
  bool nested_overload = false;  ///< option 52 inside file or sname: ignored
};

/// A whole message. Borrows the receive slot and the scratch: valid until either is reused.
class MessageView : public HeaderView {
  struct Key {
    explicit Key() = default;
  };

 public:
  /// Checks and indexes `bytes`. Never reads outside of them, never allocates. Trailing octets
  /// after the end option are ignored, as every server does.
  [[nodiscard]] static std::expected<MessageView, ParseError> parse(Bytes bytes,
                                                                    ParseScratch& scratch);
  /// For parse() only.
  MessageView(Key, Bytes bytes, const ParseScratch& scratch)
      : HeaderView(bytes), scratch_(scratch.bytes_.get()) {}

  /// Whether the option is there, be it empty.
  [[nodiscard]] bool has(OptionCode code) const { return present_[code]; }
  /// The option's value, all its parts joined in the order options, file, sname (RFC 2131 4.1, RFC
  /// 3396 5). Absent is not the same as empty.
  [[nodiscard]] std::optional<Bytes> option(OptionCode code) const {
    if (!has(code)) return std::nullopt;
    return value_of(code);
  }
  /// As option(), for less. Precondition: has(code).
  [[nodiscard]] Bytes value_of(OptionCode code) const {
    const std::size_t at = value_at_[code];
    if (notes_.joined && joined_[code]) return {scratch_ + at, load_be16(scratch_ + at - 2)};
    return {bytes().data() + at, load_u8(bytes().data() + at - 1)};
  }
  /// Option 53; `none` when there is none (BOOTP), `unknown` when it is not one known octet.
  [[nodiscard]] MessageType message_type() const;

  /// The text of 'sname' and 'file' up to the first NUL; empty when the field holds options.
  [[nodiscard]] Bytes sname() const;
  [[nodiscard]] Bytes file() const;
  [[nodiscard]] const ParseNotes& notes() const { return notes_; }

 private:
  using Field = std::pair<std::size_t, std::size_t>;  // offset, size

  [[nodiscard]] std::optional<ParseError> index_all();
  [[nodiscard]] std::optional<ParseError> index_field(Field field);
  [[nodiscard]] std::optional<ParseError> read_overload();
  void join(ParseScratch& scratch);
  template <typename Fn>
  void for_each_part(Fn&& fn) const;
  [[nodiscard]] Field options_field() const {
    return {kOptionsOffset, bytes().size() - kOptionsOffset};
  }

  // By code: where its value begins, in the message, behind its length octet; a joined one's in the
  // scratch, behind its length in two octets. Only of those that are present: half a kilobyte that
  // nobody clears.
  std::array<std::uint16_t, 256> value_at_;
  std::array<bool, 256> present_{};
  std::bitset<256> joined_;
  ParseNotes notes_;
  const std::byte* scratch_;
};

}  // namespace lessor::wire
