#include "gms/log/chain.h"

#include <algorithm>

#include "gms/check.h"

namespace groupy::gms::log {

Chain::Chain(const ChainOptions& options)
    : anchors_max_(options.anchors_max), anchor_every_bytes_(options.anchor_every_bytes) {}

void Chain::append(const RecordId& id, Position position, RecordKind kind) {
  if (is_empty()) first_ = id.sequence;
  const bool is_needed =
      starts_stretch_ || anchors_.empty() || anchors_.back().position.segment != position.segment;
  if (is_needed || position.offset >= anchors_.back().position.offset + anchor_every_bytes_) {
    anchors_.push_back({id.sequence, position, is_needed});
    if (!is_needed) ++thinnable_;
  }
  starts_stretch_ = false;
  last_ = id;
  if (thinnable_ > anchors_max_) thin_out();
  if (kind != RecordKind::view) return;
  views_.push_back(id.sequence);
  if (views_.size() > kViewsKept) views_.erase(views_.begin(), views_.begin() + kViewsKept / 2);
}

void Chain::thin_out() {
  anchor_every_bytes_ *= 2;
  std::vector<Anchor> kept;
  for (const Anchor& anchor : anchors_) {
    const bool is_near = !kept.empty() && kept.back().position.segment == anchor.position.segment &&
                         anchor.position.offset < kept.back().position.offset + anchor_every_bytes_;
    if (anchor.is_needed || !is_near) kept.push_back(anchor);
  }
  anchors_ = std::move(kept);
  const auto needed = std::ranges::count(anchors_, true, &Anchor::is_needed);
  thinnable_ = anchors_.size() - static_cast<std::size_t>(needed);
}

void Chain::cut(const RecordId& keep) {
  if (keep.sequence < first_) {
    restart(keep);
    return;
  }
  while (!anchors_.empty() && anchors_.back().sequence > keep.sequence) {
    if (!anchors_.back().is_needed) --thinnable_;
    anchors_.pop_back();
  }
  while (!views_.empty() && views_.back() > keep.sequence) views_.pop_back();
  last_ = keep;
  starts_stretch_ = true;
}

void Chain::restart(const RecordId& id) {
  anchors_.clear();
  views_.clear();
  thinnable_ = 0;
  first_ = id.sequence.next();
  last_ = id;
  starts_stretch_ = true;
}

void Chain::skip(const RecordId& id) {
  GROUPY_CHECK(id.sequence > last_.sequence, "a loss at the wrong place");
  last_ = id;
  starts_stretch_ = true;
}

void Chain::put_back(Sequence sequence, Position position) {
  GROUPY_CHECK(has(sequence), "a record is put back that is not in the log");
  const auto behind = std::ranges::upper_bound(anchors_, sequence, {}, &Anchor::sequence);
  anchors_.insert(behind, {sequence, position, true});
}

Sequence Chain::first_behind(std::uint64_t segment) const {
  const auto behind = std::ranges::find_if(
      anchors_, [&](const Anchor& anchor) { return anchor.position.segment > segment; });
  GROUPY_CHECK(behind != anchors_.end(), "no record stands behind this segment");
  return behind->sequence;
}

void Chain::retire(std::uint64_t segment) {
  GROUPY_CHECK(!anchors_.empty() && anchors_.back().position.segment > segment,
               "the segment of the last record is retired");
  std::erase_if(anchors_, [&](const Anchor& anchor) { return anchor.position.segment <= segment; });
  first_ = anchors_.front().sequence;
  const auto needed = std::ranges::count(anchors_, true, &Anchor::is_needed);
  thinnable_ = anchors_.size() - static_cast<std::size_t>(needed);
  std::erase_if(views_, [this](Sequence view) { return view < first_; });
}

std::optional<Sequence> Chain::view_at(Sequence sequence) const {
  const auto behind = std::ranges::upper_bound(views_, sequence);
  return behind == views_.begin() ? std::nullopt : std::optional(*std::prev(behind));
}

std::optional<Anchor> Chain::anchor_for(Sequence sequence) const {
  GROUPY_CHECK(has(sequence), "a record is looked for that is not in the log");
  const auto behind = std::ranges::upper_bound(anchors_, sequence, {}, &Anchor::sequence);
  return behind == anchors_.begin() ? std::nullopt : std::optional(*std::prev(behind));
}

}  // namespace groupy::gms::log
