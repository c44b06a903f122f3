// Fixed little-endian fields, written to and read from plain bytes.
//
// The reader never reads past its bytes: once a field does not fit, it has failed for good and
// gives zeros, so that one look at ok() at the end is enough. Thread: values.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace groupy::gms::wire {

template <std::unsigned_integral Number>
void put(std::string& out, Number value) {
  for (std::size_t byte = 0; byte < sizeof(Number); ++byte) {
    out += static_cast<char>(static_cast<std::uint8_t>(value >> (8 * byte)));
  }
}

class FieldReader {
 public:
  explicit FieldReader(std::string_view bytes) : rest_(bytes) {}

  template <std::unsigned_integral Number>
  Number get() {
    const std::string_view field = take(sizeof(Number));
    Number value = 0;
    for (std::size_t byte = 0; byte < field.size(); ++byte) {
      value |= static_cast<Number>(static_cast<Number>(static_cast<std::uint8_t>(field[byte]))
                                   << (8 * byte));
    }
    return value;
  }

  // The next `size` bytes; empty, and failed, if there are fewer.
  std::string_view take(std::size_t size) {
    if (!ok_ || size > rest_.size()) {
      ok_ = false;
      return {};
    }
    const std::string_view field = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return field;
  }

  bool ok() const { return ok_; }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace groupy::gms::wire
