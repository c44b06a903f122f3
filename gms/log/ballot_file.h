// What this member has promised, and whom it gave its vote: the one thing it must never forget.
//
// Two slots with a checksum each, 4 KiB apart. save() writes and syncs one of them and leaves the
// other as it was: torn or not, one is readable. copy() then brings the other up to date, and
// save() does so first if that was not done, so that a single slot that decays is never the only
// one that knew. Both unreadable is *amnesia*: whoever forgot what it promised may not vote,
// acknowledge or confirm. A failure is final. Thread: one at a time; the log's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gms/ids.h"
#include "gms/log/file.h"
#include "gms/promise.h"

namespace groupy::gms::log {

constexpr std::size_t kBallotSlotBytes = 64;
constexpr std::uint64_t kBallotSlotsApart = 4096;

struct BallotSlot {
  std::uint64_t serial = 0;  // the higher one is the newer one; never 0
  Promise promise;
  bool operator==(const BallotSlot&) const = default;
};

std::string encode_ballot_slot(const BallotSlot& slot);
std::optional<BallotSlot> decode_ballot_slot(std::string_view bytes);

class BallotFile {
 public:
  // For a new directory: nothing is promised yet. On disk when this returns.
  [[nodiscard]] static Failure create(Directory& files);
  // Reads both slots and writes both anew, the worse one first, so that what was read is on disk.
  static Result<std::unique_ptr<BallotFile>> open(Directory& files);

  // Nothing is written then: it is found again at each start.
  bool has_amnesia() const { return has_amnesia_; }
  // With amnesia: nothing.
  const Promise& promise() const { return slot_.promise; }

  // On disk when this returns; never with amnesia. Promises only rise.
  [[nodiscard]] Failure save(const Promise& promise);
  // Brings the other slot up to date, for when there is time; does nothing if it is, or with
  // amnesia.
  [[nodiscard]] Failure copy();

 private:
  explicit BallotFile(std::unique_ptr<File> file);
  Failure recover();
  Failure write_slot(unsigned index);

  std::unique_ptr<File> file_;
  BallotSlot slot_;
  unsigned newest_ = 0;  // which one holds slot_
  bool is_copied_ = false;
  bool has_amnesia_ = false;
  Failure failure_;
};

}  // namespace groupy::gms::log
