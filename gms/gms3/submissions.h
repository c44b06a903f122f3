// What this member has submitted and not yet seen delivered.
//
// A submission has its counter from the moment it is taken in, and is kept until it is delivered:
// whoever leads, it will be ordered, or is ordered already. Its leader may have died with it, so
// everything here is submitted again to a new one. Bounded: more is refused before it gets a
// counter. Thread: one at a time.
#pragma once

#include <cstddef>
#include <deque>
#include <vector>

#include "gms/message.h"

namespace groupy::gms3 {

class Submissions {
 public:
  Submissions(const gms::DirectoryId& directory, gms::StartCount start, std::size_t count_max,
              std::size_t bytes_max)
      : next_{directory, start, 1}, count_max_(count_max), bytes_max_(bytes_max) {}

  bool has_room_for(std::size_t bytes) const {
    return waiting_.size() < count_max_ && (waiting_.empty() || bytes_ + bytes <= bytes_max_);
  }
  // The origin of the next one.
  const gms::Origin& next_origin() const { return next_; }
  // `payload` as it will stand in the record, with next_origin().
  void add(gms::Payload payload);
  // One of ours was delivered, and with it all before.
  void delivered(const gms::Origin& origin);

  // Whether such a record can come from here: of this life, something that was taken, and the same.
  bool may_be_ours(const gms::Origin& origin, const gms::Payload& payload) const;

  // Those that were not taken since the last send_again(), oldest first, `count` at most.
  std::vector<gms::Payload> take_unsent(std::size_t count, std::size_t bytes);
  bool has_unsent() const { return sent_ < waiting_.size(); }
  void send_again() { sent_ = 0; }

  std::size_t size() const { return waiting_.size(); }
  // The counter of the oldest that was taken and is not delivered; zero if there is none.
  std::uint64_t oldest_sent() const { return sent_ == 0 ? 0 : waiting_.front().counter; }

 private:
  struct Waiting {
    std::uint64_t counter;
    gms::Payload payload;
  };
  gms::Origin next_;
  const std::size_t count_max_;
  const std::size_t bytes_max_;
  std::deque<Waiting> waiting_;
  std::size_t bytes_ = 0;
  std::size_t sent_ = 0;         // how many of waiting_, from its front
  std::uint64_t ever_sent_ = 0;  // the highest counter that was
};

}  // namespace groupy::gms3
