#include "runtime/tls_server.h"

#include "base/check.h"

#include <array>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace lessor::runtime {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using State = StreamProgress::State;

/// Writes a key and a certificate for `whom` that it signs itself.
void write_identity(const std::string& certificate, const std::string& key, const char* whom) {
  EVP_PKEY* pair = EVP_EC_gen("P-256");
  X509* x509 = X509_new();
  X509_gmtime_adj(X509_getm_notBefore(x509), -3'600);
  X509_gmtime_adj(X509_getm_notAfter(x509), 3'600);
  X509_set_pubkey(x509, pair);
  X509_NAME* name = X509_get_subject_name(x509);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(whom),
                             -1, -1, 0);
  X509_set_issuer_name(x509, name);
  X509_sign(x509, pair, EVP_sha256());
  FILE* file = fopen(certificate.c_str(), "w");
  CHECK(file != nullptr);
  PEM_write_X509(file, x509);
  fclose(file);
  file = fopen(key.c_str(), "w");
  CHECK(file != nullptr);
  PEM_write_PrivateKey(file, pair, nullptr, nullptr, 0, nullptr, nullptr);
  fclose(file);
  chmod(key.c_str(), 0640);
  X509_free(x509);
  EVP_PKEY_free(pair);
}

class TlsServerTest : public ::testing::Test {
 protected:
  TlsServerTest() {
    std::string name = (fs::temp_directory_path() / "lessor-tls-XXXXXX").string();
    folder = mkdtemp(name.data());
    write_identity(path("server", ".crt"), path("server", ".key"), "server");
    write_identity(path("client", ".crt"), path("client", ".key"), "client");
    write_identity(path("stranger", ".crt"), path("stranger", ".key"), "client");  // he says
    files = {.trust_anchor = path("client", ".crt"),
             .cert_file = path("server", ".crt"),
             .key_file = path("server", ".key")};
  }
  ~TlsServerTest() override {
    SSL_free(client);
    SSL_CTX_free(context);
    fs::remove_all(folder);
  }
  [[nodiscard]] std::string path(const std::string& who, const char* end) const {
    return folder / (who + end);
  }
  [[nodiscard]] std::string refused() const {
    const auto made = TlsServer::open(files);
    return made ? "" : to_string(made.error());
  }
  /// A connection, whose client shows the certificate of `who`.
  void connect(const std::string& who) {
    auto server = TlsServer::open(files);
    ASSERT_TRUE(server) << to_string(server.error());
    std::array<int, 2> ends{};
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
    channel = (*server)->accept(FileDescriptor(ends[0]));
    ASSERT_NE(channel, nullptr);
    other_end = FileDescriptor(ends[1]);
    context = SSL_CTX_new(TLS_client_method());
    if (!who.empty()) {
      SSL_CTX_use_certificate_file(context, path(who, ".crt").c_str(), SSL_FILETYPE_PEM);
      SSL_CTX_use_PrivateKey_file(context, path(who, ".key").c_str(), SSL_FILETYPE_PEM);
    }
    client = SSL_new(context);
    SSL_set_fd(client, ends[1]);
    SSL_set_connect_state(client);
  }
  /// Lets the client say `text`; what the server has read by then, and how it ended.
  std::pair<std::string, State> say(const std::string& text) {
    std::string heard;
    std::array<char, 100> room{};
    StreamProgress got{.state = State::wait_read};
    bool said = false;
    for (int turn = 0; turn < 20 && got.state != State::failed && got.state != State::ended;
         ++turn) {
      if (!said) said = SSL_write(client, text.data(), static_cast<int>(text.size())) > 0;
      got = channel->read(room);
      if (got.state == State::moved) heard.append(room.data(), got.octets);
    }
    return {heard, got.state};
  }

  fs::path folder;
  TlsFiles files;
  std::unique_ptr<StreamChannel> channel;
  FileDescriptor other_end;
  SSL_CTX* context = nullptr;
  SSL* client = nullptr;
};

TEST_F(TlsServerTest, HearsWhoShowsATrustedCertificate) {
  connect("client");
  EXPECT_EQ(say("hello"), std::pair(std::string("hello"), State::wait_read));
  ASSERT_EQ(channel->write("and you").state, State::moved);
  std::array<char, 20> room{};
  ASSERT_EQ(SSL_read(client, room.data(), room.size()), 7);
  EXPECT_EQ(std::string_view(room.data(), 7), "and you");
  EXPECT_TRUE(channel->finish());
  SSL_shutdown(client);
  EXPECT_EQ(say("").second, State::ended);
}

TEST_F(TlsServerTest, HearsNobodyElse) {
  for (const char* who : {"", "stranger"}) {
    connect(who);
    EXPECT_EQ(say("hello"), std::pair(std::string(), State::failed)) << who;
    (void)channel->finish();
    SSL_free(std::exchange(client, nullptr));
    SSL_CTX_free(std::exchange(context, nullptr));
  }
}

TEST_F(TlsServerTest, HearsEverybodyWhereNoCertificateIsRequired) {
  files.cert_required = false;
  connect("");
  EXPECT_EQ(say("hello").first, "hello");
}

TEST_F(TlsServerTest, WhatIsNoTlsFails) {
  connect("client");
  const std::string_view plain = "POST / HTTP/1.1\r\n\r\n";
  ASSERT_EQ(send(other_end.get(), plain.data(), plain.size(), 0), 19);
  std::array<char, 20> room{};
  EXPECT_EQ(channel->read(room).state, State::failed);
}

TEST_F(TlsServerTest, SaysWhatIsWrongWithItsFiles) {
  chmod(files.key_file.c_str(), 0644);
  EXPECT_THAT(refused(), HasSubstr("server.key: others may get at"));
  chmod(files.key_file.c_str(), 0600);
  EXPECT_EQ(refused(), "");
  files.key_file = path("client", ".key");
  EXPECT_THAT(refused(), HasSubstr("cannot use the key " + files.key_file));
  files.cert_file = files.key_file;
  EXPECT_THAT(refused(), HasSubstr("cannot use the certificate " + files.cert_file));
  files.cert_file = path("server", ".crt");
  files.key_file = path("server", ".key");
  files.trust_anchor = path("server", ".key");
  EXPECT_THAT(refused(), HasSubstr("cannot use the trust-anchor " + files.trust_anchor));
  files.trust_anchor = folder;
  EXPECT_THAT(refused(), HasSubstr("`openssl rehash " + folder.string() + "`"));
  fs::copy(path("server", ".key"), folder / "0123abcd.0");
  EXPECT_THAT(refused(), HasSubstr("cannot use the trust-anchor " + path("0123abcd", ".0")));
}

// Once the server has shut itself in it may not be able to.
TEST_F(TlsServerTest, ReadsAFolderOfTrustedCertificatesOnlyOnce) {
  const fs::path trusted = folder / "trusted";
  fs::create_directory(trusted);
  fs::copy(path("server", ".crt"), trusted / "0123abcd.0");
  fs::copy(path("client", ".crt"), trusted / "0123abcd.12");
  for (const char* name : {"client.crt", "0123abcd.r0", "0123ABCD.1", "0123abcd."}) {
    fs::copy(path("stranger", ".crt"), trusted / name);  // none that OpenSSL would look up
  }
  files.trust_anchor = trusted;
  connect("client");
  fs::remove_all(trusted);
  EXPECT_EQ(say("hello"), std::pair(std::string("hello"), State::wait_read));
}

TEST_F(TlsServerTest, PassesOverLinksWhoseCertificateIsGone) {
  const fs::path trusted = folder / "trusted";
  fs::create_directory(trusted);
  fs::create_symlink("/nonexistent", trusted / "deadbeef.0");
  files.trust_anchor = trusted;
  EXPECT_FALSE(TlsServer::open(files));  // nobody could come in
  fs::copy(path("client", ".crt"), trusted / "0123abcd.0");
  EXPECT_TRUE(TlsServer::open(files));
  fs::remove(trusted / "0123abcd.0");
  files.cert_required = false;
  EXPECT_TRUE(TlsServer::open(files));
}

TEST_F(TlsServerTest, TrustsOfAFolderWhatHasItsName) {
  const fs::path trusted = folder / "trusted";
  fs::create_directory(trusted);
  fs::copy(path("client", ".crt"), trusted / "0123abcd.0");
  fs::copy(path("stranger", ".crt"), trusted / "stranger.crt");
  files.trust_anchor = trusted;
  connect("stranger");
  EXPECT_EQ(say("hello"), std::pair(std::string(), State::failed));
}

}  // namespace
}  // namespace lessor::runtime
