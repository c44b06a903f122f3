#include "cli/http_call.h"

namespace groupy::cli {

CallResult call_over_http(const std::string& endpoint, const http::ClientRequest& request,
                          std::chrono::milliseconds limit) {
  return http::Client(endpoint).call(request, limit);
}

}  // namespace groupy::cli
