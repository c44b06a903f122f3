// Hands things from many threads to one, in order, and wakes it only when it may be asleep.
//
// It takes whatever it is given, so that nothing is ever lost here: what can be put is bounded by
// the connections and the deliveries that were let in before. Thread: any.
#pragma once

#include <mutex>
#include <utility>
#include <vector>

namespace groupy::kvstore {

template <typename Item>
class Mailbox {
 public:
  // True if it was empty: the other side must be woken.
  [[nodiscard]] bool put(Item item) {
    const std::lock_guard lock(mutex_);
    items_.push_back(std::move(item));
    return items_.size() == 1;
  }
  std::vector<Item> take_all() {
    const std::lock_guard lock(mutex_);
    return std::exchange(items_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<Item> items_;
};

}  // namespace groupy::kvstore
