// Bytes of others made safe to show.
//
// Keys, values and messages may hold anything. On a terminal, escape sequences in them would be
// obeyed; in tab-separated lines, tabs and newlines would be read as ours. Thread: pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace groupy::cli {

// UTF-8 text stays; a backslash is doubled, a tab, newline and return become \t, \n and \r, other
// control characters and bytes that are no UTF-8 become \xNN. So the bytes can be told from it.
std::string printable(std::string_view bytes);

// How many columns the text takes, one for each code point.
std::size_t display_width(std::string_view text);

// The first `columns` code points at most, the last one a '…' where something was left out.
std::string shortened(std::string_view text, std::size_t columns);

}  // namespace groupy::cli
