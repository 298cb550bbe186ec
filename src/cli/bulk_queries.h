#pragma once
// Bulk leasequery (RFC 6926): joins the connections, on a thread of their own,
// and the leases, which are the packet thread's. Must not know: messages,
// sockets.

#include "config/server_config.h"
#include "runtime/conversation_server.h"
#include "server/v4/bulk_session.h"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace lessor::cli {

class BulkQueries final : private runtime::ConversationHandler {
 public:
  /// Has a session answered on the packet thread, one slice of `budget` leases;
  /// nothing: the server is stopping.
  using Answer = std::function<std::optional<server::v4::BulkNews>(server::v4::BulkSession& session,
                                                                   std::size_t budget)>;
  /// What somebody should read in the log.
  using Say = std::function<void(std::string)>;
  BulkQueries(Answer answer, Say say) : answer_(std::move(answer)), say_(std::move(say)) {}

  /// Opens the socket where `queries` asks for one: what takes privilege.
  [[nodiscard]] runtime::Result<void> listen(const std::optional<config::LeaseQueries>& queries);
  /// Starts the thread, if there is a socket.
  [[nodiscard]] runtime::Result<void> start();
  /// Ends the thread. Safe to call twice.
  void stop() { server_.reset(); }
  /// Who may ask from now on, and within which limits. Any thread.
  void set_policy(const std::optional<config::LeaseQueries>& queries);

 private:
  class Talk;
  [[nodiscard]] std::unique_ptr<runtime::Conversation> welcome(
      const runtime::Visitor& visitor) override;
  [[nodiscard]] Duration patience() override;
  [[nodiscard]] std::size_t budget();
  [[nodiscard]] std::optional<config::LeaseQueries> policy();
  void tell_refusal(net::Ip4 address, const std::string& why);

  Answer answer_;
  Say say_;
  std::mutex mutex_;  // guards policy_
  std::optional<config::LeaseQueries> policy_;
  Instant tell_again_at_;  // refusals come as fast as a stranger wishes
  std::size_t untold_ = 0;
  std::unique_ptr<runtime::ConversationServer> server_;
};

/// Why a connection is not taken; empty: it is. The last place is not for who has all the others,
/// where others may want it.
[[nodiscard]] std::string why_refused(const std::optional<config::LeaseQueries>& policy,
                                      const runtime::Visitor& visitor);

/// Whether both listen at the same place, or neither does.
[[nodiscard]] bool listen_alike(const std::optional<config::LeaseQueries>& a,
                                const std::optional<config::LeaseQueries>& b);

}  // namespace lessor::cli
