#include "tests/tidy/wording.h"

#include <gtest/gtest.h>

namespace groupy::tidy {
namespace {

TEST(Opening, IsACommentAndPragmaOnce) {
  EXPECT_TRUE(bad_opening({"gms/a.h", "// What it is.\n//\n// Why.\n#pragma once\n"}).empty());
  EXPECT_FALSE(bad_opening({"gms/a.h", "#pragma once\n// Late.\n"}).empty());
  EXPECT_FALSE(bad_opening({"gms/a.h", "// What it is.\n#include <vector>\n"}).empty());
  EXPECT_FALSE(bad_opening({"gms/a.h", "// What it is.\n"}).empty());
  EXPECT_FALSE(bad_opening({"gms/a.h", ""}).empty());
  EXPECT_TRUE(bad_opening({"gms/a.cc", "#include \"gms/a.h\"\n"}).empty());
}

TEST(Opening, HasTenLinesAtMost) {
  std::string comment;
  for (int i = 0; i < 10; ++i) comment += "// A line.\n";
  EXPECT_TRUE(bad_opening({"gms/a.h", comment + "#pragma once\n"}).empty());
  EXPECT_FALSE(bad_opening({"gms/a.h", comment + "// One more.\n#pragma once\n"}).empty());
}

TEST(Notes, ToOneselfAreFoundInAnyFile) {
  for (const std::string note : {"TO"
                                 "DO",
                                 "FIX"
                                 "ME",
                                 "XX"
                                 "X",
                                 "HA"
                                 "CK"}) {
    EXPECT_EQ(notes_to_oneself({"gms/a.cc", "int a;  // " + note + ": later\n"}).size(), 1u);
    EXPECT_EQ(notes_to_oneself({"scripts/a", "# " + note + "\n"}).size(), 1u);
    EXPECT_TRUE(notes_to_oneself({"gms/a.cc", "int " + note + "_a;\n"}).empty());
  }
}

TEST(Names, SaySomething) {
  EXPECT_TRUE(empty_names({"gms/view.cc", "class View {};\nstruct Database;\n"}).empty());
  EXPECT_TRUE(empty_names({"gms/view.cc", "// class ViewManager\n"}).empty());
  for (const std::string name : {"ViewManager", "StringUtil", "StringUtils", "Globals",
                                 "CallContext", "MemberBase", "ClientImpl"}) {
    EXPECT_EQ(empty_names({"gms/view.cc", "class " + name + " {};\n"}).size(), 1u) << name;
    EXPECT_EQ(empty_names({"gms/view.cc", "  struct " + name + ";\n"}).size(), 1u) << name;
  }
}

TEST(Names, OfFilesSaySomethingToo) {
  EXPECT_EQ(empty_names({"gms/view_manager.h", ""}).size(), 1u);
  EXPECT_EQ(empty_names({"gms/util.cc", ""}).size(), 1u);
  EXPECT_TRUE(empty_names({"gms/database.cc", ""}).empty());
}

TEST(Names, EndInTheTwoUsualWays) {
  EXPECT_EQ(empty_names({"gms/view.cpp", ""}).size(), 1u);
  EXPECT_EQ(empty_names({"tests/gms/view.hpp", ""}).size(), 1u);
}

TEST(Scripts, SayWhatTheyDoAndStopAtErrors) {
  const std::string start = "#!/usr/bin/env bash\n";
  const std::string strict = "set -euo pipefail\n";
  EXPECT_TRUE(bad_script({"scripts/a", start + "# Says hello.\n" + strict}).empty());
  EXPECT_EQ(bad_script({"scripts/a", start + strict}).size(), 1u);
  EXPECT_EQ(bad_script({"scripts/a", start + "# Says hello.\n"}).size(), 1u);
  EXPECT_EQ(bad_script({"scripts/a", "#!/bin/sh\n# Says hello.\n" + strict}).size(), 1u);
  EXPECT_EQ(bad_script({"docker/a.sh", ""}).size(), 3u);
  EXPECT_TRUE(bad_script({"docker/Dockerfile", "FROM debian\n"}).empty());
}

}  // namespace
}  // namespace groupy::tidy
