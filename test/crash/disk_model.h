#pragma once
// What a disk may hold after the machine stopped at some moment of a trace: everything, only what
// was flushed, or a chance part of the rest. Must not know: what is in the files.

#include "base/random.h"
#include "trace.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lessor::test {

/// What is left.
enum class Loss : std::uint8_t {
  nothing,  ///< the process died, the kernel did not: all is there
  journal,  ///< a file system with an ordered journal (ext4): a file has what its own last flush
            ///< found in it; names are as they were at the last flush of anything
  strict,   ///< POSIX to the letter: a name is there once its folder was flushed
  chance,   ///< between journal and everything: any pages of what was not flushed, some torn
};
[[nodiscard]] std::string_view to_string(Loss loss);

/// Octets written to a place in a file.
struct Write {
  std::uint64_t at = 0;
  std::string data;
};

/// What a folder holds, by path: the octets of a file, nothing for a folder.
using Contents = std::map<std::string, std::optional<std::string>>;

/// Makes `target` hold just these. Files that are the same already are not written again.
void write_folder(const std::string& target, const Contents& contents);

/// A folder with files and folders in it, played from a trace.
class DiskModel {
 public:
  /// `root`: the folder that the trace is about. It is empty, and there for good.
  explicit DiskModel(std::string root);

  void apply(const TraceEntry& entry);
  /// What is left of the root after `loss`.
  [[nodiscard]] Contents left(Loss loss, Random& random) const;

 private:
  struct Node {
    bool is_folder = false;
    std::string content;           // as programs see it
    std::string durable;           // as it was when last flushed
    std::vector<Write> unflushed;  // since
    bool grew = false;             // since: fdatasync then takes the journal along
  };
  using NodePtr = std::shared_ptr<Node>;
  using Names = std::map<std::string, NodePtr>;  // by path; "" the root

  [[nodiscard]] std::string relative(const std::string& path) const;
  [[nodiscard]] NodePtr open_node(const TraceEntry& entry);
  void write(Node& node, std::uint64_t at, const std::string& data);
  void resize(Node& node, std::uint64_t size);
  void flush(const NodePtr& node, bool data_only);
  void flush_folder(const NodePtr& folder);
  void rename(const TraceEntry& entry);
  void name_changed();
  [[nodiscard]] std::string path_of(const NodePtr& node) const;
  [[nodiscard]] const Names& names_left(Loss loss, Random& random) const;
  [[nodiscard]] static std::string content_left(const Node& node, Loss loss, Random& random);

  std::string root_;
  Names names_;                  // now
  Names strict_;                 // what flushed folders hold
  std::vector<Names> journal_;   // the journal's last commit, then each state since
  std::map<int, NodePtr> open_;  // by descriptor
};

}  // namespace lessor::test
