#include "cli/console.h"
#include "cli/leases.h"
#include "cli/running_server.h"
#include "cli/status_text.h"

namespace lessor::cli {

ExitCode run_status(const AskArguments& a) {
  const auto where = find_server(a);
  if (!where) return complain(where.error()), ExitCode::failed;
  const auto answer = ask_server(where->socket, "lessor-status");
  if (!answer) return complain(answer.error().why), answer.error().code;
  if (answer->result != control::Result::ok) return complain(answer->text), ExitCode::failed;
  if (a.format == Format::json) return print_or_fail(answer->arguments + "\n");
  const auto status = control::read_status(answer->arguments);
  if (!status) return complain(status.error()), ExitCode::failed;
  return print_or_fail(status_text(*status));
}

}  // namespace lessor::cli
