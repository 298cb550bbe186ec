#include "expression/verbatim.h"

#include <algorithm>
#include <set>

namespace lessor::expression {
namespace {

/// The constants (by their place in the code) that stand as they are in a text.
using Constants = std::set<std::size_t>;

/// What waits on the stack of texts, without what only conditions come of.
class Walk {
 public:
  explicit Walk(const Program& program) {
    for (std::size_t at = 0; at < program.code.size(); ++at) step(program.code[at], at);
  }
  [[nodiscard]] Constants result() { return pop(); }

 private:
  void step(const Instruction& next, std::size_t at) {
    switch (next.op) {
      case Op::constant:
        return push({at});
      case Op::value:
      case Op::field:
        return push({});
      case Op::split:
      case Op::hexstring:
        return make_of(2);
      case Op::substring:
      case Op::addrtotext:
      case Op::inttotext:
      case Op::lcase:
      case Op::ucase:
        return make_of(1);
      case Op::concat:
      case Op::choose: {
        Constants both = pop();
        both.merge(pop());
        return push(std::move(both));
      }
      case Op::equal:
        (void)pop();
        (void)pop();
        return;
      case Op::match:
        (void)pop();
        return;
      case Op::exists:
      case Op::member:
      case Op::negate:
      case Op::both:
      case Op::either:
      case Op::skip_if_false:
      case Op::skip_if_true:
        return;
    }
  }
  void make_of(int texts) {
    for (int i = 0; i < texts; ++i) (void)pop();
    push({});
  }
  void push(Constants constants) { stack_.push_back(std::move(constants)); }
  Constants pop() {
    if (stack_.empty()) return {};
    Constants top = std::move(stack_.back());
    stack_.pop_back();
    return top;
  }

  std::vector<Constants> stack_;
};

}  // namespace

void replace_in_verbatim(Program& program, std::byte octet, Bytes stead) {
  for (const std::size_t at : Walk(program).result()) {
    Instruction& constant = program.code[at];
    const auto first = program.constants.begin() + constant.a;
    const std::vector<std::byte> before(first, first + constant.count);
    if (std::ranges::find(before, octet) == before.end()) continue;
    constant.a = static_cast<std::int32_t>(program.constants.size());
    for (const std::byte each : before) {
      const Bytes put = each == octet ? stead : Bytes(&each, 1);
      program.constants.insert(program.constants.end(), put.begin(), put.end());
    }
    constant.count =
        static_cast<std::uint16_t>(program.constants.size() - static_cast<std::size_t>(constant.a));
  }
}

}  // namespace lessor::expression
