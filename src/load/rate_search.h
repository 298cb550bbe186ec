#pragma once
// Which rate to try next in the search for the highest that a server bears: doubling, then
// bisection. Must not know: how a rate is tried, what passing means.

#include <optional>

namespace lessor::load {

/// The search ends when what failed is at most this share above what passed.
inline constexpr double kRatePrecision = 0.02;
/// Rates that are tried at most. From 1,000 a second it takes 7 doublings and 6 halves to find
/// 100,000, one more for a doubt.
inline constexpr int kMaxProbes = 30;
/// Below this nobody measures rates.
inline constexpr double kLeastRate = 1;

/// Ask next(), try it, say judged(); until next() is nothing. Rates have three digits.
class RateSearch {
 public:
  explicit RateSearch(double first_rate);

  /// The rate to try, exchanges a second; nothing when the search is over.
  [[nodiscard]] std::optional<double> next() const;
  /// How next() did.
  void judged(bool passed);

  /// The highest rate that passed.
  [[nodiscard]] std::optional<double> best() const { return passed_; }
  /// The lowest rate that failed, and none below or equal to it passed later.
  [[nodiscard]] std::optional<double> worst() const { return failed_; }

 private:
  [[nodiscard]] double following() const;

  double rate_;
  std::optional<double> passed_, failed_;
  int tried_ = 0;
  bool doubted_ = false;
  bool over_ = false;
};

}  // namespace lessor::load
