#include "gms/log/file.h"

namespace groupy::gms::log {

Result<std::string> read_whole(const File& file, std::uint64_t size_max) {
  auto size = file.size();
  if (!size.ok()) return size.error();
  if (*size > size_max) return IoError{IoCode::refused, "longer than such a file can be"};
  std::string bytes(static_cast<std::size_t>(*size), '\0');
  auto got = file.read_at(0, bytes);
  if (!got.ok()) return got.error();
  bytes.resize(*got);
  return bytes;
}

}  // namespace groupy::gms::log
