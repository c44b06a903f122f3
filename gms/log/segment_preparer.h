// Makes the next segment while the log still fills the current one.
//
// Zeros written and synced ahead keep the file system's own bookkeeping out of every later sync,
// which is most of what makes syncs slow. Segments are numbered without a choice: the log names the
// one that it will need, and gets exactly that one. No space is no error here: it is told, and
// tried again with the next call.
// Thread: prepare() on a helper thread, the rest on the log's; locked inside.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "gms/log/segment.h"

namespace groupy::gms::log {

class SegmentPreparer {
 public:
  // `has_work` is called, on the log's thread, when prepare() has something to do.
  explicit SegmentPreparer(Directory& files, std::function<void()> has_work = {});

  // The one that the log will need; takes the place of an earlier wish.
  void want(const SegmentHeader& header);
  // A segment is there already, left from the last run.
  void adopt(Segment segment);
  // A file in tmp/ that may be zeroed and used again; removed if there are enough of these.
  [[nodiscard]] Failure give_back(const std::string& name);

  // Does what is to be done; false if that was nothing, or it did not work.
  bool prepare();

  // The wanted segment, on disk and under its name; made now if it is not ready. `header` may ask
  // for a larger one than was prepared. After an error the log cannot go on.
  Result<Segment> take(const SegmentHeader& header);

  bool is_ready() const;
  // Why the last attempt failed; nothing if it did not.
  Failure obstacle() const;

 private:
  Result<Segment> make(const SegmentHeader& header, const std::string& reuse);
  std::string next_to_reuse();

  Directory& files_;
  const std::function<void()> has_work_;
  mutable std::mutex mutex_;
  std::condition_variable done_;
  std::optional<SegmentHeader> wanted_;
  bool is_working_ = false;
  std::optional<Segment> ready_;
  std::vector<std::string> reusable_;  // few, see give_back
  Failure obstacle_;
};

}  // namespace groupy::gms::log
