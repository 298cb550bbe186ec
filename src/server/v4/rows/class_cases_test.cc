// Client classes: who is in them, and what they guard.

#include "server/v4/rows/key_case.h"

namespace lessor::server::v4::testing {
namespace {

constexpr Scopes kNsp = Scopes(Scope::shared_network) | Scope::subnet | Scope::pool;

const std::string kSeven =
    R"("option-data": [{"code": 224, "csv-format": false, "data": "07", "always-send": true}])";

/// A class that the client is not in, one that is evaluated late, and the marks of places that ask
/// for classes.
const std::string kGuarded = R"("client-classes": [{"name": "phones", "test": "option[60].exists"},
      {"name": "late", "test": "pkt4.mac == pkt4.mac", "only-in-additional-list": true, )" +
                             kSeven + R"(}],
    "shared-networks": [{@shared-networks[]@ "name": "n", "subnet4": [{@subnet4[]@ "id": 1,
      "subnet": "192.0.2.0/24", "pools": [{@pools[]@ "pool": "192.0.2.10-192.0.2.19"}]}]}])";

const std::string kSubnet = R"("subnet4": [{"id": 1, "subnet": "192.0.2.0/24",
    "pools": [{"pool": "192.0.2.10-192.0.2.19"}]}])";

/// A class of which the rest is this; it gives option 224.
KeyCase of_class(const std::string& key, const std::string& rest, const std::string& member,
                 const std::string& with, const std::string& without,
                 const std::string& other = "") {
  const std::string config = R"("client-classes": [{@ )" + rest + "}], " + kSubnet;
  return {key, Scope::client_class, config, member, offered(224), with, without, other};
}

/// Of who is in the class and who is not: a phone says what it is.
Look answers_phone(bool is_phone) {
  return [is_phone](World& world) {
    Say say = discover(host(1));
    if (is_phone) say.with(60, text("phone"));
    return show(world.site().hear(std::move(say)));
  };
}

}  // namespace

KeyCases class_cases() {
  KeyCases all;
  const std::string offer = "offer 192.0.2.10";
  add(all, in_each(kNsp, {"client-classes", R"(["phones"])", answers_phone(false), "silence", offer,
                          kGuarded}));
  add(all, in_each(kNsp, {"client-class", "\"phones\"", answers_phone(false), "silence", offer,
                          kGuarded, "", false}));
  add(all, in_each(kNsp, {"evaluate-additional-classes", R"(["late"])", offered(224), "07", "none",
                          kGuarded}));
  add(all, in_each(kNsp, {"require-client-classes", R"(["late"])", offered(224), "07", "none",
                          kGuarded}));
  const std::string all_with = R"("test": "pkt4.mac == pkt4.mac", )" + kSeven;
  add(all,
      {{"client-classes", Scope::dhcp4, "@ " + kSubnet,
        R"("client-classes": [{"name": "c", )" + all_with + "}]", offered(224), "07", "none", ""},
       of_class(
           "name",
           R"x("test": "pkt4.mac == pkt4.mac"}, {"name": "d", "test": "member('c')", )x" + kSeven,
           R"("name": "c")", "07", "! 'c'", R"("name": "b")"),
       of_class("test", R"("name": "c", )" + kSeven, R"("test": "pkt4.mac == pkt4.mac")", "07",
                "none"),
       of_class("test", R"("name": "c", )" + kSeven, R"("test": "option[60].exists")", "none", "07",
                R"("test": "not option[60].exists")"),
       of_class("template-test", R"("name": "t"}, {"name": "SPAWN_t_ab", )" + kSeven,
                R"("template-test": "'ab'")", "07", "none", R"("template-test": "'ac'")"),
       of_class("only-in-additional-list", R"("name": "c", )" + all_with,
                R"("only-in-additional-list": true)", "none", "07"),
       of_class("only-if-required", R"("name": "c", )" + all_with, R"("only-if-required": true)",
                "none", "07")});
  return all;
}

}  // namespace lessor::server::v4::testing
