#include "runtime/xdp_program.h"

#include <bit>
#include <cerrno>
#include <cstddef>
#include <utility>

namespace lessor::runtime {
namespace {

// A call's result, its arguments (gone after it), and what stays.
enum Register : std::uint8_t { r0, r1, r2, r3, frame = 6, frame_end, aim, context, stack };

constexpr std::int16_t kAtEtherType = 12;
constexpr std::int16_t kAtVersion = net::kEthernetHeader;
constexpr std::int16_t kAtFragment = kAtVersion + 6;
constexpr std::int16_t kAtProtocol = kAtVersion + 9;
constexpr std::int16_t kAtDestination = kAtVersion + 16;
constexpr std::int16_t kAtPort = kAtVersion + net::kIp4Header + 2;
constexpr std::int32_t kHeaders = net::kFrameHeaders;

constexpr std::int32_t kVersion4NoOptions = 0x45;
constexpr std::int32_t kProtocolUdp = 17;
constexpr std::uint16_t kFragmented = 0x3fff;  // more fragments, or an offset

/// A constant of the wire as a load from memory gives it.
std::int32_t as_loaded(std::uint16_t value) {
  std::array<std::byte, 2> wire;
  store_be16(wire.data(), value);
  return std::bit_cast<std::uint16_t>(wire);
}

/// Instructions one after another, and jumps to where is not known yet.
class Assembler {
 public:
  enum class Label : std::uint8_t { pass, take, to_our_mac, to_our_port, mac_is_ours };

  void load(std::uint8_t size, Register to, Register from, std::int16_t offset) {
    add(BPF_LDX | BPF_MEM | size, to, from, offset, 0);
  }
  void copy(Register to, Register from) { add(BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0); }
  void set(Register to, std::int32_t value) { add(BPF_ALU64 | BPF_MOV | BPF_K, to, 0, 0, value); }
  void add_to(Register to, std::int32_t value) {
    add(BPF_ALU64 | BPF_ADD | BPF_K, to, 0, 0, value);
  }
  void clear(Register base, std::int16_t offset) {
    add(BPF_ST | BPF_MEM | BPF_DW, base, 0, offset, 0);
  }
  void load_map(Register to, std::uint8_t what, int fd) {
    add(BPF_LD | BPF_DW | BPF_IMM, to, what, 0, fd);
    add(0, 0, 0, 0, 0);
  }
  void call(std::uint8_t what, std::int32_t function) {
    add(BPF_JMP | BPF_CALL, 0, what, 0, function);
  }
  void leave() { add(BPF_JMP | BPF_EXIT, 0, 0, 0, 0); }

  void jump_if(std::uint8_t comparison, Register left, std::int32_t right, Label to) {
    jumps_.push_back({instructions_.size(), to});
    add(BPF_JMP32 | comparison | BPF_K, left, 0, 0, right);
  }
  void jump_if_pointer(std::uint8_t comparison, Register left, Register right, Label to) {
    jumps_.push_back({instructions_.size(), to});
    add(BPF_JMP | comparison | BPF_X, left, right, 0, 0);
  }
  void jump(Label to) {
    jumps_.push_back({instructions_.size(), to});
    add(BPF_JMP | BPF_JA, 0, 0, 0, 0);
  }
  void here(Label label) { places_[static_cast<std::size_t>(label)] = instructions_.size(); }

  std::vector<bpf_insn> finish() {
    for (const Jump& jump : jumps_) {
      const std::size_t to = places_[static_cast<std::size_t>(jump.to)];
      instructions_[jump.at].off = static_cast<std::int16_t>(to - jump.at - 1);
    }
    return std::move(instructions_);
  }

 private:
  struct Jump {
    std::size_t at;
    Label to;
  };

  void add(unsigned code, std::uint8_t to, std::uint8_t from, std::int16_t offset,
           std::int32_t value) {
    bpf_insn instruction{};
    instruction.code = static_cast<std::uint8_t>(code);
    instruction.dst_reg = to & 0xfU;
    instruction.src_reg = from & 0xfU;
    instruction.off = offset;
    instruction.imm = value;
    instructions_.push_back(instruction);
  }

  std::vector<bpf_insn> instructions_;
  std::vector<Jump> jumps_;
  std::array<std::size_t, 5> places_{};
};

using Label = Assembler::Label;

/// A tag that stands beside the frame is the kernel's to judge, and so is everything where the
/// driver cannot say whether there is one.
void leave_tagged(Assembler& code, std::uint32_t function) {
  constexpr std::int16_t kProtocol = -8;
  constexpr std::int16_t kTag = -16;
  code.clear(stack, kProtocol);
  code.clear(stack, kTag);
  code.copy(r1, context);
  code.copy(r2, stack);
  code.add_to(r2, kProtocol);
  code.copy(r3, stack);
  code.add_to(r3, kTag);
  code.call(BPF_PSEUDO_KFUNC_CALL, static_cast<std::int32_t>(function));
  code.jump_if(BPF_JEQ, r0, 0, Label::pass);
  code.jump_if(BPF_JEQ, r0, -EOPNOTSUPP, Label::pass);
}

/// The verifier lets nothing be read that has not been compared with the frame's end.
void leave_odd_sizes(Assembler& code, std::size_t longest) {
  code.load(BPF_W, frame, context, offsetof(xdp_md, data));
  code.load(BPF_W, frame_end, context, offsetof(xdp_md, data_end));
  code.copy(r1, frame);
  code.add_to(r1, kHeaders);
  code.jump_if_pointer(BPF_JGT, r1, frame_end, Label::pass);
  code.copy(r1, frame);
  code.add_to(r1, static_cast<std::int32_t>(longest + 1));
  code.jump_if_pointer(BPF_JLE, r1, frame_end, Label::pass);
}

void leave_other_protocols(Assembler& code, std::span<const std::uint16_t> ports) {
  code.load(BPF_H, r1, frame, kAtEtherType);
  code.jump_if(BPF_JNE, r1, as_loaded(net::kEtherTypeIp4), Label::pass);
  code.load(BPF_B, r1, frame, kAtVersion);
  code.jump_if(BPF_JNE, r1, kVersion4NoOptions, Label::pass);
  code.load(BPF_H, r1, frame, kAtFragment);
  code.jump_if(BPF_JSET, r1, as_loaded(kFragmented), Label::pass);
  code.load(BPF_B, r1, frame, kAtProtocol);
  code.jump_if(BPF_JNE, r1, kProtocolUdp, Label::pass);
  code.load(BPF_H, r1, frame, kAtPort);
  for (const std::uint16_t port : ports) {
    code.jump_if(BPF_JEQ, r1, as_loaded(port), Label::to_our_port);
  }
  code.jump(Label::pass);
  code.here(Label::to_our_port);
}

void leave_other_macs(Assembler& code) {
  constexpr std::int16_t kMac = offsetof(XdpAim, mac);
  code.load(BPF_W, r1, frame, 0);
  code.load(BPF_H, r2, frame, 4);
  code.jump_if(BPF_JNE, r1, -1, Label::to_our_mac);
  code.jump_if(BPF_JEQ, r2, 0xffff, Label::mac_is_ours);
  code.here(Label::to_our_mac);
  code.load(BPF_W, r3, aim, kMac);
  code.jump_if_pointer(BPF_JNE, r1, r3, Label::pass);
  code.load(BPF_H, r3, aim, kMac + 4);
  code.jump_if_pointer(BPF_JNE, r2, r3, Label::pass);
  code.here(Label::mac_is_ours);
}

void take_our_addresses(Assembler& code) {
  code.load(BPF_W, r1, frame, kAtDestination);
  code.jump_if(BPF_JEQ, r1, -1, Label::take);
  for (std::size_t i = 0; i < kXdpAddresses; ++i) {
    code.load(BPF_W, r2, aim, static_cast<std::int16_t>(offsetof(XdpAim, addresses) + 4 * i));
    code.jump_if_pointer(BPF_JEQ, r1, r2, Label::take);
  }
}

}  // namespace

std::vector<bpf_insn> xdp_program(const XdpProgram& parts) {
  Assembler code;
  code.copy(context, r1);
  code.load_map(aim, BPF_PSEUDO_MAP_VALUE, parts.aim);
  code.load(BPF_W, r1, aim, offsetof(XdpAim, taking));
  code.jump_if(BPF_JEQ, r1, 0, Label::pass);
  if (parts.tag_function != 0) leave_tagged(code, parts.tag_function);
  leave_odd_sizes(code, parts.longest);
  leave_other_protocols(code, parts.ports);
  leave_other_macs(code);
  take_our_addresses(code);

  code.here(Label::pass);
  code.set(r0, XDP_PASS);
  code.leave();

  code.here(Label::take);
  code.load_map(r1, BPF_PSEUDO_MAP_FD, parts.sockets);
  code.load(BPF_W, r2, context, offsetof(xdp_md, rx_queue_index));
  code.set(r3, static_cast<std::int32_t>(parts.without_socket));
  code.call(0, BPF_FUNC_redirect_map);
  code.leave();
  return code.finish();
}

}  // namespace lessor::runtime
