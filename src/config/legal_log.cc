#include "config/legal_log.h"

#include "config/hooks.h"
#include "config/services.h"

#include <algorithm>
#include <array>

namespace lessor::config {
namespace {

using Kind = LegalLog::Kind;
using Unit = LegalLog::Unit;

constexpr std::array kParameters =
    std::to_array<HookParameter>({{"path", Type::text},
                                  {"base-name", Type::text},
                                  {"time-unit", Type::text},
                                  {"count", Type::integer},
                                  {"prerotate", Type::text},
                                  {"postrotate", Type::text},
                                  {"timestamp-format", Type::text},
                                  {"request-parser-format", Type::text},
                                  {"response-parser-format", Type::text},
                                  {"type", Type::text},
                                  {"facility", Type::text},
                                  {"pattern", Type::text}});

struct UnitName {
  std::string_view name;
  Unit unit;
};
constexpr std::array kUnits = std::to_array<UnitName>(
    {{"second", Unit::second}, {"day", Unit::day}, {"month", Unit::month}, {"year", Unit::year}});

constexpr std::array<std::string_view, 2> kFileOnly = {"prerotate", "postrotate"};
constexpr std::array<std::string_view, 2> kSyslogOnly = {"facility", "pattern"};

/// What a pattern may hold behind a percent sign, with a width before it.
constexpr std::string_view kPatternLetters = "mpctn%";
constexpr std::size_t kMaxPatternWidth = 2;  // digits

/// The first place of a pattern that nobody can fill in; npos when all is well.
std::size_t find_unknown(std::string_view pattern) {
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] != '%') continue;
    std::size_t letter = at + 1;
    if (letter < pattern.size() && pattern[letter] == '-') ++letter;
    std::size_t digits = 0;
    while (letter < pattern.size() && pattern[letter] >= '0' && pattern[letter] <= '9') {
      ++letter;
      ++digits;
    }
    const bool known =
        letter < pattern.size() && kPatternLetters.find(pattern[letter]) != std::string_view::npos;
    if (!known || digits > kMaxPatternWidth) return at;
    at = letter;
  }
  return std::string_view::npos;
}

bool is_file_name(std::string_view name) {
  return !name.empty() && name.size() <= 128 && name.front() != '.' &&
         std::ranges::all_of(name, [](char c) { return c > ' ' && c <= '~' && c != '/'; });
}

class LegalReader {
 public:
  LegalReader(const Node& parameters, ClassNames& classes, Report& report)
      : parameters_(parameters), classes_(classes), report_(report) {}

  LegalLog read() {
    if (!has_kind_of_ours()) return made_;
    check_parameters(parameters_, kParameters, report_);
    refuse_keys_of_others();
    read_file();
    read_rotation();
    read_syslog();
    made_.request_format = read_format("request-parser-format");
    made_.response_format = read_format("response-parser-format");
    return made_;
  }

 private:
  /// The text of a parameter that is there and not empty.
  [[nodiscard]] const std::string* given(std::string_view key) const {
    const std::string* text = parameters_.text(key);
    return text == nullptr || text->empty() ? nullptr : text;
  }

  bool has_kind_of_ours() {
    const std::string* type = given("type");
    if (type == nullptr || *type == "logfile") return true;
    made_.kind = Kind::syslog;
    if (*type == "syslog") return true;
    const bool is_database = *type == "mysql" || *type == "postgresql";
    report_.error(*parameters_.find("type"),
                  is_database ? "not implemented: a legal log in a database (" + *type +
                                    "); write logfile or syslog"
                              : quote(*type) + " is no kind of legal log: logfile or syslog");
    return false;
  }

  void refuse_keys_of_others() {
    const bool is_file = made_.kind == Kind::file;
    for (const std::string_view key : is_file ? kSyslogOnly : kFileOnly) {
      if (given(key) == nullptr) continue;
      report_.error_at_key(*parameters_.find(key), is_file ? "this is for \"type\": \"syslog\""
                                                           : "this is for \"type\": \"logfile\"");
    }
  }

  void read_file() {
    if (const std::string* path = parameters_.text("path")) {
      if (!path->starts_with('/')) {
        report_.error(*parameters_.find("path"), "a folder by its whole path: \"/var/log/lessor\"");
      }
      made_.path = *path;
    }
    if (const std::string* name = parameters_.text("base-name")) {
      if (!is_file_name(*name)) {
        report_.error(*parameters_.find("base-name"),
                      "the beginning of a file's name: printable, without / and blanks, no dot "
                      "first");
      }
      made_.base_name = *name;
    }
    if (const std::string* format = given("timestamp-format")) made_.timestamp_format = *format;
    made_.prerotate = read_program(parameters_, "prerotate", report_).value_or("");
    made_.postrotate = read_program(parameters_, "postrotate", report_).value_or("");
  }

  void read_rotation() {
    if (const std::string* name = given("time-unit")) {
      const auto unit = std::ranges::find(kUnits, *name, &UnitName::name);
      if (unit == kUnits.end()) {
        report_.error(*parameters_.find("time-unit"),
                      quote(*name) + " is no unit: second, day, month or year");
      } else {
        made_.unit = unit->unit;
      }
    }
    const auto count = parameters_.integer("count");
    if (!count) return;
    if (*count < 0 || *count > UINT32_MAX) {
      return report_.error(*parameters_.find("count"), "counts go from 0 (never) to 4294967295");
    }
    made_.count = static_cast<std::uint32_t>(*count);
  }

  void read_syslog() {
    if (made_.kind != Kind::syslog) return;
    if (const std::string* name = given("facility")) {
      made_.facility = *name;
      check_facility(*parameters_.find("facility"), *name, report_);
    }
    const std::string* pattern = given("pattern");
    if (pattern == nullptr) return;
    made_.pattern = *pattern;
    if (const std::size_t at = find_unknown(*pattern); at != std::string_view::npos) {
      report_.error_inside(*parameters_.find("pattern"), at,
                           "not implemented: of patterns, %m, %p, %c, %t, %n and %% are");
    }
  }

  std::optional<expression::Program> read_format(std::string_view key) {
    if (given(key) == nullptr) return std::nullopt;
    return classes_.read_text_expression(*parameters_.find(key), report_);
  }

  const Node& parameters_;
  ClassNames& classes_;
  Report& report_;
  LegalLog made_;
};

}  // namespace

std::optional<std::string> read_program(const Node& parameters, std::string_view key,
                                        Report& report) {
  const std::string* path = parameters.text(key);
  if (path == nullptr || path->empty()) return std::nullopt;
  if (path->starts_with('/')) return *path;
  report.error(*parameters.find(key), "a program by its whole path: it must begin with /");
  return std::nullopt;
}

std::optional<LegalLog> read_legal_log(const Node& global, ClassNames& classes, Report& report) {
  std::optional<LegalLog> made;
  for (const std::string_view name : {"legal_log", "forensic_log"}) {
    for_each_hook(global, name, [&](const Node& hook) {
      if (made) return report.error(hook, "there is a legal log already: one is kept");
      const auto parameters = hook.find("parameters");
      made = parameters ? LegalReader(*parameters, classes, report).read() : LegalLog();
    });
  }
  return made;
}

bool read_legal_logging(const Node& subnet, Report& report) {
  const auto context = subnet.find("user-context");
  const auto wanted = context ? context->find("legal-logging") : std::nullopt;
  if (!wanted) return true;
  if (const bool* said = wanted->value().as_boolean()) return *said;
  report.error(*wanted, "true or false");
  return true;
}

}  // namespace lessor::config
