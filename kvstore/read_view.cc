#include "kvstore/read_view.h"

#include <algorithm>

#include "gms/check.h"
#include "kvstore/record.h"
#include "kvstore/storage_failure.h"

namespace groupy::kvstore {

namespace {

StoredRecord decode_or_throw(std::string_view row) {
  const auto stored = decode_record(row);
  if (!stored) throw StorageFailed{"a row of family latest is damaged or of a newer format"};
  return *stored;
}

// The first key that may be listed.
std::string first_key(const ListRequest& request) {
  if (!request.after) return std::string(request.prefix);
  std::string behind(*request.after);
  behind.push_back('\0');
  return std::max(behind, std::string(request.prefix));
}

// What an item holds beside its key and value.
constexpr std::size_t kItemBytes = sizeof(ListItem);

}  // namespace

std::string Colour::to_string() const {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "#";
  for (const std::uint8_t part : rgb) {
    text += kDigits[part >> 4];
    text += kDigits[part & 0xf];
  }
  return text;
}

std::optional<Record> ReadView::get(std::string_view key) const {
  try {
    const auto row = rows_->get(Family::latest, key);
    if (!row) return std::nullopt;
    return to_record(decode_or_throw(*row));
  } catch (const StorageFailed& failure) {
    stop_process(failure);
  }
}

ListPage ReadView::list(const ListRequest& request) const {
  GROUPY_CHECK(request.limit > 0, "a list has room for an item");
  ListPage page;
  std::size_t bytes = 0;
  const auto take = [&](std::string_view key, std::string_view row) {
    if (!key.starts_with(request.prefix)) return false;
    if (page.items.size() >= request.limit || bytes >= kListBytesMax) {
      page.more = true;
      return false;
    }
    ListItem item{std::string(key), to_record(decode_or_throw(row), request.keys_only)};
    bytes += kItemBytes + item.key.size() + item.record.value.size();
    page.items.push_back(std::move(item));
    return true;
  };
  try {
    rows_->scan(Family::latest, first_key(request), take);
  } catch (const StorageFailed& failure) {
    stop_process(failure);
  }
  return page;
}

}  // namespace groupy::kvstore
