#pragma once
// JSON written piece by piece onto a string: commas and escapes are its business. Strings are
// strangers' octets: what is not ASCII is \u00NN, one character an octet. Must not know: packets.

#include <cstdint>
#include <string>
#include <string_view>

namespace lessor::craft {

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  /// '{' or '[', and the bracket that ends it.
  void begin(char bracket) {
    separate();
    out_ += bracket;
    first_ = true;
  }
  void end(char bracket) {
    out_ += bracket;
    first_ = false;
  }
  void key(std::string_view name) {
    text(name);
    out_ += ':';
    first_ = true;
  }
  void number(std::uint64_t value) { raw(std::to_string(value)); }
  void null() { raw("null"); }
  void boolean(bool value) { raw(value ? "true" : "false"); }
  void text(std::string_view text);

 private:
  void separate() {
    if (!first_) out_ += ',';
    first_ = false;
  }
  void raw(std::string_view text) {
    separate();
    out_ += text;
  }

  std::string& out_;
  bool first_ = true;
};

}  // namespace lessor::craft
