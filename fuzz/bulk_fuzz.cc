// Fuzzes bulk leasequery (RFC 6926): octets are a requester's connection to a
// server with leases of every state.
//   What it hears does not depend on how its octets were cut, on the size of
//   slices, or on how fast it reads; it is whole messages of our strict
//   parser's, of the three types that there are; each query has one end, which
//   names no other query; no address is told twice by one query; nothing is
//   changed by any of it, and what waits to be sent is bounded.
//
// The input: one octet that says how the stream is cut, then the stream.

#include "property.h"
#include "seed.h"
#include "server/v4/bulk_session.h"
#include "server/v4/test_kit.h"

#include <algorithm>
#include <set>

namespace lessor::server::v4::testing {
namespace {

using fuzz::expect;

constexpr net::Ip4 kRequester{0xc00002fe};

config::ServerConfig network() {
  config::ServerConfig made = config_of({subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.29")}),
                                         subnet(2, "10.0.0.0/24", {pool("10.0.0.10-10.0.0.13")})});
  made.lease_queries =
      config::LeaseQueries{.requesters = {kRequester}, .bulk = config::LeaseQueries::Bulk()};
  return made;
}

/// Leases that are active, released, declined and over.
Site& site() {
  static Site& made = *[] {
    auto* site = new Site(network());  // for good: a fuzzer ends without destructors
    (void)site->lease(host(9));
    site->pass_seconds(3'000);
    for (std::uint32_t i = 1; i <= 4; ++i) (void)site->lease(host(i));
    (void)site->lease(host_with_id(5, octets({0, 1, 2, 3})));
    site->pass_seconds(700);
    (void)site->hear(release(host(2), "192.0.2.12"));
    (void)site->hear(decline(host(3), "192.0.2.13"));
    return site;
  }();
  return made;
}

/// How a connection goes.
struct Manner {
  std::size_t piece = 1;   ///< octets that come at a time
  std::size_t budget = 1;  ///< of a slice
  std::size_t reads = 1;   ///< octets that the other end reads at a time
};

struct Heard {
  Octets stream;
  std::size_t ends = 0;
  bool broken = false;
};

Heard talk(Bytes stream, const Manner& manner) {
  Heard heard;
  BulkSession session(kRequester, kServer);
  while (true) {
    const std::size_t taken = session.take(stream.first(std::min(stream.size(), manner.piece)));
    stream = stream.subspan(taken);
    const bool works = session.has_work();
    if (works) {
      const BulkNews news = site().engine().answer_bulk(site().now(), session, manner.budget);
      heard.ends += news.done ? 1 : 0;
    }
    expect(session.output().size() <= BulkOutput::kCapacity, "too much waits to be sent");
    const Bytes read = session.output().first(std::min(session.output().size(), manner.reads));
    heard.stream.insert(heard.stream.end(), read.begin(), read.end());
    const std::size_t size = read.size();
    session.sent(size);
    if (taken == 0 && !works && size == 0) break;
  }
  heard.broken = session.is_broken();
  return heard;
}

/// The answers, query by query.
void judge(const Heard& heard) {
  Bytes stream = heard.stream;
  std::size_t ends = 0;
  std::set<std::uint32_t> told;
  std::optional<std::uint32_t> xid;
  while (!stream.empty()) {
    expect(stream.size() >= 2, "half a length");
    const std::size_t size = load_be16(stream.data());
    expect(stream.size() >= 2 + size, "half a message");
    wire::ParseScratch scratch;
    const auto view = wire::MessageView::parse(stream.subspan(2, size), scratch);
    expect(view.has_value(), "a message that does not parse");
    stream = stream.subspan(2 + size);
    expect(!xid || *xid == view->xid(), "an answer to another query");
    xid = view->xid();
    const MessageType type = view->message_type();
    if (type == MessageType::leasequerydone) {
      ++ends;
      told.clear();
      xid.reset();
      continue;
    }
    expect(type == MessageType::leaseactive || type == MessageType::leaseunassigned,
           "a message of another type");
    expect(told.insert(view->ciaddr().value).second, "an address was told twice");
  }
  expect(ends == heard.ends && !xid, "a query without an end");
}

void play(Bytes input) {
  if (input.empty()) return;
  const std::size_t bits = load_u8(input.data());
  const Bytes stream = input.subspan(1);
  const lease::Sequence before = site().changes().last();
  const Heard whole = talk(stream, {stream.size(), 1'000, BulkOutput::kCapacity});
  judge(whole);
  const Heard cut = talk(stream, {1 + bits % 7, 1 + bits / 7 % 5, 100 + bits});
  expect(whole.stream == cut.stream && whole.broken == cut.broken, "cut, it is another stream");
  expect(site().changes().last() == before, "a question changed a lease");
}

}  // namespace
}  // namespace lessor::server::v4::testing

bool is_good_seed(lessor::Bytes seed) {
  using namespace lessor::server::v4::testing;
  const Heard heard = talk(seed.subspan(1), {seed.size(), 1'000, 65'536});
  return heard.ends > 0 || heard.broken;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  lessor::server::v4::testing::play(std::as_bytes(std::span(data, size)));
  return 0;
}
