#include "wire/v4/reconfigure_key.h"

#include <algorithm>

namespace lessor::wire {
namespace {

/// Protocol, algorithm and replay detection method.
constexpr std::array kFront{std::byte{3}, std::byte{1}, std::byte{0}};

std::optional<ReconfigureKey> read(Bytes value) {
  ByteReader in(value);
  const bool is_ours = equal_bytes(in.bytes(kFront.size()), kFront);
  ReconfigureKey found;
  found.replay = in.be64();
  found.kind = static_cast<ReconfigureKey::Kind>(in.u8());
  found.key = in.bytes(kNonceSize);
  if (!in.finished() || !is_ours) return std::nullopt;
  return found;
}

}  // namespace

std::optional<ReconfigureKey> find_reconfigure_key(const MessageView& message,
                                                   ReconfigureKey::Kind kind) {
  const auto value = message.option(kOptionAuthenticate);
  const auto found = value ? read(*value) : std::nullopt;
  return found && found->kind == kind ? found : std::nullopt;
}

std::array<std::byte, kReconfigureKeySize> write_reconfigure_key(const ReconfigureKey& key) {
  std::array<std::byte, kReconfigureKeySize> value;
  ByteWriter out(value);
  out.bytes(kFront);
  out.be64(key.replay);
  out.u8(static_cast<std::uint8_t>(key.kind));
  out.bytes(key.key);
  return value;
}

bool takes_forcerenew(const MessageView& message) {
  const auto algorithms = message.option(kOptionForcerenewNonceCapable);
  return algorithms &&
         std::ranges::find(*algorithms, kForcerenewAlgorithms[0]) != std::ranges::end(*algorithms);
}

}  // namespace lessor::wire
