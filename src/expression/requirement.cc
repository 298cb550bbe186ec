#include "expression/requirement.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace lessor::expression {
namespace {

bool is_constant(const Node& node) {
  return node.kind == Kind::quoted || node.kind == Kind::hex || node.kind == Kind::address ||
         node.kind == Kind::integer;
}

/// Octets of the packet as they are, or a part of them.
bool is_key(const Node& node) {
  if (node.kind == Kind::substring) return is_key(node.children[0]);
  if (node.kind == Kind::path) return node.type == Type::text && node.path.want != Want::text;
  return node.kind == Kind::field;
}

/// Whether reading it may take more room than there is: parts of sub-options are joined.
bool may_be_too_long(const Node& key) {
  if (key.kind == Kind::substring) return may_be_too_long(key.children[0]);
  return key.kind == Kind::path && (key.path.source != Source::option || key.path.depth > 1);
}

Requirement of(Term term) {
  Requirement one;
  one.terms.push_back(std::move(term));
  one.exact = true;
  return one;
}

std::optional<Requirement> find_equal(const Node& node) {
  const Node& left = node.children[0];
  const Node& right = node.children[1];
  if (is_key(left) && is_constant(right)) return of({Term::Kind::equal, left, right.octets});
  if (is_key(right) && is_constant(left)) return of({Term::Kind::equal, right, left.octets});
  return std::nullopt;
}

/// The less often true, the better: a value, then a class, then that something is there; of few
/// terms rather than of many.
auto weight_of(const Requirement& requirement) {
  bool has_exists = false;
  bool has_member = false;
  for (const Term& term : requirement.terms) {
    has_exists |= term.kind == Term::Kind::exists;
    has_member |= term.kind == Term::Kind::member;
  }
  return std::tuple(has_exists, has_member, requirement.terms.size());
}

/// Any one's requirement is one of all of them together.
std::optional<Requirement> find_and(const Node& node) {
  std::optional<Requirement> best;
  for (const Node& child : node.children) {
    auto found = find_requirement(child);
    if (found && (!best || weight_of(*found) < weight_of(*best))) best = std::move(found);
  }
  if (best) best->exact = false;
  return best;
}

/// An evaluation that fails is false, whatever else is true: so terms that may fail are exact only
/// beside terms that fail with them.
bool fail_together(const std::vector<Term>& terms) {
  const auto may_fail = [](const Term& term) {
    return term.kind != Term::Kind::member && may_be_too_long(term.key);
  };
  if (std::ranges::none_of(terms, may_fail)) return true;
  return std::ranges::all_of(terms, [&](const Term& term) {
    return term.kind == Term::Kind::equal && is_same(term.key, terms.front().key);
  });
}

std::optional<Requirement> find_or(const Node& node) {
  Requirement all{.terms = {}, .exact = true};
  for (const Node& child : node.children) {
    auto found = find_requirement(child);
    if (!found) return std::nullopt;
    all.exact &= found->exact;
    std::ranges::move(found->terms, std::back_inserter(all.terms));
  }
  all.exact = all.exact && fail_together(all.terms);
  return all;
}

}  // namespace

std::optional<Requirement> find_requirement(const Node& condition) {
  switch (condition.kind) {
    case Kind::path:
      if (condition.type != Type::condition) return std::nullopt;
      return of({Term::Kind::exists, condition, {}});
    case Kind::member:
      return of({Term::Kind::member, {}, condition.octets});
    case Kind::equal:
      return find_equal(condition);
    case Kind::logic_and:
      return find_and(condition);
    case Kind::logic_or:
      return find_or(condition);
    case Kind::logic_not:
    case Kind::match:
    case Kind::quoted:
    case Kind::hex:
    case Kind::address:
    case Kind::integer:
    case Kind::field:
    case Kind::substring:
    case Kind::split:
    case Kind::concat:
    case Kind::ifelse:
    case Kind::hexstring:
    case Kind::addrtotext:
    case Kind::inttotext:
    case Kind::lcase:
    case Kind::ucase:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace lessor::expression
