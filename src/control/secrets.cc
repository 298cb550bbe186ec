#include "control/secrets.h"

#include <nlohmann/json.hpp>

namespace lessor::control {
namespace {

using Json = nlohmann::ordered_json;

/// As deep as a configuration may be (config/limits.h).
void hide_in(Json& value) {
  if (value.is_object() && value.contains("password")) value["password"] = "*****";
  if (!value.is_structured()) return;
  for (Json& each : value) hide_in(each);
}

}  // namespace

std::string hide_passwords(std::string_view json) {
  if (json.find("\"password\"") == std::string_view::npos) return std::string(json);
  Json value = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) return std::string(json);
  hide_in(value);
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace lessor::control
