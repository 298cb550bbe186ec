// ServerTarget: what commands change of leases, configuration and service, and the files that they
// write.

#include "base/text.h"
#include "cli/durable_file.h"
#include "cli/server_target.h"
#include "control/envelope.h"
#include "control/lease_commands.h"
#include "runtime/clock.h"
#include "server/v4/select_subnet.h"
#include "store/lease_csv.h"

#include <algorithm>
#include <filesystem>

namespace lessor::cli {
namespace {

using control::Trouble;
namespace fs = std::filesystem;

/// Addresses that one slice of the packet thread works on.
constexpr std::size_t kAtOnce = 256;

std::unexpected<Trouble> unreachable() {
  return std::unexpected(Trouble("the server is stopping, or too busy to answer"));
}

/// `name` in `folder`. The error is a sentence: it leads elsewhere.
std::expected<std::string, Trouble> path_in(const fs::path& folder, const std::string& name) {
  const fs::path path = (folder / name).lexically_normal();
  const bool is_there = path.parent_path() == folder.lexically_normal() && path.has_filename();
  if (is_there && name.find('\0') == std::string::npos) return path.string();
  return std::unexpected("files are written to " + folder.string() +
                         " alone: give a name without a folder");
}

/// What a message from there would say.
wire::Request request_from(const control::Whereabouts& where) {
  wire::Request request;
  request.type = wire::MessageType::discover;
  request.ciaddr = where.address;
  request.giaddr = where.relay;
  if (!where.link.is_zero()) request.relay.link_selection = where.link;
  if (!where.subnet.is_zero()) request.subnet_selection = where.subnet;
  return request;
}

std::unique_ptr<server::v4::Classes> classes_named(const std::vector<std::string>& names,
                                                   const config::ClassTable& table) {
  auto classes = std::make_unique<server::v4::Classes>();
  classes->clear();
  for (const std::string& name : names) {
    const auto at = std::ranges::find(table.names, name);
    if (at != table.names.end()) {
      classes->join(static_cast<config::ClassId>(at - table.names.begin()));
    }
  }
  return classes;
}

}  // namespace

std::expected<std::vector<control::InterfaceFacts>, Trouble> ServerTarget::interfaces() {
  std::vector<control::InterfaceFacts> all;
  const bool done = server_.mailbox_.call([&] {
    for (const net::Interface& i : server_.io_->interfaces().all()) {
      control::InterfaceFacts facts{.name = i.name, .index = i.index};
      facts.mac = to_hex(i.mac.octets, ':');
      for (const net::Prefix4& p : i.addresses) facts.addresses.push_back(to_string(p.address));
      facts.loopback = i.name == "lo";
      facts.up = i.admin_up;
      facts.running = i.up;
      facts.ethernet = i.ethernet;
      facts.in_use = std::ranges::any_of(server_.served_, [&](const auto& served) {
        return served.name == i.name && served.is_open();
      });
      all.push_back(std::move(facts));
    }
  });
  if (!done) return unreachable();
  return all;
}

std::expected<std::vector<control::SubnetFacts>, Trouble> ServerTarget::subnets() {
  std::vector<control::SubnetFacts> all;
  const bool done = server_.mailbox_.call([&] {
    for (const config::Subnet& subnet : server_.engine_->configuration()->subnets) {
      all.push_back({subnet.id, subnet.prefix, subnet.lifetimes.valid});
    }
  });
  if (!done) return unreachable();
  return all;
}

std::expected<std::optional<control::ChosenSubnet>, Trouble> ServerTarget::choose_subnet(
    const control::Whereabouts& where) {
  std::optional<control::ChosenSubnet> chosen;
  const bool done = server_.mailbox_.call([&] {
    const config::ServerConfig& config = *server_.engine_->configuration();
    const net::InterfaceTable& interfaces = server_.io_->interfaces();
    const auto classes = classes_named(where.classes, config.classes);
    const net::Interface* interface = interfaces.find(where.interface);
    net::Datagram in{.source = where.remote, .destination = where.local};
    in.interface = interface == nullptr ? 0 : interface->index;
    const auto selection =
        select_subnet(request_from(where), in, interfaces, config, classes.get());
    if (selection.subnet == nullptr) return;
    chosen = {selection.subnet->id, selection.subnet->prefix, std::string(name_of(selection.rule))};
  });
  if (!done) return unreachable();
  return chosen;
}

std::expected<std::string, Trouble> ServerTarget::edit_config(const Edit& edit) {
  auto done = server_.edit(edit);
  if (done) await_swap();
  return done;
}

/// What a command has changed the next one sees. A change that takes longer goes on without us.
void ServerTarget::await_swap() {
  const Instant patience = runtime::read_clock().mono + Duration::seconds(5);
  bool swapping = true;
  while (swapping && runtime::read_clock().mono < patience) {
    if (!server_.mailbox_.call([&] { swapping = server_.swapping_; })) return;
  }
}

/// Beside the file that the server was started with: no other folder may be written.
std::expected<control::WrittenFile, Trouble> ServerTarget::write_config(const std::string& file) {
  const std::string& own = server_.setup_.config_file;
  if (own.empty()) return std::unexpected("the server was started without a configuration file");
  std::error_code unresolved;
  const fs::path real = fs::weakly_canonical(own, unresolved);
  const auto path = file.empty() || file == own ? std::expected<std::string, Trouble>(real.string())
                                                : path_in(real.parent_path(), file);
  if (!path) return std::unexpected(path.error());
  const std::string text = control::indent(config_json());
  if (const auto written = write_durably(*path, text); !written) {
    return std::unexpected(written.error() +
                           "; it takes a user other than root (--user) that may write there");
  }
  return control::WrittenFile{*path, text.size()};
}

/// The service is off as long as somebody wants it off.
std::expected<void, Trouble> ServerTarget::set_service(const std::string& origin, bool enabled,
                                                       Duration period) {
  constexpr std::size_t kMaxDisablers = 64;
  const std::scoped_lock lock(service_mutex_);
  const Instant now = runtime::read_clock().mono;
  std::erase_if(disablers_, [&](const auto& each) { return each.second <= now; });
  if (enabled) disablers_.erase(origin);
  if (!enabled && disablers_.size() >= kMaxDisablers && !disablers_.contains(origin)) {
    return std::unexpected("too many have disabled the service already");
  }
  if (!enabled) disablers_[origin] = now + period;
  Instant until;
  for (const auto& [who, end] : disablers_) until = std::max(until, end);
  if (!server_.mailbox_.call([&] { server_.engine_->pause(until); })) return unreachable();
  server_.log_.say(Severity::info,
                   enabled ? "service enabled for " + origin : "service disabled by " + origin);
  return {};
}

std::expected<void, Trouble> ServerTarget::set_lease(const control::LeaseRow& row) {
  const auto count =
      run([&](Now now) { return server_.engine_->set_lease(now, control::as_lease(row)); }, "");
  if (!count) return std::unexpected(count.error());
  return {};
}

std::expected<control::AskedToRenew, Trouble> ServerTarget::ask_to_renew(
    std::span<const net::Ip4> addresses) {
  control::AskedToRenew all;
  bool is_off = false;
  while (!addresses.empty() && !is_off) {
    const auto some = addresses.first(std::min(kAtOnce, addresses.size()));
    const bool ran = server_.mailbox_.call([&] {
      is_off = server_.engine_->configuration()->force_renew == config::ForceRenew::off;
      const auto done = server_.engine_->ask_to_renew(server_.now(), some);
      all.asked += done.asked;
      all.without_lease += done.without_lease;
      all.without_nonce += done.without_nonce;
      all.too_many += done.too_many;
    });
    if (!ran) return unreachable();
    addresses = addresses.subspan(some.size());
  }
  if (is_off) {
    return std::unexpected(
        "force-renew is off: set Dhcp4.force-renew to \"on-request\"; clients can be asked from "
        "their next renewal on");
  }
  return all;
}

std::expected<std::uint64_t, Trouble> ServerTarget::forget_leases(
    std::span<const net::Ip4> addresses) {
  std::uint64_t count = 0;
  while (!addresses.empty()) {
    const auto some = addresses.first(std::min(kAtOnce, addresses.size()));
    const auto done = run([&](Now now) { return server_.engine_->forget(now, some); }, "");
    if (!done) return std::unexpected(done.error());
    count += *done;
    addresses = addresses.subspan(some.size());
  }
  return count;
}

std::expected<std::string, Trouble> ServerTarget::write_leases(const std::string& name) {
  const auto path = path_in(server_.lease_folder_, name);
  if (!path) return std::unexpected(path.error());
  if (!name.ends_with(".csv")) {
    return std::unexpected("give a name that ends in .csv: other files there are the store's own");
  }
  std::string text(store::kLeaseCsvHeading);
  const auto walked = control::walk_leases(*this, [&](control::LeaseRow& row) {
    text += store::to_csv(control::as_lease(row));
    return true;
  });
  if (!walked) return std::unexpected(walked.error());
  if (const auto written = write_durably(*path, text); !written) {
    return std::unexpected(written.error());
  }
  return *path;
}

}  // namespace lessor::cli
