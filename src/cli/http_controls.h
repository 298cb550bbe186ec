#pragma once
// The control sockets of type http and https that a server has, and how they follow its
// configuration. Must not know: commands, files of users.

#include "control/http_server.h"

#include <memory>
#include <string>
#include <vector>

namespace lessor::cli {

/// Sockets open before privileges go, and change with reloads. One thread at a time.
class HttpControls {
 public:
  using Sockets = std::vector<config::HttpControlSocket>;
  struct Entry {
    runtime::TcpAddress address;
    std::unique_ptr<control::HttpServer> server;
  };
  /// What a new configuration needs, ready to be put in place.
  struct Change {
    std::vector<runtime::TcpAddress> wanted;
    std::vector<Entry> fresh;                       ///< listening
    std::vector<control::HttpIdentity> identities;  ///< of `wanted`; used where one stays
  };

  /// What an operator should know, a line; called on the sockets' threads.
  using Tell = control::HttpHandler::Tell;
  /// Opens `sockets`; where there are none there will be none later. `target` outlives this.
  [[nodiscard]] runtime::Result<void> open(const Sockets& sockets, control::Target& target,
                                           Tell tell);
  /// Starts their threads.
  [[nodiscard]] runtime::Result<void> start();
  [[nodiscard]] bool any() const { return sockets_ != nullptr; }
  /// Reads the files of `sockets` and opens what is not open. Error: nothing has changed.
  [[nodiscard]] runtime::Result<Change> prepare(const Sockets& sockets);
  /// Puts it in place. Who gets the sockets that are not wanted any more destroys them, on a thread
  /// of none of them: the command that led here may have come by one.
  struct Committed {
    std::vector<Entry> retired;
    std::string trouble;  ///< what could not be started after all; usually empty
  };
  [[nodiscard]] Committed commit(Change change);
  /// All of them, for who ends them.
  [[nodiscard]] std::vector<Entry> take() { return std::move(entries_); }

 private:
  [[nodiscard]] Entry* find(const runtime::TcpAddress& address);
  [[nodiscard]] runtime::SystemError as_ours(runtime::SystemError error,
                                             const runtime::TcpAddress& wanted) const;
  [[nodiscard]] runtime::Result<Entry> open_one(const runtime::TcpAddress& address,
                                                control::HttpIdentity identity);

  control::Target* target_ = nullptr;
  Tell tell_;
  std::unique_ptr<runtime::TcpSockets> sockets_;
  std::vector<Entry> entries_;
};

}  // namespace lessor::cli
