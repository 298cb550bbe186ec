#include "wire/v4/kind_enterprise.h"

#include "base/text.h"
#include "wire/limits.h"
#include "wire/scalar_kinds.h"
#include "wire/v4/option_cursor.h"
#include "wire/v4/sub_options.h"

namespace lessor::wire {
namespace {

/// RFC 3925: enterprise-number (4), data-len (1), data.
struct Block {
  std::uint32_t enterprise = 0;
  Bytes data;
};

bool read_block(ByteReader& in, Block& block) {
  block.enterprise = in.be32();
  block.data = in.bytes(in.u8());
  return in.ok();
}

Complaint append_block(std::uint32_t enterprise, Bytes data, std::vector<std::byte>& out) {
  if (data.size() > kMaxOptionLength) {
    return "enterprise " + std::to_string(enterprise) + " has above 255 octets of data";
  }
  append_be(out, enterprise, 4);
  append_be(out, data.size(), 1);
  append(out, data);
  return std::nullopt;
}

std::uint32_t random_enterprise(Random& random) {
  return random.one_in(2) ? 4491 : random.below(70'000);
}

bool print_class(ByteReader& in, std::string& out) {
  Block block;
  if (!read_block(in, block)) return false;
  out += std::to_string(block.enterprise) + " " + kind::print_identifier(block.data);
  return true;
}

Complaint parse_class(std::string_view text, std::vector<std::byte>& out) {
  const std::size_t blank = std::min(text.find(' '), text.size());
  const auto enterprise = parse_number(text.substr(0, blank), UINT32_MAX);
  if (!enterprise) return is_not(text.substr(0, blank), "an enterprise number");
  std::vector<std::byte> data;
  if (blank == text.size()) return is_not(text, "an enterprise number and its class");
  if (Complaint wrong = kind::parse_octets(trim(text.substr(blank)), data)) return wrong;
  return append_block(static_cast<std::uint32_t>(*enterprise), data, out);
}

void random_class(Random& random, std::vector<std::byte>& out) {
  std::vector<std::byte> data;
  kind::kIdentifier.random(random, data);
  (void)append_block(random_enterprise(random), data, out);
}

/// "4491.1=0x02, 4491.2=0x03", or "4491" when there is no data.
bool print_block(const Block& block, std::string& out) {
  const std::string enterprise = std::to_string(block.enterprise);
  if (block.data.empty()) out += (out.empty() ? "" : ", ") + enterprise;
  OptionCursor cursor(block.data, OptionCursor::Grammar::sub_options);
  RawOption option;
  while (cursor.next(option)) {
    if (option.state != RawOption::State::whole) return false;
    if (!out.empty()) out += ", ";
    out += enterprise + "." + print_sub_option({}, option.code, option.value);
  }
  return true;
}

bool print_options(ByteReader& in, std::string& out) {
  std::string text;
  while (!in.finished()) {
    Block block;
    if (!read_block(in, block) || !print_block(block, text)) return false;
  }
  out += text;
  return true;
}

/// Gathers the sub-options of one enterprise until another's come.
class BlockWriter {
 public:
  explicit BlockWriter(std::vector<std::byte>& out) : out_(out) {}

  Complaint take(std::string_view part) {
    const std::size_t dot = std::min(part.find_first_of(".="), part.size());
    const auto enterprise = parse_number(part.substr(0, dot), UINT32_MAX);
    if (!enterprise) return is_not(part.substr(0, dot), "an enterprise number");
    if (dot < part.size() && part[dot] != '.') return is_not(part, "ENTERPRISE.CODE=VALUE");
    const bool other = !open_ || *enterprise != enterprise_;
    if (other) {
      if (Complaint wrong = close()) return wrong;
    }
    open_ = true;
    enterprise_ = static_cast<std::uint32_t>(*enterprise);
    if (dot == part.size()) return std::nullopt;
    return parse_sub_option({}, part.substr(dot + 1), data_);
  }
  Complaint close() {
    if (!open_) return std::nullopt;
    Complaint wrong = append_block(enterprise_, data_, out_);
    data_.clear();
    return wrong;
  }

 private:
  std::vector<std::byte>& out_;
  std::vector<std::byte> data_;
  std::uint32_t enterprise_ = 0;
  bool open_ = false;
};

Complaint parse_options(std::string_view text, std::vector<std::byte>& out) {
  BlockWriter writer(out);
  PartScanner parts(text);
  while (!parts.at_end()) {
    if (Complaint wrong = writer.take(parts.next())) return wrong;
  }
  return writer.close();
}

void random_options(Random& random, std::vector<std::byte>& out) {
  const std::uint32_t enterprise = random_enterprise(random);
  for (std::uint32_t i = 1 + random.below(2); i > 0; --i) {
    std::vector<std::byte> data;
    if (!random.one_in(4)) kind::kSubOptions.random(random, data);
    (void)append_block(enterprise + i, data, out);
  }
}

}  // namespace

const ValueCodec kind::kEnterpriseClass{"vendor class", "4491 'docsis3.0'", 5,           260, false,
                                        print_class,    parse_class,        random_class};
const ValueCodec kind::kEnterpriseOptions{"vendor options by enterprise",
                                          "4491.1=0x02, 4491.2='abc'",
                                          5,
                                          kAnySize,
                                          true,
                                          print_options,
                                          parse_options,
                                          random_options};

}  // namespace lessor::wire
