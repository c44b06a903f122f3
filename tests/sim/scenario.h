// A scenario: a text file that tells what happens to a group, step by step, and what must follow.
//
// One command a line; what follows a # is for the reader. Members are called A, B, C and so on. The
// world's promises (same order everywhere, nothing lost, no old read) are checked with every step
// beside what the scenario expects. docs/testing.md lists the commands. Thread: one.
#pragma once

#include <functional>
#include <string>

namespace groupy::sim {

// Throws BrokenPromise, with the line's number, where something is not as expected; and
// std::invalid_argument where the text is no scenario.
void run_scenario(const std::string& text,
                  const std::function<void(const std::string&)>& trace = {});

}  // namespace groupy::sim
