// Rows for people and rows for programs.
//
// On a terminal a table with titles and aligned columns, colours as blocks; in a pipe one line per
// row, fields separated by tabs, no titles, so that cut and awk can rely on it. What is in a cell
// must be printable (printable.h). Thread: one.
#pragma once

#include <array>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace groupy::cli {

enum class Format { table, lines, json };

using Rgb = std::array<std::uint8_t, 3>;
// From "#rrggbb"; nothing for anything else.
std::optional<Rgb> parse_rgb(std::string_view text);

struct Cell {
  std::string text;
  bool is_colour = false;  // "#rrggbb", shown with a block of that colour in front
};

struct TableStyle {
  Format format = Format::lines;
  bool colours = false;
};

class Table {
 public:
  using Row = std::vector<Cell>;

  Table(std::vector<std::string> titles, TableStyle style);

  void add(Row row);
  // Writes the rows added since the last time, so that long lists need not fit into memory; the
  // titles come with the first of them, columns only grow.
  void print(std::ostream& out);

 private:
  void print_aligned(std::ostream& out);
  std::string padded(const Cell& cell, std::size_t column) const;

  std::vector<std::string> titles_;
  TableStyle style_;
  std::vector<std::size_t> widths_;
  std::vector<Row> rows_;
  bool titles_printed_ = false;
};

}  // namespace groupy::cli
