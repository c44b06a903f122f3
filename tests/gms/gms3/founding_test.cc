#include "gms/gms3/founding.h"

#include <gtest/gtest.h>

#include "tests/gms/gms3/records.h"

namespace groupy::gms3 {
namespace {

using gms::NodeId;
using gms::Stage;

// One of two founders: member 1, the first in the list, or member 2.
struct Founder {
  explicit Founder(unsigned id, gms::Recovered recovered = {}) {
    options.self = gms::member_of(id);
    options.founders = {gms::member_of(1), gms::member_of(2)};
    options.fresh_group = gms::group_of(7);
    options.recovered = std::move(recovered);
    outbox.emplace(NodeId{id}, gms::StartCount{1});
    log.emplace(options.recovered, format(), *outbox);
    founding.emplace(options, *log, *outbox);
    founding->start();
  }
  void meet(unsigned peer, const gms::GreetingFrame& greeting) {
    outbox->link_up(NodeId{peer});
    founding->link_up(gms::member_of(peer));
    outbox->take();
    founding->on(NodeId{peer}, greeting);
  }
  void sync() {
    log->writes().persisted(log->writes().next_ticket());
    founding->persisted();
  }

  MemberOptions options;
  std::optional<Outbox> outbox;
  std::optional<OwnLog> log;
  std::optional<Founding> founding;
};

gms::View first_view() {
  gms::View view = view_of(2);
  view.group = gms::group_of(7);
  view.leader = {};
  view.reason = "founded by node 1";
  return view;
}

gms::GreetingFrame greeting(Stage stage, std::optional<gms::View> view = {}) {
  const gms::GroupId group = view ? view->group : gms::GroupId();
  return {stage, group, std::move(view)};
}

TEST(Founding, TheFirstFoundsWhenEverybodyIsThereAndEmpty) {
  Founder first(1);
  EXPECT_EQ(first.founding->stage(), Stage::empty);
  first.meet(2, greeting(Stage::empty));
  const gms::Effects effects = first.outbox->take();
  ASSERT_EQ(of_kind<gms::SaveGroup>(effects).size(), 1u);
  EXPECT_EQ(of_kind<gms::SaveGroup>(effects)[0].group, gms::group_of(7));
  EXPECT_EQ(of_kind<gms::AppendRecords>(effects).size(), 1u);
  EXPECT_EQ(first.founding->stage(), Stage::empty);  // not on disk yet
  first.sync();
  EXPECT_EQ(first.founding->stage(), Stage::pending);
  EXPECT_EQ(*frames_of<gms::GreetingFrame>(first.outbox->take()).front().second.view, first_view());
}

TEST(Founding, NobodyServesBeforeAllHaveTheViewOnDisk) {
  Founder first(1);
  first.meet(2, greeting(Stage::empty));
  first.sync();
  EXPECT_FALSE(first.founding->is_founded());
  first.founding->on(NodeId{2}, greeting(Stage::pending, first_view()));
  EXPECT_TRUE(first.founding->is_founded());
}

TEST(Founding, AnotherTakesTheViewOfTheFirstAndConfirmsItWhenItIsOnDisk) {
  Founder second(2);
  second.meet(1, greeting(Stage::pending, first_view()));
  EXPECT_TRUE(frames_of<gms::GreetingFrame>(second.outbox->take()).empty());
  second.sync();
  EXPECT_EQ(second.founding->stage(), Stage::pending);
  EXPECT_EQ(frames_of<gms::GreetingFrame>(second.outbox->take()).front().second.stage,
            Stage::pending);
  second.founding->on(NodeId{1}, greeting(Stage::founded, first_view()));
  EXPECT_TRUE(second.founding->is_founded());
}

TEST(Founding, AViewThatDoesNotListThisDirectoryIsNotTaken) {
  gms::View view = first_view();
  view.members[1] = gms::member_of(2, 5);
  Founder second(2);
  second.meet(1, greeting(Stage::pending, view));
  EXPECT_TRUE(of_kind<gms::SaveGroup>(second.outbox->take()).empty());
}

TEST(Founding, OnlyTheFirstsViewIsTaken) {
  Founder first(1);
  first.meet(2, greeting(Stage::pending, first_view()));
  EXPECT_TRUE(of_kind<gms::SaveGroup>(first.outbox->take()).empty());
}

TEST(Founding, AnEmptyDirectoryStopsWhenItMeetsAFoundedGroup) {
  Founder second(2);
  second.meet(1, greeting(Stage::founded, first_view()));
  const auto stops = of_kind<gms::Stop>(second.outbox->take());
  ASSERT_EQ(stops.size(), 1u);
  EXPECT_NE(stops[0].why.find("replace the member"), std::string::npos);
}

TEST(Founding, AMemberWithMoreThanTheFirstViewIsFounded) {
  Founder member(2, recovered_log(2, 1));
  EXPECT_TRUE(member.founding->is_founded());
}

TEST(Founding, ADirectoryThatBelongsToAGroupTakesNoOther) {
  gms::Recovered recovered;
  recovered.group = gms::group_of(3);  // written, and its view was not
  Founder second(2, recovered);
  second.meet(1, greeting(Stage::pending, first_view()));
  EXPECT_TRUE(of_kind<gms::SaveGroup>(second.outbox->take()).empty());
}

TEST(Founding, AFoundedMemberTakesNoNotice) {
  Founder member(2, recovered_log(2, 1));
  member.meet(1, greeting(Stage::empty));
  member.founding->on(NodeId{1}, greeting(Stage::founded, first_view()));
  EXPECT_TRUE(of_kind<gms::Stop>(member.outbox->take()).empty());
}

}  // namespace
}  // namespace groupy::gms3
