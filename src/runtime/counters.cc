#include "runtime/counters.h"

namespace lessor::runtime {
namespace {

constexpr std::array<std::string_view, kIoCountSize> kNames{
    "received-framed", "received-udp",      "received-xdp", "received-arp",
    "receive-lost",    "sent-framed",       "sent-udp",     "sent-probes",
    "send-retries",    "send-dropped-full", "send-failed",  "send-no-interface"};

}  // namespace

std::string_view name(IoCount count) { return kNames[static_cast<std::size_t>(count)]; }

}  // namespace lessor::runtime
