// Numbers and byte strings as every format of this folder writes them: as frames do (gms/wire),
// and beyond that strings behind their length.
//
// No encoding depends on the machine. A reader never goes past its end: once something did not fit
// it stays failed and gives zeros and empty views, so a decoder may read on and ask at the end.
// Big-endian forms exist for row keys alone, where the order of bytes must be the order of numbers.
// Thread: values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "gms/check.h"
#include "gms/wire/fields.h"

namespace groupy::kvstore {

inline void append_u8(std::string& out, std::uint8_t value) {
  gms::wire::put(out, value);
}
inline void append_u32(std::string& out, std::uint32_t value) {
  gms::wire::put(out, value);
}
inline void append_u64(std::string& out, std::uint64_t value) {
  gms::wire::put(out, value);
}

template <typename Rep>
void append_number_big(std::string& out, Rep value) {
  for (std::size_t i = sizeof(Rep); i-- > 0;) out.push_back(static_cast<char>(value >> (8 * i)));
}

// The length in 32 bits, then the bytes.
inline void append_sized(std::string& out, std::string_view bytes) {
  GROUPY_CHECK(bytes.size() <= std::numeric_limits<std::uint32_t>::max(),
               "bytes to encode fit a 32-bit length");
  append_u32(out, static_cast<std::uint32_t>(bytes.size()));
  out.append(bytes);
}

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : fields_(bytes) {}

  std::uint8_t u8() { return fields_.get<std::uint8_t>(); }
  std::uint32_t u32() { return fields_.get<std::uint32_t>(); }
  std::uint64_t u64() { return fields_.get<std::uint64_t>(); }

  template <typename Rep>
  Rep number_big() {
    Rep value = 0;
    for (const char byte : raw(sizeof(Rep))) {
      value = static_cast<Rep>((static_cast<std::uint64_t>(value) << 8) |
                               static_cast<std::uint8_t>(byte));
    }
    return value;
  }

  // Exactly `size` bytes; empty, and failed, if there are fewer.
  std::string_view raw(std::size_t size) { return fields_.take(size); }

  // What append_sized wrote.
  std::string_view sized() { return raw(u32()); }

  // Everything that is left.
  std::string_view rest() { return raw(left()); }

  bool has_failed() const { return !fields_.ok(); }
  // All was there, and nothing more.
  bool is_finished() const { return fields_.ok() && left() == 0; }
  std::size_t left() const { return fields_.rest().size(); }

 private:
  gms::wire::FieldReader fields_;
};

}  // namespace groupy::kvstore
