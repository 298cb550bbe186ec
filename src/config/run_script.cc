#include "config/run_script.h"

#include "config/hooks.h"
#include "config/legal_log.h"

#include <array>

namespace lessor::config {
namespace {

constexpr std::array kParameters =
    std::to_array<HookParameter>({{"name", Type::text}, {"sync", Type::boolean}});

}  // namespace

std::optional<RunScript> read_run_script(const Node& global, Report& report) {
  std::optional<RunScript> made;
  for_each_hook(global, "run_script", [&](const Node& hook) {
    if (made) return report.error(hook, "there is a script already: one is run");
    made.emplace();
    const auto parameters = hook.find("parameters");
    if (!parameters || !parameters->find("name")) {
      return report.error(hook,
                          "run_script needs a program: \"parameters\": {\"name\": "
                          "\"/etc/lessor/at-lease\"}");
    }
    check_parameters(*parameters, kParameters, report);
    made->program = read_program(*parameters, "name", report).value_or("");
    if (parameters->boolean("sync").value_or(false)) {
      report.error(*parameters->find("sync"),
                   "not implemented, and not in Kea: no client waits for a program; write false");
    }
  });
  return made;
}

}  // namespace lessor::config
