// What an operation of a history says, in words: for whoever must understand a contradiction.
//
// Thread: pure.
#pragma once

#include <string>

#include "cli/history.h"

namespace groupy::cli {

// "line 12 finds hits=17 of revision 7, version 2 (sequence 20)"; printable, one line.
std::string claim_of(const HistoryOperation& operation);

// Both claims: "line 12 contradicts line 9: line 12 …; line 9 …", and `why` where given.
std::string contradiction(const HistoryOperation& operation, const HistoryOperation& other,
                          const std::string& why = "");

}  // namespace groupy::cli
