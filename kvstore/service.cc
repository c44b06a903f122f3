#include "kvstore/service.h"

#include <algorithm>

#include "gms/check.h"

namespace groupy::kvstore {

namespace {

// A read is known to the group by the number that the replica knows it by.
gms::ReadId read_id(WaitId id) {
  return gms::ReadId{id.value()};
}
WaitId wait_id(gms::ReadId id) {
  return WaitId{id.value()};
}

std::chrono::milliseconds in_milliseconds(gms::Time time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time);
}

// What is newer than the question counts as no lag, and as heard just now.
std::vector<PeerProgress> progress_of(const gms::MemberStatus& member, gms::Time now) {
  std::vector<PeerProgress> peers;
  for (const gms::MemberProgress& peer : member.progress) {
    const gms::Sequence synced = std::min(peer.synced, member.sequence);
    peers.push_back({peer.node, member.sequence.value() - synced.value(),
                     in_milliseconds(now - std::min(peer.contact, now))});
  }
  return peers;
}

}  // namespace

Service::Service(const ServiceOptions& options, Storage& storage,
                 std::function<void(const Stopped&)> on_stopped)
    : options_(options),
      on_stopped_(std::move(on_stopped)),
      replica_(options_.replica),
      apply_thread_(storage, [this](ApplyResultItem result) {
        if (results_.put(std::move(result))) driver_->post([this] { on_results(); });
      }) {
  status_.node = options_.node;
  status_.generation = options_.generation;
}

std::variant<gms::AppliedState, std::string> Service::load() {
  auto found = apply_thread_.load();
  if (auto* failure = std::get_if<StorageFailed>(&found)) return std::move(failure->what);
  auto& state = std::get<StateFound>(found);
  replica_.state_installed(state.digest.sequence, state.digest.revision);
  return gms::AppliedState{state.digest.sequence, std::move(state.origins)};
}

void Service::start(gms::Driver& driver) {
  driver_ = &driver;
  apply_thread_.start();
}

void Service::end() {
  apply_thread_.stop();
}

std::optional<std::string> Service::flush() {
  if (auto failure = apply_thread_.flush()) return std::move(failure->what);
  return std::nullopt;
}

// --- any thread ---

void Service::write(const Command& command, std::chrono::milliseconds limit, WriteDone done) {
  request(WriteRequest{gms::Payload(encode(command)), limit, std::move(done)});
}

void Service::digest_at(gms::Sequence sequence, std::chrono::milliseconds limit, DigestDone done) {
  request(DigestRequest{sequence, limit, std::move(done)});
}

void Service::reach(Revision revision, std::chrono::milliseconds limit, DigestDone done) {
  request(DigestRequest{revision, limit, std::move(done)});
}

void Service::confirm(std::chrono::milliseconds limit, ConfirmDone done) {
  request(ConfirmRequest{limit, std::move(done)});
}

void Service::hand_over_lead(std::optional<gms::NodeId> to, LeadDone done) {
  request(LeadRequest{to, std::move(done)});
}

void Service::request(Request request) {
  if (requests_.put(std::move(request))) driver_->post([this] { on_requests(); });
}

SharedReadView Service::read_view() const {
  {
    const std::lock_guard lock(status_mutex_);
    if (!status_.has_state) return nullptr;
  }
  return apply_thread_.read_view();
}

StoreStatus Service::status() const {
  StoreStatus status;
  {
    const std::lock_guard lock(status_mutex_);
    status = status_;
  }
  const auto view = apply_thread_.read_view();
  if (view) {
    status.applied = view->digest();
    status.settings = view->settings();
  }
  status.has_state = status.has_state && view;  // a founder's first moments: not read from disk yet
  return status;
}

// --- the group thread ---

void Service::on_requests() {
  for (Request& request : requests_.take_all()) {
    std::visit([this](auto& each) { take(std::move(each)); }, request);
  }
  carry_out_effects();
  driver_->end_turn();
}

void Service::take(WriteRequest request) {
  last_id_ = last_id_.next();
  write_done_.emplace(last_id_, std::move(request.done));
  replica_.write(last_id_, std::move(request.command), driver_->now() + request.limit);
}

void Service::take(DigestRequest request) {
  last_id_ = last_id_.next();
  digest_done_.emplace(last_id_, WaitingDigest{request.place, std::move(request.done)});
  const gms::Time deadline = driver_->now() + request.limit;
  std::visit([&](const auto place) { replica_.await(last_id_, place, deadline); }, request.place);
}

void Service::take(ConfirmRequest request) {
  last_id_ = last_id_.next();
  confirm_done_.emplace(last_id_, std::move(request.done));
  replica_.confirm(last_id_, driver_->now() + request.limit);
}

void Service::take(const LeadRequest& request) {
  if (!driver_->status().is_leading) return request.done(LeadAnswer::not_leading);
  request.done(driver_->hand_over_lead(request.to) ? LeadAnswer::begun : LeadAnswer::refused);
}

void Service::on_results() {
  for (ApplyResultItem& result : results_.take_all()) {
    std::visit([this](auto& each) { take(std::move(each)); }, result);
  }
  carry_out_effects();
  driver_->end_turn();
  if (replica_.has_room()) driver_->room_again();
}

void Service::take(const BatchApplied& result) {
  replica_.applied(result);
  driver_->applied(result.up_to);
}

void Service::take(StateTaken result) {
  driver_->snapshot_done(result.request, std::move(result.state));
}

void Service::take(const StateInstalled& result) {
  state_is_installing_ = false;
  replica_.state_installed(result.sequence, result.revision);
}

void Service::take(const ApplyFailed& result) {
  stop(result.disk ? Stopped::Reason::disk_failed : Stopped::Reason::cannot_apply, result.why);
}

void Service::carry_out_effects() {
  ReplicaEffects effects = replica_.take_effects();
  for (const Submission& submission : effects.submissions) {
    replica_.submitted(submission, driver_->submit(submission.payload));
  }
  for (gms::Delivery& delivery : effects.to_apply) work_.emplace_back(std::move(delivery));
  // A submission that was refused has left its answer.
  ReplicaEffects refused = replica_.take_effects();
  GROUPY_CHECK(refused.submissions.empty(), "an answer to a submission made another one");
  effects.answers.insert(effects.answers.end(), refused.answers.begin(), refused.answers.end());
  for (const WaitId id : effects.to_confirm) driver_->confirm_read(read_id(id));
  for (const WaitId id : effects.to_forget) driver_->forget_read(read_id(id));
  for (const Answered& answered : effects.answers) answer(answered);
  for (const ReaderAnswered& answered : effects.readers) answer(answered);
  for (const ReadAnswered& answered : effects.reads) answer(answered);
}

void Service::answer(const Answered& answered) {
  const auto waiting = write_done_.extract(answered.id);
  GROUPY_CHECK(!waiting.empty(), "a write is answered twice");
  waiting.mapped()(answered.answer);
}

void Service::answer(const ReadAnswered& answered) {
  const auto waiting = confirm_done_.extract(answered.id);
  GROUPY_CHECK(!waiting.empty(), "a read is answered twice");
  waiting.mapped()(answered.failure);
}

void Service::answer(const ReaderAnswered& answered) {
  const auto waiting = digest_done_.extract(answered.id);
  GROUPY_CHECK(!waiting.empty(), "a reader is answered twice");
  const WaitingDigest& reader = waiting.mapped();
  reader.done(answered.failure ? DigestAnswer(*answered.failure) : digest_of(reader.place));
}

DigestAnswer Service::digest_of(const Place& place) const {
  if (const auto* sequence = std::get_if<gms::Sequence>(&place)) {
    return apply_thread_.digests().look_up(*sequence);
  }
  const auto view = apply_thread_.read_view();
  return view ? DigestAnswer(view->digest()) : DigestAnswer(NoDigest::not_reached);
}

void Service::deliver(std::vector<gms::Delivery> deliveries) {
  replica_.deliver(std::move(deliveries));
  // At once: what follows in this turn may ask for the state behind these deliveries.
  carry_out_effects();
}

void Service::install_view(const gms::SharedView& view) {
  const gms::MemberStatus member = driver_->status();
  const auto took = leader_gap_.take(driver_->now(), member.leader, member.ballot);
  const std::lock_guard lock(status_mutex_);
  status_.view = view;
  status_.view_took.reset();
  if (took) status_.view_took = in_milliseconds(*took);
}

void Service::read_confirmed(gms::ReadId id, gms::Sequence sequence) {
  replica_.read_confirmed(wait_id(id), sequence);
  carry_out_effects();
}

void Service::read_refused(gms::ReadId id) {
  replica_.read_refused(wait_id(id));
  carry_out_effects();
}

void Service::take_snapshot(const gms::Origin& request) {
  work_.emplace_back(TakeState{request});
}

void Service::install_snapshot(gms::Sequence sequence, gms::Payload state) {
  state_is_installing_ = true;
  work_.emplace_back(InstallState{sequence, std::move(state)});
}

void Service::turn_done() {
  apply_thread_.put(std::exchange(work_, {}));
  update_status();
}

void Service::update_status() {
  const gms::Time now = driver_->now();
  const gms::MemberStatus member = driver_->status();
  leader_gap_.observe(now, member.leader, member.ballot);
  const std::lock_guard lock(status_mutex_);
  status_.leader = member.leader;
  status_.ballot = member.ballot;
  status_.sequence = member.sequence;
  status_.synced = member.synced;
  status_.lack_of_space = driver_->lack_of_space();
  status_.peers = progress_of(member, now);
  status_.has_state = member.has_state && !state_is_installing_ && !stopped_;
  status_.stable = member.stable;
  status_.waiting_writes = replica_.waiting_writes();
  status_.apply_queue_length = replica_.applying();
}

void Service::tick(gms::Time now) {
  replica_.tick(now);
  carry_out_effects();
}

void Service::join_failed(const std::string& why) {
  stop(Stopped::Reason::join_failed, why);
}

void Service::dismissed(const std::string& why) {
  stop(Stopped::Reason::dismissed, why);
}

void Service::disk_failed(const std::string& why) {
  stop(Stopped::Reason::disk_failed, why);
}

void Service::stop(Stopped::Reason reason, const std::string& why) {
  if (stopped_) return;
  stopped_ = true;
  on_stopped_(Stopped{reason, why});
}

}  // namespace groupy::kvstore
