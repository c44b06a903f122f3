#include "gms/gms3/worker.h"

#include <gtest/gtest.h>

#include "tests/gms/gms3/records.h"

namespace groupy::gms3 {
namespace {

using gms::Ballot;
using gms::NodeId;
using gms::RecordKind;
using gms::Sequence;

// Member 2 of three, with two messages behind the views; member 1 leads ballot 1.
struct Follower {
  Follower() : log(recovered_log(3, 2), format(), outbox), worker(NodeId{1}, Ballot{1}, {}, log) {}

  std::optional<std::string> get(RecordKind kind, const gms::Payload& payload) {
    const gms::RecordId last = log.last();
    gms::AppendFrame frame;
    frame.ballot = Ballot{1};
    frame.records = {format().make(kind, Ballot{1}, last.sequence.next(), last.checksum, payload)};
    return worker.on_append(frame, log);
  }

  Outbox outbox{NodeId{2}, gms::StartCount{1}};
  OwnLog log;
  Worker worker;
};

TEST(Worker, TakesWhatFollows) {
  Follower follower;
  EXPECT_FALSE(follower.get(RecordKind::application, payload_of(origin_of(9, 3), "m3")));
  EXPECT_EQ(follower.log.last().sequence, Sequence{5});
  EXPECT_EQ(follower.worker.matched(), Sequence{5});
}

// A newer program's, perhaps: passed over, it would be missing here alone.
TEST(Worker, ARecordOfAKindThatIsNotKnownStopsTheMember) {
  Follower follower;
  const auto message = follower.get(RecordKind::application, gms::Payload("no origin"));
  ASSERT_TRUE(message);
  EXPECT_EQ(*message, "record 5 is of a kind that this program does not know");
  EXPECT_TRUE(follower.get(RecordKind::view, gms::Payload("no view")));
  EXPECT_EQ(follower.log.last().sequence, Sequence{4}) << "nothing of it is in the log";
}

}  // namespace
}  // namespace groupy::gms3
