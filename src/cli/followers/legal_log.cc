#include "cli/followers/legal_log.h"

#include "base/text.h"
#include "cli/followers/legal_text.h"
#include "cli/followers/time_stamp.h"
#include "cli/log_sink.h"
#include "expression/verbatim.h"
#include "runtime/clock.h"

#include <algorithm>
#include <syslog.h>
#include <unistd.h>

namespace lessor::cli {
namespace {

using server::v4::EventKind;
using server::v4::LeaseEvent;
using Kind = config::LegalLog::Kind;

/// What is written at once, at most about so much.
constexpr std::size_t kGathered = 65'536;

/// Sixteen octets that no packet can know.
std::string secret_mark() {
  std::string mark(16, '\0');
  for (std::size_t at = 0; at < mark.size(); at += 8) {
    const std::uint64_t drawn = runtime::random_seed();
    for (std::size_t i = 0; i < 8; ++i) mark[at + i] = static_cast<char>(drawn >> (8 * i));
  }
  return mark;
}

template <typename Fn>
void for_each_line(std::string_view text, Fn&& fn) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) fn(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void mark_lines(std::optional<expression::Program>& format, std::string_view mark) {
  if (format) expression::replace_in_verbatim(*format, std::byte{'\n'}, as_bytes(mark));
}

}  // namespace

LegalLog::LegalLog(const config::ServerConfig& config, Surroundings around)
    : settings_(*config.legal_log), around_(std::move(around)), mark_(secret_mark()) {
  for (const config::Subnet& subnet : config.subnets) {
    if (!subnet.legal_logging) quiet_subnets_.insert(subnet.id);
  }
  mark_lines(settings_.request_format, mark_);
  mark_lines(settings_.response_format, mark_);
}

LegalLog::~LegalLog() {
  flush();
  if (in_trouble_) tell_loss("at the end");
}

std::expected<std::unique_ptr<LegalLog>, std::string> LegalLog::open(
    const config::ServerConfig& config, Surroundings around) {
  if (!config.legal_log) return nullptr;
  std::unique_ptr<LegalLog> log(new LegalLog(config, std::move(around)));
  if (config.legal_log->kind == Kind::syslog) return log;
  auto file = LegalFile::open(log->settings_, log->around_.clock().to_seconds());
  if (!file) return std::unexpected(file.error());
  log->file_ = std::move(*file);
  return log;
}

void LegalLog::add(const LeaseEvent& event, std::string_view interface) {
  if (quiet_subnets_.contains(event.lease.lease().subnet_id)) return;
  const std::string entry = entry_of(event, interface);
  if (entry.empty()) return;
  add_lines(entry);
  ends_.push_back(lines_.size());
  if (lines_.size() > kGathered) flush();
}

/// Lines of one entry end with '\n' in it, none at the end.
std::string LegalLog::entry_of(const LeaseEvent& event, std::string_view interface) {
  const bool has_format = settings_.request_format || settings_.response_format;
  const bool by_message = event.kind == EventKind::ack || event.kind == EventKind::release ||
                          event.kind == EventKind::decline;
  if (!has_format || !by_message || !event.has_query) return legal_entry(event);
  if (auto text = custom(event, interface)) return std::move(*text);
  if (!told_failed_format_) {
    told_failed_format_ = true;
    around_.say(Severity::warning,
                "a format of the legal log has no value for some message: the usual entry is "
                "written for these");
  }
  return legal_entry(event);
}

std::optional<std::string> LegalLog::custom(const LeaseEvent& event, std::string_view interface) {
  std::string text;
  if (settings_.request_format) {
    const net::Datagram query = event.query.datagram();
    if (!evaluate(*settings_.request_format, query, event, interface, text)) return std::nullopt;
  }
  if (settings_.response_format && event.reply_size > 0) {
    const net::Datagram reply{.payload = event.reply()};
    if (!evaluate(*settings_.response_format, reply, event, interface, text)) return std::nullopt;
  }
  // Octets of packets are made harmless; the author's own lines stay lines.
  std::string lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(mark_), text.size());
    if (!lines.empty()) lines += '\n';
    lines += sanitise(as_bytes(text).first(end), end);
    text.erase(0, std::min(text.size(), end + mark_.size()));
  }
  return lines;
}

/// Appends the value to `text`; false where there is none.
bool LegalLog::evaluate(const expression::Program& format, const net::Datagram& message,
                        const LeaseEvent& event, std::string_view interface, std::string& text) {
  const auto view = wire::MessageView::parse(message.payload, parse_room_);
  if (!view) return false;
  const auto value =
      expression::evaluate_text(format, {*view, message, interface, event.classes}, scratch_);
  if (!value) return false;
  text += as_text(*value);
  return true;
}

void LegalLog::add_lines(std::string_view text) {
  const std::string stamp = settings_.kind == Kind::syslog
                                ? std::string()
                                : time_stamp(settings_.timestamp_format, around_.clock()) + " ";
  for_each_line(text,
                [&](std::string_view line) { lines_.append(stamp).append(line).append("\n"); });
}

void LegalLog::flush() {
  if (ends_.empty()) return;
  if (settings_.kind == Kind::syslog) {
    const int priority = LOG_INFO | syslog_facility(settings_.facility);
    const std::string thread = std::to_string(::gettid());
    for_each_line(lines_, [&](std::string_view line) {
      const std::string message = legal_message(settings_.pattern, line, thread);
      ::syslog(priority, "%s", message.c_str());
    });
  } else {
    const Duration now = around_.clock();
    if (file_->is_over(now.to_seconds())) change_file(now);
    const std::size_t written = file_->write(lines_);
    const auto lost = std::ranges::count_if(ends_, [&](std::size_t end) { return end > written; });
    note_loss(static_cast<std::size_t>(lost));
  }
  lines_.clear();
  ends_.clear();
}

/// Where there can be no new file the old one is gone on with: better than nothing.
void LegalLog::change_file(Duration now) {
  const std::string before = file_->path();
  if (const auto changed = file_->change(now.to_seconds()); !changed) {
    if (!told_failed_change_) {
      around_.say(Severity::error, changed.error() + "; entries go on into " + before);
    }
    told_failed_change_ = true;
    return;
  }
  told_failed_change_ = false;
  around_.say(Severity::info, "the legal log goes on in " + file_->path());
  const auto run = [&](const std::string& program, const std::string& file) {
    if (program.empty()) return;
    const auto taken = around_.run({.program = program, .argument = file});
    if (taken) return;
    around_.say(Severity::warning, program + " is not run for " + file + ": " + taken.error());
  };
  run(settings_.prerotate, before);
  run(settings_.postrotate, file_->path());
}

void LegalLog::note_loss(std::size_t entries) {
  if (entries > 0 && !in_trouble_) {
    in_trouble_ = true;
    lost_before_trouble_ = lost_;
    around_.say(Severity::error, file_->error() + "; entries of the legal log are lost");
  }
  lost_ += entries;
  if (entries > 0 || !in_trouble_) return;
  in_trouble_ = false;
  tell_loss("until " + file_->path() + " could be written again");
}

void LegalLog::tell_loss(const std::string& when) const {
  around_.say(Severity::error, std::to_string(lost_ - lost_before_trouble_) +
                                   " entries of the legal log were lost " + when);
}

}  // namespace lessor::cli
