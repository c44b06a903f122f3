// Handing over the lead.
//
// Only the leader can; another replica names it, and clients go there. The answer to the client
// comes when the hand-over begins: the next view tells how it ended. Thread: one HTTP thread.
#pragma once

#include "http/incoming.h"

namespace groupy::http {

// POST /leader: everything but the body is checked here.
Step hand_over_lead(const Incoming& incoming);

// Whom of this replica's view the body names: {"to":2}. Nothing, for whoever is fittest, if it is
// empty or names nobody.
std::variant<std::optional<gms::NodeId>, Refusal> successor_in(std::string_view body,
                                                               const kvstore::StoreStatus& status);

// What is told of a JSON body that is too large.
Refusal json_too_large();

// The answer to a wish that a member of this replica's view leads.
Answer render_lead(kvstore::LeadAnswer answer, const kvstore::StoreStatus& status);

}  // namespace groupy::http
