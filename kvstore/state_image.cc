#include "kvstore/state_image.h"

#include <array>
#include <functional>
#include <utility>

#include "kvstore/bytes.h"
#include "kvstore/fingerprint.h"
#include "kvstore/meta_rows.h"
#include "kvstore/row_audit.h"

namespace groupy::kvstore {

namespace {

constexpr std::string_view kStateImageMagic = "groupy state";
constexpr std::uint32_t kStateImageFormat = 1;
constexpr std::size_t kChecksumBytes = 8;
constexpr std::array kAllFamilies = {Family::meta, Family::latest, Family::history};

// The importer writes in batches of about this size, so that RocksDB's memory stays bounded.
constexpr std::size_t kImportBatchBytes = 4u << 20;

using RowVisit = std::function<void(Family, std::string_view key, std::string_view value)>;

// Reads the rows between header and checksum; false if they are not exactly rows, each behind the
// one before it.
bool visit_rows(std::string_view bytes, const RowVisit& visit) {
  ByteReader reader(bytes);
  std::optional<std::pair<std::uint8_t, std::string_view>> last;
  while (reader.left() > 0) {
    const std::uint8_t family = reader.u8();
    const std::string_view key = reader.sized();
    const std::string_view value = reader.sized();
    if (reader.has_failed() || family >= kFamilies) return false;
    if (last && std::pair(family, key) <= *last) return false;
    last.emplace(family, key);
    visit(static_cast<Family>(family), key, value);
  }
  return true;
}

// The rows' bytes of an image with a sound frame, or what is wrong with it.
std::variant<std::string_view, NotAStateImage> rows_of(std::string_view image) {
  if (image.size() < kStateImageMagic.size() + 4 + kChecksumBytes)
    return NotAStateImage{"too short"};
  const std::string_view summed = image.substr(0, image.size() - kChecksumBytes);
  ByteReader reader(image);
  if (reader.raw(kStateImageMagic.size()) != kStateImageMagic)
    return NotAStateImage{"not a state image"};
  if (const std::uint32_t format = reader.u32(); format != kStateImageFormat) {
    return NotAStateImage{"state image format " + std::to_string(format) + " is unknown here"};
  }
  if (ByteReader(image.substr(summed.size())).u64() != fingerprint(summed)) {
    return NotAStateImage{"cut short or damaged: the checksum does not match"};
  }
  return summed.substr(kStateImageMagic.size() + 4);
}

// Collects rows and writes them in bounded batches.
class BatchedWriter {
 public:
  explicit BatchedWriter(Storage& storage) : storage_(storage) {}

  void add(RowWrite row) {
    bytes_ += sizeof(RowWrite) + row.key.size() + (row.value ? row.value->size() : 0);
    rows_.push_back(std::move(row));
    if (bytes_ >= kImportBatchBytes) write();
  }

  void write() {
    storage_.write(rows_);
    rows_.clear();
    bytes_ = 0;
  }

 private:
  Storage& storage_;
  RowWrites rows_;
  std::size_t bytes_ = 0;
};

// The storage forgets its state in one batch, before any of its other rows change.
void mark_as_importing(Storage& storage) {
  storage.write({{Family::meta, importing_row_key(), std::string()},
                 {Family::meta, state_row_key(), std::nullopt}});
}

void remove_old_rows(const StorageSnapshot& old_rows, BatchedWriter& writer) {
  for (const Family family : kAllFamilies) {
    old_rows.scan(family, {}, [&](std::string_view key, std::string_view) {
      const bool is_marker = family == Family::meta && key == importing_row_key();
      if (!is_marker) writer.add({family, std::string(key), std::nullopt});
      return true;
    });
  }
}

}  // namespace

std::optional<std::string> export_state_image(const StorageSnapshot& rows, std::size_t bytes_max) {
  std::string image(kStateImageMagic);
  append_u32(image, kStateImageFormat);
  bool fits = image.size() + kChecksumBytes <= bytes_max;
  for (const Family family : kAllFamilies) {
    if (!fits) break;
    rows.scan(family, {}, [&](std::string_view key, std::string_view value) {
      const std::size_t row_bytes = 1 + 4 + key.size() + 4 + value.size();
      fits = image.size() + row_bytes + kChecksumBytes <= bytes_max;
      if (!fits) return false;
      append_u8(image, static_cast<std::uint8_t>(family));
      append_sized(image, key);
      append_sized(image, value);
      return true;
    });
  }
  if (!fits) return std::nullopt;
  append_u64(image, fingerprint(image));
  return image;
}

std::variant<StateDigest, NotAStateImage> import_state_image(std::string_view image,
                                                             Storage& storage) {
  const auto rows = rows_of(image);
  if (const auto* refused = std::get_if<NotAStateImage>(&rows)) return *refused;
  const std::string_view row_bytes = std::get<std::string_view>(rows);

  RowAudit audit;
  const bool are_rows =
      visit_rows(row_bytes, [&](Family family, std::string_view key, std::string_view value) {
        audit.add(family, key, value);
      });
  if (!are_rows) return NotAStateImage{"its rows are not rows in order"};
  const auto audited = audit.finish();
  if (const auto* damage = std::get_if<Damage>(&audited)) return NotAStateImage{damage->why};

  // The order is what a crash may cut off anywhere: first the storage is no state any more, last
  // it is one again.
  mark_as_importing(storage);
  BatchedWriter writer(storage);
  remove_old_rows(*storage.snapshot(), writer);
  std::string state_row;
  visit_rows(row_bytes, [&](Family family, std::string_view key, std::string_view value) {
    if (family == Family::meta && key == state_row_key()) {
      state_row = value;
    } else {
      writer.add({family, std::string(key), std::string(value)});
    }
  });
  writer.write();
  storage.write({{Family::meta, state_row_key(), std::move(state_row)},
                 {Family::meta, importing_row_key(), std::nullopt}});
  return std::get<StateDigest>(audited);
}

}  // namespace groupy::kvstore
