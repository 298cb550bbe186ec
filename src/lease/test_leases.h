#pragma once
// Leases as common hosts have them, for tests and measurements. Must not know: stores, packets.

#include "lease/lease.h"

#include <array>
#include <string>

namespace lessor::lease::testing {

/// One of many hosts, each with a hardware address of its own, a client identifier made of that
/// (RFC 2132 9.14: type 1) and a host name.
class CommonHost {
 public:
  explicit CommonHost(std::uint32_t number)
      : number_(number), name_("host-" + std::to_string(number)) {
    ByteWriter out(id_);
    out.u8(1);
    out.be16(0x02aa);
    out.be32(number);
    copy_bytes(hardware_.octets, Bytes(id_).subspan(1));
  }
  /// Borrows from this object.
  [[nodiscard]] Lease lease(net::Ip4 address, WallTime started, Duration lifetime) const {
    return {.address = address,
            .hardware = hardware_,
            .client_id = id_,
            .hostname = as_bytes(name_),
            .started = started,
            .lifetime = lifetime,
            .subnet_id = 1,
            .xid = number_};
  }

 private:
  std::uint32_t number_;
  std::array<std::byte, 7> id_{};
  net::HardwareAddress hardware_{.type = 1, .size = 6};
  std::string name_;
};

}  // namespace lessor::lease::testing
