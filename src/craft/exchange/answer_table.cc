#include "craft/exchange/answer_table.h"

#include "wire/v4/option_text.h"

#include <algorithm>

namespace lessor::craft {
namespace {

constexpr std::size_t kMaxServers = 1'024;  // whoever invents more is seen well enough

std::string server_of(const Heard& answer) {
  const auto server = answer.event.server();
  return server ? net::to_string(*server) : "-";
}

std::string option_of(const Heard& answer, wire::OptionCode code) {
  const auto value = answer.option(code);
  return value ? wire::print_option(code, *value) : "-";
}

bool same_server(const Heard& a, const Heard& b) {
  return a.event.server() == b.event.server() && a.source_mac == b.source_mac && a.relay == b.relay;
}

}  // namespace

void AnswerList::add(const Heard& answer) {
  const bool known =
      std::ranges::any_of(answers_, [&](const Heard& other) { return same_server(other, answer); });
  if (!known && answers_.size() < kMaxServers) answers_.push_back(answer);
}

std::string AnswerList::draw(const Style& style) const {
  if (answers_.empty()) return "";
  Table table({{.title = "server"},
               {.title = "MAC"},
               {.title = "from"},
               {.title = "says", .wraps = true},
               {.title = "address"},
               {.title = "lease"},
               {.title = "router", .wraps = true},
               {.title = "DNS", .wraps = true},
               {.title = "relay"}});
  for (const Heard& one : answers_) {
    const DhcpEvent& event = one.event;
    table.add({{.text = server_of(one), .tone = Tone::server},
               {.text = net::to_string(one.source_mac)},
               {.text = net::to_string(event.source)},
               {.text = std::string(wire::to_string(event.type))},
               {.text = event.yiaddr.is_zero() ? "-" : net::to_string(event.yiaddr)},
               {.text = event.lease_time ? to_string(*event.lease_time) : "-"},
               {.text = option_of(one, wire::kOptionRouters)},
               {.text = option_of(one, wire::kOptionDomainNameServers)},
               {.text = one.relay ? net::to_string(*one.relay) : "-"}});
  }
  return table.draw(style);
}

}  // namespace lessor::craft
