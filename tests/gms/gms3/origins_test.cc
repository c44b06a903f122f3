#include "gms/gms3/origins.h"

#include <gtest/gtest.h>

#include "tests/gms/gms3/records.h"

namespace groupy::gms3 {
namespace {

using gms::Sequence;
using Place = Origins::Place;

TEST(Origins, CountersOfOneLifeHaveNoGaps) {
  Origins origins({origin_of(1, 3)});
  EXPECT_EQ(origins.place_of(origin_of(1, 3)), Place::repeat);
  EXPECT_EQ(origins.place_of(origin_of(1, 4)), Place::next);
  EXPECT_EQ(origins.place_of(origin_of(1, 5)), Place::gap);
}

TEST(Origins, ANewLifeBeginsAnewAndAFormerOneIsOver) {
  Origins origins({origin_of(1, 3, 2)});
  EXPECT_EQ(origins.place_of(origin_of(1, 1, 3)), Place::next);
  EXPECT_EQ(origins.place_of(origin_of(1, 2, 3)), Place::gap);
  EXPECT_EQ(origins.place_of(origin_of(1, 4, 1)), Place::repeat);
}

TEST(Origins, DirectoriesHaveNothingToDoWithEachOther) {
  Origins origins({origin_of(1, 3)});
  EXPECT_EQ(origins.place_of(origin_of(2, 1)), Place::next);
  EXPECT_EQ(origins.place_of(origin_of(2, 4)), Place::gap);
}

TEST(Origins, ACutTakesBackWhatWasLogged) {
  Origins origins({origin_of(1, 3)});
  origins.logged(Sequence{10}, origin_of(1, 4));
  origins.logged(Sequence{11}, origin_of(2, 1));
  origins.logged(Sequence{12}, origin_of(1, 5));
  origins.cut(Sequence{10});
  EXPECT_EQ(origins.place_of(origin_of(1, 5)), Place::next);
  EXPECT_EQ(origins.place_of(origin_of(2, 1)), Place::next);
  origins.cut(Sequence{9});
  EXPECT_EQ(origins.place_of(origin_of(1, 4)), Place::next);
}

// Whose record was damaged: what comes later was known already.
TEST(Origins, WhatComesBackStandsAmongTheOthers) {
  Origins origins({});
  origins.logged(Sequence{10}, origin_of(1, 1));
  origins.logged(Sequence{12}, origin_of(1, 3));
  origins.logged(Sequence{11}, origin_of(1, 2));
  origins.logged(Sequence{9}, origin_of(2, 1));
  EXPECT_EQ(origins.place_of(origin_of(1, 4)), Place::next);
  origins.cut(Sequence{11});
  EXPECT_EQ(origins.place_of(origin_of(1, 3)), Place::next);
  origins.cut(Sequence{10});
  EXPECT_EQ(origins.place_of(origin_of(1, 2)), Place::next);
  EXPECT_EQ(origins.place_of(origin_of(2, 2)), Place::next);
  origins.cut(Sequence{8});
  EXPECT_EQ(origins.place_of(origin_of(1, 1)), Place::next);
  EXPECT_EQ(origins.place_of(origin_of(2, 1)), Place::next);
}

TEST(Origins, EachIsDeliveredOnce) {
  Origins origins({});
  EXPECT_TRUE(origins.deliver(origin_of(1, 1)));
  EXPECT_FALSE(origins.deliver(origin_of(1, 1)));
  EXPECT_TRUE(origins.deliver(origin_of(1, 1, 2)));
  EXPECT_FALSE(origins.deliver(origin_of(1, 2, 1)));  // of a life that is over
}

TEST(Origins, WhatWasDeliveredBeforeTheRestartIsNotDeliveredAgain) {
  Origins origins({origin_of(1, 3)});
  EXPECT_FALSE(origins.deliver(origin_of(1, 3)));
  EXPECT_TRUE(origins.deliver(origin_of(1, 4)));
}

}  // namespace
}  // namespace groupy::gms3
