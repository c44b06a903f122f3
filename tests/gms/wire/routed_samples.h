// Frames of generation 3 for tests: one small one of each shape, and random ones.
//
// Thread: the test's.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "gms/wire/record_format.h"
#include "tests/gms/memory_group.h"

namespace groupy::gms::wire {

// Records that follow each other, with payloads of these sizes.
inline std::vector<Record> chain_of(const std::vector<std::size_t>& sizes, Sequence first) {
  const WireRecordFormat format;
  std::vector<Record> records;
  Checksum previous{first == Sequence{1} ? 0u : 77u};
  for (const std::size_t size : sizes) {
    const Sequence sequence{first.value() + records.size()};
    const auto kind = size % 5 == 4 ? RecordKind::view : RecordKind::application;
    const char letter = static_cast<char>('a' + sequence.value() % 26);
    records.push_back(
        format.make(kind, Ballot{3}, sequence, previous, Payload(std::string(size, letter))));
    previous = records.back().checksum;
  }
  return records;
}

// Submissions, the bytes after their origins as long as told.
inline std::vector<Payload> submissions_of(const std::vector<std::size_t>& sizes) {
  const WireRecordFormat format;
  std::vector<Payload> payloads;
  for (const std::size_t size : sizes) {
    const Origin origin{directory_of(2), StartCount{1}, payloads.size() + 1};
    payloads.push_back(format.with_origin(origin, Payload(std::string(size, 's'))));
  }
  return payloads;
}

inline View leaderless_view() {
  View view;
  view.group = group_of(1);
  view.number = ViewNumber{1};
  view.members = {member_of(1), member_of(2), member_of(3)};
  view.reason = "founded";
  return view;
}

inline std::vector<GroupFrame> small_contents() {
  return {
      GreetingFrame{Stage::empty, GroupId(), std::nullopt},
      GreetingFrame{Stage::pending, group_of(1), leaderless_view()},
      StandingFrame{StartCount{2}, Ballot{7}, Sequence{8}, {Ballot{6}, Sequence{9}}, StartCount{1}},
      HealRequestFrame{Sequence{3}, Sequence{5}, Checksum{77}},
      HealAnswerFrame{Sequence{5}, Checksum{77}, {}},
      HealAnswerFrame{Sequence{5}, Checksum{77}, chain_of({9, 0, 40}, Sequence{3})},
      AppendFrame{Ballot{3}, Sequence{9}, 4, Admission::no_space, {}},
      AppendFrame{Ballot{3}, Sequence{9}, 4, Admission::welcome,
                  chain_of({33, 0, 80}, Sequence{10})},
      AckFrame{Ballot{3}, Sequence{9}, 5, std::nullopt, true, true},
      AckFrame{Ballot{3}, Sequence{9}, 5, Sequence{8}, false, false},
      SupersededFrame{Ballot{7}},
      PreVoteFrame{2, {Ballot{3}, Sequence{9}}, Ballot{}},
      PreVoteFrame{2, {Ballot{3}, Sequence{9}}, Ballot{3}},
      PreVoteAnswerFrame{2, true, Ballot{4}, {Ballot{3}, Sequence{9}}, std::nullopt},
      PreVoteAnswerFrame{2, false, Ballot{4}, {Ballot{3}, Sequence{9}}, NodeId{3}},
      VoteRequestFrame{Ballot{5}, {Ballot{3}, Sequence{9}}, Ballot{4}},
      VoteFrame{Ballot{5}, true, Ballot{5}},
      SubmissionsFrame{{}},
      SubmissionsFrame{submissions_of({0, 3})},
      ReadRequestFrame{Ballot{3}, 11},
      ReadAnswerFrame{Ballot{3}, 11, Sequence{9}},
      PermitFrame{Ballot{3}},
      DismissFrame{""},
      DismissFrame{"its directory is not the one that the group lists"}};
}

inline std::vector<RoutedFrame> small_frames() {
  std::vector<RoutedFrame> frames;
  for (GroupFrame& content : small_contents()) {
    frames.push_back({NodeId{1}, NodeId{0x01020304}, std::move(content)});
  }
  return frames;
}

// Any frame, with numbers from all over their ranges and payloads up to several parts.
class RandomFrames {
 public:
  explicit RandomFrames(std::uint64_t seed) : random_(seed) {}

  RoutedFrame next() {
    return {NodeId{static_cast<std::uint32_t>(1 + below(1u << 31))},
            NodeId{static_cast<std::uint32_t>(1 + below(5))}, content()};
  }
  std::size_t below(std::size_t bound) { return random_() % bound; }

 private:
  std::uint64_t number() {
    const std::uint64_t numbers[] = {0, 1, below(1000), random_(), ~std::uint64_t{0}};
    return numbers[below(std::size(numbers))];
  }
  bool flag() { return below(2) == 1; }
  LogEnd log_end() { return {Ballot{number()}, Sequence{number()}}; }
  std::vector<std::size_t> sizes() {
    const std::size_t bounds[] = {2, 100, 1100, 70'000, 200'000};
    const std::size_t bound = bounds[below(std::size(bounds))];
    std::vector<std::size_t> sizes(below(bound > 10'000 ? 8 : 200));
    for (std::size_t& size : sizes) size = below(bound);
    return sizes;
  }

  GroupFrame content() {
    switch (below(16)) {
      case 0:
        return GreetingFrame{static_cast<Stage>(1 + below(3)), flag() ? group_of(1) : GroupId(),
                             flag() ? std::optional(leaderless_view()) : std::nullopt};
      case 1:
        return AppendFrame{Ballot{number()}, Sequence{number()}, number(),
                           static_cast<Admission>(1 + below(3)),
                           chain_of(sizes(), Sequence{1 + below(3)})};
      case 2:
        return AckFrame{Ballot{number()}, Sequence{number()},
                        number(),         flag() ? std::optional(Sequence{number()}) : std::nullopt,
                        flag(),           flag()};
      case 3:
        return SupersededFrame{Ballot{number()}};
      case 4:
        return PreVoteFrame{number(), log_end(), Ballot{number()}};
      case 5:
        return PreVoteAnswerFrame{number(), flag(), Ballot{number()}, log_end(),
                                  flag() ? std::optional(NodeId{7}) : std::nullopt};
      case 6:
        return VoteRequestFrame{Ballot{number()}, log_end(), Ballot{number()}};
      case 7:
        return VoteFrame{Ballot{number()}, flag(), Ballot{number()}};
      case 8:
        return SubmissionsFrame{submissions_of(sizes())};
      case 9:
        return ReadRequestFrame{Ballot{number()}, number()};
      case 10:
        return ReadAnswerFrame{Ballot{number()}, number(), Sequence{number()}};
      case 11:
        return PermitFrame{Ballot{number()}};
      case 12:
        return StandingFrame{StartCount{number()}, Ballot{number()}, Sequence{number()}, log_end(),
                             StartCount{number()}};
      case 13:
        return HealRequestFrame{Sequence{number()}, Sequence{number()}, Checksum{number()}};
      case 14:
        return HealAnswerFrame{Sequence{number()}, Checksum{number()},
                               chain_of(sizes(), Sequence{1 + below(3)})};
      default:
        return DismissFrame{std::string(below(kReasonBytesMax + 1), 'r')};
    }
  }

  std::mt19937_64 random_;
};

}  // namespace groupy::gms::wire
