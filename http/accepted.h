// Which parameters and headers a call takes, and which it will take once they are built.
//
// One table, so that nothing is silently ignored: a parameter that is not in it is an error, one
// that is named in the API and not built yet is answered by 501, and so are headers that would
// change what a request means. Thread: any.
#pragma once

#include <optional>

#include "http/framing.h"
#include "http/request.h"
#include "http/router.h"
#include "http/target.h"

namespace groupy::http {

std::optional<Refusal> check_parameters(Endpoint endpoint, const Parameters& parameters);

std::optional<Refusal> check_headers(Endpoint endpoint, const Request& request);

}  // namespace groupy::http
