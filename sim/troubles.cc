// What goes wrong in a simulated world, and its end.
#include "sim/site_config.h"
#include "sim/world.h"

namespace lessor::sim {

void World::make_trouble() {
  next_trouble_ = stage_.now + stage_.draw(Duration::milliseconds(50), Duration::seconds(8));
  crash_where_it_hurts();
  switch (stage_.random.below(4)) {
    case 0:
      trouble_a_server();
      break;
    case 1:
      trouble_the_network();
      break;
    default:
      trouble_a_client();
  }
}

/// Ten times likelier while a flush is pending: that is when something can be lost.
void World::crash_where_it_hurts() {
  if (!stage_.plan.has(Trouble::server_crash)) return;
  for (HostId host = 0; host < servers_.size(); ++host) {
    if (!stage_.random.one_in(servers_[host]->flush_pending() ? 6 : 60)) continue;
    servers_[host]->crash();
    schedule(host);
  }
}

void World::trouble_a_server() {
  const HostId host = stage_.random.below(static_cast<std::uint32_t>(servers_.size()));
  ServerHost& server = *servers_[host];
  const Plan& plan = stage_.plan;
  switch (stage_.random.below(6)) {
    case 0:
      if (plan.has(Trouble::reload)) {
        server.reload(changed_config(plan, server.number(), stage_.random));
      }
      break;
    case 1:
      if (plan.has(Trouble::slow_disk)) server.set_disk(DiskHealth::slow);
      break;
    case 2:
      if (plan.has(Trouble::failing_disk)) server.set_disk(DiskHealth::failing);
      break;
    case 3:
      if (plan.has(Trouble::full_disk)) server.set_disk(DiskHealth::full);
      break;
    case 4:
      server.set_disk(DiskHealth::good);
      break;
    case 5:
      step_wall_clock(server);
      break;
  }
  schedule(host);
}

/// A day forward or back while the server runs, and one that is down starts with what its clock
/// shows then. (A clock that is set forward while nobody looks cannot be told from time that has
/// passed.)
void World::step_wall_clock(ServerHost& server) {
  if (!stage_.plan.has(Trouble::wall_step) || !server.runs()) return;
  server.set_wall_error(Duration::seconds(100'000) -
                        Duration::seconds(stage_.random.below(200'000)));
}

void World::trouble_the_network() {
  const Plan& plan = stage_.plan;
  const auto some_host = [&] {
    return stage_.random.below(static_cast<std::uint32_t>(hosts_.size()));
  };
  const std::uint32_t which = stage_.random.below(4);
  if (which == 0 && plan.has(Trouble::partition)) {
    const HostId server = stage_.random.below(static_cast<std::uint32_t>(servers_.size()));
    const HostId other = some_host();
    const bool deaf = stage_.random.one_in(2);
    stage_.network.part(deaf ? other : server, deaf ? server : other,
                        stage_.now + stage_.draw(Duration::seconds(1), Duration::seconds(300)));
  }
  if (which == 1 && plan.has(Trouble::flap)) {
    const HostId server = stage_.random.below(static_cast<std::uint32_t>(servers_.size()));
    servers_[server]->set_up(stage_.random.one_in(2));
    schedule(server);
  }
  if (relays_.empty()) return;
  const std::uint32_t relay = stage_.random.below(static_cast<std::uint32_t>(relays_.size()));
  if (which == 2 && plan.has(Trouble::flap)) relays_[relay]->set_up(stage_.random.one_in(2));
  if (which == 3 && plan.has(Trouble::relay_crash)) relays_[relay]->restart();
  schedule_all();
}

void World::trouble_a_client() {
  if (clients_.empty()) return;
  const std::uint32_t index = stage_.random.below(static_cast<std::uint32_t>(clients_.size()));
  ClientHost& client = *clients_[index];
  const Plan& plan = stage_.plan;
  Random& random = stage_.random;
  LinkId link = links_[client.character().site];
  if (!client.is_on()) {
    if (plan.has(Trouble::new_faces) && random.one_in(3)) {
      client.change_face(1 + faces_++ % 200, random.one_in(2));
    }
    if (plan.has(Trouble::moves) && random.one_in(3)) {
      link = links_[random.below(static_cast<std::uint32_t>(links_.size()))];
    }
    client.switch_on(link);
    return schedule(client_ids_[index]);
  }
  if (client.is_asleep()) {
    client.wake_up();
    return schedule(client_ids_[index]);
  }
  switch (random.below(7)) {
    case 0:
      if (plan.has(Trouble::reboots)) client.switch_off(false);
      break;
    case 1:
      if (plan.has(Trouble::reboots)) {
        client.switch_off(false);
        client.forget();
      }
      break;
    case 2:
      if (plan.has(Trouble::leaves)) client.switch_off(true);
      break;
    case 3:
      if (plan.has(Trouble::flap)) client.plug(!client.is_plugged());
      break;
    case 4:
      if (plan.has(Trouble::sleep)) client.sleep();
      break;
    case 5:
      client.renew();
      break;
    case 6:
      if (plan.has(Trouble::moves) && !client.is_plugged()) client.switch_off(false);
      break;
  }
  schedule(client_ids_[index]);
}

void World::heal() {
  stage_.note("all heals");
  next_trouble_ = Instant::never();
  stage_.network.heal();
  for (HostileHost* host : hostile_) host->be_quiet();
  for (const auto& [address, host] : squatted_) stage_.network.disclaim(address, host);
  for (RelayHost* relay : relays_) relay->set_up(true);
  for (ServerHost* server : servers_) {
    server->set_disk(DiskHealth::good);
    server->set_up(true);
    server->start();
  }
  switch_all_on();
  schedule_all();
}

}  // namespace lessor::sim
