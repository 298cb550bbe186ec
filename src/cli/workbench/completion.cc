#include "cli/command_line.h"
#include "cli/console.h"
#include "cli/workbench/commands.h"
#include "cli/workbench/complete.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <string>

namespace lessor::cli {
namespace {

/// How a script asks for candidates, one a line: `lessor completion --words craft disc`. Not in the
/// help: people have no use for it.
constexpr std::string_view kAsk = "--words";

// The scripts know nothing but how to ask. Flags come from --help, which tells them all.

// A word with '=' or ':' is several words to bash: the line is split anew, and what stands before
// the last such character is taken off the candidates.
constexpr std::string_view kBash =
    R"sh(# bash completion for lessor: source <(lessor completion bash)
_lessor() {
  local line=${COMP_LINE:0:COMP_POINT} words flags word
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  local typed=${words[-1]}
  if [[ $typed == -* && ${#words[@]} -gt 2 ]]; then
    local command=("${words[1]}")
    [[ ${words[1]} == leases && ${words[2]:-} != -* ]] && command+=("${words[2]}")
    flags=$(lessor "${command[@]}" --help 2>/dev/null </dev/null | grep -oE -- '--[a-z][a-z0-9-]*')
    mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$typed" | sort -u)
    return
  fi
  mapfile -t COMPREPLY < <(lessor completion --words "${words[@]:1}" 2>/dev/null </dev/null)
  local taken=${typed%"${typed##*[=:]}"}
  COMPREPLY=("${COMPREPLY[@]#"$taken"}")
  for word in "${COMPREPLY[@]}"; do
    [[ $word == *[=.] ]] && compopt -o nospace
  done
}
complete -o default -F _lessor lessor
)sh";

constexpr std::string_view kZsh = R"sh(#compdef lessor
# zsh completion for lessor: source <(lessor completion zsh), or a file _lessor in $fpath
_lessor() {
  local typed=${words[CURRENT]} command
  local -a candidates open flags
  if [[ $typed == -* && $CURRENT -gt 2 ]]; then
    command=(${words[2]})
    [[ ${words[2]} == leases && ${words[3]} != -* ]] && command+=(${words[3]})
    flags=(${(fu)"$(lessor $command --help 2>/dev/null </dev/null |
      grep -oE -- '--[a-z][a-z0-9-]*')"})
    compadd -a flags
    return
  fi
  candidates=(${(f)"$(lessor completion --words "${(@)words[2,CURRENT]}" 2>/dev/null </dev/null)"})
  open=(${(M)candidates:#*[=.]})
  candidates=(${candidates:#*[=.]})
  (( $#open )) && compadd -S '' -a open
  (( $#candidates )) && compadd -a candidates
  (( $#open + $#candidates )) || _files
}
if [[ $funcstack[1] == _lessor ]]; then _lessor "$@"; else compdef _lessor lessor; fi
)sh";

constexpr std::string_view kFish =
    R"sh(# fish completion for lessor: lessor completion fish | source
function __lessor_candidates
    set -l words (commandline -opc)[2..] (commandline -ct)
    set -l typed $words[-1]
    if string match -q -- '-*' $typed; and test (count $words) -gt 1
        set -l command $words[1]
        if test $command = leases; and not string match -q -- '-*' $words[2]
            set command $words[1..2]
        end
        lessor $command --help 2>/dev/null </dev/null | string match -ar -- '--[a-z][a-z0-9-]*'
        return
    end
    lessor completion --words $words 2>/dev/null </dev/null
end
complete -c lessor -f -n 'test -n "$(__lessor_candidates)"' -a '(__lessor_candidates)'
)sh";

struct Script {
  std::string_view shell;
  std::string_view text;
};
constexpr Script kScripts[] = {{"bash", kBash}, {"zsh", kZsh}, {"fish", kFish}};

/// The interfaces of this host, as the kernel shows them to anybody.
Surroundings look_around() {
  Surroundings around;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/sys/class/net", error)) {
    around.interfaces.push_back(entry.path().filename().string());
  }
  return around;
}

ExitCode print_candidates(std::span<const char* const> words) {
  const std::vector<std::string> typed(words.begin(), words.end());
  std::string text;
  for (const std::string& word : complete(typed, look_around())) text += word + "\n";
  return print_or_fail(text);
}

}  // namespace

ExitCode run_completion(std::span<const char* const> words) {
  if (!words.empty() && words.front() == kAsk) return print_candidates(words.subspan(1));
  std::string shell;
  CLI::App app("Prints the script that completes lessor's commands, fields and options.",
               "completion");
  app.add_option("SHELL", shell, "bash, zsh or fish")->required()->type_name("");
  app.footer(
      "bash   source <(lessor completion bash)      in ~/.bashrc\n"
      "zsh    source <(lessor completion zsh)       in ~/.zshrc, behind compinit\n"
      "fish   lessor completion fish | source       in ~/.config/fish/config.fish");
  if (const auto stop = read_words(app, words)) return print_stop(*stop);
  const auto* const script = std::ranges::find(kScripts, shell, &Script::shell);
  if (script != std::end(kScripts)) return print_or_fail(script->text);
  std::vector<std::string_view> shells;
  for (const Script& one : kScripts) shells.push_back(one.shell);
  return print_stop(
      usage_of(unknown_word(shell, "shell that is known here", shells) + ": bash, zsh and fish are",
               " completion"));
}

}  // namespace lessor::cli
