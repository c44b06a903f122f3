// A folder of our own, by custom below $TMPDIR or /tmp, which goes at the end with all that is in
// it.
//
// Thread: one at a time.
#pragma once

#include <string>

namespace groupy::cli {

class TemporaryFolder {
 public:
  // Its name begins with `name`, and it is made below `parent`, or below /tmp if that is empty.
  TemporaryFolder(const std::string& name, const std::string& parent);
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  // Empty if it could not be made; tried() is what could not.
  const std::string& path() const { return path_; }
  const std::string& tried() const { return tried_; }

 private:
  std::string path_;
  std::string tried_;
};

}  // namespace groupy::cli
