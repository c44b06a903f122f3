// What members of generation 3 say to each other.
//
// Each of these frames names who wrote it and for whom, so that a member without a link to the
// leader is heard through one that has it: who gets a frame for somebody else hands it on once,
// over its own link. It also names the life of who wrote it, since what a former one said is void,
// and which life of its receiver is meant. A ballot belongs to one leader for ever; frames of lower
// ballots than a member has promised are answered with Superseded and have no other effect.
// Thread: values.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "gms/record.h"
#include "gms/view.h"

namespace groupy::gms {

// How far a log reaches, for judging whose is fresher: the higher ballot, then the higher sequence.
struct LogEnd {
  Ballot ballot;
  Sequence sequence;
  auto operator<=>(const LogEnd&) const = default;
};

// How far a member is on its way into the group of its data directory.
enum class Stage : std::uint8_t {
  empty = 1,    // in no group: no vote, no acknowledgement
  pending = 2,  // has the first view on disk, but does not know that all others have
  founded = 3,
};

// Whether new submissions are welcome at the leader.
enum class Admission : std::uint8_t {
  welcome = 1,
  overloaded = 2,  // its application lags
  no_space = 3,    // on too many disks
};

// The first frame over each link, and what founding is made of: says where the sender is, with the
// newest view that it knows (none if empty). From the first of the list, pending: the view that the
// others shall take. From another one: the confirmation that it has taken it.
struct GreetingFrame {
  Stage stage = Stage::empty;
  GroupId group;
  std::optional<View> view;
  bool operator==(const GreetingFrame&) const = default;
};

// Over each new link behind the greeting, and now and then: where the sender's directory stands.
// What it has acknowledged it must have for ever, or until a higher ballot cut it; so who comes
// with less than was heard of it before is an old copy of that directory, and is not counted.
struct StandingFrame {
  StartCount start;
  Ballot promised;
  Sequence acknowledged;  // in the ballot `promised`, as its worker or leader; zero: nothing
  LogEnd synced;          // of its log
  // The last life that knew it had lost some of what was promised or acknowledged before; zero:
  // none.
  StartCount lost_in;
  bool operator==(const StandingFrame&) const = default;
};

// The leader's: the next records, or none, which is a sign of life. The first record names its
// predecessor by its checksum, and with it everything before.
struct AppendFrame {
  Ballot ballot;
  Sequence stable;          // the leader's mark
  std::uint64_t round = 0;  // of confirmations: acknowledging it says that nothing higher than
                            // `ballot` was promised when the frame came
  Admission admission = Admission::welcome;
  std::vector<Record> records;
  // Rises each time that what is under way to the receiver may be lost, and its life be another.
  std::uint64_t feed = 0;
  bool operator==(const AppendFrame&) const = default;
};

// A worker's answer: up to `synced`, cumulative, its log is the leader's, and on disk.
struct AckFrame {
  Ballot ballot;
  Sequence synced;
  std::uint64_t round = 0;  // the highest that came
  // Wanted next, because of a gap, a conflict, or since it does not know this leader yet.
  std::optional<Sequence> send_from;
  bool has_space = true;
  bool counts = true;      // false: it forgot what it promised, so its word is worth nothing
  std::uint64_t feed = 0;  // the highest that came to this life: an answer to another is void
  bool operator==(const AckFrame&) const = default;
};

// To who goes on with a ballot that is over.
struct SupersededFrame {
  Ballot promised;
  bool operator==(const SupersededFrame&) const = default;
};

// May I run? Changes nothing at who is asked.
struct PreVoteFrame {
  std::uint64_t attempt = 0;  // of the asker, rising; comes back in the answer
  LogEnd synced;
  Ballot permit{};  // the ballot whose leader hands over to the asker; zero: none does
  bool operator==(const PreVoteFrame&) const = default;
};

struct PreVoteAnswerFrame {
  std::uint64_t attempt = 0;
  bool granted = false;
  Ballot promised;  // by who answers; the ballot to run for must be higher
  LogEnd synced;    // of who answers
  // Whom it follows by a link that is alive, so that the asker can be fed through it.
  std::optional<NodeId> leader;
  bool operator==(const PreVoteAnswerFrame&) const = default;
};

// Promise me this ballot, and nothing to anybody lower.
struct VoteRequestFrame {
  Ballot ballot;
  LogEnd synced;
  Ballot permit;  // the ballot whose leader handed over to the asker; zero: none did
  bool operator==(const VoteRequestFrame&) const = default;
};

struct VoteFrame {
  Ballot ballot;
  bool granted = false;
  Ballot promised;
  bool operator==(const VoteFrame&) const = default;
};

// A member's wishes, in the order of their counters. The payloads are as they will stand in the
// records: the origin, then what the application submitted.
struct SubmissionsFrame {
  std::vector<Payload> payloads;
  bool operator==(const SubmissionsFrame&) const = default;
};

// From which sequence on may a read that came to me before this frame be answered?
struct ReadRequestFrame {
  Ballot ballot;
  std::uint64_t number = 0;  // of the asker, rising
  bool operator==(const ReadRequestFrame&) const = default;
};

struct ReadAnswerFrame {
  Ballot ballot;
  std::uint64_t number = 0;
  Sequence sequence;
  bool operator==(const ReadAnswerFrame&) const = default;
};

// The leader of `ballot` hands over: the receiver holds everything and may run at once.
struct PermitFrame {
  Ballot ballot;
  bool operator==(const PermitFrame&) const = default;
};

// The receiver cannot be a member as it is: for people, in one line.
struct DismissFrame {
  std::string reason;
  bool operator==(const DismissFrame&) const = default;
};

// My record `last`, which has this checksum, is damaged, and those from `from` on before it are,
// too.
struct HealRequestFrame {
  Sequence from;
  Sequence last;
  Checksum checksum;
  bool operator==(const HealRequestFrame&) const = default;
};

// That record, and as many as there is room for of those in front of it; none: I do not have it.
struct HealAnswerFrame {
  Sequence last;
  Checksum checksum;
  std::vector<Record> records;
  bool operator==(const HealAnswerFrame&) const = default;
};

using GroupFrame = std::variant<GreetingFrame, AppendFrame, AckFrame, SupersededFrame, PreVoteFrame,
                                PreVoteAnswerFrame, VoteRequestFrame, VoteFrame, SubmissionsFrame,
                                ReadRequestFrame, ReadAnswerFrame, PermitFrame, DismissFrame,
                                StandingFrame, HealRequestFrame, HealAnswerFrame>;

// From whom, for whom; over one link, or over two.
struct RoutedFrame {
  NodeId from;
  NodeId to;
  GroupFrame frame;
  StartCount life{};      // of who wrote it
  StartCount for_life{};  // as far as who wrote it knows; zero: it does not
  bool operator==(const RoutedFrame&) const = default;
};

}  // namespace groupy::gms
