// The program that we hand out is built as hard to attack as the compiler can make it.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "tests/system/elf_file.h"

namespace groupy::system_test {
namespace {

constexpr std::string_view kStackProtector = "__stack_chk_fail";
constexpr std::string_view kContainerCheck = "__glibcxx_assert_fail";

bool mentions(const ElfFile& elf, std::string_view name) {
  return std::ranges::any_of(elf.dynamic_symbols(), [&](const std::string& symbol) {
    return symbol.find(name) != std::string::npos;
  });
}

// FORTIFY replaces functions of the C library by ones that know the size of the buffer:
// __memcpy_chk.
bool calls_fortified_functions(const ElfFile& elf) {
  return std::ranges::any_of(elf.dynamic_symbols(), [](const std::string& symbol) {
    return symbol.starts_with("__") && symbol.ends_with("_chk");
  });
}

class Hardening : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(groupy_) << GROUPY_BINARY << " is no ELF file";
    ASSERT_TRUE(unhardened_) << UNHARDENED_BINARY << " is no ELF file";
  }

  std::optional<ElfFile> groupy_ = ElfFile::open(GROUPY_BINARY);
  std::optional<ElfFile> unhardened_ = ElfFile::open(UNHARDENED_BINARY);
};

TEST_F(Hardening, TheProgramIsLoadedAtAnyAddress) {
  EXPECT_TRUE(groupy_->is_position_independent());
  EXPECT_FALSE(unhardened_->is_position_independent());
}

TEST_F(Hardening, RelocationsAreReadOnlyOnceItRuns) {
  EXPECT_TRUE(groupy_->has_full_relro());
  EXPECT_FALSE(unhardened_->has_full_relro());
}

TEST_F(Hardening, TheStackIsNotExecutable) {
  EXPECT_FALSE(groupy_->has_executable_stack());
  EXPECT_TRUE(unhardened_->has_executable_stack());
}

TEST_F(Hardening, OverrunStacksAreNoticed) {
  EXPECT_TRUE(mentions(*groupy_, kStackProtector));
  EXPECT_FALSE(mentions(*unhardened_, kStackProtector));
}

TEST_F(Hardening, LibraryCallsKnowTheSizesOfTheirBuffers) {
  EXPECT_TRUE(calls_fortified_functions(*groupy_));
  EXPECT_FALSE(calls_fortified_functions(*unhardened_));
}

TEST_F(Hardening, ContainersCheckTheirBounds) {
  EXPECT_TRUE(mentions(*groupy_, kContainerCheck));
  EXPECT_FALSE(mentions(*unhardened_, kContainerCheck));
}

}  // namespace
}  // namespace groupy::system_test
