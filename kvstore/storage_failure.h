// Ends the process where a storage failed and nobody is left to tell.
//
// Readers on foreign threads (read_view.h) cannot hand a failed disk upwards: exceptions do not
// cross folders, and an answer from a store that cannot be read would be a lie. Who runs the state
// machine may catch StorageFailed first, say more, and end here too. Thread: any.
#pragma once

#include "kvstore/storage.h"

namespace groupy::kvstore {

// Our disk failed; told apart from other ends by whoever restarts us.
constexpr int kExitStorageFailed = 7;

// One line with the reason to stderr, then the end, without destructors: other threads still run.
[[noreturn]] void stop_process(const StorageFailed& failure);

}  // namespace groupy::kvstore
