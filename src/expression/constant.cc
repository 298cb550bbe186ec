#include "expression/constant.h"

#include <algorithm>
#include <optional>

namespace lessor::expression {
namespace {

bool is_constant(const Node& node) {
  return node.kind == Kind::quoted || node.kind == Kind::hex || node.kind == Kind::address ||
         node.kind == Kind::integer;
}

Certainty opposite(Certainty of) {
  if (of == Certainty::depends) return of;
  return of == Certainty::never ? Certainty::always : Certainty::never;
}

/// How long a text is at most; nothing when there is no telling.
std::optional<std::size_t> longest(const Node& text) {
  if (is_constant(text)) return text.octets.size();
  if (text.kind != Kind::substring || text.to_end) return std::nullopt;
  return static_cast<std::size_t>(std::max(text.length, -text.length));
}

Certainty judge_equal(const Node& a, const Node& b) {
  if (is_constant(a) && is_constant(b)) {
    return a.octets == b.octets ? Certainty::always : Certainty::never;
  }
  const auto cannot_be = [](const Node& text, const Node& constant) {
    const auto most = longest(text);
    return is_constant(constant) && most && *most < constant.octets.size();
  };
  return cannot_be(a, b) || cannot_be(b, a) ? Certainty::never : Certainty::depends;
}

}  // namespace

Certainty judge(const Node& condition, const JudgeClass& judge_class) {
  const auto has = [&](Certainty wanted) {
    return std::ranges::any_of(
        condition.children, [&](const Node& child) { return judge(child, judge_class) == wanted; });
  };
  const auto combine = [&](Certainty decides) {
    if (has(decides)) return decides;
    return has(Certainty::depends) ? Certainty::depends : opposite(decides);
  };
  if (condition.kind == Kind::logic_not) return opposite(judge(condition.children[0], judge_class));
  if (condition.kind == Kind::logic_and) return combine(Certainty::never);
  if (condition.kind == Kind::logic_or) return combine(Certainty::always);
  if (condition.kind == Kind::member) return judge_class(condition.octets);
  if (condition.kind == Kind::equal) {
    return judge_equal(condition.children[0], condition.children[1]);
  }
  return Certainty::depends;
}

}  // namespace lessor::expression
