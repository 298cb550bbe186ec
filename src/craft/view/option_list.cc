#include "craft/view/option_list.h"

#include <algorithm>

namespace lessor::craft {
namespace {

void note_padding(OptionList& all, Bytes behind) {
  all.padding = behind.size();
  all.padding_is_zero =
      std::all_of(behind.begin(), behind.end(), [](std::byte b) { return b == std::byte{0}; });
}

}  // namespace

OptionList list_options(Bytes message) {
  OptionList all;
  if (!has_options(message)) return all;
  all.end_missing = true;
  for_each_option(message, [&](const OptionPlace& placed) {
    const wire::RawOption& option = placed.option;
    if (placed.area == Area::options) {
      const bool end = option.code == wire::kOptionEnd;
      if (end) note_padding(all, message.subspan(placed.offset + 1));
      // A broken option is told of as such; what should come behind it is nobody's guess.
      if (end || !placed.whole()) all.end_missing = false;
    }
    if (option.code == wire::kOptionPad) return;
    all.places.push_back(placed);
    if (option.code == wire::kOptionEnd || !placed.whole() || placed.is_nested_overload()) return;
    std::vector<std::byte>& value = all.joined[option.code];
    value.insert(value.end(), option.value.begin(), option.value.end());
    ++all.parts[option.code];
  });
  return all;
}

}  // namespace lessor::craft
