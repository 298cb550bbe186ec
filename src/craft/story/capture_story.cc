#include "craft/story/capture_story.h"

#include "craft/summary.h"

#include <algorithm>

namespace lessor::craft {
namespace {

Duration time_of(const Happening& what) {
  return std::visit([](const auto& event) { return event.since_1970; }, what);
}

std::string plural(std::size_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

/// "xid 0x00001aed: bound to 192.168.56.104 for 30s by 192.168.56.100".
std::string exchange_title(const Exchange& exchange) {
  return "xid " + hex(exchange.xid, 8) + ": " + outcome_text(exchange);
}

std::string client_title(const net::HardwareAddress& client) {
  return client.size == 0 ? "without a hardware address" : net::to_string(client);
}

}  // namespace

void CaptureStory::add(std::size_t number, Duration since_1970, Bytes frame,
                       const Dissection& dissection) {
  if (full()) {
    if (dissection.is_dhcp()) ++parts_left_out_;
    return;
  }
  for (Part& part : cast_.add(number, since_1970, frame, dissection)) keep(std::move(part));
}

void CaptureStory::add(const Happening& what) {
  std::visit(
      [&](const auto& event) {
        for (Part& part : cast_.add(event)) keep(std::move(part));
      },
      what);
}

void CaptureStory::keep(Part part) {
  if (followed_ && cast_.clients()[part.client].address != *followed_) return;
  if (!began_) began_ = time_of(part.what);
  if (full()) {
    ++parts_left_out_;
    return;
  }
  ++parts_;
  if (entries_.size() <= part.client) entries_.resize(part.client + 1);
  Entries& exchanges = entries_[part.client];
  if (exchanges.size() <= part.exchange) exchanges.resize(part.exchange + 1);
  exchanges[part.exchange].push_back({part.what, std::move(part.mark)});
}

std::string CaptureStory::left_out() const {
  std::string text;
  if (parts_left_out_ > 0) {
    text = plural(parts_left_out_, "message") + " left out: timelines are drawn of the first " +
           std::to_string(limits_.parts_max);
  }
  if (cast_.left_out() > 0) {
    text += (text.empty() ? "" : "; ") + plural(cast_.left_out(), "message") +
            " of clients beyond the first " + std::to_string(limits_.clients_max) + " left out";
  }
  return text;
}

std::size_t CaptureStory::count_messages(std::size_t client) const {
  std::size_t count = 0;
  for (const auto& exchange : entries_[client]) count += exchange.size();
  return count;
}

/// Goes through a client's exchanges; `begin_exchange(exchange)` gives what takes its parts.
template <typename Fn>
void CaptureStory::play(std::size_t client, Fn&& begin_exchange) const {
  const ExchangeTracker& exchanges = cast_.clients()[client].exchanges;
  for (std::size_t i = 0; i < entries_[client].size(); ++i) {
    const std::vector<Entry>& entries = entries_[client][i];
    if (entries.empty()) continue;
    std::vector<DhcpEvent> messages;
    for (const Entry& entry : entries) {
      if (const auto* event = std::get_if<DhcpEvent>(&entry.what)) messages.push_back(*event);
    }
    auto&& take = begin_exchange(exchanges.at(i));
    std::size_t at = 0;
    for (const Entry& entry : entries) {
      if (const auto* probe = std::get_if<ProbeEvent>(&entry.what)) {
        take(*probe, std::span<const DhcpEvent>(), entry.mark);
        continue;
      }
      const bool question = messages[at].op == wire::Op::request;
      const auto answers =
          question ? find_answers(std::span(messages).subspan(at)) : std::vector<DhcpEvent>();
      take(messages[at++], std::span<const DhcpEvent>(answers), entry.mark);
    }
  }
}

std::string CaptureStory::client_text(std::size_t client, const Style& style) const {
  const Cast::Client& who = cast_.clients()[client];
  Timeline timeline(style, who.lanes.lanes());
  timeline.count_from(began());
  std::string out = timeline.begin();
  const Exchange* last = nullptr;
  const auto close = [&] {
    if (last != nullptr && last->waiting) out += timeline.add_client_step("No answer", true);
  };
  play(client, [&](const Exchange& exchange) {
    close();
    last = &exchange;
    out += timeline.rule(exchange_title(exchange), is_bad(exchange) ? Tone::bad : Tone::strong);
    return [&](const auto& what, std::span<const DhcpEvent> answers, const std::string& mark) {
      if constexpr (std::is_same_v<std::decay_t<decltype(what)>, DhcpEvent>) {
        out += timeline.add(what, answers, mark);
      } else {
        out += timeline.add(what, mark);
      }
    };
  });
  close();
  return out + timeline.end();
}

std::string CaptureStory::text(const Style& style) const {
  std::string out;
  std::size_t drawn = 0;
  for (std::size_t client = 0; client < entries_.size(); ++client) {
    const std::size_t messages = count_messages(client);
    if (messages == 0) continue;
    const std::string title = "Client " + client_title(cast_.clients()[client].address) + ", " +
                              plural(messages, "message");
    out += (drawn++ == 0 ? "" : "\n") + paint(title, Tone::strong, style) + "\n\n" +
           client_text(client, style);
    if (cast_.clients()[client].lanes.overflowed()) {
      out += paragraph(
          "More hosts took part than fit beside each other; the last ones' messages "
          "are drawn at the client's lane.",
          style, 0, Tone::dim);
    }
  }
  if (drawn == 0) out = "No DHCP message to draw a timeline of.\n";
  const std::string rest = left_out();
  return rest.empty() ? out : out + "\n" + paint(rest + ".", Tone::bad, style) + "\n";
}

CaptureStory::Act CaptureStory::act_of(std::size_t client) const {
  const Cast::Client& who = cast_.clients()[client];
  Act act{.client = who.address, .lanes = who.lanes.lanes(), .messages = count_messages(client)};
  Diagram diagram(act.lanes);
  const auto close = [&] {
    if (act.scenes.empty() || !act.scenes.back().exchange->waiting) return;
    act.scenes.back().rows.push_back(diagram.client_step("No answer", true));
  };
  play(client, [&](const Exchange& exchange) {
    close();
    act.scenes.push_back({.exchange = &exchange});
    return [&](const auto& what, std::span<const DhcpEvent> answers, const std::string& mark) {
      std::vector<Row> rows;
      if constexpr (std::is_same_v<std::decay_t<decltype(what)>, DhcpEvent>) {
        rows = diagram.add(what, answers, mark);
      } else {
        rows = diagram.add(what, mark);
      }
      auto& all = act.scenes.back().rows;
      all.insert(all.end(), std::make_move_iterator(rows.begin()),
                 std::make_move_iterator(rows.end()));
    };
  });
  close();
  return act;
}

std::vector<CaptureStory::Act> CaptureStory::acts() const {
  std::vector<Act> acts;
  for (std::size_t client = 0; client < entries_.size(); ++client) {
    if (count_messages(client) > 0) acts.push_back(act_of(client));
  }
  return acts;
}

std::string LiveStory::add(std::size_t number, Duration since_1970, Bytes frame,
                           const Dissection& dissection) {
  make_room();
  return draw(cast_.add(number, since_1970, frame, dissection));
}

/// A watch that goes on for weeks meets more clients than it can remember: then it begins anew.
void LiveStory::make_room() {
  if (cast_.clients().size() < clients_max_) return;
  cast_ = Cast(clients_max_);
  timelines_.clear();
  shown_.reset();
}

std::string LiveStory::add(const Happening& what) {
  make_room();
  return std::visit([&](const auto& event) { return draw(cast_.add(event)); }, what);
}

std::string LiveStory::draw(const std::vector<Part>& parts) {
  std::string out;
  for (const Part& part : parts) {
    if (followed_ && cast_.clients()[part.client].address != *followed_) continue;
    if (!began_) began_ = time_of(part.what);
    out += draw(part);
    cast_.forget_old(part.client);
  }
  return out;
}

/// What stands above a part: lanes when they are new, and a rule when an exchange begins.
std::string LiveStory::head(const Part& part, Timeline& timeline) {
  const Cast::Client& client = cast_.clients()[part.client];
  std::string out;
  Lanes lanes = client.lanes.lanes();
  if (shown_ != part.client || lanes != timeline.lanes()) {
    timeline.set_lanes(std::move(lanes));
    out = (shown_ ? "\n" : "") + timeline.begin();
  }
  const Exchange& exchange = client.exchanges.at(part.exchange);
  if (part.begins || shown_ != part.client) {
    out += timeline.rule("xid " + hex(exchange.xid, 8), Tone::strong);
  }
  shown_ = part.client;
  return out;
}

std::string LiveStory::draw(const Part& part) {
  const auto found = timelines_.find(part.client);
  const bool known = found != timelines_.end();
  Timeline& timeline =
      known
          ? found->second
          : timelines_
                .emplace(part.client, Timeline(style_, cast_.clients()[part.client].lanes.lanes()))
                .first->second;
  if (!known) timeline.count_from(*began_);
  const std::string out = head(part, timeline);
  if (const auto* event = std::get_if<DhcpEvent>(&part.what)) {
    return out + timeline.add(*event, {}, part.mark);
  }
  return out + timeline.add(std::get<ProbeEvent>(part.what), part.mark);
}

std::string LiveStory::end() { return shown_ ? timelines_.at(*shown_).end() : std::string(); }

}  // namespace lessor::craft
