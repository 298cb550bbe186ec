#include "host/duid.h"

#include "base/hash.h"
#include "base/text.h"
#include "host/state_files.h"

#include <algorithm>
#include <array>
#include <fstream>

namespace lessor::host {
namespace {

using runtime::refusal;
using runtime::Result;

constexpr std::size_t kMachineIdDigits = 32;
constexpr const char* kFile = "duid";
constexpr std::size_t kMaxFile = 512;
// RFC 8415 11.2, RFC 6355 4.
constexpr std::uint16_t kDuidLlt = 1;
constexpr std::uint16_t kDuidUuid = 4;
constexpr std::uint16_t kEthernet = 1;
constexpr std::int64_t kYear2000 = 946'684'800;
constexpr std::size_t kMinDuid = 3;  // type and one octet
// Which hash of the machine's id this is; machine-id(5) asks for one of each program's own.
constexpr HashKey kApplication{.k0 = 0x6c65'7373'6f72'2064, .k1 = 0x7569'6420'7634'2031};

std::string read_machine_id(const std::string& path) {
  std::ifstream file(path);
  std::string text;
  std::getline(file, text);
  return text;
}

Result<Duid> parse_file(std::string_view text, const std::string& path) {
  const auto octets = from_hex(trim(text));
  if (octets && octets->size() >= kMinDuid && octets->size() <= kMaxDuid) return *octets;
  return std::unexpected(refusal("read the DUID in " + path,
                                 "it is not 3 to 130 octets in hexadecimal",
                                 "write back what was there, or remove it to be a new client"));
}

}  // namespace

std::optional<Duid> duid_from_machine_id(std::string_view machine_id) {
  const std::string_view digits = trim(machine_id);
  const auto id = from_hex(digits);
  if (digits.size() != kMachineIdDigits || !id || id->size() != kMachineIdDigits / 2) {
    return std::nullopt;
  }
  const auto is_zero = [](std::byte b) { return b == std::byte{0}; };
  if (std::ranges::all_of(*id, is_zero)) return std::nullopt;
  const Hash128 hash = sip_hash_128(kApplication, *id);
  Duid duid(18);
  ByteWriter out(duid);
  out.be16(kDuidUuid);
  // RFC 9562 5.8: version 8 (made in a way of its own) and the variant.
  out.be64((hash.high & ~UINT64_C(0xf000)) | UINT64_C(0x8000));
  out.be64((hash.low & ~(UINT64_C(3) << 62)) | UINT64_C(2) << 62);
  return duid;
}

Duid duid_from_mac(const net::Mac& mac, WallTime now) {
  Duid duid(14);
  ByteWriter out(duid);
  out.be16(kDuidLlt);
  out.be16(kEthernet);
  out.be32(static_cast<std::uint32_t>(now.seconds - kYear2000));  // modulo 2^32
  out.bytes(mac.octets);
  return duid;
}

Result<Duid> load_duid(const std::string& state_folder, const net::Mac& mac, WallTime now,
                       bool keep, const std::string& machine_id) {
  const auto kept = read_state_file(state_folder, kFile, kMaxFile);
  if (!kept) return std::unexpected(kept.error());
  if (*kept) return parse_file(**kept, state_folder + "/" + kFile);
  const auto of_machine = duid_from_machine_id(read_machine_id(machine_id));
  Duid duid = of_machine ? *of_machine : duid_from_mac(mac, now);
  if (!keep) return duid;
  if (auto made = make_state_folder(state_folder); !made) return std::unexpected(made.error());
  const auto written = write_state_file(state_folder, kFile, to_hex(duid) + "\n");
  if (!written) return std::unexpected(written.error());
  return duid;
}

}  // namespace lessor::host
