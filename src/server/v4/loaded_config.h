#pragma once
// For tests: a configuration as it is read from text.

#include "config/load.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace lessor::server::v4::testing {

/// What stands between the braces of Dhcp4; what is wrong with it fails the test.
inline config::ServerConfig load(const std::string& dhcp4) {
  auto loaded = config::load_text("{\"Dhcp4\": {" + dhcp4 + "}}", "test", {});
  if (!loaded) {
    for (const config::Problem& problem : loaded.error()) ADD_FAILURE() << to_string(problem);
    return {};
  }
  return std::move(loaded->config);
}

}  // namespace lessor::server::v4::testing
