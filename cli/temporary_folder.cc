#include "cli/temporary_folder.h"

#include <stdlib.h>

#include <filesystem>
#include <system_error>

namespace groupy::cli {

TemporaryFolder::TemporaryFolder(const std::string& name, const std::string& parent) {
  std::string folder = (parent.empty() ? "/tmp" : parent) + "/" + name + "-XXXXXX";
  const bool is_made = ::mkdtemp(folder.data()) != nullptr;
  (is_made ? path_ : tried_) = folder;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;  // nothing is left to be done about it
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace groupy::cli
