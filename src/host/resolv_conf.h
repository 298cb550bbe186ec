#pragma once
// The text of resolv.conf(5), and the file kept and put back. Must not know: who else manages it.

#include "net/host_settings.h"
#include "runtime/system_error.h"

#include <string>
#include <string_view>
#include <vector>

namespace lessor::host {

/// What one interface's lease says of names.
struct NameSettings {
  std::string interface;
  std::vector<net::Ip4> name_servers;
  std::string domain;
  std::vector<std::string> search;
  friend bool operator==(const NameSettings&, const NameSettings&) = default;
  [[nodiscard]] bool is_empty() const {
    return name_servers.empty() && domain.empty() && search.empty();
  }
};
/// Of a lease's settings.
[[nodiscard]] NameSettings names_of(const std::string& interface,
                                    const net::HostSettings& settings);

/// The file's text for all interfaces together, in their order, each name and server once. A search
/// list takes the domain's place (resolv.conf(5): the last of the two counts).
[[nodiscard]] std::string resolv_conf_text(const std::vector<NameSettings>& all);
/// Whether such a text is ours.
[[nodiscard]] bool is_our_resolv_conf(std::string_view text);

/// /etc/resolv.conf, whose first owner's file waits beside it as PATH.before-lessor: it outlives
/// us, should we be killed.
class ResolvConf {
 public:
  explicit ResolvConf(std::string path) : path_(std::move(path)) {}
  /// Keeps what was there, and writes ours atomically; in place where that cannot be (a file that
  /// a container mounted). A symbolic link is kept as one and replaced, never followed.
  [[nodiscard]] runtime::Result<void> write(const std::string& text) const;
  /// Puts back what was there before the first write(), unless somebody has changed it since.
  [[nodiscard]] runtime::Result<void> put_back() const;

 private:
  [[nodiscard]] std::string kept_path() const { return path_ + ".before-lessor"; }
  [[nodiscard]] runtime::Result<void> keep() const;
  std::string path_;
};

}  // namespace lessor::host
