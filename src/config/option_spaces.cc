#include "config/option_spaces.h"

#include <algorithm>
#include <set>
#include <utility>

namespace lessor::config {
namespace {

constexpr std::size_t kMaxSubOption = 255;  // its length is one octet

/// Spaces whose options stand by themselves: in a message, or in option 125.
bool stands_alone(std::string_view space) {
  return space == kDhcp4Space || enterprise_of(space).has_value();
}

class Layout {
 public:
  Layout(std::vector<ReadOption>& options, const OptionDefs& defs, Report& report)
      : options_(options), defs_(defs), report_(report) {
    std::ranges::stable_sort(options_, {}, [](const ReadOption& each) {
      return std::pair(std::string_view(each.space), each.option.code);
    });
  }

  OptionSet make() {
    std::vector<ConfiguredOption> own;
    std::vector<VendorOption> vendor;
    for (const ReadOption& each : options_) {
      if (!stands_alone(each.space)) continue;
      ConfiguredOption made = each.option;
      made.value = whole_value(each);
      if (const auto enterprise = enterprise_of(each.space)) {
        check_size(each, made.value.size());
        vendor.push_back({*enterprise, std::move(made)});
      } else {
        own.push_back(std::move(made));
      }
    }
    note_unused();
    return OptionSet(std::move(own), std::move(vendor));
  }

 private:
  /// Its own, and behind it the options of the space that it holds.
  std::vector<std::byte> whole_value(const ReadOption& option) {
    std::vector<std::byte> value = option.option.value;
    const std::string space(defs_.encapsulated_by(option.space, option.option.code));
    // Spaces that hold each other end where they would begin again.
    if (space.empty() || !open_.insert(space).second) return value;
    for (ReadOption& inner : options_) {
      if (inner.space == space) append(inner, value);
    }
    open_.erase(space);
    return value;
  }

  void append(ReadOption& inner, std::vector<std::byte>& out) {
    const bool is_new = !std::exchange(inner.is_used, true);
    if (is_new && !inner.option.guard.empty()) {
      report_.error(inner.place,
                    "classes cannot be told apart inside of an option: put client-classes to the "
                    "option that holds the space " +
                        quote(inner.space));
    }
    if (inner.option.never_send) return;
    const std::vector<std::byte> value = whole_value(inner);
    if (is_new) check_size(inner, value.size());
    out.push_back(static_cast<std::byte>(inner.option.code));
    out.push_back(static_cast<std::byte>(value.size()));
    out.insert(out.end(), value.begin(), value.end());
  }

  void check_size(const ReadOption& option, std::size_t size) {
    if (size <= kMaxSubOption) return;
    report_.error(option.place, "the value has " + std::to_string(size) +
                                    " octets; a sub-option has room for 255");
  }

  void note_unused() {
    std::set<std::string_view> told;
    for (const ReadOption& each : options_) {
      if (each.is_used || stands_alone(each.space) || !told.insert(each.space).second) continue;
      report_.note(each.place,
                   "it is never sent: no option beside it holds the space " + quote(each.space));
    }
  }

  std::vector<ReadOption>& options_;
  const OptionDefs& defs_;
  Report& report_;
  std::set<std::string> open_;  // spaces that are being laid out
};

}  // namespace

OptionSet lay_out(std::vector<ReadOption> options, const OptionDefs& defs, Report& report) {
  return Layout(options, defs, report).make();
}

}  // namespace lessor::config
