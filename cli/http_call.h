// Asks replicas over real connections.
//
// Thread: any number at once.
#pragma once

#include "cli/surroundings.h"

namespace groupy::cli {

// Each call has a connection of its own: a kept one, closed by the server meanwhile, could leave it
// unknown whether a write was done. Names are resolved at each call.
CallResult call_over_http(const std::string& endpoint, const http::ClientRequest& request,
                          std::chrono::milliseconds limit);

}  // namespace groupy::cli
