#pragma once
// One question put to a link until somebody answers: RFC 2131 4.1's retransmission in short form,
// and the exchange of DISCOVER, OFFER, REQUEST and ACK made of two of them. Values in, values out.
// Must not know: sockets, clocks, what is printed.

#include "craft/exchange/follow_up.h"
#include "craft/exchange/question.h"

#include <memory>

namespace lessor::craft {

/// How long to wait for answers. RFC 2131 4.1: 4 seconds, then 8, 16, ... up to 64; without its
/// random second, as only one client waits here.
struct Patience {
  Duration first = Duration::seconds(4);
  int tries = 1;
};

/// What a question is made of, and which answers end it.
struct InquiryPlan {
  Recipe question;
  Maker maker;
  Patience patience;
  std::vector<wire::MessageType> wanted;  ///< empty: nothing is waited for
  std::optional<net::Ip4> server;         ///< only this server's answers count
};

/// One question.
class Inquiry {
 public:
  enum class State : std::uint8_t {
    asking,
    answered,  ///< by answer()
    sent,      ///< and no answer is wanted
    gave_up,   ///< nobody answered
    failed,    ///< the question cannot be built: trouble()
  };

  explicit Inquiry(InquiryPlan plan) : plan_(std::move(plan)) {}

  /// Sends what is due; the first call asks.
  void on_time(Instant now, std::vector<Packet>& out);
  /// Takes a message of the link; true when it answers the question, wanted or not.
  bool on_message(const Heard& heard);
  [[nodiscard]] Instant next_deadline() const;

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] const std::optional<Heard>& answer() const { return answer_; }
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  /// The question as it was last sent, `at` zero.
  [[nodiscard]] const Packet& sent() const { return sent_; }

 private:
  void ask(Instant now, std::vector<Packet>& out);

  InquiryPlan plan_;
  State state_ = State::asking;
  int tries_ = 0;
  Instant began_;
  Instant deadline_;
  Packet sent_;
  std::optional<Question> question_;
  std::optional<Heard> answer_;
  std::string trouble_;
};

/// What the handshake is made of. `discover` and `request` are the words for either message;
/// `request` is laid over what follows from the OFFER.
struct HandshakePlan {
  Recipe discover;
  Recipe request;
  Maker maker;
  Patience patience;
  std::optional<net::Ip4> server;  ///< whose offer is taken; the first one's when nobody is named
};

/// DISCOVER, OFFER, REQUEST, ACK; or DISCOVER, ACK with rapid commit (RFC 4039).
class Handshake {
 public:
  enum class State : std::uint8_t {
    selecting,
    requesting,
    bound,    ///< answer() is the ACK
    refused,  ///< by the NAK in answer()
    no_offer,
    no_ack,
    failed,  ///< a message cannot be built: trouble()
  };

  explicit Handshake(HandshakePlan plan);

  void on_time(Instant now, std::vector<Packet>& out);
  /// As Inquiry's. An OFFER that is taken brings the REQUEST at once.
  bool on_message(Instant now, const Heard& heard, std::vector<Packet>& out);
  [[nodiscard]] Instant next_deadline() const { return inquiry_->next_deadline(); }

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] bool over() const { return state_ > State::requesting; }
  [[nodiscard]] const std::optional<Heard>& answer() const { return inquiry_->answer(); }
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  /// The lease of a bound state; the error says what the ACK lacks.
  [[nodiscard]] std::expected<ClientLease, std::string> lease() const;

 private:
  void follow(Instant now, std::vector<Packet>& out);
  void request(Instant now, std::vector<Packet>& out);
  void fail(std::string why);

  HandshakePlan plan_;
  State state_ = State::selecting;
  std::unique_ptr<Inquiry> inquiry_;
  std::string trouble_;
};

}  // namespace lessor::craft
