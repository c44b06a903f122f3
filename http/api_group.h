// What a replica tells of its group and of itself: view, status, hash.
//
// Thread: one HTTP thread.
#pragma once

#include "http/incoming.h"

namespace groupy::http {

// GET /view.
Step show_view(const Incoming& incoming);

// GET /status.
Step show_status(const Incoming& incoming);

// GET /hash, with or without ?sequence=.
Step show_hash(const Incoming& incoming);

// The answer to a wait for a digest.
Answer render_digest(const DigestCall& call, const kvstore::DigestAnswer& answer);

}  // namespace groupy::http
