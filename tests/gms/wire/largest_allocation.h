// The largest block that was taken from the heap, for promises that memory is not set aside.
//
// Thread: one at a time looks; what other threads take counts too.
#pragma once

#include <cstddef>

namespace groupy::gms::wire {

// Since the last call, or since the start.
std::size_t take_largest_allocation();

}  // namespace groupy::gms::wire
