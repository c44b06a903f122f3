// What is no frame of generation 3, by accident or on purpose, gives nothing and costs little.
#include <gtest/gtest.h>

#include "gms/wire/fields.h"
#include "gms/wire/record_codec.h"
#include "gms/wire/routed_codec.h"
#include "gms/wire/view_codec.h"
#include "tests/gms/wire/largest_allocation.h"
#include "tests/gms/wire/routed_samples.h"
#include "tests/gms/wire/stream.h"

namespace groupy::gms::wire {
namespace {

constexpr std::size_t kRouteBytes = 24;
constexpr std::size_t kContentAt = kRouteBytes + 1;

// Of a frame in one part.
std::string body_of(const RoutedFrame& frame) {
  return bytes_of(frame).substr(kFrameHeaderBytes);
}
std::string body_of(GroupFrame content) {
  return body_of(RoutedFrame{NodeId{1}, NodeId{2}, std::move(content)});
}
std::string body_of(const std::vector<Record>& records) {
  return body_of(AppendFrame{Ballot{3}, Sequence{9}, 4, Admission::welcome, records});
}

std::optional<Frame> decode(const std::string& body) {
  return decode_frame(RawFrame{FrameKind::routed, Payload(body)});
}

std::string with_flipped_bit(std::string bytes, std::size_t bit) {
  bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
  return bytes;
}

// `content`'s fields made by hand, behind a good route.
std::string by_hand(std::uint8_t content, const std::string& fields) {
  std::string body;
  put(body, std::uint32_t{1});
  put(body, std::uint32_t{2});
  put(body, std::uint64_t{1});
  put(body, std::uint64_t{1});
  put(body, content);
  return body + fields;
}
constexpr std::uint8_t kAppend = 2;
constexpr std::uint8_t kSubmissions = 9;
constexpr std::uint8_t kDismiss = 13;

std::string append_by_hand(std::uint32_t count, const std::string& records) {
  std::string fields(25, '\1');
  put(fields, count);
  return by_hand(kAppend, fields + records + std::string(8, '\0'));
}
std::string submissions_by_hand(std::uint32_t count, const std::string& submissions) {
  std::string fields;
  put(fields, count);
  return by_hand(kSubmissions, fields + submissions);
}
std::string sized(std::uint32_t size, const std::string& bytes) {
  std::string text;
  put(text, size);
  return text + bytes;
}

TEST(RoutedRefusal, EveryTruncationIsRefused) {
  for (const RoutedFrame& frame : small_frames()) {
    const std::string stream = bytes_of(frame);
    const std::string body = body_of(frame);
    ASSERT_TRUE(decode(body));
    for (std::size_t size = 0; size < body.size(); ++size) {
      EXPECT_FALSE(decode(body.substr(0, size))) << "content " << frame.frame.index();
    }
    for (std::size_t size = 0; size < stream.size(); ++size) {
      EXPECT_TRUE(read_all(std::string_view(stream).substr(0, size), kBodyMax).frames.empty());
    }
  }
}

TEST(RoutedRefusal, EveryTrailingByteIsRefused) {
  for (const RoutedFrame& frame : small_frames()) {
    EXPECT_FALSE(decode(body_of(frame) + '\0')) << "content " << frame.frame.index();
    EXPECT_FALSE(decode(body_of(frame) + '\1')) << "content " << frame.frame.index();
  }
}

TEST(RoutedRefusal, AnyAlteredBitOnItsWayIsFound) {
  for (const RoutedFrame& frame : small_frames()) {
    const std::string good = bytes_of(frame);
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
      const Read read = read_all(with_flipped_bit(good, bit), good.size());
      EXPECT_TRUE(read.frames.empty() && read.broken) << "bit " << bit;
    }
  }
}

// Behind the parts' checksums: a sender whose own memory fails, or who means it.
TEST(RoutedRefusal, AnAlteredBodyIsRefusedOrIsAnotherSoundFrame) {
  for (const RoutedFrame& frame : small_frames()) {
    const std::string good = body_of(frame);
    const bool is_exact = !std::holds_alternative<GreetingFrame>(frame.frame) &&
                          !std::holds_alternative<DismissFrame>(frame.frame);
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
      const std::string bad = with_flipped_bit(good, bit);
      const auto decoded = decode(bad);
      // Protobuf and texts have more than one way to say the same.
      if (!decoded || !is_exact) continue;
      EXPECT_EQ(body_of(std::get<RoutedFrame>(*decoded)), bad) << "bit " << bit;
    }
  }
}

TEST(RoutedRefusal, AnAlteredBitOfARecordIsFoundByItsOwnChecksums) {
  const std::string good = body_of(chain_of({33, 0, 80}, Sequence{10}));
  const std::size_t end = good.size() - sizeof(std::uint64_t);  // the feed's number comes last
  for (std::size_t bit = (kContentAt + 25 + 4) * 8; bit < end * 8; ++bit) {
    EXPECT_FALSE(decode(with_flipped_bit(good, bit))) << "bit " << bit;
  }
}

TEST(RoutedRefusal, NoiseIsRefusedOrIsASoundFrame) {
  std::mt19937_64 random(42);
  for (int round = 0; round < 20'000; ++round) {
    std::string fields(random() % 120, '\0');
    for (char& byte : fields) byte = static_cast<char>(random());
    const auto content = static_cast<std::uint8_t>(random() % 18);
    const std::string body = by_hand(content, fields);
    const auto decoded = decode(body);  // some contents are nothing but numbers
    EXPECT_TRUE(!decoded || body_of(std::get<RoutedFrame>(*decoded)) == body);
  }
}

TEST(RoutedRefusal, RecordsThatDoNotFollowEachOtherAreRefused) {
  const auto good = chain_of({33, 40, 50}, Sequence{10});
  ASSERT_TRUE(decode(body_of(good)));
  EXPECT_FALSE(decode(body_of({good[0], good[2]})));           // a gap
  EXPECT_FALSE(decode(body_of({good[1], good[0], good[2]})));  // out of order
  EXPECT_FALSE(decode(body_of({good[0], good[0]})));           // a repeat
  const auto other = chain_of({34, 40}, Sequence{10});
  EXPECT_FALSE(decode(body_of({good[0], other[1]})));  // of another history
  const auto far = chain_of({1}, Sequence{0xffffffffffffffff});
  ASSERT_TRUE(decode(body_of(far)));  // the last there is
  const Record after =
      make_record(RecordKind::application, Ballot{3}, Sequence{0}, far[0].checksum, Payload());
  EXPECT_FALSE(decode(body_of({far[0], after})));
}

TEST(RoutedRefusal, ImpossibleValuesAreRefused) {
  const std::string ack = body_of(AckFrame{Ballot{1}, Sequence{2}, 3, std::nullopt, true});
  const auto altered = [](std::string body, std::size_t at, char value) {
    body[at] = value;
    return body;
  };
  ASSERT_TRUE(decode(ack));
  EXPECT_FALSE(decode(altered(ack, 0, '\0')));  // from nobody
  EXPECT_FALSE(decode(altered(ack, 4, '\0')));  // for nobody
  const std::size_t flags = ack.size() - sizeof(std::uint64_t);
  EXPECT_FALSE(decode(altered(ack, flags - 1, '\2')));  // neither yes nor no
  EXPECT_FALSE(decode(altered(ack, flags - 2, '\2')));
  EXPECT_FALSE(decode(altered(ack, flags - 3, '\2')));  // neither there nor not
  for (const int content : {0, 17, 18, 128, 255}) {
    EXPECT_FALSE(decode(altered(ack, kRouteBytes, static_cast<char>(content))));
  }
  const std::string append = body_of(AppendFrame{});
  constexpr std::size_t kAdmissionAt = kContentAt + 24;  // behind ballot, mark and round
  EXPECT_FALSE(decode(altered(append, kAdmissionAt, '\0')));
  EXPECT_FALSE(decode(altered(append, kAdmissionAt, '\4')));
  const std::string greeting = body_of(GreetingFrame{});
  EXPECT_FALSE(decode(altered(greeting, kContentAt, '\0')));  // no stage
  EXPECT_FALSE(decode(altered(greeting, kContentAt, '\4')));
  EXPECT_FALSE(decode(body_of(PreVoteAnswerFrame{1, true, Ballot{1}, {}, NodeId{0}})));
  EXPECT_FALSE(decode(body_of(
      AppendFrame{Ballot{1},
                  Sequence{1},
                  1,
                  Admission::welcome,
                  {make_record(RecordKind{3}, Ballot{1}, Sequence{2}, Checksum{5}, Payload())}})));
  View contradiction = leaderless_view();
  contradiction.leader = NodeId{9};
  EXPECT_FALSE(decode(body_of(GreetingFrame{Stage::founded, group_of(1), contradiction})));
}

TEST(RoutedRefusal, SubmissionsThatCouldBecomeNoRecordAreRefused) {
  EXPECT_TRUE(decode(submissions_by_hand(1, sized(32, std::string(32, 'o')))));
  EXPECT_FALSE(decode(submissions_by_hand(1, sized(31, std::string(40, 'o')))));
  const std::string too_long(kRecordPayloadBytesMax + 1u, 'x');
  EXPECT_FALSE(decode(submissions_by_hand(1, sized(kRecordPayloadBytesMax + 1u, too_long))));
}

TEST(RoutedRefusal, MoreThanAFrameMayCarryIsRefused) {
  const auto records_by_hand = [](std::uint32_t count) {
    std::string bytes;
    for (const Record& record : chain_of(std::vector<std::size_t>(count), Sequence{1})) {
      const auto header = encode_record_header(record);
      bytes.append(header.begin(), header.end());
    }
    return append_by_hand(count, bytes);
  };
  EXPECT_TRUE(decode(records_by_hand(kFrameRecordsMax)));
  EXPECT_FALSE(decode(records_by_hand(kFrameRecordsMax + 1)));
  const auto many_submissions = [](std::uint32_t count) {
    std::string bytes;
    for (std::uint32_t at = 0; at < count; ++at) bytes += sized(32, std::string(32, 'o'));
    return submissions_by_hand(count, bytes);
  };
  EXPECT_TRUE(decode(many_submissions(kFrameSubmissionsMax)));
  EXPECT_FALSE(decode(many_submissions(kFrameSubmissionsMax + 1)));
}

TEST(RoutedRefusal, NoMemoryIsSetAsideForWhatIsOnlyClaimed) {
  const std::string record = body_of(chain_of({10}, Sequence{5})).substr(kContentAt + 29);
  const std::string bodies[] = {
      append_by_hand(0xffffffff, record),
      append_by_hand(kFrameRecordsMax, record),
      submissions_by_hand(0xffffffff, sized(32, std::string(32, 'o'))),
      submissions_by_hand(kFrameSubmissionsMax, sized(32, std::string(32, 'o'))),
      submissions_by_hand(1, sized(0xffffffff, std::string(32, 'o'))),
      by_hand(kDismiss, sized(0xffffffff, "why")),
      by_hand(1, std::string("\1", 1) + std::string(24, '\1') + '\1' + sized(0xffffffff, "view")),
  };
  for (const std::string& body : bodies) {
    const Payload payload(body);
    static_cast<void>(take_largest_allocation());
    EXPECT_FALSE(decode_routed(payload));
    EXPECT_LE(take_largest_allocation(), 1000u);
  }
}

TEST(RoutedRefusal, AViewThatIsTooLongIsNotLookedInto) {
  // Two bytes each, a member each: protobuf would take many times as much.
  std::string members;
  while (members.size() <= kViewBytesMax) members += std::string("\x22\0", 2);
  static_cast<void>(take_largest_allocation());
  EXPECT_FALSE(decode_view(members));
  EXPECT_LE(take_largest_allocation(), 1000u);
}

TEST(RoutedRefusal, ReasonsOfAPeerAreHarmlessAndShort) {
  const auto reason_in = [](const std::string& body) {
    const auto frame = decode(body);
    return frame ? std::get<DismissFrame>(std::get<RoutedFrame>(*frame).frame).reason : "(nothing)";
  };
  EXPECT_EQ(reason_in(body_of(DismissFrame{"no\n\x1b[2Jerror"})), "no??[2Jerror");
  EXPECT_EQ(reason_in(by_hand(kDismiss, sized(4, "no\nX"))), "no?X");
  EXPECT_EQ(reason_in(body_of(DismissFrame{std::string(2000, 'r')})),
            std::string(kReasonBytesMax, 'r'));
  EXPECT_EQ(reason_in(by_hand(kDismiss,
                              sized(kReasonBytesMax + 1, std::string(kReasonBytesMax + 1, 'r')))),
            "(nothing)");
}

}  // namespace
}  // namespace groupy::gms::wire
