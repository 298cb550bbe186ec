#include "client/v4/offers.h"

#include "client/v4/limits.h"

#include <algorithm>

namespace lessor::client::v4 {

Offer make_offer(const ServerMessage& facts, const wire::MessageView& message,
                 const Settings& settings) {
  const auto has = [&](wire::OptionCode code) { return message.has(code); };
  const auto wanted = std::ranges::count_if(settings.request_list, has);
  return {.server = facts.server,
          .address = facts.address,
          .v6_only = facts.v6_only,
          .wanted = static_cast<std::size_t>(wanted)};
}

bool Offers::add(const Offer& offer) {
  const auto known = std::ranges::find(all_, offer.server, &Offer::server);
  if (known != all_.end()) {
    *known = offer;
    return true;
  }
  if (all_.size() == kMaxOffers) return false;
  all_.push_back(offer);
  return true;
}

const Offer* Offers::choose(const Settings& settings) const {
  if (all_.empty()) return nullptr;
  if (settings.preferred_server) {
    const auto preferred = std::ranges::find(all_, *settings.preferred_server, &Offer::server);
    if (preferred != all_.end()) return &*preferred;
  }
  if (settings.policy == OfferPolicy::first) return &all_.front();
  return &*std::ranges::max_element(all_, {}, &Offer::wanted);  // of equal ones the first
}

bool Offers::is_settled(const Settings& settings) const {
  const Offer* chosen = choose(settings);
  if (chosen == nullptr) return false;
  if (settings.preferred_server) return chosen->server == *settings.preferred_server;
  return settings.policy == OfferPolicy::first;
}

}  // namespace lessor::client::v4
