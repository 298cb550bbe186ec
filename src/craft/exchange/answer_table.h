#pragma once
// Who answers on a link, a row each: how a rogue server is found. Must not know: how long was
// waited.

#include "craft/exchange/heard.h"
#include "craft/table.h"

namespace lessor::craft {

/// The answers to one question by server, in the order in which they came first.
class AnswerList {
 public:
  void add(const Heard& answer);

  /// Different servers: by identifier (or address), hardware address and relay.
  [[nodiscard]] std::size_t servers() const { return answers_.size(); }
  /// A row a server: its identifier, addresses, what it offers. Empty without any.
  [[nodiscard]] std::string draw(const Style& style) const;

 private:
  std::vector<Heard> answers_;
};

}  // namespace lessor::craft
