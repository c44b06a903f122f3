// How people are told of a member.
//
// Thread: values.
#pragma once

#include <string>

#include "gms/ids.h"

namespace groupy::gms {

inline std::string node_text(NodeId id) {
  return "node " + std::to_string(id.value());
}

}  // namespace groupy::gms
