#include "wire/v4/message_view.h"

#include "base/random.h"
#include "wire/v4/message_writer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lessor::wire {
namespace {

using Octets = std::vector<std::byte>;

Octets octets(std::initializer_list<int> values) {
  Octets out;
  for (const int v : values) out.push_back(static_cast<std::byte>(v));
  return out;
}

/// A DISCOVER's header and cookie, then `options` as they are.
Octets message(const Octets& options) {
  Octets room(kOptionsOffset + options.size());
  MessageWriter writer(room);
  Header header{.op = Op::request, .xid = 0x1aed, .flags = kBroadcastFlag};
  header.set_hardware_address({.type = 1, .size = 6, .octets = {std::byte{0xc0}, std::byte{1}}});
  writer.header(header);
  writer.raw(options);
  return room;
}

void put(Octets& into, std::size_t offset, const Octets& from) {
  copy_bytes(MutableBytes(into).subspan(offset), from);
}

Octets copy(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

/// A copy on the heap without a spare octet: a read outside is a sanitizer's finding.
class Exact {
 public:
  explicit Exact(Bytes bytes) : size_(bytes.size()), room_(new std::byte[bytes.size()]) {
    copy_bytes({room_.get(), size_}, bytes);
  }
  [[nodiscard]] Bytes bytes() const { return {room_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<std::byte[]> room_;
};

/// Touches everything that a view offers.
std::size_t read_all(const MessageView& view) {
  std::size_t sum = view.xid() + view.sname().size() + view.file().size() + view.chaddr().size;
  for (int code = 0; code < 256; ++code) {
    const auto value = view.option(static_cast<OptionCode>(code));
    if (!value) continue;
    for (const std::byte b : *value) sum += static_cast<std::size_t>(b);
  }
  return sum + static_cast<std::size_t>(view.message_type());
}

TEST(MessageView, ReadsTheHeader) {
  const Octets bytes = message(octets({53, 1, 1, 255}));
  ParseScratch scratch;
  const auto view = MessageView::parse(bytes, scratch);
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(view->op(), Op::request);
  EXPECT_EQ(view->xid(), 0x1aedU);
  EXPECT_TRUE(view->broadcast());
  EXPECT_EQ(view->chaddr().size, 6);
  EXPECT_EQ(view->message_type(), MessageType::discover);
  EXPECT_FALSE(view->notes().end_missing);
}

// R3396-5-a, R2131-4.1-f: options, then file, then sname.
TEST(MessageView, JoinsPartsInTheOrderOptionsFileSname) {
  Octets bytes = message(octets({52, 1, 3, 12, 2, 'a', 'b', 6, 1, 9, 12, 1, 'c', 255}));
  put(bytes, kFileOffset, octets({12, 1, 'd', 15, 0, 255}));
  put(bytes, kSnameOffset, octets({12, 1, 'e', 255}));
  ParseScratch scratch;
  const auto view = MessageView::parse(bytes, scratch);
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(as_text(*view->option(12)), "abcde");
  EXPECT_EQ(copy(*view->option(6)), octets({9}));
  EXPECT_TRUE(view->has(15));
  EXPECT_TRUE(view->option(15)->empty());
  EXPECT_FALSE(view->option(16).has_value());
  EXPECT_TRUE(view->sname().empty());
  EXPECT_TRUE(view->notes().joined);
}

}  // namespace
}  // namespace lessor::wire
