// A start that does not work ends with an exit code that tells a failing disk from the rest.
#include "cli/serve.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "gms/driver/member_disk.h"
#include "gms/log/posix_files.h"

namespace groupy::cli {
namespace {

// A data directory that a replica has used.
class ServeDeathTest : public ::testing::Test {
 protected:
  ServeDeathTest() {
    std::string name = ::testing::TempDir() + "groupy_serve_XXXXXX";
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    path_ = name;
    options_.id = gms::NodeId{1};
    options_.data = name;
    files_ = std::move(*gms::log::open_posix_directory(name));
    gms::MemberDiskOptions disk;
    disk.node = options_.id;
    disk.fresh = gms::DirectoryId({1, 2, 3});
    disk.segment_bytes = 64u << 10;
    EXPECT_TRUE(gms::MemberDisk::open(*files_, disk).ok());
  }
  ~ServeDeathTest() override { std::filesystem::remove_all(path_); }

  std::filesystem::path path_;
  ServeOptions options_;
  std::unique_ptr<gms::log::Directory> files_;
};

// Something that cannot be read, as if the disk did not let it.
void make_unreadable(const std::filesystem::path& file) {
  std::filesystem::remove(file);
  std::filesystem::create_directory(file);
}

TEST_F(ServeDeathTest, ALogThatCannotBeReadIsAFailedDisk) {
  make_unreadable(path_ / "log/0000000000000001");
  EXPECT_EXIT(std::_Exit(serve(options_)), ::testing::ExitedWithCode(7),
              "groupy: open .*/log/0000000000000001: Is a directory");
}

TEST_F(ServeDeathTest, ADatabaseThatDoesNotOpenIsAFailedDisk) {
  make_unreadable(path_ / "db/CURRENT");
  EXPECT_EXIT(std::_Exit(serve(options_)), ::testing::ExitedWithCode(7), "groupy: .*/db: IO error");
}

TEST_F(ServeDeathTest, ADirectoryThatAnotherProcessHasIsNone) {
  const auto lock = files_->lock("LOCK");
  EXPECT_EXIT(std::_Exit(serve(options_)), ::testing::ExitedWithCode(1), "another process");
}

TEST_F(ServeDeathTest, ADirectoryOfAnotherNodeIsNone) {
  options_.id = gms::NodeId{2};
  EXPECT_EXIT(std::_Exit(serve(options_)), ::testing::ExitedWithCode(1), "belongs to node 1");
}

}  // namespace
}  // namespace groupy::cli
