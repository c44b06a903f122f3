#include "gms/net/running_group.h"

#include <gtest/gtest.h>

#include "tests/gms/net/side.h"

namespace groupy::gms::net {
namespace {

class RunningGroupTest : public LinksTest {
 protected:
  static wire::Hello hello_of(unsigned node, std::uint32_t generation = 1) {
    wire::Hello hello;
    hello.generation = generation;
    hello.self = member_of(node, 2);
    return hello;
  }
  static std::string address_of(Side& side) {
    return "127.0.0.1:" + std::to_string(side.links().port());
  }
  // Loopback's port 1: nobody listens there.
  static std::string nobody() { return "127.0.0.1:1"; }

  std::optional<RunningGroup> find(const std::vector<std::string>& addresses,
                                   const wire::Hello& ours,
                                   std::chrono::milliseconds limit = kPatience) {
    return find_running_group(io_, addresses, ours, limit);
  }
};

TEST_F(RunningGroupTest, AMemberOfAGroupIsFound) {
  Side member(io_, 2, group_of(7));
  ASSERT_FALSE(member.links().listen());
  const auto found = find({nobody(), address_of(member)}, hello_of(1));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->address, address_of(member));
  EXPECT_EQ(found->why, "node 2 is in group " + group_of(7).to_hex());
}

TEST_F(RunningGroupTest, WhereNobodyIsNoTimeIsSpent) {
  const auto before = std::chrono::steady_clock::now();
  EXPECT_FALSE(find({nobody(), nobody()}, hello_of(1)));
  EXPECT_FALSE(find({}, hello_of(1)));
  EXPECT_LT(std::chrono::steady_clock::now() - before, kPatience / 2);
}

TEST_F(RunningGroupTest, WhoIsInNoGroupYetDoesNotCount) {
  Side waiting(io_, 2, GroupId());
  ASSERT_FALSE(waiting.links().listen());
  EXPECT_FALSE(find({address_of(waiting)}, hello_of(1)));
  run_until([&] { return waiting.lost.size() == waiting.up.size(); });
}

TEST_F(RunningGroupTest, WhoRefusesUsCountsAsAGroup) {
  Side member(io_, 2);
  ASSERT_FALSE(member.links().listen());
  const auto found = find({address_of(member)}, hello_of(1, 2));
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->why.starts_with("refused: node 1 runs gms2")) << found->why;
}

TEST_F(RunningGroupTest, WhoSaysNothingIsNotWaitedForLonger) {
  tcp::acceptor mute(io_, {asio::ip::address_v4::loopback(), 0});
  const std::string address = "127.0.0.1:" + std::to_string(mute.local_endpoint().port());
  const auto before = std::chrono::steady_clock::now();
  EXPECT_FALSE(find({address}, hello_of(1), std::chrono::milliseconds(50)));
  EXPECT_LT(std::chrono::steady_clock::now() - before, kPatience / 2);
}

TEST_F(RunningGroupTest, TheSocketsRunOnAfterwards) {
  Side a(io_, 1);
  Side b(io_, 2);
  EXPECT_FALSE(find({nobody()}, hello_of(1)));
  ASSERT_FALSE(a.links().listen());
  link(a, 1, b);
  EXPECT_EQ(a.up.size(), 1u);
}

}  // namespace
}  // namespace groupy::gms::net
