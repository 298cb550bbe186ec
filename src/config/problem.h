#pragma once
// What is wrong with a configuration, said so that a person can go to the place and mend it.

#include <string>
#include <string_view>
#include <vector>

namespace lessor::config {

/// One thing wrong (or, as a note, one thing accepted without effect). `line` and `column` count
/// from 1; 0 means the whole file, or a command line without lines.
struct Problem {
  std::string file;  ///< the file's name, or "command line"
  int line = 0;
  int column = 0;       ///< in characters, as editors count
  std::string path;     ///< "Dhcp4.subnet4[2].pools[0].pool", or "--pool"; empty = the whole text
  std::string message;  ///< what is wrong and what to do
  std::string hint;     ///< the likely meant word; empty when there is none

  friend bool operator==(const Problem&, const Problem&) = default;
};

/// "FILE:LINE:COLUMN: PATH: message (did you mean 'HINT'?)", on one line; parts that are empty or
/// zero are left out.
[[nodiscard]] std::string to_string(const Problem& problem);

/// Text of the file in a message: in single quotes, sanitised, cut when long.
[[nodiscard]] std::string quote(std::string_view text);

}  // namespace lessor::config
