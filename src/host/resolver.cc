#include "host/resolver.h"

#include "host/program.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace lessor::host {
namespace {

using runtime::refusal;
using runtime::Result;

/// Runs a program of the system; what it says becomes the reason when it fails.
Result<void> run_tool(const std::string& name, std::vector<std::string> arguments,
                      const std::string& input = "") {
  const auto path = find_program(name);
  if (!path) return std::unexpected(refusal("run " + name, "it is not installed"));
  arguments.insert(arguments.begin(), *path);
  std::string said;
  const auto code =
      run_to_its_end({.words = std::move(arguments), .variables = {}, .input = input},
                     [&](const std::string& line) { said = said.empty() ? line : said; });
  if (!code) return std::unexpected(code.error());
  if (*code == 0) return {};
  return std::unexpected(refusal(
      "make name servers known",
      name + " ended with code " + std::to_string(*code) + (said.empty() ? "" : ": " + said)));
}

std::string record_name(const std::string& interface) { return interface + ".lessor"; }

}  // namespace

std::optional<ResolverMode> parse_resolver_mode(std::string_view text) {
  if (text == "auto") return ResolverMode::automatic;
  if (text == "file") return ResolverMode::file;
  if (text == "resolvconf") return ResolverMode::resolvconf;
  if (text == "resolved") return ResolverMode::resolved;
  if (text == "none") return ResolverMode::none;
  return std::nullopt;
}

ResolverMode choose_resolver(ResolverMode wanted, const ResolverFacts& facts) {
  if (wanted != ResolverMode::automatic) return wanted;
  const bool is_resolved = facts.link.find("systemd/resolve/") != std::string::npos;
  if (is_resolved && facts.has_resolvectl) return ResolverMode::resolved;
  return facts.has_resolvconf ? ResolverMode::resolvconf : ResolverMode::file;
}

ResolverMode Resolver::mode() {
  if (mode_) return *mode_;
  std::error_code error;
  const auto link = std::filesystem::read_symlink(path_, error);
  mode_ = choose_resolver(wanted_, {.link = error ? "" : link.string(),
                                    .has_resolvconf = find_program("resolvconf").has_value(),
                                    .has_resolvectl = find_program("resolvectl").has_value()});
  return *mode_;
}

void Resolver::put(const Steps& steps, const NameSettings& names) {
  const auto known = std::ranges::find(all_, names.interface, &NameSettings::interface);
  if (names.is_empty()) {
    if (known != all_.end()) remove(steps, names.interface);
    return;
  }
  if (known != all_.end() && *known == names && mode() != ResolverMode::file) return;
  if (known == all_.end()) {
    all_.push_back(names);
  } else {
    *known = names;
  }
  switch (mode()) {
    case ResolverMode::resolvconf:
      return put_by_resolvconf(steps, names);
    case ResolverMode::resolved:
      return put_by_resolved(steps, names);
    case ResolverMode::automatic:  // never chosen
    case ResolverMode::file:
      return write_file(steps);
    case ResolverMode::none:
      return;
  }
}

void Resolver::remove(const Steps& steps, const std::string& interface) {
  const auto is_its = [&](const NameSettings& names) { return names.interface == interface; };
  if (std::erase_if(all_, is_its) == 0) return;
  switch (mode()) {
    case ResolverMode::resolvconf:
      steps.take("run resolvconf -d " + record_name(interface),
                 [&] { return run_tool("resolvconf", {"-d", record_name(interface)}); });
      return;
    case ResolverMode::resolved:
      steps.take("run resolvectl revert " + interface,
                 [&] { return run_tool("resolvectl", {"revert", interface}); });
      return;
    case ResolverMode::automatic:
    case ResolverMode::file:
      if (!all_.empty()) return write_file(steps);
      steps.take("put " + path_ + " back", [&] { return file_.put_back(); });
      return;
    case ResolverMode::none:
      return;
  }
}

void Resolver::put_by_resolvconf(const Steps& steps, const NameSettings& names) const {
  const std::string record = record_name(names.interface);
  steps.take("run resolvconf -a " + record,
             [&] { return run_tool("resolvconf", {"-a", record}, resolv_conf_text({names})); });
}

void Resolver::put_by_resolved(const Steps& steps, const NameSettings& names) const {
  std::vector<std::string> servers{"dns", names.interface};
  for (const net::Ip4 server : names.name_servers) servers.push_back(net::to_string(server));
  steps.take("run resolvectl dns " + names.interface,
             [&] { return run_tool("resolvectl", servers); });
  std::vector<std::string> domains{"domain", names.interface};
  if (!names.domain.empty()) domains.push_back(names.domain);
  for (const std::string& name : names.search) {
    if (name != names.domain) domains.push_back(name);
  }
  if (domains.size() == 2) domains.emplace_back();  // an empty word clears the list
  steps.take("run resolvectl domain " + names.interface,
             [&] { return run_tool("resolvectl", domains); });
}

void Resolver::write_file(const Steps& steps) const {
  std::string with;
  for (const NameSettings& names : all_) {
    for (const net::Ip4 server : names.name_servers) with += " " + net::to_string(server);
    if (!names.domain.empty()) with += " " + names.domain;
    for (const std::string& name : names.search) {
      if (name != names.domain) with += " " + name;
    }
  }
  steps.take("write " + path_ + (with.empty() ? "" : " with" + with),
             [&] { return file_.write(resolv_conf_text(all_)); });
}

}  // namespace lessor::host
