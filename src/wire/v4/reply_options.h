#pragma once
// ReplyOptions: what a reply should carry, collected by a decision and laid out by the writer. A
// fixed capacity, no heap. Must not know: sizes and limits of messages.

#include "net/address.h"
#include "wire/limits.h"
#include "wire/v4/protocol.h"

#include <array>
#include <optional>
#include <span>

namespace lessor::wire {

/// How much an option is wanted; also the order in the message.
enum class Priority : std::uint8_t {
  required,     ///< 53, 54, 51 ...: in every reply, or there is no reply
  wanted,       ///< asked for in option 55, in its order
  always_send,  ///< the operator wants it sent, asked for or not
};

/// One option to send. Short values are kept inside, long ones are borrowed.
class ReplyOption {
 public:
  ReplyOption() = default;  // uninitialised: an array of these costs nothing
  ReplyOption(OptionCode code, Priority priority, Bytes value)
      : borrowed_(value.data()),
        size_(static_cast<std::uint32_t>(value.size())),
        code_(code),
        priority_(priority) {}
  /// The low `size` octets (1 to 4) of `value`, big-endian.
  ReplyOption(OptionCode code, Priority priority, std::uint32_t value, std::uint8_t size)
      : borrowed_(nullptr), size_(size), code_(code), priority_(priority) {
    store_be32(inside_.data(), value << (8 * (4 - size)));
  }
  [[nodiscard]] OptionCode code() const { return code_; }
  [[nodiscard]] Priority priority() const { return priority_; }
  /// Valid while this object and the borrowed bytes live.
  [[nodiscard]] Bytes value() const {
    return {borrowed_ != nullptr ? borrowed_ : inside_.data(), size_};
  }

 private:
  const std::byte* borrowed_;
  std::uint32_t size_;
  std::array<std::byte, 4> inside_;
  OptionCode code_;
  Priority priority_;
};

/// Octets on the wire of a value: a code and a length for every 255 octets begun (RFC 3396 5).
[[nodiscard]] constexpr std::size_t wire_size(std::size_t value_size) {
  if (value_size <= kMaxOptionLength) return value_size + 2;
  return value_size + 2 * ((value_size + kMaxOptionLength - 1) / kMaxOptionLength);
}

/// A reply's options, ever in the order of the message: by priority, as added, the mask before the
/// routers (R2132-3.3-a). Each code is taken once: the first to add it wins (R2131-4.3.1-d), so the
/// list cannot overflow. Values are borrowed until the message is written.
class ReplyOptions {
 public:
  ReplyOptions() {
    for (const OptionCode code : kNotToAdd) taken_[code] = true;
  }

  /// In every such reply: 53, 54, 51. Written first, in the order added.
  void require(OptionCode code, Bytes value) { add({code, Priority::required, value}); }
  void require_u8(OptionCode code, std::uint8_t value) {
    add({code, Priority::required, value, 1});
  }
  void require_u32(OptionCode code, std::uint32_t value) {
    add({code, Priority::required, value, 4});
  }
  void require_ip4(OptionCode code, net::Ip4 value) { require_u32(code, value.value); }

  /// Asked for in option 55: call in its order.
  void want(OptionCode code, Bytes value) { add({code, Priority::wanted, value}); }
  void want_u32(OptionCode code, std::uint32_t value) { add({code, Priority::wanted, value, 4}); }
  void want_ip4(OptionCode code, net::Ip4 value) { want_u32(code, value.value); }

  /// Sent whether asked for or not, after the wanted ones.
  void always(OptionCode code, Bytes value) { add({code, Priority::always_send, value}); }
  void always_u32(OptionCode code, std::uint32_t value) {
    add({code, Priority::always_send, value, 4});
  }

  /// R6842-3-a: the client's option 61, unaltered; after all others but 82.
  void echo_client_id(Bytes value) { echo(value, client_id_, has_client_id_); }
  /// R3046-2.2-a: the relay's option 82, unaltered and last.
  void echo_relay_info(Bytes value) { echo(value, relay_info_, has_relay_info_); }

  /// The value of an option that was added; nothing when it was not.
  [[nodiscard]] std::optional<Bytes> find(OptionCode code) const;
  /// Gives an option that was added another value. Precondition: find(code).
  void replace(OptionCode code, Bytes value);
  /// Takes out an option that was added. Precondition: find(code).
  void take_out(OptionCode code);

  /// Keeps an option out that has not been added yet, whoever adds it.
  void leave_out(OptionCode code) { taken_[code] = true; }

  /// Whether adding `code` would change nothing: it was added, or is none to add.
  [[nodiscard]] bool has(OptionCode code) const { return taken_[code]; }
  /// In the order of the message.
  [[nodiscard]] std::span<const ReplyOption> all() const { return {options_.data(), count_}; }
  /// Octets of all options on the wire, 61 and 82 included.
  [[nodiscard]] std::size_t size_bytes() const { return size_bytes_; }
  /// Null when there is none.
  [[nodiscard]] const Bytes* client_id() const { return has_client_id_ ? &client_id_ : nullptr; }
  [[nodiscard]] const Bytes* relay_info() const { return has_relay_info_ ? &relay_info_ : nullptr; }

 private:
  /// Pad and end are no options, 52 is the writer's own, 61 and 82 come by the echo functions only
  /// (R6842-3-a, R3046-2.2-a).
  static constexpr OptionCode kNotToAdd[] = {kOptionPad, kOptionEnd, kOptionDhcpOptionOverload,
                                             kOptionDhcpClientIdentifier, kOptionDhcpAgentOptions};

  void add(const ReplyOption& option) {
    if (taken_[option.code()]) return;
    taken_[option.code()] = true;
    size_bytes_ += wire_size(option.value().size());
    // Nearly always options come in order, and nothing moves.
    const bool in_order = count_ == 0 || options_[count_ - 1].priority() <= option.priority();
    options_[count_++] = option;
    const bool mask_is_late = option.code() == kOptionSubnetMask && taken_[kOptionRouters];
    if (!in_order || mask_is_late) move_last();
  }
  void move_last();
  void put_mask_first();
  [[nodiscard]] std::size_t place_of(OptionCode code) const;
  void echo(Bytes value, Bytes& out, bool& has) {
    size_bytes_ += has ? 0 : wire_size(value.size());
    if (!has) out = value;
    has = true;
  }

  std::array<ReplyOption, kMaxOptionCodes> options_;
  std::size_t count_ = 0;
  std::size_t size_bytes_ = 0;
  std::array<bool, 256> taken_{};  // by code
  Bytes client_id_;
  Bytes relay_info_;
  bool has_client_id_ = false;
  bool has_relay_info_ = false;
};

}  // namespace lessor::wire
