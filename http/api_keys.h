// The calls on one key: requests to commands, outcomes and records to answers.
//
// Thread: one HTTP thread.
#pragma once

#include "http/incoming.h"

namespace groupy::http {

// PUT /kv/{key}: everything but the value is checked here, before the body is read.
Step put_key(const Incoming& incoming);

// GET and HEAD /kv/{key}.
Step get_key(const Incoming& incoming);

// DELETE /kv/{key}.
Step delete_key(const Incoming& incoming);

// What is to be ordered, once the value is there; points into both.
kvstore::Command command_of(const WriteCall& call, std::string_view value);

// What is told of a value that is too large.
Refusal value_too_large(const kvstore::GroupSettings& settings);

// Whether a command, now that its value is there, is within the limits.
std::optional<Refusal> check_command(const kvstore::Command& command,
                                     const kvstore::GroupSettings& settings);

// The answer to a write that was ordered, or was not.
Answer render_write(const WriteCall& call, const kvstore::Answer& answer);

}  // namespace groupy::http
