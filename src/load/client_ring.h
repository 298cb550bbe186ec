#pragma once
// Clients in a row: who came first is taken first. Must not know: what they wait for.

#include <cstdint>
#include <vector>

namespace lessor::load {

/// Room for each client once. No heap after construction.
class ClientRing {
 public:
  explicit ClientRing(std::uint32_t clients) : ids_(clients) {}

  [[nodiscard]] bool is_empty() const { return count_ == 0; }
  [[nodiscard]] std::uint32_t count() const { return count_; }
  void push(std::uint32_t id) {
    ids_[(head_ + count_) % ids_.size()] = id;
    ++count_;
  }
  [[nodiscard]] std::uint32_t pop() {
    const std::uint32_t id = ids_[head_];
    head_ = (head_ + 1) % ids_.size();
    --count_;
    return id;
  }

 private:
  std::vector<std::uint32_t> ids_;
  std::size_t head_ = 0;
  std::uint32_t count_ = 0;
};

}  // namespace lessor::load
