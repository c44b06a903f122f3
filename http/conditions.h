// What a request says in headers about when it is to be carried out: conditions and repeats.
//
// A tag is a key's mod_revision in quotes, and "0" stands for a key that is not there. Whatever we
// would not follow to the letter is refused, since a write whose condition is ignored is wrong.
// Thread: any.
#pragma once

#include <optional>
#include <variant>

#include "http/framing.h"
#include "http/request.h"
#include "kvstore/command.h"

namespace groupy::http {

// If-Match and If-None-Match of a write; of kind none if there is neither.
std::variant<kvstore::Condition, Refusal> write_condition_of(const Request& request);

// Which record the client of a read has already, and need not get again (If-None-Match).
struct Known {
  bool is_any = false;  // "*"
  kvstore::Revision revision;
};
std::variant<std::optional<Known>, Refusal> known_of(const Request& request);

// Idempotency-Key, with or without ";since="; points into the request.
std::variant<std::optional<kvstore::RequestId>, Refusal> request_id_of(const Request& request);

}  // namespace groupy::http
