#pragma once
// TLS for a stream server, by OpenSSL. Must not know: what is said.

#include "runtime/stream_channel.h"
#include "runtime/system_error.h"

#include <memory>
#include <string>

namespace lessor::runtime {

struct TlsFiles {
  /// PEM file, or a folder: its files with names as c_rehash makes them (5ed36f99.0).
  std::string trust_anchor;
  std::string cert_file;  ///< PEM, the chain after it
  std::string key_file;   ///< PEM
  bool cert_required = true;
};

/// A certificate, its key and whom it trusts; TLS 1.2 and 1.3. Its files are read once. Any thread
/// may make connections.
class TlsServer {
 public:
  /// Errors: a file cannot be read or is none of its kind; the key is not the certificate's; others
  /// than owner and group may read the key.
  [[nodiscard]] static Result<std::unique_ptr<TlsServer>> open(const TlsFiles& files);
  ~TlsServer();
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;
  /// `fd` is an accepted socket that does not block. Null when there is no memory.
  [[nodiscard]] std::unique_ptr<StreamChannel> accept(FileDescriptor fd) const;

 private:
  struct Parts;
  explicit TlsServer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace lessor::runtime
