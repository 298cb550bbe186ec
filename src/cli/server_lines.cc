#include "cli/server_lines.h"

#include "cli/log_line.h"

namespace lessor::cli {

void ServerLines::write_lines(Instant now, const NameOf& name_of, const Write& write) {
  server::v4::Event event;
  while (ring_.take(event)) {
    hear_(now, event);
    if (!limiter_.admit(event, now)) continue;
    write(severity_of(event), format_line(event, name_of(event.interface)));
  }
  limiter_.tell_due(now, [&](const std::string& line) { write(Severity::info, line); });
}

}  // namespace lessor::cli
