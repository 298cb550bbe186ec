#include "host/duid.h"
#include "host/hand.h"
#include "host/interface_owner.h"
#include "host/state_files.h"

namespace lessor::host {
namespace {
std::unexpected<runtime::SystemError> missing(const char* what) {
  return std::unexpected(runtime::refusal(what, "this part is not built yet"));
}
}  // namespace

std::optional<ResolverMode> parse_resolver_mode(std::string_view) { return std::nullopt; }
runtime::Result<Hand> Hand::start(const HandPlan&) { return missing("start the hand"); }
runtime::Result<Ticket> Hand::send(Bytes) { return missing("send an order"); }
runtime::Result<Ticket> Hand::configure(const std::string&, const net::HostSettings&) {
  return send({});
}
runtime::Result<Ticket> Hand::deconfigure(const std::string&) { return send({}); }
runtime::Result<Ticket> Hand::run_hook(const std::string&, const std::vector<HookVariable>&) {
  return send({});
}
runtime::Result<Ticket> Hand::write_lease_file(const std::string&, const std::string&) {
  return send({});
}
runtime::Result<Ticket> Hand::remove_lease_file(const std::string&) { return send({}); }
runtime::Result<Ticket> Hand::set_mac(const std::string&, const net::Mac&) { return send({}); }
runtime::Result<std::vector<Report>> Hand::take_reports() { return missing("hear of the hand"); }
std::vector<Report> Hand::finish(Farewell, Duration) { return {}; }

bool is_plain_file_name(std::string_view) { return false; }
runtime::Result<void> make_state_folder(const std::string&) { return missing("make a folder"); }
runtime::Result<std::optional<std::string>> read_state_file(const std::string&, const std::string&,
                                                            std::size_t) {
  return missing("read a state file");
}
runtime::Result<void> write_state_file(const std::string&, const std::string&, const std::string&) {
  return missing("write a state file");
}
runtime::Result<void> remove_state_file(const std::string&, const std::string&) {
  return missing("remove a state file");
}

std::optional<Duid> duid_from_machine_id(std::string_view) { return std::nullopt; }
Duid duid_from_mac(const net::Mac&, WallTime) { return {}; }
runtime::Result<Duid> load_duid(const std::string&, const net::Mac&, WallTime, bool,
                                const std::string&) {
  return missing("load the DUID");
}
std::string to_string(const InterfaceOwner& owner) { return owner.name; }
std::optional<InterfaceOwner> find_interface_owner(const std::string&, net::InterfaceIndex,
                                                   const std::string&) {
  return std::nullopt;
}

}  // namespace lessor::host
