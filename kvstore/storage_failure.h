// Ends the process where a storage failed and nobody is left to tell.
//
// Readers on foreign threads (read_view.h) cannot hand a failed disk upwards: exceptions do not
// cross folders, and an answer from a store that cannot be read would be a lie. Who runs the
// process may have a way to end it that tells people more. Thread: any, but for set_last_words().
#pragma once

#include <functional>

#include "kvstore/storage.h"

namespace groupy::kvstore {

// Our disk failed; told apart from other ends by whoever restarts us.
constexpr int kExitStorageFailed = 7;

// What is called first when the process is to stop, on the thread that found out; it may end the
// process itself. Nothing: no more. Only while no other thread uses a store.
using LastWords = std::function<void(const StorageFailed&)>;
void set_last_words(LastWords words);

// One line with the reason to stderr, then the end, without destructors: other threads still run.
[[noreturn]] void stop_process(const StorageFailed& failure);

}  // namespace groupy::kvstore
