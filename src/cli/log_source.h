#pragma once
// What a log thread asks an engine's events of: lines. Every engine has events of its own kind;
// this is all that the thread knows of them. Must not know: any engine, files.

#include "base/time.h"
#include "net/datagram.h"

#include <cstdint>
#include <functional>
#include <string>

namespace lessor::cli {

/// How much a line matters.
enum class Severity : std::uint8_t { debug, info, warning, error };

/// A ring of events and the way from an event to its line. The log thread calls all of this but
/// dropped(), which any may.
class LogSource {
 public:
  using Write = std::function<void(Severity severity, const std::string& line)>;
  /// The name behind an interface's index; empty when it is gone.
  using NameOf = std::function<std::string(net::InterfaceIndex index)>;

  /// Takes all events that are there and writes the lines that are due at `now`.
  virtual void write_lines(Instant now, const NameOf& name_of, const Write& write) = 0;
  /// Whether lines are held back, to be told by write_lines() at a later time.
  [[nodiscard]] virtual bool holds_back() const = 0;
  /// Events lost because the ring was full, since the start.
  [[nodiscard]] virtual std::uint64_t dropped() const = 0;

 protected:
  ~LogSource() = default;
};

}  // namespace lessor::cli
