// What a client sends before it has its answer: its next requests, kept for their turn.
//
// Thread: one HTTP thread.
#pragma once

#include <string>

namespace groupy::http {

struct ReadAhead {
  std::string bytes;
  std::size_t bytes_max = 0;  // more is left in the socket
  bool is_full() const { return bytes.size() >= bytes_max; }
};

}  // namespace groupy::http
