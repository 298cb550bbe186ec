// Fuzzes the reader and the writers of DHCP messages. Any bytes are tried as a message:
//   what is refused is refused at a place inside of the bytes;
//   what is read is what a second, slow reader makes of it (RFC 2131 4.1, RFC 3396);
//   written anew by MessageWriter, and by write_message as a server's reply, it reads the same.

#include "property.h"
#include "seed.h"
#include "wire/v4/message_view.h"
#include "wire/v4/message_writer.h"
#include "wire/v4/option_cursor.h"
#include "wire/v4/request.h"

#include <array>
#include <map>
#include <vector>

namespace lessor::wire {
namespace {

using fuzz::expect;
using Octets = std::vector<std::byte>;
using Options = std::map<OptionCode, Octets>;

void collect(Bytes field, Options& options) {
  OptionCursor cursor(field);
  for (RawOption raw; cursor.next(raw);) {
    if (raw.code == kOptionPad || raw.code == kOptionEnd) continue;
    Octets& value = options[raw.code];
    value.insert(value.end(), raw.value.begin(), raw.value.end());
  }
}

/// The options as the RFCs say it, with no thought of speed: the fields in the order options, file,
/// sname, all parts of a code one after the other; only the options field opens the others.
Options read_slowly(const HeaderView& message) {
  Options options;
  collect(message.bytes().subspan(kOptionsOffset), options);
  const auto overload = options.find(kOptionDhcpOptionOverload);
  const std::uint8_t fields =
      overload == options.end() ? std::uint8_t{0} : load_u8(overload->second.data());
  Options inside;
  if ((fields & 1U) != 0) collect(message.file_field(), inside);
  if ((fields & 2U) != 0) collect(message.sname_field(), inside);
  for (auto& [code, value] : inside) {
    if (code == kOptionDhcpOptionOverload) continue;
    options[code].insert(options[code].end(), value.begin(), value.end());
  }
  return options;
}

void expect_options(const MessageView& message, const Options& wanted, const char* what) {
  for (int code = 1; code < kOptionEnd; ++code) {
    const auto value = message.option(static_cast<OptionCode>(code));
    const auto found = wanted.find(static_cast<OptionCode>(code));
    expect(value.has_value() == (found != wanted.end()), what);
    expect(!value || equal_bytes(*value, found->second), what);
    expect(message.has(static_cast<OptionCode>(code)) == value.has_value(), what);
  }
}

Header header_of(const MessageView& m) {
  Header header{.op = m.op(),
                .htype = m.htype(),
                .hlen = m.hlen(),
                .hops = m.hops(),
                .xid = m.xid(),
                .secs = m.secs(),
                .flags = m.flags(),
                .ciaddr = m.ciaddr(),
                .yiaddr = m.yiaddr(),
                .siaddr = m.siaddr(),
                .giaddr = m.giaddr(),
                .sname = as_text(m.sname()).substr(0, kSnameSize - 1),
                .file = as_text(m.file()).substr(0, kFileSize - 1)};
  copy_bytes(header.chaddr, m.chaddr_field());
  return header;
}

void expect_header(const Header& header, const MessageView& m) {
  const bool small = header.op == m.op() && header.htype == m.htype() && header.hlen == m.hlen() &&
                     header.hops == m.hops() && header.xid == m.xid() && header.secs == m.secs() &&
                     header.flags == m.flags();
  const bool addresses = header.ciaddr == m.ciaddr() && header.yiaddr == m.yiaddr() &&
                         header.siaddr == m.siaddr() && header.giaddr == m.giaddr() &&
                         equal_bytes(header.chaddr, m.chaddr_field());
  expect(small && addresses, "the header was written as another one");
  expect(m.notes().sname_overloaded || header.sname == as_text(m.sname()), "another sname");
  expect(m.notes().file_overloaded || header.file == as_text(m.file()), "another file");
}

/// Written down as it was read. Overloaded fields are opened: the options are all in one field.
void write_anew(const MessageView& message, Options options) {
  options.erase(kOptionDhcpOptionOverload);
  static Octets room(kMaxMessageSize);
  MessageWriter writer(room);
  const Header header = header_of(message);
  writer.header(header);
  for (const auto& [code, value] : options) writer.option(code, value);
  writer.end();
  // A value of a message that was full already needs no more room than it had.
  expect(writer.ok(), "what was read has no room in a message");
  static ParseScratch scratch;
  const auto again = MessageView::parse(writer.message(), scratch);
  expect(again.has_value(), "what was written cannot be read");
  expect_header(header, *again);
  expect_options(*again, options, "an option was written as another one");
}

/// Copied from the options of a reply that was written, the reply is the same.
void expect_same_when_ready(const Header& header, const ReplyOptions& reply, std::size_t limit,
                            Bytes written, const WriteResult& result) {
  if (result.block_size == 0) return;
  const ReadyOptions ready{.block = written.subspan(kOptionsOffset, result.block_size),
                           .client_id = reply.client_id(),
                           .relay_info = reply.relay_info()};
  std::array<std::byte, 1'472> slot{};
  const std::size_t size = write_ready_message(header, ready, limit, slot);
  expect(equal_bytes(Bytes(slot).first(size), written), "a copied reply is another one");
}

/// As a server's reply of at most `limit` octets: what is not reported as dropped is there.
void write_reply(const MessageView& message, Options options, std::size_t limit) {
  options.erase(kOptionDhcpOptionOverload);
  ReplyOptions reply;
  for (const auto& [code, value] : options) {
    if (code == kOptionDhcpClientIdentifier)
      reply.echo_client_id(value);
    else if (code == kOptionDhcpAgentOptions)
      reply.echo_relay_info(value);
    else if (code >= 51 && code <= 54)
      reply.require(code, value);
    else
      reply.want(code, value);
  }
  std::array<std::byte, 1'472> slot{};
  const Header header = header_of(message);
  const auto written = write_message(header, reply, limit, slot);
  if (!written) return expect(written.error() == WriteError::no_room, "a reply that is refused");
  expect(written->size <= limit && written->size >= kMinMessageSize, "a reply of another size");
  expect_same_when_ready(header, reply, limit, Bytes(slot).first(written->size), *written);
  static ParseScratch scratch;
  const auto again = MessageView::parse(Bytes(slot).first(written->size), scratch);
  expect(again.has_value(), "a reply that cannot be read");
  expect_header(header, *again);
  for (std::size_t code = 0; code < written->dropped.size(); ++code) {
    if (written->dropped[code]) options.erase(static_cast<OptionCode>(code));
  }
  if (written->relay_info_left_out) options.erase(kOptionDhcpAgentOptions);
  const auto overload = again->option(kOptionDhcpOptionOverload);
  expect(overload.has_value() == written->overloaded, "overloaded, and it is not said");
  if (overload) options[kOptionDhcpOptionOverload] = {overload->begin(), overload->end()};
  expect_options(*again, options, "an option of the reply is another one");
}

/// Facts are the message's own words, or it is said which option is to blame.
void read_facts(const MessageView& message) {
  const auto request = read_request(message);
  if (!request) return expect(!to_string(request.error().code).empty(), "refused without a word");
  expect(message.op() == Op::request && request->xid == message.xid(), "another request");
  expect(request->type == message.message_type(), "another message type");
  const auto id = message.option(kOptionDhcpClientIdentifier);
  expect(!request->client_id || (id && equal_bytes(*request->client_id, *id)), "another client");
  expect(!request->max_message_size || *request->max_message_size >= 576, "RFC 2132 9.10");
}

void try_message(Bytes bytes) {
  static ParseScratch scratch;
  const auto message = MessageView::parse(bytes, scratch);
  if (!message) {
    expect(message.error().offset <= bytes.size(), "refused for a place outside of the bytes");
    return expect(!to_string(message.error().code).empty(), "refused without a word");
  }
  const Options options = read_slowly(*message);
  expect_options(*message, options, "the two readers disagree on an option");
  read_facts(*message);
  write_anew(*message, options);
  for (const std::size_t limit : {300U, 548U, 1'472U}) write_reply(*message, options, limit);
}

}  // namespace
}  // namespace lessor::wire

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  lessor::wire::try_message(std::as_bytes(std::span(data, size)));
  return 0;
}

// A message with options.
bool is_good_seed(lessor::Bytes seed) {
  lessor::wire::ParseScratch scratch;
  const auto message = lessor::wire::MessageView::parse(seed, scratch);
  return message && !lessor::wire::read_slowly(*message).empty();
}
