#include "kvstore/apply_thread.h"

#include "gms/check.h"
#include "kvstore/state_image.h"

namespace groupy::kvstore {

ApplyThread::ApplyThread(Storage& storage, Done done) : storage_(storage), done_(std::move(done)) {}

ApplyThread::~ApplyThread() {
  stop();
}

void ApplyThread::stop() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

std::variant<StateFound, StorageFailed> ApplyThread::load() {
  GROUPY_CHECK(!thread_.joinable() && !machine_, "the state is loaded once, and before the start");
  try {
    machine_.emplace(storage_, digests_);
    show_state();
    return StateFound{machine_->digest(), machine_->origins()};
  } catch (const StorageFailed& failure) {
    return failure;
  }
}

void ApplyThread::start() {
  thread_ = std::thread([this] { run(); });
}

std::optional<StorageFailed> ApplyThread::flush() {
  GROUPY_CHECK(!thread_.joinable(), "who writes must be done before all is flushed");
  try {
    storage_.flush();
    return std::nullopt;
  } catch (const StorageFailed& failure) {
    return failure;
  }
}

void ApplyThread::put(std::vector<ApplyWork> work) {
  if (work.empty()) return;
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    was_empty = work_.empty();
    work_.insert(work_.end(), std::make_move_iterator(work.begin()),
                 std::make_move_iterator(work.end()));
  }
  if (was_empty) wake_.notify_one();
}

SharedReadView ApplyThread::read_view() const {
  const std::lock_guard lock(view_mutex_);
  return view_;
}

void ApplyThread::run() {
  try {
    if (!machine_) machine_.emplace(storage_, digests_);
    show_state();
    for (auto work = wait_for_work(); !work.empty() && !failed_; work = wait_for_work()) {
      if (const auto* take = std::get_if<TakeState>(&work.front())) {
        take_state(*take);
      } else if (const auto* install = std::get_if<InstallState>(&work.front())) {
        install_state(*install);
      } else {
        apply(work);
      }
    }
  } catch (const StorageFailed& failure) {
    fail(true, failure.what);
  }
}

std::vector<ApplyWork> ApplyThread::wait_for_work() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return ending_ || !work_.empty(); });
  std::vector<ApplyWork> taken;
  if (ending_) return taken;
  std::size_t bytes = 0;
  do {
    if (const auto* delivery = std::get_if<gms::Delivery>(&work_.front())) {
      bytes += delivery->payload.size();
    } else if (!taken.empty()) {
      break;  // anything but a delivery is done by itself
    }
    taken.push_back(std::move(work_.front()));
    work_.pop_front();
  } while (!work_.empty() && std::holds_alternative<gms::Delivery>(taken.front()) &&
           taken.size() < kApplyBatchMax && bytes < kApplyBatchBytesMax);
  return taken;
}

void ApplyThread::apply(const std::vector<ApplyWork>& work) {
  std::vector<gms::Delivery> deliveries;
  deliveries.reserve(work.size());
  std::size_t bytes = 0;
  for (const ApplyWork& each : work) {
    deliveries.push_back(std::get<gms::Delivery>(each));
    bytes += deliveries.back().payload.size();
  }
  ApplyResult result = machine_->apply(deliveries);
  show_state();
  if (const auto* unknown = std::get_if<UnknownCommand>(&result)) {
    fail(false, "cannot apply the message with sequence " +
                    std::to_string(unknown->sequence.value()) + ": " + unknown->why);
    return;
  }
  done_(BatchApplied{std::get<std::vector<Applied>>(std::move(result)), deliveries.back().sequence,
                     deliveries.size(), bytes});
}

void ApplyThread::take_state(const TakeState& work) {
  auto image = export_state_image(*storage_.snapshot());
  std::optional<gms::Payload> state;
  if (image) state.emplace(std::move(*image));
  done_(StateTaken{work.request, std::move(state)});
}

void ApplyThread::install_state(const InstallState& work) {
  machine_.reset();
  const auto imported = import_state_image(work.state.bytes(), storage_);
  if (const auto* refused = std::get_if<NotAStateImage>(&imported)) {
    fail(false, "the state from a peer is not usable: " + refused->why);
    return;
  }
  if (std::get<StateDigest>(imported).sequence != work.sequence) {
    fail(false, "the state from a peer stands at another sequence than it says");
    return;
  }
  machine_.emplace(storage_, digests_);
  show_state();
  done_(StateInstalled{work.sequence, std::get<StateDigest>(imported).revision});
}

void ApplyThread::show_state() {
  auto view = machine_->read_view();
  const std::lock_guard lock(view_mutex_);
  view_ = std::move(view);
}

void ApplyThread::fail(bool disk, std::string why) {
  failed_ = true;
  done_(ApplyFailed{disk, std::move(why)});
}

}  // namespace groupy::kvstore
