// What a 64-bit ELF program says of itself: how it may be loaded, and which functions it wants from
// shared libraries.
//
// Reads just what the hardening test asks for, so that the test needs no other program. The file is
// one that we built; still every offset is checked, and what does not fit reads as absent.
// Thread: a value, any number at once after open().
#pragma once

#include <elf.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace groupy::system_test {

class ElfFile {
 public:
  // Nothing if the file cannot be read or is no 64-bit little-endian ELF file.
  static std::optional<ElfFile> open(const std::string& path);

  bool is_position_independent() const;
  // What the loader relocates is made read-only, and it relocates everything at start.
  bool has_full_relro() const;
  bool has_executable_stack() const;
  // The names in the table of dynamic symbols.
  const std::vector<std::string>& dynamic_symbols() const { return dynamic_symbols_; }

 private:
  ElfFile() = default;
  void read_dynamic_entries(const Elf64_Phdr& segment);
  void read_dynamic_symbols(const Elf64_Shdr& symbols, const Elf64_Shdr& names);
  const Elf64_Phdr* segment_of(std::uint32_t type) const;
  // Value of the first dynamic entry with this tag, or 0.
  std::uint64_t dynamic_value(std::int64_t tag) const;

  std::string bytes_;
  std::uint16_t type_ = 0;
  std::vector<Elf64_Phdr> segments_;
  std::vector<Elf64_Dyn> dynamic_;
  std::vector<std::string> dynamic_symbols_;
};

}  // namespace groupy::system_test
