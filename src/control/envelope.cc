#include "control/envelope.h"

#include "base/text.h"
#include "control/limits.h"
#include "control/object_scan.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>

namespace lessor::control {
namespace {

using nlohmann::json;

/// One line; a stranger's bytes that are not UTF-8 become U+FFFD instead of an exception.
std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json parse(std::string_view text) { return json::parse(text, nullptr, /*allow_exceptions=*/false); }

/// A key as an answer names it: whoever asks may have a terminal that controls steer.
std::string show(std::string_view key) { return '"' + sanitise(as_bytes(key), 64) + '"'; }

/// The key that stands twice in the command itself, if one does; of two values, which is meant?
std::optional<std::string_view> find_repeated(const std::vector<RawMember>& members) {
  for (std::size_t i = 0; i < members.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (members[i].key == members[j].key) return members[i].key;
    }
  }
  return std::nullopt;
}

}  // namespace

std::expected<Request, std::string> read_request(std::string_view text) {
  const json value = parse(text);
  if (value.is_discarded()) return std::unexpected("the command is not valid JSON");
  if (!value.is_object()) return std::unexpected("a command is a JSON object");
  const std::vector<RawMember> members = scan_members(text);
  if (members.size() > kMaxCommandKeys) return std::unexpected("the command has too many keys");
  if (const auto repeated = find_repeated(members)) {
    return std::unexpected("the key " + show(*repeated) + " stands twice in the command");
  }
  const auto command = value.find("command");
  if (command == value.end()) return std::unexpected("the key \"command\" is missing");
  if (!command->is_string()) return std::unexpected("\"command\" must be a string");
  Request request{.command = command->get<std::string>(), .arguments = {}};
  if (const auto arguments = value.find("arguments"); arguments != value.end()) {
    if (!arguments->is_object()) return std::unexpected("\"arguments\" must be an object");
    // As they are written: whoever reads them finds repeated keys, and tells places in them.
    const auto raw = std::ranges::find(members, "arguments", &RawMember::key);
    request.arguments = raw != members.end() ? std::string(raw->value) : dump(*arguments);
  }
  for (const auto& [key, ignored] : value.items()) {
    if (key != "command" && key != "arguments" && key != "service" && key != "remote-address") {
      return std::unexpected("unknown key " + show(key) + " in the command");
    }
  }
  return request;
}

std::string write_request(std::string_view command, std::string_view arguments) {
  std::string text = R"({"command": )" + quote(command);
  if (!arguments.empty()) text.append(R"(, "arguments": )").append(arguments);
  return text + "}\n";
}

std::string write_answer(const Answer& answer) {
  std::string text = R"({"result": )" + std::to_string(static_cast<int>(answer.result));
  if (!answer.text.empty()) text += R"(, "text": )" + quote(answer.text);
  if (!answer.arguments.empty()) text += R"(, "arguments": )" + answer.arguments;
  return text + "}\n";
}

std::expected<Answer, std::string> read_answer(std::string_view text) {
  json value = parse(text);
  if (value.is_array() && !value.empty()) value = json(value.front());
  if (!value.is_object()) return std::unexpected("the answer is not a JSON object");
  const auto result = value.find("result");
  if (result == value.end() || !result->is_number_integer()) {
    return std::unexpected("the answer has no \"result\"");
  }
  Answer answer;
  const auto code = result->get<std::int64_t>();
  answer.result = code >= 0 && code <= 3 ? static_cast<Result>(code) : Result::error;
  if (const auto said = value.find("text"); said != value.end() && said->is_string()) {
    answer.text = said->get<std::string>();
  }
  if (const auto found = value.find("arguments"); found != value.end()) {
    answer.arguments = dump(*found);
  }
  return answer;
}

std::string indent(std::string_view text) {
  const auto value = nlohmann::ordered_json::parse(text, nullptr, false);
  if (value.is_discarded()) return std::string(text);
  return value.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string quote(std::string_view text) { return dump(json(text)); }

}  // namespace lessor::control
