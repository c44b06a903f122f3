#include "gms/log/segment_preparer.h"

#include <utility>

#include "gms/check.h"

namespace groupy::gms::log {

namespace {
constexpr std::size_t kReusableMax = 2;
}  // namespace

SegmentPreparer::SegmentPreparer(Directory& files, std::function<void()> has_work)
    : files_(files), has_work_(std::move(has_work)) {}

void SegmentPreparer::want(const SegmentHeader& header) {
  {
    const std::lock_guard lock(mutex_);
    wanted_ = header;
  }
  if (has_work_) has_work_();
}

void SegmentPreparer::adopt(Segment segment) {
  const std::lock_guard lock(mutex_);
  ready_ = std::move(segment);
}

Failure SegmentPreparer::give_back(const std::string& name) {
  {
    const std::lock_guard lock(mutex_);
    if (reusable_.size() < kReusableMax) {
      reusable_.push_back(name);
      return std::nullopt;
    }
  }
  return files_.remove(name);
}

std::string SegmentPreparer::next_to_reuse() {
  if (reusable_.empty()) return {};
  std::string name = std::move(reusable_.back());
  reusable_.pop_back();
  return name;
}

Result<Segment> SegmentPreparer::make(const SegmentHeader& header, const std::string& reuse) {
  auto segment = build_segment(files_, header, reuse);
  if (!segment.ok()) return segment;
  if (Failure failed = install_segment(files_, *segment)) return *failed;
  return segment;
}

bool SegmentPreparer::prepare() {
  std::unique_lock lock(mutex_);
  if (!wanted_ || is_working_) return false;
  const SegmentHeader header = *wanted_;
  const std::string reuse = next_to_reuse();
  is_working_ = true;
  lock.unlock();
  auto made = make(header, reuse);
  lock.lock();
  is_working_ = false;
  if (made.ok()) {
    wanted_.reset();
    ready_ = std::move(*made);
    obstacle_.reset();
  } else {
    obstacle_ = made.error();
  }
  done_.notify_all();
  return made.ok();
}

Result<Segment> SegmentPreparer::take(const SegmentHeader& header) {
  std::unique_lock lock(mutex_);
  done_.wait(lock, [this] { return !is_working_; });
  wanted_.reset();
  std::optional<Segment> ready = std::exchange(ready_, std::nullopt);
  if (ready && ready->header.size >= header.size) {
    GROUPY_CHECK(ready->header.number == header.number &&
                     ready->header.predecessor == header.predecessor &&
                     ready->header.replaces_from == header.replaces_from,
                 "another segment was prepared than the log needs");
    return std::move(*ready);
  }
  const std::string reuse = next_to_reuse();
  lock.unlock();
  // One that was prepared too small holds nothing: the larger one takes its name.
  return make(header, reuse);
}

bool SegmentPreparer::is_ready() const {
  const std::lock_guard lock(mutex_);
  return ready_.has_value();
}

Failure SegmentPreparer::obstacle() const {
  const std::lock_guard lock(mutex_);
  return obstacle_;
}

}  // namespace groupy::gms::log
