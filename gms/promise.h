// What a member has promised, and whom it gave its vote: the one thing it must never forget.
//
// Thread: values.
#pragma once

#include "gms/ids.h"

namespace groupy::gms {

struct Promise {
  Ballot promised;   // no lower ballot is accepted any more
  Ballot voted_in;   // the highest ballot in which a vote was given; zero: none yet
  NodeId voted_for;  // to whom
  bool operator==(const Promise&) const = default;
};

}  // namespace groupy::gms
