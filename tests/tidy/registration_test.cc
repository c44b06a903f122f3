#include "tests/tidy/registration.h"

#include <gtest/gtest.h>

namespace groupy::tidy {
namespace {

// Whether the test in a folder of its own under tests/gms is found in this list.
bool is_registered(const std::string& list) {
  return unregistered_tests({{"tests/CMakeLists.txt", "add_subdirectory(gms)\n"},
                             {"tests/gms/CMakeLists.txt", list},
                             {"tests/gms/gms1/leader_test.cc", ""}})
      .empty();
}

TEST(Registration, EveryTestIsNamedInTheNearestList) {
  EXPECT_TRUE(is_registered("groupy_test(gms_test LABEL unit\n  SOURCES gms1/leader_test.cc)\n"));
  EXPECT_TRUE(is_registered("set(sources\n  gms1/leader_test.cc\n  view_test.cc)\n"));
}

TEST(Registration, AForgottenTestIsFound) {
  EXPECT_FALSE(is_registered(""));
  EXPECT_FALSE(is_registered("groupy_test(gms_test SOURCES leader_test.cc)\n"));
  EXPECT_FALSE(is_registered("groupy_test(gms_test SOURCES gms1/other_leader_test.cc)\n"));
  EXPECT_FALSE(is_registered("# SOURCES gms1/leader_test.cc\n"));
}

TEST(Registration, AFolderWithoutAnyListIsFound) {
  EXPECT_EQ(unregistered_tests({{"tests/gms/view_test.cc", ""}}).size(), 1u);
}

TEST(Registration, OnlyTestsMustBeNamed) {
  EXPECT_TRUE(unregistered_tests({{"tests/gms/some_view.cc", ""}, {"gms/view.cc", ""}}).empty());
}

}  // namespace
}  // namespace groupy::tidy
