// The real disk does what the log asks of it, and a log lives on it.
#include "gms/log/posix_files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <mutex>
#include <utility>

#include "gms/log/data_directory.h"
#include "gms/log/dump.h"
#include "gms/log/log.h"
#include "tests/gms/log/log_fixture.h"

namespace {
// The files and directories that fsync() was called for, since a test asked; other tests of this
// program call it from two threads.
class SyncedPaths {
 public:
  void add(std::string path) {
    const std::scoped_lock guard(lock_);
    paths_.push_back(std::move(path));
  }
  std::vector<std::string> take() {
    const std::scoped_lock guard(lock_);
    return std::exchange(paths_, {});
  }

 private:
  std::mutex lock_;
  std::vector<std::string> paths_;
};
SyncedPaths synced_paths;
}  // namespace

// Takes the place of the library's in this program.
extern "C" int fsync(int descriptor) {
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  std::error_code unknown;
  synced_paths.add(std::filesystem::read_symlink(link, unknown).string());
  return static_cast<int>(::syscall(SYS_fsync, descriptor));
}

namespace groupy::gms::log {
namespace {

class PosixFiles : public ::testing::Test {
 protected:
  PosixFiles() {
    std::string name = ::testing::TempDir() + "groupy_log_XXXXXX";
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    parent_ = name;
    files_ = open();
  }
  ~PosixFiles() override { std::filesystem::remove_all(parent_); }

  std::string path() const { return (parent_ / "data").string(); }
  std::unique_ptr<Directory> open() {
    auto opened = open_posix_directory(path());
    EXPECT_TRUE(opened.ok()) << opened.error().what;
    return std::move(*opened);
  }

  std::filesystem::path parent_;
  std::unique_ptr<Directory> files_;
};

std::string read(File& file, std::uint64_t offset, std::size_t size) {
  std::string bytes(size, '?');
  auto got = file.read_at(offset, bytes);
  EXPECT_TRUE(got.ok());
  bytes.resize(got.ok() ? *got : 0);
  return bytes;
}

TEST_F(PosixFiles, WhatIsWrittenInPiecesIsReadAsOne) {
  auto file = files_->create("a");
  ASSERT_TRUE(file.ok());
  std::vector<std::string> texts;
  std::string all;
  for (int i = 0; i < 2000; ++i) {  // more than one call takes
    texts.push_back(std::string(static_cast<std::size_t>(i % 7), static_cast<char>('a' + i % 26)));
    all += texts.back();
  }
  const std::vector<std::string_view> pieces(texts.begin(), texts.end());
  ASSERT_EQ((*file)->write_at(100, pieces), std::nullopt);
  ASSERT_EQ((*file)->sync(), std::nullopt);
  EXPECT_EQ(*(*file)->size(), 100 + all.size());
  EXPECT_EQ(read(**file, 100, all.size() + 50), all);
  EXPECT_EQ(read(**file, 100 + all.size(), 10), "");
  EXPECT_EQ((*file)->close(), std::nullopt);
}

TEST_F(PosixFiles, AShortWriteIsContinuedOrAnError) {
  auto file = files_->create("a");
  ASSERT_TRUE(file.ok());
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small{1000, before.rlim_max};
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const std::string text(700, 'x');
  const Failure failed =
      (*file)->write_at(0, std::array{std::string_view(text), std::string_view(text)});
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, old_handler);
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->what, "write " + path() + "/a: File too large");
  EXPECT_EQ(*(*file)->size(), 1000u);
}

TEST_F(PosixFiles, ErrorsAreToldApartAndNameTheFile) {
  EXPECT_EQ(files_->open("none").error().code, IoCode::not_found);
  EXPECT_EQ(files_->open("none").error().what,
            "open " + path() + "/none: No such file or directory");
  ASSERT_TRUE(files_->create("a").ok());
  EXPECT_EQ(files_->create("a").error().code, IoCode::exists);
  EXPECT_EQ(files_->remove("none")->code, IoCode::not_found);
  EXPECT_EQ(files_->rename("none", "b")->code, IoCode::not_found);
  EXPECT_EQ(files_->list("none").error().code, IoCode::not_found);
  EXPECT_EQ(files_->sync("none")->code, IoCode::not_found);
}

TEST_F(PosixFiles, NamesComeGoAndMove) {
  ASSERT_EQ(files_->make_directory("log"), std::nullopt);
  ASSERT_EQ(files_->make_directory("log"), std::nullopt);
  ASSERT_TRUE(files_->create("log/b").ok());
  ASSERT_TRUE(files_->create("log/a").ok());
  ASSERT_EQ(files_->rename("log/b", "log/c"), std::nullopt);
  EXPECT_EQ(*files_->list("log"), (std::vector<std::string>{"a", "c"}));
  ASSERT_EQ(files_->remove("log/a"), std::nullopt);
  EXPECT_EQ(files_->sync("log"), std::nullopt);
  EXPECT_EQ(files_->sync(""), std::nullopt);
  EXPECT_EQ(*files_->list("log"), std::vector<std::string>{"c"});
  EXPECT_GT(*files_->free_bytes(), 0u);
}

TEST_F(PosixFiles, ALockKeepsOthersOut) {
  auto held = files_->lock("LOCK");
  ASSERT_TRUE(held.ok());
  EXPECT_EQ(open()->lock("LOCK").error().code, IoCode::locked);
  held->reset();
  EXPECT_TRUE(open()->lock("LOCK").ok());
}

TEST_F(PosixFiles, DescriptorsAreNotInherited) {
  auto file = files_->create("a");
  auto lock = files_->lock("LOCK");
  ASSERT_TRUE(file.ok() && lock.ok());
  int checked = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const auto target = std::filesystem::read_symlink(entry.path(), gone);
    if (gone || !target.string().starts_with(path())) continue;
    EXPECT_NE(::fcntl(std::stoi(entry.path().filename()), F_GETFD) & FD_CLOEXEC, 0) << target;
    ++checked;
  }
  EXPECT_EQ(checked, 2);
}

TEST_F(PosixFiles, AFileIsNoDataDirectory) {
  ASSERT_TRUE(files_->create("a").ok());
  EXPECT_EQ(open_posix_directory(path() + "/a").error().what,
            "open " + path() + "/a: Not a directory");
}

TEST_F(PosixFiles, ALogLivesOnThem) {
  std::vector<Record> written;
  for (int life = 1; life <= 4; ++life) {
    auto files = open();
    auto directory = DataDirectory::open(*files, NodeId{1}, test_directory());
    ASSERT_TRUE(directory.ok()) << directory.error().what;
    SegmentPreparer preparer(*files);
    LogOptions options{.directory = test_directory(), .segment_bytes = 20u << 10, .chain = {}};
    auto log = Log::open(*files, preparer, options);
    ASSERT_TRUE(log.ok()) << log.error().what;
    ASSERT_EQ((*log)->last(), written.empty() ? RecordId() : id_of(written.back()));
    for (std::uint64_t i = 1; i <= 40; ++i) {
      const Record record = record_behind((*log)->last(), 1, std::string(500, 'x'));
      ASSERT_EQ((*log)->append(Ticket{i}, std::span(&record, 1)), std::nullopt);
      written.push_back(record);
      if (i % 10 == 0) {
        ASSERT_TRUE((*log)->sync().ok());
      }
      preparer.prepare();
    }
    EXPECT_EQ((*log)->read(Sequence{1}, 1u << 20)->records, written);
    if (life % 2 == 0) {
      ASSERT_EQ((*log)->stop(), std::nullopt);
    }
  }
}

TEST_F(PosixFiles, StartsWithAnUnsyncedTailCostNoMoreThanWhatTheyKeep) {
  constexpr std::uint64_t kSegmentBytes = 1u << 20;
  for (std::uint64_t round = 1; round <= 30; ++round) {
    const auto directory = DataDirectory::open(*files_, NodeId{1}, test_directory());
    ASSERT_TRUE(directory.ok());
    SegmentPreparer preparer(*files_);
    auto log =
        Log::open(*files_, preparer,
                  {.directory = test_directory(), .segment_bytes = kSegmentBytes, .chain = {}});
    ASSERT_TRUE(log.ok()) << log.error().what;
    if (round % 2 == 0) preparer.prepare();
    const Record record = record_behind((*log)->last(), 1, "one more");
    ASSERT_EQ((*log)->append(Ticket{1}, std::span(&record, 1)), std::nullopt);
    EXPECT_EQ((*log)->last().sequence, Sequence{round});
  }
  std::uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(parent_)) {
    struct stat found {};
    ASSERT_EQ(::stat(entry.path().c_str(), &found), 0);
    bytes += static_cast<std::uint64_t>(found.st_blocks) * 512;
  }
  EXPECT_LT(bytes, 4 * kSegmentBytes);
}

TEST_F(PosixFiles, ToBeReadNothingIsMadeOrChanged) {
  const std::string missing = (parent_ / "nothing").string();
  auto refused = open_posix_directory_to_read(missing);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, IoCode::not_found);
  EXPECT_FALSE(std::filesystem::exists(missing));
  ASSERT_TRUE(files_->create("a").ok());
  auto reader = open_posix_directory_to_read(path());
  ASSERT_TRUE(reader.ok());
  Directory& directory = **reader;
  EXPECT_EQ(*directory.list(""), std::vector<std::string>{"a"});
  auto file = directory.open("a");
  ASSERT_TRUE(file.ok());
  EXPECT_TRUE((*file)->write_at(0, std::array{std::string_view("x")}));
  EXPECT_TRUE(directory.rename("a", "b") && directory.remove("a") && directory.sync(""));
  EXPECT_TRUE(directory.make_directory("c"));
  EXPECT_FALSE(directory.create("d").ok() || directory.lock("LOCK").ok());
  EXPECT_EQ(*directory.list(""), std::vector<std::string>{"a"});
}

// A start that ends between the two would leave a directory that a power cut takes away.
TEST_F(PosixFiles, EachLevelThatIsMadeIsSyncedIntoTheOneAbove) {
  const std::string top = parent_.string();
  synced_paths.take();
  ASSERT_TRUE(open_posix_directory(top + "/a/b/data/").ok());
  EXPECT_EQ(synced_paths.take(),
            (std::vector<std::string>{std::filesystem::path(top).parent_path().string(), top,
                                      top + "/a", top + "/a/b"}));
  EXPECT_TRUE(std::filesystem::is_directory(top + "/a/b/data"));
}

TEST_F(PosixFiles, ItsNameIsSyncedAtEveryStart) {
  synced_paths.take();
  ASSERT_TRUE(open_posix_directory(path()).ok());
  EXPECT_EQ(synced_paths.take(), std::vector<std::string>{parent_.string()});
}

// While a process has it: without the lock.
TEST_F(PosixFiles, ALogIsDumpedFromADirectoryThatIsInUse) {
  const auto directory = DataDirectory::open(*files_, NodeId{1}, test_directory());
  SegmentPreparer preparer(*files_);
  auto log = Log::open(*files_, preparer,
                       {.directory = test_directory(), .segment_bytes = 12u << 10, .chain = {}});
  ASSERT_TRUE(log.ok());
  auto reader = open_posix_directory_to_read(path());
  ASSERT_TRUE(reader.ok());
  std::vector<std::string> lines;
  EXPECT_EQ(dump_log(**reader, [&](const std::string& line) { lines.push_back(line); }),
            std::nullopt);
  EXPECT_EQ(lines.size(), 1u);
}

}  // namespace
}  // namespace groupy::gms::log
