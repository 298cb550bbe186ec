#include "control/http_server.h"

#include "config/load.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace lessor::control {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class HttpIdentityTest : public ::testing::Test {
 protected:
  HttpIdentityTest() {
    std::string name = (fs::temp_directory_path() / "lessor-http-XXXXXX").string();
    folder = mkdtemp(name.data());
  }
  ~HttpIdentityTest() override { fs::remove_all(folder); }
  std::string write(const std::string& name, const std::string& text, mode_t mode = 0640) {
    const std::string path = folder / name;
    std::ofstream(path, std::ios::binary) << text;
    chmod(path.c_str(), mode);
    return path;
  }
  static std::string refused(const config::HttpUser& user) {
    config::HttpControlSocket socket;
    socket.users = {user};
    const auto identity = read_identity(socket);
    return identity ? "" : runtime::to_string(identity.error());
  }
  static bool knows(const config::HttpUser& user, std::string_view credentials) {
    config::HttpControlSocket socket;
    socket.users = {user};
    const auto identity = read_identity(socket);
    return identity && identity->settings.users.know(credentials);
  }

  fs::path folder;
};

constexpr const char* kAnna = "YW5uYTpzZWNyZXQ=";  // anna:secret

TEST_F(HttpIdentityTest, UsersAreReadFromTheFileOrFromFilesOfTheirOwn) {
  const std::string password = write("password", "secret\r\n");
  const std::string name = write("name", "anna\n");
  const std::string both = write("both", "anna:secret\n");
  EXPECT_TRUE(knows({.user = "anna", .password = "secret"}, kAnna));
  EXPECT_TRUE(knows({.user = "anna", .password_file = password}, kAnna));
  EXPECT_TRUE(knows({.user_file = name, .password_file = password}, kAnna));
  EXPECT_TRUE(knows({.password_file = both}, kAnna));
  EXPECT_FALSE(knows({.user = "bert", .password_file = password}, kAnna));
}

TEST_F(HttpIdentityTest, HasWhatTheConfigurationSays) {
  write("name", "anna\n");
  write("password", "secret\n");
  const std::string text = R"({"Dhcp4": {"control-sockets": [{"socket-type": "http",
      "http-headers": [{"name": "X-Site", "value": "one"}],
      "authentication": {"type": "basic", "realm": "here", "directory": ")" +
                           folder.string() + R"(",
        "clients": [{"user-file": "name", "password-file": "password"}]}}]}})";
  const auto loaded = config::load_text(text, "x", {});
  ASSERT_TRUE(loaded);
  const auto identity = read_identity(loaded->http_sockets.at(0));
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->settings.realm, "here");
  ASSERT_EQ(identity->settings.fields.size(), 1U);
  EXPECT_EQ(identity->settings.fields[0].name + identity->settings.fields[0].value, "X-Siteone");
  EXPECT_TRUE(identity->settings.users.know(kAnna));
}

TEST_F(HttpIdentityTest, RefusesFilesOfNoUse) {
  EXPECT_THAT(refused({.user = "anna", .password_file = folder / "none"}),
              HasSubstr("No such file"));
  EXPECT_THAT(refused({.user = "anna", .password_file = write("empty", "\n")}),
              HasSubstr("it is empty"));
  EXPECT_THAT(refused({.user = "anna", .password_file = write("big", std::string(5'000, 'x'))}),
              HasSubstr("no file of a name or password"));
  EXPECT_THAT(refused({.password_file = write("no_colon", "secret")}),
              HasSubstr("has to hold user:password"));
  EXPECT_THAT(refused({.user_file = write("colon", "a:b"), .password = "x"}),
              HasSubstr("may hold no colon"));
}

TEST_F(HttpIdentityTest, RefusesFilesThatOthersMayRead) {
  EXPECT_THAT(refused({.user = "anna", .password_file = write("wide", "secret", 0644)}),
              HasSubstr("others may get at"));
}

TEST_F(HttpIdentityTest, KnowsWhichFilesItReads) {
  config::HttpControlSocket socket;
  socket.users = {{.user = "a", .password_file = "/p"}, {.user_file = "/u", .password = "x"}};
  socket.tls = {.trust_anchor = "/t", .cert_file = "/c", .key_file = "/k"};
  EXPECT_THAT(files_of(socket), ElementsAre("/p", "/u", "/t", "/c", "/k"));
}

TEST(HttpServerFiles, AreThoseThatTheLinksOfAFolderOfCertificatesLeadTo) {
  char folder[] = "/tmp/lessor-trust-XXXXXX";
  ASSERT_NE(::mkdtemp(folder), nullptr);
  const std::string link = std::string(folder) + "/0123abcd.0";
  ASSERT_EQ(::symlink("/elsewhere/ca.pem", link.c_str()), 0);
  config::HttpControlSocket socket;
  socket.tls = {.trust_anchor = folder, .cert_file = "/c", .key_file = "/k"};
  EXPECT_THAT(files_of(socket), ElementsAre(folder, "/c", "/k", link));
  (void)::unlink(link.c_str());
  (void)::rmdir(folder);
}

}  // namespace
}  // namespace lessor::control
