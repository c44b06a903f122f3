// Commands that read files: check history and log dump.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "cli/temporary_folder.h"
#include "gms/log/data_directory.h"
#include "gms/log/log.h"
#include "gms/log/posix_files.h"
#include "gms/wire/record_codec.h"
#include "tests/cli/fake_world.h"
#include "tests/cli/history_model.h"

namespace groupy::cli {
namespace {

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

class FileCommands : public testing::Test {
 protected:
  std::string file_with(const std::string& text) const {
    std::ofstream(path_) << text;
    return path_;
  }
  // Ends with exit code 1 and one line on stderr with this in it.
  void expect_error(const Args& args, const std::string& part) {
    EXPECT_EQ(world_.run(args), 1);
    EXPECT_EQ(lines_in(world_.errors), 1u) << world_.errors;
    EXPECT_NE(world_.errors.find(part), std::string::npos) << world_.errors;
  }

  TemporaryFolder folder_{"groupy-test", std::filesystem::temp_directory_path()};
  std::string path_ = folder_.path() + "/file";
  test::FakeWorld world_;
};

std::string good_history() {
  std::mt19937_64 random(1);
  std::string text;
  for (const auto& operation : test::recorded_history(random, {500, 10, 2, 8})) {
    text += render_operation(operation) + "\n";
  }
  return text;
}

TEST_F(FileCommands, AGoodHistoryIsAccepted) {
  EXPECT_EQ(world_.run({"check", "history", file_with(good_history())}), 0) << world_.errors;
  EXPECT_TRUE(world_.output.starts_with("accepted: ")) << world_.output;
}

TEST_F(FileCommands, AContradictionIsOneLineThatNamesBoth) {
  const std::string text =
      good_history() +
      "get key=fresh call=1 return=2 result=ok sequence=1 value=? mod_revision=1 version=1\n";
  expect_error({"check", "history", file_with(text)}, "REJECTED: line ");
  EXPECT_NE(world_.errors.find("contradicts line "), std::string::npos) << world_.errors;
}

TEST_F(FileCommands, TooLittleTrafficIsInvalid) {
  expect_error({"check", "history", file_with("# nothing\n")}, "INVALID: only 0 operations");
}

TEST_F(FileCommands, ALineThatMakesNoSenseIsInvalidAndNamed) {
  expect_error({"check", "history", file_with(good_history() + "oh\n")}, "INVALID: ");
  EXPECT_NE(world_.errors.find("line 501"), std::string::npos) << world_.errors;
}

TEST_F(FileCommands, AFileThatCannotBeReadIsOneLine) {
  expect_error({"check", "history", folder_.path() + "/none"}, "No such file");
  expect_error({"check", "history", folder_.path()}, "Is a directory");
}

TEST_F(FileCommands, HelpTellsTheFormatOfAHistory) {
  EXPECT_EQ(world_.run({"check", "history", "--help"}), 0);
  EXPECT_NE(world_.output.find("result=ok|condition_failed|fail|unknown"), std::string::npos);
  EXPECT_EQ(world_.run({"check", "--help"}), 0);
  EXPECT_NE(world_.output.find("check consistency"), std::string::npos);
  EXPECT_NE(world_.output.find("check history"), std::string::npos);
}

// A data directory whose log has two records, still open.
class RunningLog {
 public:
  explicit RunningLog(const std::string& path) {
    files_ = std::move(*gms::log::open_posix_directory(path));
    const gms::DirectoryId directory({1, 2, 3});
    directory_ = std::move(*gms::log::DataDirectory::open(*files_, gms::NodeId{1}, directory));
    preparer_ = std::make_unique<gms::log::SegmentPreparer>(*files_);
    gms::log::LogOptions options;
    options.directory = directory;
    options.segment_bytes = 64u << 10;
    log_ = std::move(*gms::log::Log::open(*files_, *preparer_, options));
    for (const char* payload : {"one", "two"}) {
      const auto& last = log_->last();
      const gms::Record record[] = {gms::wire::make_record(gms::RecordKind::application,
                                                           gms::Ballot{4}, last.sequence.next(),
                                                           last.checksum, gms::Payload(payload))};
      EXPECT_EQ(log_->append(gms::Ticket{++tickets_}, record), std::nullopt);
    }
    EXPECT_TRUE(log_->sync().ok());
  }

 private:
  std::unique_ptr<gms::log::Directory> files_;
  std::unique_ptr<gms::log::DataDirectory> directory_;
  std::unique_ptr<gms::log::SegmentPreparer> preparer_;
  std::unique_ptr<gms::log::Log> log_;
  std::uint64_t tickets_ = 0;
};

TEST_F(FileCommands, LogDumpShowsEachRecordOfADirectoryInUse) {
  const std::string data = folder_.path() + "/data";
  const RunningLog running(data);
  const auto written = std::filesystem::last_write_time(data);
  EXPECT_EQ(world_.run({"log", "dump", data}), 0) << world_.errors;
  EXPECT_NE(world_.output.find("record application sequence 1 ballot 4 checksum "),
            std::string::npos)
      << world_.output;
  EXPECT_NE(world_.output.find("record application sequence 2 ballot 4 checksum "),
            std::string::npos)
      << world_.output;
  EXPECT_EQ(std::filesystem::last_write_time(data), written);
}

TEST_F(FileCommands, LogDumpOfWhatIsNoDataDirectoryIsOneLine) {
  expect_error({"log", "dump", folder_.path() + "/none"}, "No such file");
  expect_error({"log", "dump", file_with("a file")}, "Not a directory");
  expect_error({"log", "dump", folder_.path()}, folder_.path() + "/log");
}

TEST_F(FileCommands, LogTellsWhatThereIs) {
  EXPECT_EQ(world_.run({"log"}), 2);
  EXPECT_NE(world_.errors.find("There is: dump"), std::string::npos) << world_.errors;
  EXPECT_EQ(world_.run({"log", "show"}), 2);
  EXPECT_EQ(world_.run({"log", "dump"}), 2);
  EXPECT_EQ(world_.run({"log", "--help"}), 0);
  EXPECT_NE(world_.output.find("groupy log dump"), std::string::npos);
}

}  // namespace
}  // namespace groupy::cli
