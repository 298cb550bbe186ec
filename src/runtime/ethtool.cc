#include "runtime/ethtool.h"

#include "runtime/file_descriptor.h"

#include <algorithm>
#include <cstdint>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace lessor::runtime {
namespace {

/// One question; false when the driver does not answer it.
template <typename Question>
bool ask(int fd, const std::string& interface, std::uint32_t command, Question& question) {
  question.cmd = command;
  ifreq request{};
  interface.copy(request.ifr_name, IFNAMSIZ - 1);
  request.ifr_data = reinterpret_cast<char*>(&question);
  return ioctl(fd, SIOCETHTOOL, &request) == 0;
}

}  // namespace

Result<DriverFacts> ask_driver(const std::string& interface) {
  const FileDescriptor fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) return std::unexpected(last_error("ask about " + interface));
  DriverFacts facts;
  ethtool_drvinfo driver{};
  if (ask(fd.get(), interface, ETHTOOL_GDRVINFO, driver)) facts.driver = driver.driver;
  ethtool_channels channels{};
  if (ask(fd.get(), interface, ETHTOOL_GCHANNELS, channels)) {
    facts.receive_queues =
        std::max<std::size_t>(std::size_t{channels.rx_count} + channels.combined_count, 1);
  }
  ethtool_value flags{};
  if (ask(fd.get(), interface, ETHTOOL_GFLAGS, flags)) {
    facts.takes_tags_off = (flags.data & ETH_FLAG_RXVLAN) != 0;
  }
  return facts;
}

}  // namespace lessor::runtime
