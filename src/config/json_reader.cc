#include "config/json_reader.h"

#include "config/json_lexer.h"
#include "config/limits.h"
#include "config/token_parser.h"
#include "config/yaml_lexer.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

namespace lessor::config {
std::expected<std::string, std::string> read_disk_file(const std::string& path) {
  std::error_code failed;
  if (std::filesystem::is_directory(path, failed)) return std::unexpected("it is a folder");
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::unexpected(std::strerror(errno));
  std::string text;
  std::vector<char> block(65'536);
  while (file.read(block.data(), static_cast<std::streamsize>(block.size())) || file.gcount() > 0) {
    text.append(block.data(), static_cast<std::size_t>(file.gcount()));
    if (text.size() > kMaxTextBytes) return std::unexpected("it is too large");
  }
  if (file.bad()) return std::unexpected(std::strerror(errno));
  return text;
}

std::expected<JsonDocument, std::vector<Problem>> read_document(std::string text,
                                                                std::string file_name,
                                                                const ReadFile& read_file) {
  if (!file_name.ends_with(".yaml") && !file_name.ends_with(".yml")) {
    return read_json(std::move(text), std::move(file_name), read_file);
  }
  JsonDocument document;
  std::vector<Problem> problems;
  YamlLexer lexer(document.sources, problems, std::move(file_name), std::move(text));
  document.root = parse(lexer, document.sources);
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return document;
}

std::expected<JsonDocument, std::vector<Problem>> read_json(std::string text, std::string file_name,
                                                            const ReadFile& read_file) {
  JsonDocument document;
  std::vector<Problem> problems;
  JsonLexer lexer(document.sources, problems, read_file);
  lexer.enter(std::move(file_name), std::move(text));
  document.root = parse(lexer, document.sources);
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return document;
}

}  // namespace lessor::config
