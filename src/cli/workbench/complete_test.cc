#include "cli/workbench/complete.h"

#include <gmock/gmock.h>

namespace lessor::cli {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::vector<std::string> completed(std::vector<std::string> words) {
  return complete(words, {.interfaces = {"eth0", "lo"}});
}

TEST(Complete, OffersCommands) {
  EXPECT_THAT(completed({""}), Contains("craft"));
  EXPECT_THAT(completed({"cr"}), ElementsAre("craft"));
  EXPECT_THAT(completed({"explain"}), IsEmpty()) << "not in this version";
  EXPECT_THAT(completed({"leases", "re"}), ElementsAre("release", "renew", "repair"));
}

TEST(Complete, OffersWhatCanBeLoadedAndHow) {
  EXPECT_THAT(completed({"bench", "e"}), ElementsAre("eth0"));
  EXPECT_THAT(completed({"bench", "eth0", "--scenario", ""}), ElementsAre("dora", "renew"));
}

TEST(Complete, OffersTypesThenFields) {
  EXPECT_THAT(completed({"craft", "dis"}), ElementsAre("discover"));
  EXPECT_THAT(completed({"craft", "do"}), IsEmpty());
  EXPECT_THAT(completed({"send", "-i", "eth0", "do"}), ElementsAre("dora"));
  EXPECT_THAT(completed({"craft", "discover", "ip.t"}), ElementsAre("ip.tos=", "ip.ttl="));
  EXPECT_THAT(completed({"craft", "discover", "opt"}), ElementsAre("option."));
  EXPECT_THAT(completed({"craft", "discover", "malform=bad-h"}), ElementsAre("malform=bad-hlen"));
}

TEST(Complete, OffersOptionsAndTheirSubOptions) {
  EXPECT_THAT(completed({"craft", "discover", "option.host"}), ElementsAre("option.host-name="));
  EXPECT_THAT(completed({"craft", "discover", "-o", "host"}), ElementsAre("host-name="));
  EXPECT_THAT(completed({"craft", "discover", "-o", "dhcp-agent-options.link"}),
              ElementsAre("dhcp-agent-options.link-selection="));
  EXPECT_THAT(completed({"craft", "discover", "option.82.circ"}),
              ElementsAre("option.82.circuit-id="));
  EXPECT_THAT(completed({"options", "82.rem"}), ElementsAre("82.remote-id"));
  EXPECT_THAT(completed({"options", "tftp"}), Each(StartsWith("tftp")));
  EXPECT_THAT(completed({"options", "nothing.at"}), IsEmpty());
}

TEST(Complete, OffersInterfacesLayersAndShells) {
  EXPECT_THAT(completed({"send", "-i", ""}), ElementsAre("eth0", "lo"));
  EXPECT_THAT(completed({"serve", "--interface", "e"}), ElementsAre("eth0"));
  EXPECT_THAT(completed({"watch", ""}), ElementsAre("any", "eth0", "lo"));
  EXPECT_THAT(completed({"fields", "u"}), ElementsAre("udp"));
  EXPECT_THAT(completed({"completion", ""}), ElementsAre("bash", "fish", "zsh"));
  EXPECT_THAT(completed({"send", "--expect", "off"}), ElementsAre("offer"));
}

TEST(Complete, OffersConditionsOfWhatIsShown) {
  EXPECT_THAT(completed({"show", "a.pcap", "ma"}), ElementsAre("mac="));
  EXPECT_THAT(completed({"show", "a.pcap", "type=off"}), ElementsAre("type=offer"));
  EXPECT_THAT(completed({"watch", "eth0", "option.host"}), ElementsAre("option.host-name="));
  EXPECT_THAT(completed({"show", "m"}), IsEmpty()) << "a file";
}

TEST(Complete, SurvivesNothing) {
  EXPECT_THAT(complete({}, {}), IsEmpty());
  EXPECT_THAT(completed({"nonsense", ""}), IsEmpty());
}

}  // namespace
}  // namespace lessor::cli
