#include "tests/system/elf_file.h"

#include <gtest/gtest.h>

namespace groupy::system_test {
namespace {

TEST(ElfFile, IsWhatRunsThisTest) {
  const auto elf = ElfFile::open("/proc/self/exe");
  ASSERT_TRUE(elf);
  EXPECT_FALSE(elf->dynamic_symbols().empty());
}

TEST(ElfFile, RefusesWhatIsNoProgram) {
  EXPECT_FALSE(ElfFile::open("/dev/null"));
  EXPECT_FALSE(ElfFile::open("/no/such/file"));
  EXPECT_FALSE(ElfFile::open(__FILE__));
}

}  // namespace
}  // namespace groupy::system_test
