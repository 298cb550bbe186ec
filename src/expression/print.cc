#include "base/text.h"
#include "expression/functions.h"
#include "expression/tree.h"
#include "net/address.h"
#include "wire/ip6_text.h"

#include <algorithm>

namespace lessor::expression {
namespace {

/// How tightly a node's parts hold together; what binds less needs parentheses.
int strength(const Node& node) {
  if (node.kind == Kind::logic_or) return 0;
  if (node.kind == Kind::logic_and) return 1;
  if (node.kind == Kind::logic_not) return 2;
  if (node.kind == Kind::equal) return 3;
  return node.kind == Kind::concat && node.by_plus ? 4 : 5;
}

void print_node(const Node& node, std::string& out);

void print_operand(const Node& node, int at_least, std::string& out) {
  const bool weak = strength(node) < at_least;
  if (weak) out += '(';
  print_node(node, out);
  if (weak) out += ')';
}

void print_chain(const Node& node, std::string_view sign, std::string& out) {
  for (const Node& child : node.children) {
    if (&child != &node.children.front()) out += sign;
    print_operand(child, strength(node) + 1, out);
  }
}

void print_address(const std::string& octets, std::string& out) {
  if (octets.size() == 4) {
    out += to_string(net::Ip4{load_be32(as_bytes(octets).data())});
    return;
  }
  wire::Ip6Octets address;
  copy_bytes(address, as_bytes(octets));
  out += wire::print_ip6(address);
}

void print_enterprise(const Path& path, std::string& out) {
  out += path.source == Source::vendor ? "vendor" : "vendor-class";
  // Asked without brackets, the enterprise is anybody's.
  if (path.want == Want::enterprise && path.enterprise == 0) return;
  out += path.enterprise == 0 ? "[*]" : "[" + std::to_string(path.enterprise) + "]";
}

void print_path(const Path& path, std::string& out) {
  std::string_view step = ".option[";
  if (path.source == Source::option) step = "option[";
  if (path.source == Source::relay4) step = "relay4[";
  if (path.source == Source::vendor || path.source == Source::vendor_class) {
    print_enterprise(path, out);
  }
  for (std::size_t i = 0; i < path.depth; ++i) {
    out += std::string(step) + std::to_string(path.codes[i]) + "]";
    step = ".option[";
  }
  switch (path.want) {
    case Want::hex:
      out += ".hex";
      break;
    case Want::text:
      out += ".text";
      break;
    case Want::exists:
      out += ".exists";
      break;
    case Want::enterprise:
      out += ".enterprise";
      break;
    case Want::data:
      out += ".data";
      if (path.entry > 0) out += "[" + std::to_string(path.entry) + "]";
      break;
  }
}

/// The arguments in the order of the function's letters; children come in their own.
void print_call(const Node& node, const Function& function, std::string& out) {
  out += std::string(function.name) + "(";
  std::size_t child = 0;
  for (std::size_t i = 0; i < function.arguments.size(); ++i) {
    if (i > 0) out += ", ";
    switch (function.arguments[i]) {
      case 'i':
        out += std::to_string(node.start);
        break;
      case 'l':
        out += node.to_end ? "all" : std::to_string(node.length);
        break;
      case 'q':
        out += "'" + node.octets + "'";
        break;
      default:
        print_node(node.children[child++], out);
        break;
    }
  }
  out += ')';
}

void print_node(const Node& node, std::string& out) {
  switch (node.kind) {
    case Kind::quoted:
      out += "'" + node.octets + "'";
      return;
    case Kind::hex:
      out += "0x" + to_hex(as_bytes(node.octets));
      return;
    case Kind::address:
      return print_address(node.octets, out);
    case Kind::integer:
      out += std::to_string(load_be32(as_bytes(node.octets).data()));
      return;
    case Kind::path:
      return print_path(node.path, out);
    case Kind::field:
      out += name_of(node.field);
      return;
    case Kind::logic_not:
      out += "not ";
      return print_operand(node.children[0], 2, out);
    case Kind::logic_and:
      return print_chain(node, " and ", out);
    case Kind::logic_or:
      return print_chain(node, " or ", out);
    case Kind::equal:
      return print_chain(node, " == ", out);
    case Kind::concat:
      if (node.by_plus) return print_chain(node, " + ", out);
      break;
    case Kind::substring:
    case Kind::split:
    case Kind::ifelse:
    case Kind::hexstring:
    case Kind::addrtotext:
    case Kind::inttotext:
    case Kind::lcase:
    case Kind::ucase:
    case Kind::member:
    case Kind::match:
      break;
  }
  print_call(node, *function_of(node), out);
}

}  // namespace

bool is_same(const Node& a, const Node& b) {
  return a.kind == b.kind && a.type == b.type && a.by_plus == b.by_plus &&
         a.is_signed == b.is_signed && a.width == b.width && a.to_end == b.to_end &&
         a.field == b.field && a.start == b.start && a.length == b.length && a.octets == b.octets &&
         a.path == b.path && std::ranges::equal(a.children, b.children, is_same);
}

std::string print(const Node& tree) {
  std::string out;
  print_node(tree, out);
  return out;
}

}  // namespace lessor::expression
