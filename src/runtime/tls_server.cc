#include "runtime/tls_server.h"

#include "runtime/own_files.h"

#include <algorithm>
#include <climits>
#include <filesystem>
#include <fstream>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <vector>

namespace lessor::runtime {
namespace {

template <typename T, void (*free)(T*)>
struct Free {
  void operator()(T* held) const { free(held); }
};
using Context = std::unique_ptr<SSL_CTX, Free<SSL_CTX, SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Free<SSL, SSL_free>>;

/// What OpenSSL says of its last failure on this thread.
std::string reason() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* text = code == 0 ? nullptr : ERR_reason_error_string(code);
  return text == nullptr ? "TLS refuses it" : text;
}

std::unexpected<SystemError> refused(const std::string& attempted, std::string hint = "") {
  return std::unexpected(refusal(attempted, reason(), std::move(hint)));
}

class TlsChannel final : public StreamChannel {
 public:
  TlsChannel(FileDescriptor fd, Session session)
      : fd_(std::move(fd)), session_(std::move(session)) {}

  [[nodiscard]] int fd() const override { return fd_.get(); }

  [[nodiscard]] StreamProgress read(std::span<char> room) override {
    std::size_t octets = 0;
    ERR_clear_error();  // what another connection left there
    const int done = SSL_read_ex(session_.get(), room.data(), room.size(), &octets);
    return progress(done, octets);
  }

  [[nodiscard]] StreamProgress write(std::string_view text) override {
    std::size_t octets = 0;
    ERR_clear_error();  // what another connection left there
    const int done = SSL_write_ex(session_.get(), text.data(), text.size(), &octets);
    return progress(done, octets);
  }

  [[nodiscard]] bool finish() override {
    if (failed_ || SSL_shutdown(session_.get()) < 0) ERR_clear_error();
    return ::shutdown(fd_.get(), SHUT_WR) == 0;
  }

 private:
  StreamProgress progress(int done, std::size_t octets) {
    using State = StreamProgress::State;
    if (done == 1) return {.state = State::moved, .octets = octets};
    const int error = SSL_get_error(session_.get(), done);
    if (error == SSL_ERROR_WANT_READ) return {.state = State::wait_read};
    if (error == SSL_ERROR_WANT_WRITE) return {.state = State::wait_write};
    if (error == SSL_ERROR_ZERO_RETURN) return {.state = State::ended};
    failed_ = true;
    return {.state = State::failed};
  }

  FileDescriptor fd_;
  Session session_;
  bool failed_ = false;
};

Result<void> read_identity(SSL_CTX* context, const TlsFiles& files) {
  const std::string wide = find_wide_mode(files.key_file);
  if (!wide.empty()) {
    return std::unexpected(
        refusal("use the key " + files.key_file, wide, "chmod 0640 it, and make a new key"));
  }
  const std::string hint = "it must be a PEM file that the server's user may read";
  if (SSL_CTX_use_certificate_chain_file(context, files.cert_file.c_str()) != 1) {
    return refused("use the certificate " + files.cert_file, hint);
  }
  if (SSL_CTX_use_PrivateKey_file(context, files.key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    return refused("use the key " + files.key_file, hint + ", the key of cert-file");
  }
  return {};
}

/// "5ed36f99.0": a certificate's name in a folder of them. A name with r is a revocation list's.
bool is_hashed_name(std::string_view name) {
  constexpr std::size_t kDigits = 8;
  if (name.size() < kDigits + 2 || name[kDigits] != '.') return false;
  const auto all = [](std::string_view text, std::string_view of) {
    return text.find_first_not_of(of) == std::string_view::npos;
  };
  return all(name.substr(0, kDigits), "0123456789abcdef") &&
         all(name.substr(kDigits + 1), "0123456789");
}

/// The files of certificates that are trusted. OpenSSL would look into a folder at each handshake,
/// where the server may no longer read it.
Result<std::vector<std::string>> anchors_of(const std::string& path, bool is_needed) {
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode)) return std::vector{path};
  std::vector<std::string> files;
  std::error_code failed;
  for (std::filesystem::directory_iterator at(path, failed), end; !failed && at != end;
       at.increment(failed)) {
    const bool is_named = is_hashed_name(at->path().filename().string());
    // A link whose certificate is gone stays behind: nobody is trusted by it.
    std::error_code dangles;
    if (is_named && std::filesystem::exists(at->path(), dangles)) files.push_back(at->path());
  }
  const std::string attempted = "use the trust-anchor " + path;
  if (failed) return std::unexpected(error_of(failed.value(), attempted));
  if (files.empty() && is_needed) {
    return std::unexpected(refusal(attempted, "no certificate in it has a name such as 5ed36f99.0",
                                   "`openssl rehash " + path + "` gives them"));
  }
  std::ranges::sort(files);
  return files;
}

Result<void> read_trust(SSL_CTX* context, const TlsFiles& files) {
  const auto anchors = anchors_of(files.trust_anchor, files.cert_required);
  if (!anchors) return std::unexpected(anchors.error());
  STACK_OF(X509_NAME)* names = sk_X509_NAME_new_null();
  SSL_CTX_set_client_CA_list(context, names);  // and owns it
  for (const std::string& anchor : *anchors) {
    const std::string attempted = "use the trust-anchor " + anchor;
    if (!std::ifstream(anchor)) return std::unexpected(last_error(attempted));
    if (SSL_CTX_load_verify_file(context, anchor.c_str()) != 1) return refused(attempted);
    (void)SSL_add_file_cert_subjects_to_stack(names, anchor.c_str());
  }
  ERR_clear_error();
  SSL_CTX_set_verify(
      context,
      files.cert_required ? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT : SSL_VERIFY_NONE,
      nullptr);
  return {};
}

}  // namespace

struct TlsServer::Parts {
  Context context;
};

Result<std::unique_ptr<TlsServer>> TlsServer::open(const TlsFiles& files) {
  // What a file of the host's says of engines and providers is code to load: not here.
  OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  Context context(SSL_CTX_new(TLS_server_method()));
  if (!context) return refused("start TLS");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                         SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);
  // Every connection is proven by itself: none resumes another's session.
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context.get(), 0);
  if (auto read = read_identity(context.get(), files); !read) return std::unexpected(read.error());
  if (auto read = read_trust(context.get(), files); !read) return std::unexpected(read.error());
  return std::unique_ptr<TlsServer>(
      new TlsServer(std::make_unique<Parts>(Parts{std::move(context)})));
}

TlsServer::TlsServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
TlsServer::~TlsServer() = default;

std::unique_ptr<StreamChannel> TlsServer::accept(FileDescriptor fd) const {
  Session session(SSL_new(parts_->context.get()));
  if (!session || SSL_set_fd(session.get(), fd.get()) != 1) return nullptr;
  SSL_set_accept_state(session.get());
  return std::make_unique<TlsChannel>(std::move(fd), std::move(session));
}

}  // namespace lessor::runtime
