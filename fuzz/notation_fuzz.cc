// Fuzzes the law of the workbench: what is printed of a frame is read back to the same octets. Any
// bytes are a frame, of any kind of link:
//   build(recipe_of(frame)) == frame  and  build(read_recipes(packet_text(frame))) == frame

#include "craft/dissect.h"
#include "craft/faults.h"
#include "craft/packet/notation.h"
#include "seed.h"
#include "wire/v4/message_view.h"

#include <cstdio>
#include <cstdlib>

namespace lessor::craft {
namespace {

void fail(std::string_view what, std::string_view text) {
  std::fprintf(stderr, "%.*s\n%.*s\n", static_cast<int>(what.size()), what.data(),
               static_cast<int>(text.size()), text.data());
  std::abort();
}

void expect_same(const std::expected<Packet, std::string>& built, Bytes frame, LinkType link,
                 std::string_view text) {
  if (!built) fail(built.error(), text);
  if (!equal_bytes(built->bytes, frame)) fail("other octets came back", text);
  if (built->link != link) fail("another kind of link came back", text);
}

void try_frame(Bytes frame, LinkType link) {
  expect_same(build(recipe_of(frame, link), {}), frame, link, "by its recipe");
  const std::string text = packet_text({.link = link, .bytes = {frame.begin(), frame.end()}});
  const auto recipes = read_recipes(text);
  if (!recipes) fail(recipes.error(), text);
  if (recipes->size() != 1) fail("not one packet", text);
  expect_same(build(recipes->front(), {}), frame, link, text);
  for (const Fault& fault : find_faults(frame, dissect(frame, link))) {
    if (fault.offset > frame.size()) fail("a fault outside of the frame", to_string(fault));
  }
}

}  // namespace
}  // namespace lessor::craft

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using lessor::craft::LinkType;
  const lessor::Bytes frame = std::as_bytes(std::span(data, size));
  for (const LinkType link :
       {LinkType::ethernet, LinkType::raw_ip, LinkType::cooked, LinkType::cooked2}) {
    lessor::craft::try_frame(frame, link);
  }
  return 0;
}

// A frame with a message that can be read to its end: one that has none would never lead a fuzzer
// to an option.
bool is_good_seed(lessor::Bytes seed) {
  const auto dissection = lessor::craft::dissect(seed);
  lessor::wire::ParseScratch scratch;
  return dissection.trouble.empty() && dissection.is_dhcp() &&
         lessor::wire::MessageView::parse(dissection.payload, scratch).has_value();
}
