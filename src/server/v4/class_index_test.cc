// Classes found by look-up are those that evaluating every test finds: drawn tests, drawn packets.
#include "base/random.h"
#include "config/load.h"
#include "server/v4/classify.h"
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

#include <array>

namespace lessor::server::v4::testing {
namespace {

/// Draws configurations of classes, and packets that have a good chance to fit them.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}

  [[nodiscard]] std::string classes(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
      text += std::string(i == 0 ? "" : ", ") + R"({"name": "c)" + std::to_string(i) + "\", " +
              (one_in(6) ? R"("template-test": ")" + value() : R"("test": ")" + condition(i, 3)) +
              "\"}";
    }
    return R"({"Dhcp4": {"client-classes": [)" + text + "]}}";
  }
  [[nodiscard]] Say packet() {
    const Host sender = host(static_cast<std::uint32_t>(random_.below(4)));
    Say say = discover(sender);
    for (const int code : {12, 60, 77}) {
      if (one_in(3)) continue;
      say.with(static_cast<std::uint8_t>(code), one_in(8) ? octets({0, 0}) : text(word()));
    }
    if (one_in(2)) say.with(93, octets({0, static_cast<int>(random_.below(3))}));
    if (one_in(3)) return say.through("192.0.2.2", octets({1, 1, 'a' + letter(), 2, 1, 'b'}));
    if (one_in(3)) say.with(82, octets({1, 1, 'a' + letter()}));
    return say;
  }
  [[nodiscard]] bool one_in(std::uint32_t times) { return random_.below(times) == 0; }

 private:
  int letter() { return static_cast<int>(random_.below(3)); }
  std::string word() {
    std::string made;
    for (std::uint32_t i = random_.below(3); i < 3; ++i) {
      made += static_cast<char>('a' + letter());
    }
    return made;
  }
  std::string pick(std::span<const char* const> all) {
    return all[random_.below(static_cast<std::uint32_t>(all.size()))];
  }
  std::string value() {
    static constexpr std::array kValues = {"option[12].hex",
                                           "option[60].hex",
                                           "option[77].hex",
                                           "option[60].text",
                                           "relay4[1].hex",
                                           "relay4[2].hex",
                                           "option[82].option[1].hex",
                                           "pkt4.mac",
                                           "pkt.iface",
                                           "substring(option[60].hex, 0, 1)",
                                           "substring(option[12].hex, -2, all)",
                                           "substring(pkt4.mac, 5, 1)",
                                           "lcase(option[60].hex)",
                                           "concat(option[12].hex, option[60].hex)",
                                           "split(option[12].hex, 'b', 1)"};
    return pick(kValues);
  }
  std::string equality() {
    static constexpr std::array kNumbers = {
        "pkt4.msgtype == 1",        "0x0001 == option[93].hex",          "option[93].hex == 0x0002",
        "pkt4.giaddr == 192.0.2.2", "substring(pkt4.mac, 5, 1) == 0x01", "pkt.iface == 'eth0'",
        "pkt4.hlen == 6",           "addrtotext(option[60].hex) == ''",  "'a' == 'a'"};
    if (one_in(3)) return pick(kNumbers);
    const std::string constant =
        one_in(8) ? "''" : "'" + word().substr(0, 1 + random_.below(2)) + "'";
    return one_in(4) ? constant + " == " + value() : value() + " == " + constant;
  }
  std::string leaf(int above) {
    static constexpr std::array kOthers = {"option[60].exists",
                                           "relay4[1].exists",
                                           "option[93].exists",
                                           "known",
                                           "unknown",
                                           "member('ALL')",
                                           "match('[ab]+', option[12].hex)",
                                           "member('VENDOR_CLASS_a')",
                                           "member('SPAWN_c0_a')"};
    if (above > 0 && one_in(3)) {
      return "member('c" + std::to_string(random_.below(static_cast<std::uint32_t>(above))) + "')";
    }
    return one_in(3) ? pick(kOthers) : equality();
  }
  std::string condition(int above, int depth) {
    if (depth == 0 || one_in(3)) return leaf(above);
    if (one_in(5)) return "not (" + condition(above, depth - 1) + ")";
    std::string made = "(" + condition(above, depth - 1) + ")";
    const std::string join = one_in(2) ? " and " : " or ";
    for (std::uint32_t i = random_.below(3); i < 3; ++i) {
      made += join + "(" + condition(above, depth - 1) + ")";
    }
    return made;
  }

  Random random_;
};

/// The same classes, of which every one is always evaluated.
config::ClassTable without_index(config::ClassTable table) {
  table.index = {};
  for (std::size_t i = 0; i < table.classes.size(); ++i) {
    if (!table.classes[i].test) continue;
    table.index.add(i, std::nullopt, [](std::string_view) { return config::kClassAll; });
  }
  table.index.finish();
  return table;
}

/// The classes of a packet, before and after its client is known.
struct Found {
  expression::ClassSet before;
  expression::ClassSet after;
  friend bool operator==(const Found&, const Found&) = default;
};

Found classify(const config::ClassTable& table, const net::Datagram& in,
               const config::Reservation* reservation) {
  wire::ParseScratch scratch;
  const auto view = wire::MessageView::parse(in.payload, scratch).value();
  const auto request = wire::read_request(view).value();
  const Classifier::Source source{table, view, request, in, "eth0"};
  const auto classifier = std::make_unique<Classifier>();
  classifier->begin(source);
  Found found{.before = classifier->classes().set(), .after = {}};
  classifier->know_host(source, nullptr, reservation);
  found.after = classifier->classes().set();
  return found;
}

TEST(ClassIndex, FindsWhatEvaluatingEveryTestFinds) {
  std::size_t members = 0;
  std::size_t keys = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    Draw draw(seed);
    const std::string text_of_it = draw.classes(seed % 10 == 0 ? 150 : 20);
    const auto loaded = config::load_text(text_of_it, "drawn", {});
    ASSERT_TRUE(loaded.has_value()) << to_string(loaded.error().front()) << text_of_it;
    const config::ClassTable& table = loaded->config.classes;
    const config::ClassTable plain = without_index(table);
    keys += table.index.keys().size();
    config::Reservation reservation;
    reservation.classes = {table.classes[3].id};
    for (int i = 0; i < 30; ++i) {
      Say say = draw.packet();
      const net::Datagram in = say.said();
      const auto* host = draw.one_in(2) ? &reservation : nullptr;
      const Found found = classify(table, in, host);
      ASSERT_EQ(found, classify(plain, in, host)) << "seed " << seed << ": " << text_of_it;
      for (const config::ClientClass& each : table.classes) members += found.after.has(each.id);
    }
  }
  EXPECT_GT(members, 150U * 30);  // or nothing was shown
  EXPECT_GT(keys, 150U * 5);
}

/// The class "long" tests option 12 for so many a's, "part" for its first two octets, "none" for
/// nothing at all.
bool is_found(std::size_t tested, std::size_t said, std::string_view name) {
  const std::string constant(tested, 'a');
  auto loaded = config::load_text(R"({"Dhcp4": {"client-classes": [
      {"name": "long", "test": "option[12].hex == ')" +
                                      constant + R"('"},
      {"name": "part", "test": "substring(option[12].hex, 0, 2) == 'aa'"},
      {"name": "none", "test": "option[12].hex == ''"}]}})",
                                  "test", {});
  EXPECT_TRUE(loaded);
  const config::ClassTable& table = loaded->config.classes;
  Say say = discover(host(1));
  if (said > 0) say.with(12, Octets(said, std::byte{'a'}));
  const net::Datagram in = say.said();
  wire::ParseScratch scratch;
  const auto view = wire::MessageView::parse(in.payload, scratch);
  const auto request = wire::read_request(*view);
  Classifier classifier;
  classifier.begin({table, *view, *request, in, "eth0"});
  const auto place = std::ranges::find(table.names, name);
  const auto id = static_cast<config::ClassId>(place - table.names.begin());
  return classifier.classes().set().has(id);
}

TEST(ClassIndex, FindsValuesOfEveryLength) {
  for (const std::size_t size : {1U, 2U, 62U, 63U, 64U, 65U, 200U}) {
    EXPECT_TRUE(is_found(size, size, "long")) << size;
    EXPECT_FALSE(is_found(size, size + 1, "long")) << size;
    EXPECT_EQ(is_found(9, size, "part"), size >= 2) << size;
    EXPECT_FALSE(is_found(9, size, "none")) << size;
  }
  EXPECT_TRUE(is_found(9, 0, "none"));
  EXPECT_FALSE(is_found(9, 0, "part"));
}

}  // namespace
}  // namespace lessor::server::v4::testing
