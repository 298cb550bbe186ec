// Every implemented row of the schema, in every place where its key may stand, is held by a case:
// what the key does, and that without it this is not so. A row without a case fails here.

#include "base/text.h"
#include "server/v4/rows/key_case.h"

#include <gmock/gmock.h>

#include <set>

namespace lessor::server::v4::testing {

using ::testing::HasSubstr;

const std::string kPlaces = R"(@Dhcp4@ "client-classes": [{@client-classes[]@ "name": "c",
      "test": "pkt4.mac == pkt4.mac"}],
    "shared-networks": [{@shared-networks[]@ "name": "n", "subnet4": [{@subnet4[]@ "id": 1,
      "subnet": "192.0.2.0/24", "pools": [{@pools[]@ "pool": "192.0.2.10-192.0.2.19"}],
      "reservations": [{@reservations[]@ "hw-address": "02:00:00:00:00:01"}]}]}])";

World::World(const std::string& dhcp4) {
  auto loaded = config::load_text("{\"Dhcp4\": {" + dhcp4 + "}}", "test", {});
  if (loaded) {
    loaded_ = std::move(*loaded);
  } else {
    for (const config::Problem& problem : loaded.error()) trouble_ += to_string(problem) + "; ";
  }
}

Site& World::site() {
  // Hundreds are made: each with little room.
  Settings settings = Site::small();
  settings.event_capacity = 64;
  settings.lease_event_capacity = 64;
  settings.lease_capacity = 64;
  settings.offer_capacity = 32;
  settings.hmac_md5 = [](Bytes, Bytes) { return wire::Nonce{}; };
  if (!site_) site_ = std::make_unique<Site>(loaded_.config, settings);
  return *site_;
}

namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    text.replace(at, from.size(), to);
    at += to.size();
  }
}

std::string mark_of(Scope scope) { return "@" + std::string(to_string(scope)) + "@"; }

/// A site with "@" for the key in `scope`, and fixed members in others.
std::string site_for(const Row& row, Scope scope,
                     const std::vector<std::pair<Scope, std::string>>& fixed = {}) {
  std::string text = row.site;
  if (!row.beside.empty())
    replace_all(text, mark_of(Scope::dhcp4), mark_of(Scope::dhcp4) + row.beside + ", ");
  for (const auto& [where, member] : fixed) replace_all(text, mark_of(where), member + ", ");
  for (int i = 0; i < config::kScopeCount; ++i) {
    const auto each = static_cast<Scope>(i);
    replace_all(text, mark_of(each), each == scope ? "\1" : "");
  }
  replace_all(text, "\1", "@");
  return text;
}

std::string member_of(const std::string& key, std::string_view value) {
  return "\"" + key + "\": " + std::string(value);
}

/// The value in one place and the default in another: the narrower one counts.
void add_precedence(KeyCases& all, const Row& row, Scope wide, Scope narrow,
                    std::string_view usual) {
  const std::string value = member_of(row.key, row.value);
  const std::string initial = member_of(row.key, usual);
  all.push_back({row.key, narrow, site_for(row, narrow, {{wide, value}}), initial, row.look,
                 row.without, row.with, ""});
  all.push_back({row.key, narrow, site_for(row, narrow, {{wide, initial}}), value, row.look,
                 row.with, row.without, ""});
}

}  // namespace

KeyCases in_each(Scopes scopes, const Row& row) {
  KeyCases all;
  for (int i = 0; i < config::kScopeCount; ++i) {
    const auto scope = static_cast<Scope>(i);
    if (!scopes.has(scope)) continue;
    all.push_back({row.key, scope, site_for(row, scope), member_of(row.key, row.value), row.look,
                   row.with, row.without, ""});
  }
  const config::Key* key = config::find_key(Scope::subnet, row.key);
  if (!row.narrower_wins || key == nullptr || key->initial.empty() ||
      key->type == config::Type::map || key->type == config::Type::map_list ||
      key->type == config::Type::text_list) {
    return all;
  }
  const std::string_view usual = key->initial.substr(0, key->initial.find('|'));
  const std::pair<Scope, Scope> pairs[] = {{Scope::dhcp4, Scope::shared_network},
                                           {Scope::dhcp4, Scope::subnet},
                                           {Scope::shared_network, Scope::subnet}};
  for (const auto& [wide, narrow] : pairs) {
    if (scopes.has(wide) && scopes.has(narrow)) add_precedence(all, row, wide, narrow, usual);
  }
  return all;
}

void add(KeyCases& all, KeyCases more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

// ---- looks

namespace {
std::string name_of_type(MessageType type) {
  if (type == MessageType::offer) return "offer ";
  if (type == MessageType::ack) return "ack ";
  return type == MessageType::nak ? "nak " : "other ";
}
}  // namespace

std::string show(const std::optional<Reply>& reply) {
  if (!reply) return "silence";
  return name_of_type(reply->type()) + reply->yiaddr();
}
std::string show(const std::optional<Octets>& value) { return value ? to_hex(*value) : "none"; }
std::string number(const std::optional<Reply>& reply, int code) {
  return reply ? std::to_string(reply->number(code)) : "silence";
}
std::string sends(const std::optional<Reply>& reply, int code) {
  return reply ? show(reply->option(code)) : "silence";
}

Look offered(int code, std::initializer_list<int> wanting) {
  return [code, codes = octets(wanting)](World& world) {
    Say say = discover(host(1));
    if (!codes.empty()) say.with(55, codes);
    return sends(world.site().hear(std::move(say)), code);
  };
}
Look offered_address() {
  return [](World& world) { return show(world.site().hear(discover(host(1)))); };
}
std::optional<Reply> ack_of(Site& site, const Host& h) {
  const auto offer = site.hear(discover(h));
  if (!offer) return std::nullopt;
  return site.hear(selecting(h, offer->view().yiaddr()));
}
Look acked_number(int code) {
  return [code](World& world) { return number(ack_of(world.site(), host(1)), code); };
}

// ---- the rows

namespace {

struct Theme {
  std::string name;
  KeyCases (*cases)();
  friend std::ostream& operator<<(std::ostream& out, const Theme& theme) {
    return out << theme.name;
  }
};

const Theme kThemes[] = {{"lifetimes", lifetime_cases},
                         {"identity", identity_cases},
                         {"reservations", reservation_cases},
                         {"options", option_cases},
                         {"networks", network_cases},
                         {"classes", class_cases},
                         {"limits", limit_cases},
                         {"boot", boot_cases},
                         {"services", service_cases},
                         {"hooks", hook_cases}};

std::string name_of(const KeyCase& each) {
  return each.key + " in " + std::string(to_string(each.scope));
}

/// What is seen where `member` stands for the key.
std::string seen(const KeyCase& each, const std::string& member) {
  std::string text = each.config;
  replace_all(text, "@", member.empty() ? "" : member + ", ");
  World world(text);
  return world.trouble().empty() ? each.look(world) : "! " + world.trouble();
}

void expect_seen(const std::string& seen, const std::string& expected) {
  if (expected.starts_with("! ")) {
    EXPECT_THAT(seen, ::testing::StartsWith("! "));
    EXPECT_THAT(seen, HasSubstr(expected.substr(2)));
  } else {
    EXPECT_EQ(seen, expected);
  }
}

class KeyRows : public ::testing::TestWithParam<Theme> {};

TEST_P(KeyRows, EachDoesWhatItSays) {
  for (const KeyCase& each : GetParam().cases()) {
    SCOPED_TRACE(name_of(each) + ": " + each.member + "\n" + each.config);
    EXPECT_NE(each.config.find('@'), std::string::npos) << "no place for the key";
    EXPECT_NE(each.with, each.without) << "a case that cannot fail";
    expect_seen(seen(each, each.member), each.with);
    expect_seen(seen(each, each.other), each.without);
  }
}

INSTANTIATE_TEST_SUITE_P(Themes, KeyRows, ::testing::ValuesIn(kThemes),
                         [](const auto& theme) { return theme.param.name; });

TEST(AllKeyRows, HaveACaseEach) {
  std::set<std::pair<std::string, Scope>> held;
  KeyCases all;
  for (const Theme& theme : kThemes) add(all, theme.cases());
  for (const KeyCase& each : all) {
    const config::Key* key = config::find_key(each.scope, each.key);
    ASSERT_NE(key, nullptr) << name_of(each) << " is no row";
    EXPECT_THAT(each.member, HasSubstr("\"" + each.key + "\"")) << name_of(each);
    held.emplace(each.key, each.scope);
  }
  for (const config::Key& key : config::schema()) {
    if (key.state != config::State::implemented) continue;
    for (int i = 0; i < config::kScopeCount; ++i) {
      const auto scope = static_cast<Scope>(i);
      if (scope == Scope::file || !key.scopes.has(scope)) continue;  // Dhcp4 is every case's
      EXPECT_TRUE(held.contains({std::string(key.name), scope}))
          << key.name << " in " << to_string(scope) << " is held by no case: write one beside the "
          << "others of its theme in src/server/v4/rows";
    }
  }
}

}  // namespace
}  // namespace lessor::server::v4::testing
