// Where gms tells people what it does.
//
// Thread: write() is called on the group thread and must not block.
#pragma once

#include <functional>
#include <string>

namespace groupy::gms {

enum class LogLevel { info, warning, error };

using LogLine = std::function<void(LogLevel level, const std::string& line)>;

}  // namespace groupy::gms
