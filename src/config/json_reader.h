#pragma once
// Reads JSON as Kea's configuration files have it: comments (#, //, /* */), trailing commas and
// <?include "file"?>. Everything else is RFC 8259: UTF-8, no control characters in strings, each
// key once in its map. Every value keeps its place. Must not know: what the keys mean.

#include "config/json_value.h"
#include "config/problem.h"
#include "config/sources.h"

#include <expected>
#include <functional>
#include <string>
#include <vector>

namespace lessor::config {

/// How an included file is read: its text, or a sentence that says why not.
using ReadFile = std::function<std::expected<std::string, std::string>(const std::string& path)>;

/// Reads a regular file of at most kMaxTextBytes from the disk.
[[nodiscard]] std::expected<std::string, std::string> read_disk_file(const std::string& path);

/// The value at the root and the texts that its positions point into.
struct JsonDocument {
  Sources sources;
  JsonValue root;
};

/// Reads `text`, as YAML when the file's name ends in .yaml or .yml, else as JSON. A YAML text
/// includes no other.
[[nodiscard]] std::expected<JsonDocument, std::vector<Problem>> read_document(
    std::string text, std::string file_name, const ReadFile& read_file);

/// Reads `text` as JSON. An include is relative to the folder of the file that has it. On failure
/// the syntax errors in the order of the text: several where reading could go on safely.
[[nodiscard]] std::expected<JsonDocument, std::vector<Problem>> read_json(
    std::string text, std::string file_name, const ReadFile& read_file);

}  // namespace lessor::config
