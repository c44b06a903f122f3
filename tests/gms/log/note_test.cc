// Notes of loss and whole say what the log ended with, so that neither they nor what stands in
// front of them is lost in silence.
#include <gtest/gtest.h>

#include <array>
#include <map>

#include "gms/log/segment.h"
#include "tests/gms/log/log_fixture.h"

namespace groupy::gms::log {
namespace {

void live_with_loss(TestLog& test) {
  test.append(letters(5));
  test.sync();
  EXPECT_EQ(test.log->declare_loss(), std::nullopt);
}

// A crash left the third of what was appended behind the last sync unreadable.
void live_with_torn_tail(TestLog& test) {
  test.append(letters(2));
  test.sync();
  test.append(letters(3));
  test.damage_head(5);
  test.disk.kill();
  test.opened();
}

// The sixth record stands behind two notes of loss.
void live_until_whole(TestLog& test) {
  live_with_loss(test);
  test.append({std::string(40, 'x')});
  test.sync();
  EXPECT_EQ(test.log->declare_whole(Ticket{++test.tickets}), std::nullopt);
}

// The record that follows the note follows the one in front of it, too.
TEST(Note, OfALossThatDecaysIsNotForgotten) {
  TestLog test;
  test.opened();
  live_with_loss(test);
  test.append({std::string(40, 'x')});
  ASSERT_EQ(test.log->stop(), std::nullopt);
  test.damage_head(6);  // the note stands there
  Log& log = test.opened_again();
  EXPECT_EQ(log.last().sequence, Sequence{6});
  EXPECT_TRUE(log.condition().has_loss);
  EXPECT_TRUE(log.condition().damages.empty());
}

// An acknowledged record decays, and nothing but notes and marks stands behind it.
TEST(Note, OfAWholeLogNamesARecordThatDecayedInFrontOfIt) {
  TestLog test;
  test.opened();
  live_until_whole(test);
  const RecordId last = test.log->last();
  ASSERT_EQ(test.log->stop(), std::nullopt);
  test.disk.flip(segment_name(1), entry_of(6) + 2 * kEntryHeadBytes + 30, 1);
  Log& log = test.opened_again();
  EXPECT_EQ(log.last(), last);
  EXPECT_FALSE(log.condition().is_end_unknown);
  EXPECT_EQ(log.condition().damages,
            (std::vector<Damage>{{Damage::Kind::record, Sequence{6}, last}}));
}

// Going on behind what it names would drop what can be read.
TEST(Note, ThatWouldTakeBackAnUndamagedLogIsRefused) {
  TestLog test;
  test.opened();
  test.append(letters(2));
  EXPECT_EQ(test.log->declare_loss(), std::nullopt);
  ASSERT_EQ(test.log->stop(), std::nullopt);
  auto file = test.files->open(segment_name(1));
  ASSERT_TRUE(file.ok());
  const SegmentHeader header =
      *decode_segment_header(test.disk.contents(segment_name(1)).substr(0, kSegmentHeaderBytes));
  const Position synced{1, entry_of(3)};
  const EntryHead head =
      encode_local_head(EntryKind::loss, {}, synced, {header.seed(), entry_of(3)});
  const std::array pieces{std::string_view(head.data(), head.size())};
  ASSERT_EQ((*file)->write_at(entry_of(3), pieces), std::nullopt);
  ASSERT_EQ((*file)->sync(), std::nullopt);
  const Failure failed = test.open();
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->code, IoCode::refused);
}

// Sectors that gave an error at one start, and do not at the next.
TEST(Note, OfALossTakesBackWhatCanBeReadAgain) {
  TestLog test;
  test.opened();
  test.append(letters(7));
  ASSERT_EQ(test.log->stop(), std::nullopt);
  for (const std::uint64_t sequence : {6, 7}) test.damage_head(sequence);
  EXPECT_EQ(test.opened_again().last().sequence, Sequence{5});
  EXPECT_TRUE(test.log->condition().has_loss);
  ASSERT_EQ(test.log->stop(), std::nullopt);
  for (const std::uint64_t sequence : {6, 7}) test.damage_head(sequence);  // as it was
  Log& log = test.opened_again();
  EXPECT_EQ(log.last().sequence, Sequence{5});
  EXPECT_TRUE(log.condition().has_loss);
  EXPECT_TRUE(log.condition().damages.empty());
}

struct Life {
  const char* name;
  void (*live)(TestLog& test);
};

void stop(TestLog& test) {
  EXPECT_EQ(test.log->stop(), std::nullopt);
}

// Each leaves a log that noted a loss; some end with a kill.
const Life kLives[] = {
    {"whole again",
     [](TestLog& test) {
       live_until_whole(test);
       stop(test);
     }},
    {"goes on",
     [](TestLog& test) {
       live_with_loss(test);
       test.append({std::string(40, 'x')});
       stop(test);
     }},
    {"goes on and is killed before a sync",
     [](TestLog& test) {
       live_with_loss(test);
       test.append({std::string(40, 'x')});
     }},
    {"goes on after a start",
     [](TestLog& test) {
       live_with_loss(test);
       stop(test);
       test.opened_again();
       test.append({std::string(40, 'x')});
       test.sync();
       stop(test);
     }},
    {"is cut",
     [](TestLog& test) {
       live_with_loss(test);
       test.cut(Sequence{3});
       test.append({std::string(40, 'x')}, 2);
       stop(test);
     }},
    {"is given up",
     [](TestLog& test) {
       test.append(letters(5));
       EXPECT_EQ(test.log->give_up_from(Sequence{4}), std::nullopt);
       stop(test);
     }},
    {"goes on behind a snapshot",
     [](TestLog& test) {
       live_with_loss(test);
       const RecordId snapshot{Ballot{1}, Sequence{9}, Checksum{12345}};
       EXPECT_EQ(test.log->restart(Ticket{++test.tickets}, snapshot), std::nullopt);
       test.append({std::string(40, 'x')});
       stop(test);
     }},
    {"had a torn tail",
     [](TestLog& test) {
       live_with_torn_tail(test);
       stop(test);
     }},
    {"had a torn tail and goes on",
     [](TestLog& test) {
       live_with_torn_tail(test);
       test.append({std::string(40, 'x')});
       stop(test);
     }},
};

// The same log each time.
std::unique_ptr<TestLog> log_after(const Life& life) {
  auto test = std::make_unique<TestLog>();
  test->opened();
  life.live(*test);
  test->disk.kill();
  return test;
}

// `test` has one damaged byte, `good` has none.
void expect_it_is_told(TestLog& test, TestLog& good) {
  if (const Failure failed = test.open()) {
    ASSERT_EQ(failed->code, IoCode::refused);
    return;
  }
  const LogCondition& condition = test.log->condition();
  if (good.log->condition().has_loss) {
    ASSERT_TRUE(condition.has_loss) << "the loss is forgotten";
  }
  const auto records = good.records();
  const bool has_same_end = test.log->last() == good.log->last();
  if (!has_same_end || test.records() != records) {
    ASSERT_TRUE(condition.has_loss || !condition.damages.empty()) << "dropped in silence";
  }
  // Whoever asks for what is damaged, and gets it, has the same log again. Behind a snapshot, what
  // it replaced may seem to be damaged: nobody has that any more.
  if (!has_same_end || records.front().sequence != Sequence{1}) return;
  test.heal_from(records);
  ASSERT_EQ(test.records(), records);
  test.opened_again();
  ASSERT_EQ(test.records(), records);
}

TEST(Note, AnyDamagedByteOfALogWithNotesIsTold) {
  for (const Life& life : kLives) {
    const auto good = log_after(life);
    std::map<std::string, std::string> files;
    for (const std::string& name : good->disk.names_in("log")) {
      files["log/" + name] = good->disk.contents("log/" + name);
    }
    good->opened();
    for (const auto& [name, bytes] : files) {
      const std::size_t end = bytes.find_last_not_of('\0') + 1;
      for (std::size_t at = kSegmentDataStart; at < end; ++at) {
        SCOPED_TRACE(std::string(life.name) + ": " + name + " byte " + std::to_string(at));
        const auto test = log_after(life);
        test->disk.flip(name, at, 1);
        test->disk.kill();
        expect_it_is_told(*test, *good);
        if (::testing::Test::HasFatalFailure()) return;
      }
    }
  }
}

}  // namespace
}  // namespace groupy::gms::log
