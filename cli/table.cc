#include "cli/table.h"

#include <algorithm>
#include <charconv>
#include <ostream>

#include "cli/printable.h"

namespace groupy::cli {
namespace {

constexpr std::size_t kBlockWidth = 3;  // two coloured columns and a space
// A cell may be wider: one long key shall not push the other columns of all rows off the screen.
constexpr std::size_t kPaddedMax = 60;
constexpr std::string_view kGap = "  ";

std::string block_of(const Rgb& rgb) {
  return "\x1b[48;2;" + std::to_string(rgb[0]) + ";" + std::to_string(rgb[1]) + ";" +
         std::to_string(rgb[2]) + "m  \x1b[0m ";
}

std::string without_trailing_spaces(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

std::optional<Rgb> parse_rgb(std::string_view text) {
  if (text.size() != 7 || text.front() != '#') return std::nullopt;
  Rgb rgb{};
  for (std::size_t i = 0; i < rgb.size(); ++i) {
    const char* const digits = text.data() + 1 + 2 * i;
    const auto [rest, error] = std::from_chars(digits, digits + 2, rgb[i], 16);
    if (error != std::errc() || rest != digits + 2) return std::nullopt;
  }
  return rgb;
}

Table::Table(std::vector<std::string> titles, TableStyle style)
    : titles_(std::move(titles)), style_(style) {
  for (const std::string& title : titles_) widths_.push_back(display_width(title));
}

void Table::add(Row row) {
  row.resize(titles_.size());
  rows_.push_back(std::move(row));
}

void Table::print(std::ostream& out) {
  if (style_.format == Format::table) {
    print_aligned(out);
  } else {
    for (const Row& row : rows_) {
      for (std::size_t i = 0; i < row.size(); ++i) out << (i == 0 ? "" : "\t") << row[i].text;
      out << '\n';
    }
  }
  rows_.clear();
}

void Table::print_aligned(std::ostream& out) {
  for (const Row& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool has_block = style_.colours && row[i].is_colour;
      const std::size_t width = display_width(row[i].text) + (has_block ? kBlockWidth : 0);
      widths_[i] = std::max(widths_[i], std::min(width, kPaddedMax));
    }
  }
  const auto print_line = [&](const Row& row) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) line += padded(row[i], i) + std::string(kGap);
    out << without_trailing_spaces(std::move(line)) << '\n';
  };
  if (!titles_printed_) {
    Row titles;
    for (const std::string& title : titles_) titles.push_back({title});
    print_line(titles);
    titles_printed_ = true;
  }
  for (const Row& row : rows_) print_line(row);
}

std::string Table::padded(const Cell& cell, std::size_t column) const {
  std::string block;
  std::size_t width = display_width(cell.text);
  if (const auto rgb = parse_rgb(cell.text); style_.colours && cell.is_colour && rgb) {
    block = block_of(*rgb);
    width += kBlockWidth;
  }
  return block + cell.text + std::string(widths_[column] - std::min(widths_[column], width), ' ');
}

}  // namespace groupy::cli
