#include "gms/driver/driver.h"

#include <algorithm>

namespace groupy::gms {

namespace {

net::LinksOptions links_options(const DriverOptions& options) {
  net::LinksOptions links;
  links.hello.generation = static_cast<std::uint32_t>(options.generation);
  links.hello.group = options.group;
  links.hello.self = options.self;
  links.listen_address = options.listen_address;
  links.redial_lost = options.generation > 2;
  // A member of generation 3 tells a wiped directory what became of it.
  links.any_directory = options.generation > 2;
  return links;
}

// How often who waits to be taken in says so.
constexpr Time kSayEvery = std::chrono::seconds(1);
// However soon a member wants to be woken, it is not called without a pause.
constexpr Time kTickPause{200};

}  // namespace

Driver::Driver(boost::asio::io_context& io, DriverOptions options, std::unique_ptr<Member> member,
               Application& application, LogLine log, std::unique_ptr<MemberDisk> disk)
    : io_(io),
      options_(std::move(options)),
      member_(std::move(member)),
      application_(application),
      log_(std::move(log)),
      links_(io, links_options(options_), *this, log_),
      tick_timer_(io),
      started_(std::chrono::steady_clock::now()) {
  if (!disk) return;
  const std::weak_ptr<bool> alive = alive_;
  disk_ = std::make_unique<LogThread>(std::move(disk), LogWriterOptions{}, [this, alive] {
    post([this, alive] {
      if (!alive.expired()) on_disk_results();
    });
  });
}

std::optional<std::string> Driver::listen() {
  return links_.listen();
}

void Driver::start() {
  if (disk_) disk_->start();
  if (!options_.contact.empty()) links_.find_contact(options_.contact);
  if (!options_.first_members.empty()) links_.meet(options_.first_members);
  wait_for_tick(now() + Time(kTickEvery));
  begin_turn();
  end_turn();
}

void Driver::stop() {
  stopped_ = true;
  tick_timer_.cancel();
  links_.stop();
  if (!disk_) return;
  disk_->stop();
  // The member hears of nothing more; a disk that failed at last is still to be told.
  for (LogResult& result : disk_->take_results()) {
    if (const auto* failed = std::get_if<LogFailed>(&result)) take(*failed);
  }
}

Time Driver::now() const {
  return std::chrono::duration_cast<Time>(std::chrono::steady_clock::now() - started_);
}

void Driver::begin_turn() {
  if (options_.generation < 3 || has_begun_) return;
  has_begun_ = true;
  member_->tick(now());
}

Submitted Driver::submit(Payload payload) {
  begin_turn();
  return member_->submit(std::move(payload));
}

void Driver::confirm_read(ReadId id) {
  begin_turn();
  member_->confirm_read(id);
}

void Driver::forget_read(ReadId id) {
  begin_turn();
  member_->forget_read(id);
}

void Driver::applied(Sequence sequence) {
  begin_turn();
  member_->applied(sequence);
}

bool Driver::hand_over_lead(std::optional<NodeId> to) {
  begin_turn();
  return member_->hand_over_lead(to);
}

void Driver::snapshot_done(const Origin& request, std::optional<Payload> state) {
  if (!state) {
    log_(LogLevel::error, "cannot give the state to a joiner: it is too large for one message");
  }
  member_->snapshot_done(request, std::move(state));
}

void Driver::end_turn() {
  // An effect may call the application, and that may give new inputs: the loop below sees them.
  if (in_turn_ || stopped_) return;
  in_turn_ = true;
  for (Effects effects = member_->take_effects(); !effects.empty();
       effects = member_->take_effects()) {
    for (Effect& effect : effects) {
      std::visit([this](auto& each) { carry_out(std::move(each)); }, effect);
    }
  }
#ifndef NDEBUG
  member_->check_invariants();
#endif
  // The disk first, so that it is busy while the frames go out.
  if (!disk_work_.empty()) disk_->put(std::exchange(disk_work_, {}));
  links_.flush();
  application_.turn_done();
  in_turn_ = false;
  has_begun_ = false;
  const auto wake_at = member_->wake_at();
  if (wake_at && *wake_at < ticks_at_) wait_for_tick(*wake_at);
  if (!reading_paused_ && !application_.has_room()) {
    reading_paused_ = true;
    links_.pause_reading();
  }
}

void Driver::room_again() {
  if (!reading_paused_) return;
  reading_paused_ = false;
  links_.resume_reading();
}

void Driver::carry_out(const Send& effect) {
  links_.send(effect.to, effect.frame);
}

void Driver::carry_out(const Meet& effect) {
  links_.meet(effect.members);
}

void Driver::carry_out(HandOver&& effect) {
  application_.deliver(std::move(effect.deliveries));
}

void Driver::carry_out(const InstallView& effect) {
  const View& view = *effect.view;
  const std::string leader =
      view.leader == NodeId() ? "no leader yet" : "leader " + std::to_string(view.leader.value());
  log_(LogLevel::info, "view " + std::to_string(view.number.value()) + " with " +
                           std::to_string(view.members.size()) + " members, " + leader + ": " +
                           view.reason);
  links_.set_group(view.group);
  links_.meet(view.members);
  application_.install_view(effect.view);
}

void Driver::carry_out(const TakeSnapshot& effect) {
  application_.take_snapshot(effect.request);
}

void Driver::carry_out(InstallSnapshot&& effect) {
  log_(LogLevel::info, "got the state after " + std::to_string(effect.sequence.value()) +
                           " deliveries, " + std::to_string(effect.state.size()) + " bytes");
  application_.install_snapshot(effect.sequence, std::move(effect.state));
}

void Driver::carry_out(const Say& effect) {
  log_(effect.is_warning ? LogLevel::warning : LogLevel::info, effect.line);
}

void Driver::carry_out(const Stop& effect) {
  application_.dismissed(effect.why);
}

void Driver::carry_out(const ReadConfirmed& effect) {
  application_.read_confirmed(effect.id, effect.sequence);
}

void Driver::carry_out(const ReadRefused& effect) {
  application_.read_refused(effect.id);
}

void Driver::on_disk_results() {
  if (stopped_) return;
  begin_turn();
  for (LogResult& result : disk_->take_results()) {
    std::visit([this](auto& each) { take(std::move(each)); }, result);
  }
  end_turn();
}

void Driver::take(const Persisted& result) {
  member_->persisted(result.ticket);
}

void Driver::take(LogRecordsRead&& result) {
  if (!result.why_none.empty()) log_(LogLevel::error, result.why_none);
  member_->log_read(result.reader, std::move(result.records));
}

void Driver::take(DamageChanged&& result) {
  if (result.damages.empty()) {
    log_(LogLevel::info, "nothing in the log is damaged any more");
  } else {
    log_(LogLevel::warning, "the log has " + std::to_string(result.damages.size()) +
                                " damaged places, the first at sequence " +
                                std::to_string(result.damages.front().first.value()));
  }
  member_->damaged(result.ticket, std::move(result.damages));
}

void Driver::take(const SpaceChanged& result) {
  log_(LogLevel::warning, result.has_space
                              ? "there is space on the disk again: new writes are welcome"
                              : "takes no new writes: " + result.why_none);
  lack_of_space_.reset();
  if (!result.has_space) lack_of_space_ = result.why_none;
  member_->space(result.has_space);
}

void Driver::take(const LogFailed& result) {
  application_.disk_failed(result.why);
}

void Driver::wait_for_tick(Time at) {
  ticks_at_ = std::max(at, now() + kTickPause);
  tick_timer_.expires_at(started_ + ticks_at_);
  const std::weak_ptr<bool> alive = alive_;
  tick_timer_.async_wait([this, alive](boost::system::error_code error) {
    if (!error && !alive.expired()) on_tick();
  });
}

void Driver::on_tick() {
  if (stopped_) return;
  has_begun_ = true;
  member_->tick(now());
  application_.tick(now());
  watch_joining();
  ticks_at_ = now() + Time(kTickEvery);
  end_turn();
  wait_for_tick(std::min(ticks_at_, member_->wake_at().value_or(ticks_at_)));
}

void Driver::watch_joining() {
  if (options_.contact.empty() || join_given_up_) return;
  if (member_->status().has_state) return;
  const bool invited = member_->status().view != nullptr;
  const std::string waits_for = invited ? "in the group, waiting for the state"
                                        : "waiting to be taken in through " + options_.contact +
                                              (last_obstacle_.empty() ? "" : ": " + last_obstacle_);
  if (options_.join_timeout && now() >= *options_.join_timeout) {
    join_given_up_ = true;
    application_.join_failed("gave up joining after " +
                             std::to_string(options_.join_timeout->count()) + " ms: " + waits_for);
    return;
  }
  if (now() - said_at_ < kSayEvery) return;
  said_at_ = now();
  log_(LogLevel::warning, waits_for);
}

void Driver::on_link_up(const ViewMember& peer) {
  last_obstacle_.clear();
  begin_turn();
  member_->link_up(peer);
}

void Driver::on_bytes(NodeId from) {
  begin_turn();
  member_->heard(from);
}

void Driver::on_frame(NodeId from, Frame frame) {
  begin_turn();
  member_->receive(from, std::move(frame));
}

void Driver::on_link_lost(NodeId peer, const std::string& why) {
  last_obstacle_ = why;
  begin_turn();
  member_->link_lost(peer);
}

void Driver::on_contact_unreachable(const std::string&, const std::string& why) {
  last_obstacle_ = why;
}

}  // namespace groupy::gms
