#include "control/http_handler.h"

#include "control/commands.h"
#include "control/limits.h"

namespace lessor::control {
namespace {

/// Waits for a body only where the head will not be refused: a stranger has a head's room, no more.
class HttpReader final : public runtime::StreamRequestReader {
 public:
  HttpReader(HttpHandler& handler, runtime::StreamPeer& peer) : handler_(handler), peer_(peer) {
    peer.owner = false;
    if (peer.settings == 0) peer.settings = handler.accepted();
  }

  bool take(std::string_view piece) override {
    seen_ += piece.size();
    if (whole_at_ == 0 && !take_head(piece)) return seen_ >= kMaxHttpHead;
    return seen_ >= whole_at_;
  }

 private:
  /// Whether the head is there.
  bool take_head(std::string_view piece) {
    const std::size_t before = head_.size();
    head_.append(piece);
    const std::size_t end = find_head_end(head_, before);
    if (end == 0) return false;
    const auto head = read_head(std::string_view(head_).substr(0, end));
    whole_at_ = end;
    const bool is_current = peer_.settings == handler_.generation();
    if (head && is_current && handler_.admits(head->credentials, peer_)) {
      peer_.owner = true;
      const bool fits = head->has_length && head->body_bytes <= kMaxRequestBytes;
      if (fits && head->is_post && head->is_json) whole_at_ += head->body_bytes;
    }
    head_ = {};
    return true;
  }

  HttpHandler& handler_;
  runtime::StreamPeer& peer_;
  std::string head_;
  std::size_t seen_ = 0;
  std::size_t whole_at_ = 0;
};

/// A list of the one answer.
std::string run(Target& target, std::string_view body) {
  std::string line = write_answer(execute_one(target, body, Access::write));
  line.insert(line.begin(), '[');
  line.insert(line.size() - 1, 1, ']');
  return line;
}

}  // namespace

HttpHandler::HttpHandler(Target& target, HttpSettings settings, Clock clock, Tell tell)
    : target_(target),
      clock_(std::move(clock)),
      tell_(std::move(tell)),
      settings_(std::move(settings)) {}

void HttpHandler::replace(HttpSettings settings) {
  const std::scoped_lock lock(mutex_);
  settings_ = std::move(settings);
  ++generation_;
}

unsigned HttpHandler::generation() const {
  const std::scoped_lock lock(mutex_);
  return generation_;
}

HttpSettings HttpHandler::settings() const {
  const std::scoped_lock lock(mutex_);
  return settings_;
}

std::unique_ptr<runtime::StreamRequestReader> HttpHandler::reader(runtime::StreamPeer& peer) {
  return std::make_unique<HttpReader>(*this, peer);
}

/// Whoever is right is heard, however many others guess at his address: at 127.0.0.1 any local user
/// could keep him out.
bool HttpHandler::admits(std::string_view credentials, const runtime::StreamPeer& peer) {
  const HttpSettings now = settings();
  if (now.users.empty()) return true;
  if (now.users.know(credentials)) {
    if (auto line = report_.note_right(peer.address)) tell_(std::move(*line));
    return true;
  }
  if (credentials.empty()) return false;
  guesses_.note_wrong(peer.uid, clock_());
  if (auto line = report_.note_wrong(peer.address, clock_())) tell_(std::move(*line));
  return false;
}

std::string HttpHandler::refuse(HttpStatus status, std::string_view text, std::string extra) const {
  const HttpSettings now = settings();
  return write_http({.status = status,
                     .body = refusal_body(status, text),
                     .fields = now.fields,
                     .extra = std::move(extra)});
}

std::string HttpHandler::refuse_head(HttpStatus status) const {
  if (status == HttpStatus::head_too_large) {
    return refuse(status, "the request's header is too large");
  }
  if (status == HttpStatus::version_not_supported) {
    return refuse(status, "HTTP/1.1 and HTTP/1.0 are spoken here");
  }
  return refuse(HttpStatus::bad_request, "that is no HTTP request");
}

std::string HttpHandler::refuse_stranger(const HttpHead& head, unsigned address) const {
  if (!head.credentials.empty() && !guesses_.allows(address, clock_())) {
    return refuse(HttpStatus::too_many_requests, "too many wrong passwords; wait a little",
                  "Retry-After: 10\r\n");
  }
  return refuse(
      HttpStatus::unauthorized, "a user and a password are needed",
      "WWW-Authenticate: Basic realm=\"" + settings().realm + "\", charset=\"UTF-8\"\r\n");
}

/// What is wrong with a request of somebody who may ask.
std::optional<std::string> HttpHandler::find_refusal(const HttpHead& head) const {
  if (!head.is_post) {
    return refuse(HttpStatus::method_not_allowed, "commands are sent by POST", "Allow: POST\r\n");
  }
  if (!head.has_length) {
    return refuse(HttpStatus::length_required, "the request needs a Content-Length");
  }
  if (head.body_bytes > kMaxRequestBytes) return too_long_text(kMaxRequestBytes);
  if (!head.is_json) {
    return refuse(HttpStatus::unsupported_media_type,
                  "a command's Content-Type is application/json");
  }
  return std::nullopt;
}

runtime::StreamReply HttpHandler::answer(std::string_view request,
                                         const runtime::StreamPeer& peer) {
  const std::size_t end = find_head_end(request);
  if (end == 0) {
    return {.text = refuse_head(request.size() >= kMaxHttpHead ? HttpStatus::head_too_large
                                                               : HttpStatus::bad_request)};
  }
  const auto head = read_head(request.substr(0, end));
  if (!head) return {.text = refuse_head(head.error())};
  if (peer.settings != generation()) {
    return {.text = refuse(HttpStatus::request_timeout, "the configuration has changed")};
  }
  if (!peer.owner) return {.text = refuse_stranger(*head, peer.uid)};
  if (auto refusal = find_refusal(*head)) return {.text = std::move(*refusal)};
  const std::string_view body = request.substr(end);
  if (body.size() < head->body_bytes) {
    return {.text = refuse(HttpStatus::bad_request, "the request ends before its body does")};
  }
  // Whoever sends the next request before the answer to this one is answered this one only.
  std::string done = run(target_, body.substr(0, head->body_bytes));
  const bool is_current = peer.settings == generation();  // or it was the command that changed them
  const bool stays = is_current && head->keep_alive && body.size() == head->body_bytes;
  return {.text = write_http(
              {.body = std::move(done), .keep_alive = stays, .fields = settings().fields}),
          .stays = stays};
}

std::string HttpHandler::too_long(std::size_t max_request_bytes) {
  return too_long_text(max_request_bytes);
}

std::string HttpHandler::too_long_text(std::size_t most) const {
  return refuse(HttpStatus::content_too_large,
                "the command is larger than " + std::to_string(most) + " octets");
}

std::string HttpHandler::too_late() {
  return refuse(HttpStatus::request_timeout, "the request was not whole in time");
}

}  // namespace lessor::control
