#include "store/user_context.h"

#include "base/text.h"

#include <gtest/gtest.h>

namespace lessor::store {
namespace {

lease::Lease keeping(const std::vector<std::byte>& extras) { return {.extras = extras}; }

std::string back(std::string_view json) {
  const auto extras = read_user_context(json);
  return extras ? user_context_of(keeping(*extras)) : extras.error();
}

constexpr const char* kWhole =
    R"({"ISC":{"relay-agent-info":{"relay-id":"ABCD","remote-id":"72656D",)"
    R"("sub-options":"0x0104706F7274020372656D0C02ABCD"}}})";

TEST(UserContext, HasKeasForm) {
  EXPECT_EQ(back(kWhole), kWhole);
  EXPECT_EQ(back("{}"), "");
  EXPECT_EQ(user_context_of(lease::Lease()), "");
}

TEST(UserContext, TheOlderFormIsRead) {
  EXPECT_EQ(back(R"({ "ISC": { "relay-agent-info": "0x0104706F7274020372656D0C02ABCD" } })"),
            kWhole);
}

// As by Kea's extended-info-checks: what cannot be right is not kept.
TEST(UserContext, WhatTheSubOptionsSayCounts) {
  EXPECT_EQ(
      back(R"({"ISC": {"relay-agent-info": {"sub-options": "0x010178", "remote-id": "AA"}}})"),
      R"({"ISC":{"relay-agent-info":{"sub-options":"0x010178"}}})");
  for (const char* bad :
       {R"({"ISC": {"relay-agent-info": {"remote-id": "AA"}}})",
        R"({"ISC": {"relay-agent-info": {"sub-options": 7}}})",
        R"({"ISC": {"relay-agent-info": "0x0109"}})", R"({"ISC": {"relay-agent-info": "xyz"}})",
        R"({"ISC": {"relay-agent-info": null}})"}) {
    EXPECT_EQ(back(bad), "") << bad;
  }
  // Longer than can be kept.
  const std::string info = "0x01fd" + std::string(2 * 253, '0');
  EXPECT_EQ(back(R"({"a": 1, "ISC": {"relay-agent-info": ")" + info + "\"}}"), R"({"a":1})");
}

TEST(UserContext, AnOperatorsPartStandsBesideIt) {
  EXPECT_EQ(back(R"({"b": [1, {"c": "d,e"}], "ISC": {"relay-agent-info": "0x010178", "x": 1}})"),
            R"({"ISC":{"relay-agent-info":{"sub-options":"0x010178"},"x":1},"b":[1,{"c":"d,e"}]})");
  EXPECT_EQ(back(R"({"ISC": 7, "comment": "here"})"), R"({"ISC":7,"comment":"here"})");
}

TEST(UserContext, IsBounded) {
  const auto text = [](std::size_t size) { return R"({"a":")" + std::string(size, 'x') + "\"}"; };
  EXPECT_EQ(back(text(231)), text(231));
  EXPECT_NE(back(text(232)).find("240 octets 239 can be kept"), std::string::npos)
      << back(text(232));
  EXPECT_NE(back(text(5'000)).find("no map of at most"), std::string::npos);
  for (const char* bad : {"", "[]", "7", "{", "{\"a\": \"\xff\"}"}) {
    EXPECT_NE(back(bad).find("is no map"), std::string::npos) << bad;
  }
  std::string deep;
  for (int i = 0; i < 1'000; ++i) deep += "{\"a\":";
  deep += "1" + std::string(1'000, '}');
  EXPECT_NE(back(deep).find("no more than 16 deep"), std::string::npos);
}

}  // namespace
}  // namespace lessor::store
