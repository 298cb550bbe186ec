#include "cli/client/raw_words.h"

#include <CLI/CLI.hpp>

#include <array>
#include <filesystem>
#include <utility>

namespace lessor::cli {
namespace {

constexpr std::string_view kCommand = " client";

/// The one order that was given; more than one makes no sense.
std::expected<ClientOrder, std::string> read_order(const RawClientWords& raw) {
  struct Named {
    bool given;
    const char* name;
    ClientOrder order;
  };
  const std::array all{Named{raw.once, "--once", ClientOrder::once},
                       Named{raw.test, "--test", ClientOrder::test},
                       Named{raw.release, "--release", ClientOrder::release},
                       Named{raw.renew, "--renew", ClientOrder::renew},
                       Named{raw.rebind, "--rebind", ClientOrder::rebind},
                       Named{raw.inform, "--inform", ClientOrder::inform},
                       Named{raw.status, "--status", ClientOrder::status}};
  const Named* found = nullptr;
  for (const Named& one : all) {
    if (!one.given) continue;
    if (found != nullptr) {
      return std::unexpected(std::string(found->name) + " and " + one.name + ": one of them");
    }
    found = &one;
  }
  return found == nullptr ? ClientOrder::run : found->order;
}

Understood check_combination(const RawClientWords& raw, const ClientWords& words) {
  const auto refuse = [](std::string why) { return std::unexpected(std::move(why)); };
  if (words.interfaces.empty() && words.order != ClientOrder::status) {
    return refuse("on which interface? lessor client eth0");
  }
  if (raw.daemon && words.order != ClientOrder::run) {
    return refuse("--daemon goes with no order: it keeps an address");
  }
  if (raw.daemon && raw.json) return refuse("--daemon and --json: nobody would read the events");
  if (raw.release_on_exit && raw.keep_address_on_exit) {
    return refuse("--release-on-exit and --keep-address-on-exit: one of them");
  }
  if (!raw.lease_file.empty() && words.interfaces.size() > 1) {
    return refuse("--lease-file goes with one interface; --state-dir is for several");
  }
  if (raw.anonymous && !(raw.client_id.empty() && raw.fqdn.empty() && raw.vendor_class.empty() &&
                         raw.user_classes.empty())) {
    return refuse("--anonymous tells nothing of us: no --client-id, --fqdn or classes with it");
  }
  if (raw.anonymous && raw.test) {
    return refuse("--anonymous changes the hardware address, and --test touches nothing");
  }
  return {};
}

Understood understand(const RawClientWords& raw, ClientWords& words) {
  const auto order = read_order(raw);
  if (!order) return std::unexpected(order.error());
  words.order = *order;
  for (const std::string& name : raw.interfaces) {
    if (std::ranges::count(words.interfaces, name) > 0) {
      return std::unexpected("the interface " + quote_word(name) + " is named twice");
    }
    const bool fits = !name.empty() && name.size() < 16 && name.find('/') == std::string::npos;
    if (!fits) return std::unexpected(quote_word(name) + " is no interface's name");
    words.interfaces.push_back(name);
  }
  words.daemon = raw.daemon;
  words.json = raw.json;
  words.alongside = raw.alongside;
  words.release_on_exit = raw.release_on_exit;
  words.keep_address_on_exit = raw.keep_address_on_exit;
  if (!raw.timeout.empty()) {
    const auto timeout = read_client_time(raw.timeout, "--timeout");
    if (!timeout) return std::unexpected(timeout.error());
    words.timeout = *timeout;
  }
  if (const auto done = check_combination(raw, words); !done) return done;
  if (const auto done = read_client_settings(raw, words); !done) return done;
  return read_client_host(raw, words);
}

std::string run_file(const ClientWords& words, const std::string& interface, const char* ending) {
  return words.run_folder + "/client-" + interface + ending;
}

}  // namespace

std::expected<ClientWords, Stop> read_client_words(std::span<const char* const> argv) {
  RawClientWords raw;
  CLI::App app("Gets an address by DHCP, keeps it, and sets the host up as its lease says.",
               "client");
  declare_client_words(app, raw);
  if (auto stop = read_words(app, argv)) return std::unexpected(*stop);
  ClientWords words;
  const auto understood = understand(raw, words);
  if (!understood) return std::unexpected(usage_of(understood.error(), kCommand));
  return words;
}

std::expected<Duration, std::string> read_client_time(const std::string& text, const char* option) {
  const auto time = parse_duration(text);
  if (!time) return std::unexpected(std::string(option) + ": " + time.error());
  if (*time < Duration()) return std::unexpected(std::string(option) + ": less than nothing");
  return *time;
}

bool leaves_host(const ClientWords& words) {
  switch (words.order) {
    case ClientOrder::once:
    case ClientOrder::test:  // nothing was done
    case ClientOrder::renew:
    case ClientOrder::rebind:
    case ClientOrder::inform:
      return true;
    case ClientOrder::run:
      return words.keep_address_on_exit;
    case ClientOrder::release:
    case ClientOrder::status:
      break;
  }
  return false;
}

std::string lease_file_name(const ClientWords& words, const std::string& interface) {
  return words.lease_file.empty() ? "client-" + interface + ".lease" : words.lease_file;
}
std::string socket_path(const ClientWords& words, const std::string& interface) {
  return run_file(words, interface, ".sock");
}
std::string pid_path(const ClientWords& words, const std::string& interface) {
  return run_file(words, interface, ".pid");
}

}  // namespace lessor::cli
