#include "gms/driver/driver.h"

namespace groupy::gms {

namespace {

net::LinksOptions links_options(const DriverOptions& options) {
  net::LinksOptions links;
  links.hello.generation = static_cast<std::uint32_t>(options.generation);
  links.hello.group = options.group;
  links.hello.self = options.self;
  links.listen_address = options.listen_address;
  links.redial_lost = options.generation > 2;
  return links;
}

// How often who waits to be taken in says so.
constexpr Time kSayEvery = std::chrono::seconds(1);

}  // namespace

Driver::Driver(boost::asio::io_context& io, DriverOptions options, std::unique_ptr<Member> member,
               Application& application, LogLine log)
    : io_(io),
      options_(std::move(options)),
      member_(std::move(member)),
      application_(application),
      log_(std::move(log)),
      links_(io, links_options(options_), *this, log_),
      tick_timer_(io),
      started_(std::chrono::steady_clock::now()) {}

std::optional<std::string> Driver::listen() {
  return links_.listen();
}

void Driver::start() {
  if (!options_.contact.empty()) links_.find_contact(options_.contact);
  end_turn();
  wait_for_tick();
}

void Driver::stop() {
  stopped_ = true;
  tick_timer_.cancel();
  links_.stop();
}

Time Driver::now() const {
  return std::chrono::duration_cast<Time>(std::chrono::steady_clock::now() - started_);
}

Submitted Driver::submit(Payload payload) {
  return member_->submit(std::move(payload));
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
  links_.flush();
  application_.turn_done();
  in_turn_ = false;
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
  log_(LogLevel::info, "view " + std::to_string(view.number.value()) + " with " +
                           std::to_string(view.members.size()) + " members, leader " +
                           std::to_string(view.leader.value()) + ": " + view.reason);
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

void Driver::wait_for_tick() {
  tick_timer_.expires_after(kTickEvery);
  const std::weak_ptr<bool> alive = alive_;
  tick_timer_.async_wait([this, alive](boost::system::error_code error) {
    if (!error && !alive.expired()) on_tick();
  });
}

void Driver::on_tick() {
  if (stopped_) return;
  member_->tick(now());
  application_.tick(now());
  watch_joining();
  end_turn();
  wait_for_tick();
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
  member_->link_up(peer);
}

void Driver::on_frame(NodeId from, Frame frame) {
  member_->receive(from, std::move(frame));
}

void Driver::on_link_lost(NodeId peer, const std::string& why) {
  last_obstacle_ = why;
  member_->link_lost(peer);
}

void Driver::on_contact_unreachable(const std::string&, const std::string& why) {
  last_obstacle_ = why;
}

}  // namespace groupy::gms
