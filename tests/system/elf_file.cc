#include "tests/system/elf_file.h"

#include <cstring>
#include <fstream>
#include <iterator>

namespace groupy::system_test {
namespace {

// Up to `count` structures from `offset` on; fewer where the file ends.
template <typename Structure>
std::vector<Structure> read_table(const std::string& bytes, std::uint64_t offset,
                                  std::uint64_t count) {
  std::vector<Structure> table;
  while (count-- > 0 && offset <= bytes.size() && bytes.size() - offset >= sizeof(Structure)) {
    Structure entry;
    std::memcpy(&entry, bytes.data() + offset, sizeof(entry));
    table.push_back(entry);
    offset += sizeof(entry);
  }
  return table;
}

}  // namespace

std::optional<ElfFile> ElfFile::open(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  ElfFile elf;
  elf.bytes_.assign(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  const auto headers = read_table<Elf64_Ehdr>(elf.bytes_, 0, 1);
  if (headers.empty()) return std::nullopt;
  const Elf64_Ehdr& header = headers.front();
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64 ||
      header.e_ident[EI_DATA] != ELFDATA2LSB) {
    return std::nullopt;
  }
  elf.type_ = header.e_type;
  elf.segments_ = read_table<Elf64_Phdr>(elf.bytes_, header.e_phoff, header.e_phnum);
  if (const Elf64_Phdr* dynamic = elf.segment_of(PT_DYNAMIC)) elf.read_dynamic_entries(*dynamic);
  const auto sections = read_table<Elf64_Shdr>(elf.bytes_, header.e_shoff, header.e_shnum);
  for (const Elf64_Shdr& section : sections) {
    if (section.sh_type == SHT_DYNSYM && section.sh_link < sections.size()) {
      elf.read_dynamic_symbols(section, sections[section.sh_link]);
    }
  }
  return elf;
}

void ElfFile::read_dynamic_entries(const Elf64_Phdr& segment) {
  dynamic_ = read_table<Elf64_Dyn>(bytes_, segment.p_offset, segment.p_filesz / sizeof(Elf64_Dyn));
}

void ElfFile::read_dynamic_symbols(const Elf64_Shdr& symbols, const Elf64_Shdr& names) {
  const std::uint64_t count = symbols.sh_size / sizeof(Elf64_Sym);
  for (const Elf64_Sym& symbol : read_table<Elf64_Sym>(bytes_, symbols.sh_offset, count)) {
    if (names.sh_offset > bytes_.size() || symbol.st_name >= bytes_.size() - names.sh_offset) {
      continue;
    }
    dynamic_symbols_.emplace_back(bytes_.c_str() + names.sh_offset + symbol.st_name);
  }
}

const Elf64_Phdr* ElfFile::segment_of(std::uint32_t type) const {
  for (const Elf64_Phdr& segment : segments_) {
    if (segment.p_type == type) return &segment;
  }
  return nullptr;
}

std::uint64_t ElfFile::dynamic_value(std::int64_t tag) const {
  for (const Elf64_Dyn& entry : dynamic_) {
    if (entry.d_tag == tag) return entry.d_un.d_val;
  }
  return 0;
}

bool ElfFile::is_position_independent() const {
  return type_ == ET_DYN && (dynamic_value(DT_FLAGS_1) & DF_1_PIE) != 0;
}

bool ElfFile::has_full_relro() const {
  const bool binds_at_start =
      (dynamic_value(DT_FLAGS) & DF_BIND_NOW) != 0 || (dynamic_value(DT_FLAGS_1) & DF_1_NOW) != 0;
  return segment_of(PT_GNU_RELRO) != nullptr && binds_at_start;
}

// Without a word about it, the kernel makes the stack executable.
bool ElfFile::has_executable_stack() const {
  const Elf64_Phdr* stack = segment_of(PT_GNU_STACK);
  return stack == nullptr || (stack->p_flags & PF_X) != 0;
}

}  // namespace groupy::system_test
