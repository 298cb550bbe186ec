// Clients that boot from the network, and those that take a lease at once.

#include "server/v4/rows/key_case.h"

namespace lessor::server::v4::testing {
namespace {

constexpr Scopes kGns = Scopes(Scope::dhcp4) | Scope::shared_network | Scope::subnet;

/// The file for a client of this architecture; iPXE says so in option 77.
Look file_for(int architecture, bool is_ipxe = false) {
  return [architecture, is_ipxe](World& world) {
    const bool by_http = architecture >= 15;
    Say say = discover(host(1))
                  .with(60, text(by_http ? "HTTPClient" : "PXEClient"))
                  .with(93, octets({0, architecture}));
    if (is_ipxe) say.with(77, text("iPXE"));
    const auto offer = world.site().hear(std::move(say));
    return offer ? std::string(as_text(offer->view().file())) : "silence";
  };
}

/// A file of a profile whose other files are these.
KeyCase of_profile(const std::string& key, const std::string& file, const Look& look,
                   const std::string& without, const std::string& rest = R"("bios": "bios")") {
  return {key,
          Scope::boot,
          R"("boot-file-name": "other", "subnet4": [{"id": 1, "subnet": "192.0.2.0/24",
                "pools": [{"pool": "192.0.2.10-192.0.2.19"}], "boot": {@ )" +
              rest + "}}]",
          "\"" + key + "\": \"" + file + "\"",
          look,
          file,
          without,
          ""};
}

}  // namespace

KeyCases boot_cases() {
  KeyCases all;
  add(all, in_each(kGns | Scope::client_class,
                   {"boot", R"({"bios": "file"})", file_for(0), "file", ""}));
  const std::string url = "http://192.0.2.9/x";
  const std::string plain = R"("uefi-ia32": "ia32")";
  add(all, {of_profile("bios", "file", file_for(0), "other", plain),
            of_profile("uefi-ia32", "file", file_for(6), "other"),
            of_profile("uefi-x64", "file", file_for(7), "other"),
            of_profile("uefi-arm64", "file", file_for(11), "other"),
            of_profile("http", url, file_for(16), "other"),
            of_profile("http-arm64", url, file_for(19), "http://192.0.2.9/y",
                       R"("http": "http://192.0.2.9/y")"),
            of_profile("ipxe", url, file_for(0, true), "bios")});
  all.push_back({"proxy", Scope::boot,
                 R"("subnet4": [{"id": 1, "subnet": "192.0.2.0/24",
                       "pools": [{"pool": "192.0.2.10-192.0.2.19"}],
                       "boot": {@ "bios": "file"}}])",
                 R"("proxy": true)",
                 [](World& world) {
                   return show(world.site().hear(
                       discover(host(1)).with(60, text("PXEClient")).with(93, octets({0, 0}))));
                 },
                 "offer 0.0.0.0", "offer 192.0.2.10", ""});
  add(all, in_each(kGns, {"rapid-commit", "true",
                          [](World& world) {
                            return show(world.site().hear(discover(host(1)).with(80, {})));
                          },
                          "ack 192.0.2.10", "offer 192.0.2.10"}));
  return all;
}

}  // namespace lessor::server::v4::testing
