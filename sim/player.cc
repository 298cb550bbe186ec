#include "sim/player.h"

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace lessor::sim {
namespace {

void add(Tally& sum, const Tally& more) {
  sum.frames += more.frames;
  sum.acks += more.acks;
  sum.bound += more.bound;
  sum.renewed += more.renewed;
  sum.lost += more.lost;
  sum.crashes += more.crashes;
  sum.refused += more.refused;
  sum.reloads += more.reloads;
  sum.declines += more.declines;
  sum.called += more.called;
  sum.client_time = sum.client_time + more.client_time;
}

std::string story_of(const World& world, const std::string& pcap) {
  std::string text = "SEED " + std::to_string(world.plan().seed) +
                     " BREAKS A LAW: " + world.broken_laws().front() + "\n";
  text += "The world: " + to_string(world.plan()) + ".\n";
  text += "Again: ./dev sim --seed " + std::to_string(world.plan().seed) + "\n";
  text += "Its last frames: " + pcap + " (lessor show " + pcap + ")\n";
  return text + "Its last events:\n" + world.chronicle().last_events();
}

void tell(const World& world, const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  const std::string base = folder + "/seed-" + std::to_string(world.plan().seed);
  std::string text = story_of(world, base + ".pcap");
  const auto written = world.chronicle().write_pcap(base + ".pcap");
  if (!written) text += "No capture: " + written.error() + "\n";
  std::ofstream(base + ".txt") << text;
  std::fputs(text.c_str(), stdout);
}

}  // namespace

bool play(std::uint64_t seed, const std::string& folder, Account& account, bool say_all) {
  World world(draw(seed));
  if (say_all) world.say_all();
  world.play();
  ++account.worlds;
  add(account.tally, world.tally());
  if (world.broken_laws().empty()) return true;
  account.failed.push_back(seed);
  tell(world, folder);
  return false;
}

std::string to_string(const Account& account) {
  const Tally& tally = account.tally;
  const auto count = [](std::uint64_t number, const char* what) {
    return std::to_string(number) + " " + what;
  };
  return count(account.worlds, "worlds, ") +
         count(static_cast<std::uint64_t>(account.client_hours()), "client-hours; ") +
         count(tally.frames, "frames, ") + count(tally.acks, "ACKs, ") +
         count(tally.bound, "times bound, ") + count(tally.renewed, "renewals, ") +
         count(tally.declines, "declines, ") + count(tally.called, "FORCERENEWs, ") +
         count(tally.crashes, "crashes, ") + count(tally.refused, "starts refused by the disk, ") +
         count(tally.reloads, "reloads; ") + count(account.failed.size(), "broken");
}

}  // namespace lessor::sim
