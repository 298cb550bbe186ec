#include "config/flex_id.h"

#include "config/hooks.h"

#include <array>

namespace lessor::config {
namespace {

/// ignore-iaid is about DHCPv6.
constexpr std::array kParameters =
    std::to_array<HookParameter>({{"identifier-expression", Type::text},
                                  {"replace-client-id", Type::boolean},
                                  {"ignore-iaid", Type::boolean}});

}  // namespace

std::optional<FlexId> read_flex_id(const Node& global, ClassNames& classes, Report& report) {
  std::optional<FlexId> made;
  for_each_hook(global, "flex_id", [&](const Node& hook) {
    const auto parameters = hook.find("parameters");
    const auto expression = parameters ? parameters->find("identifier-expression") : std::nullopt;
    const std::string* text = expression ? expression->value().as_text() : nullptr;
    if (text == nullptr || text->empty()) {
      return report.error(hook,
                          "flex_id needs an expression: \"parameters\": "
                          "{\"identifier-expression\": \"relay4[2].hex\"}");
    }
    check_parameters(*parameters, kParameters, report);
    if (const auto ignored = parameters->find("ignore-iaid")) {
      report.note(*ignored, "accepted without effect: it is about DHCPv6");
    }
    auto program = classes.read_text_expression(*expression, report);
    if (!program) return;
    made = {.expression = std::move(*program),
            .replaces_client_id = parameters->boolean("replace-client-id").value_or(false)};
  });
  return made;
}

}  // namespace lessor::config
