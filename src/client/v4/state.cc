#include "client/v4/state.h"

namespace lessor::client::v4 {

std::string_view to_string(State state) {
  switch (state) {
    case State::stopped:
      return "STOPPED";
    case State::no_link:
      return "NO-LINK";
    case State::init:
      return "INIT";
    case State::selecting:
      return "SELECTING";
    case State::requesting:
      return "REQUESTING";
    case State::init_reboot:
      return "INIT-REBOOT";
    case State::rebooting:
      return "REBOOTING";
    case State::checking:
      return "CHECKING";
    case State::bound:
      return "BOUND";
    case State::renewing:
      return "RENEWING";
    case State::rebinding:
      return "REBINDING";
    case State::informing:
      return "INFORMING";
    case State::informed:
      return "INFORMED";
    case State::v6_only:
      return "V6ONLY";
  }
  return "";
}

}  // namespace lessor::client::v4
