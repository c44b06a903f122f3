// The list of keys with a prefix, page by page.
//
// Each page is one consistent read and tells its revision; the cursor leads on from its last key.
// Thread: one HTTP thread.
#pragma once

#include "http/incoming.h"

namespace groupy::http {

// GET and HEAD /kv.
Step list_keys(const Incoming& incoming);

}  // namespace groupy::http
