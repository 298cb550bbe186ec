#pragma once
// The states of a DHCP client as RFC 2131 figure 5 draws them, with the way it has come lit: for
// `lessor demo` and `lessor client --status`. Must not know: engines, terminals.

#include "client/v4/state.h"
#include "craft/text_layout.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace lessor::cli {

/// The whole diagram, 77 columns wide; on a narrower screen its arrows, a line each. `way` are the
/// states that the client went through, the current one last: its box is lit, and so are the arrows
/// between them. Empty: nothing is lit.
[[nodiscard]] std::string draw_states(std::span<const client::v4::State> way,
                                      const craft::Style& style);
/// With the last step alone, and below it what that step is called.
[[nodiscard]] std::string draw_states(client::v4::State current, client::v4::State before,
                                      const craft::Style& style);

/// One line: "INIT -> SELECTING -> [[REQUESTING]]". The beginning of a long way is left out.
[[nodiscard]] std::string draw_way(std::span<const client::v4::State> way,
                                   const craft::Style& style);

/// What leads from one state to the other, in a few words; nothing when no client goes there.
[[nodiscard]] std::string_view name_of_step(client::v4::State before, client::v4::State after);
/// Whether the diagram has an arrow for it.
[[nodiscard]] bool has_arrow(client::v4::State before, client::v4::State after);

/// The state that to_string() writes so.
[[nodiscard]] std::optional<client::v4::State> parse_state(std::string_view text);

}  // namespace lessor::cli
