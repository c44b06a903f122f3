// What a replica tells people, as it arrives on stderr.
#include "cli/log.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

namespace groupy::cli {
namespace {

using gms::LogLevel;
using nlohmann::json;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream all(text);
  for (std::string line; std::getline(all, line);) lines.push_back(line);
  return lines;
}

// What a log of node 3 writes from its first line to its end.
std::vector<std::string> written(LogFormat format, const std::vector<std::string>& texts) {
  testing::internal::CaptureStderr();
  {
    Log log(gms::NodeId{3}, format);
    for (const std::string& text : texts) log.line(LogLevel::warning, text);
  }
  return lines_of(testing::internal::GetCapturedStderr());
}

TEST(Log, IsOneLineOfTextForEachTold) {
  const auto lines = written(LogFormat::text, {"linked with node 2", "{} %v"});
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_TRUE(lines[0].ends_with(" warning node 3: linked with node 2")) << lines[0];
  EXPECT_TRUE(lines[1].ends_with(" warning node 3: {} %v")) << lines[1];
}

TEST(Log, IsOneJsonObjectALineWhateverBytesAreTold) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  const std::string hostile = "\"}\n{\"level\":\"\\\t\x1b[2J %v {} \u00e4";
  const auto lines = written(LogFormat::json, {"", bytes, hostile, "\xff\n\xc3"});
  ASSERT_EQ(lines.size(), 4u);
  for (const std::string& line : lines) {
    const json object = json::parse(line, nullptr, false);
    ASSERT_TRUE(object.is_object()) << line;
    EXPECT_EQ(object.size(), 4u) << line;
    EXPECT_EQ(object["level"], "warning");
    EXPECT_EQ(object["node"], 3);
    EXPECT_TRUE(object["time"].is_string());
  }
  EXPECT_EQ(json::parse(lines[0])["message"], "");
  EXPECT_EQ(json::parse(lines[2])["message"], hostile);
}

// Nothing is written after it: the process may end right behind it, without destructors.
TEST(Log, TheLastLineIsWrittenBehindAllOthers) {
  for (int round = 0; round < 50; ++round) {
    testing::internal::CaptureStderr();
    Log log(gms::NodeId{3}, LogFormat::text);
    for (int line = 0; line < 200; ++line) log.line(LogLevel::info, "line");
    log.last_line(LogLevel::error, "the end");
    const auto lines = lines_of(testing::internal::GetCapturedStderr());
    ASSERT_EQ(lines.size(), 201u);
    ASSERT_TRUE(lines.back().ends_with("error node 3: the end")) << lines.back();
  }
}

}  // namespace
}  // namespace groupy::cli
