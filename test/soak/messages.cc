#include "messages.h"

namespace lessor::soak {
namespace {

constexpr std::uint32_t kMagic = 0x63825363;
constexpr std::size_t kMagicAt = 236;
constexpr std::size_t kOptionsAt = 240;
constexpr std::size_t kBootpMinimum = 300;  // RFC 1542 2.1

void option_be32(ByteWriter& out, std::uint8_t code, std::uint32_t value) {
  if (value == 0) return;
  out.u8(code);
  out.u8(4);
  out.be32(value);
}

void write_options(const Question& q, ByteWriter& out) {
  out.be16(53 << 8 | 1);
  out.u8(q.type);
  if (q.client_id != 0) {
    out.be16(61 << 8 | 5);
    out.u8(0);
    out.be32(q.client_id);
  }
  option_be32(out, 50, q.requested.value);
  option_be32(out, 54, q.server.value);
  if (q.type == kDiscover || q.type == kRequest || q.type == kInform) {
    out.be16(55 << 8 | 4);
    out.be32(0x0103060f);  // subnet mask, routers, DNS servers, domain name
  }
  if (q.port != 0) {
    out.be16(82 << 8 | 6);
    option_be32(out, 1, q.port);
  }
  out.u8(255);
}

void read_circuit(Bytes value, Answer& answer) {
  ByteReader in(value);
  while (in.ok() && in.remaining() > 0) {
    const std::uint8_t code = in.u8();
    const Bytes sub = in.bytes(in.u8());
    if (code == 1 && sub.size() == 4) answer.port = load_be32(sub.data());
  }
}

void read_option(std::uint8_t code, Bytes value, Answer& answer) {
  if (code == 53 && value.size() == 1) answer.type = load_u8(value.data());
  if (code == 82) read_circuit(value, answer);
  if (value.size() != 4) return;
  const std::uint32_t number = load_be32(value.data());
  if (code == 54) answer.server = {number};
  if (code == 51) answer.lease = number;
  if (code == 58) answer.t1 = number;
  if (code == 59) answer.t2 = number;
}

}  // namespace

std::size_t write(const Question& q, MutableBytes room) {
  ByteWriter out(room);
  out.be32(q.giaddr.is_zero() ? 0x01010600 : 0x01010601);  // op, htype, hlen, hops
  out.be32(q.xid);
  out.be16(0);
  out.be16(q.broadcast ? 0x8000 : 0);
  out.be32(q.ciaddr.value);
  out.zeros(8);
  out.be32(q.giaddr.value);
  out.bytes(q.mac.octets);
  out.zeros(10 + 64 + 128);
  out.be32(kMagic);
  write_options(q, out);
  if (out.size() < kBootpMinimum) out.zeros(kBootpMinimum - out.size());
  return out.size();
}

std::size_t write_broken(Broken how, Random& random, MutableBytes room) {
  Question question{.xid = random.u32()};
  store_be32(question.mac.octets.data() + 2, random.u32());
  store_be16(question.mac.octets.data(), 0x025c);
  const std::size_t size = write(question, room);
  const MutableBytes options = room.subspan(kOptionsAt);
  switch (how) {
    case Broken::cut_short:
      return 1 + random.below(kMagicAt - 1);
    case Broken::wrong_magic:
      store_be32(room.data() + kMagicAt, 0x63825364);
      return size;
    case Broken::option_overrun:
      store_u8(options.data() + 1, 250);
      return size;
    case Broken::garbage:
      for (std::size_t i = 0; i < kBootpMinimum; i += 4) store_be32(room.data() + i, random.u32());
      return kBootpMinimum;
    case Broken::unknown_type:
      store_u8(options.data() + 2, 77);
      return size;
    case Broken::no_type:
      store_be32(options.data(), 0);  // pads
      return size;
    case Broken::reply:
      store_u8(room.data(), 2);
      store_u8(options.data() + 2, kOffer);
      return size;
  }
  return 0;
}

std::optional<Answer> read_answer(Bytes payload) {
  if (payload.size() < kOptionsAt || load_u8(payload.data()) != 2) return std::nullopt;
  Answer answer;
  answer.xid = load_be32(payload.data() + 4);
  answer.yiaddr = {load_be32(payload.data() + 16)};
  answer.giaddr = {load_be32(payload.data() + 24)};
  copy_bytes(answer.mac.octets, payload.subspan(28, 6));
  ByteReader in(payload.subspan(kOptionsAt));
  while (in.ok()) {
    const std::uint8_t code = in.u8();
    if (code == 255) break;
    if (code == 0) continue;
    const Bytes value = in.bytes(in.u8());
    read_option(code, value, answer);
  }
  if (!in.ok() || answer.type == 0) return std::nullopt;
  return answer;
}

}  // namespace lessor::soak
