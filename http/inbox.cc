#include "http/inbox.h"

#include <boost/asio/post.hpp>
#include <utility>

namespace groupy::http {

void Inbox::put(std::weak_ptr<PendingReply> to, StoreReply reply) {
  const std::lock_guard lock(mutex_);
  if (io_ == nullptr) return;
  waiting_.push_back({std::move(to), std::move(reply)});
  const bool was_empty = waiting_.size() == 1;
  if (was_empty) boost::asio::post(*io_, [self = shared_from_this()] { self->hand_out(); });
}

void Inbox::close() {
  const std::lock_guard lock(mutex_);
  io_ = nullptr;
  waiting_.clear();
}

void Inbox::hand_out() {
  std::vector<Item> items;
  {
    const std::lock_guard lock(mutex_);
    items.swap(waiting_);
  }
  for (Item& item : items) {
    const auto pending = item.to.lock();
    if (pending == nullptr) continue;
    pending->reply = std::move(item.reply);
    pending->wake.cancel();
  }
}

}  // namespace groupy::http
