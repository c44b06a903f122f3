// A replica at work: the pure replica between the group beneath it, the apply thread beside it and
// the faces above it.
//
// Requests come from any thread and are handed to the group thread, which alone touches the
// replica; outcomes come back from the apply thread the same way. Hand-overs are batched: a thread
// is woken only when its mailbox was empty. Thread: Store's functions from any; Application's on
// the group thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "gms/driver/driver.h"
#include "gms/driver/member_disk.h"
#include "kvstore/apply_thread.h"
#include "kvstore/leader_gap.h"
#include "kvstore/mailbox.h"
#include "kvstore/replica.h"
#include "kvstore/store.h"

namespace groupy::kvstore {

struct ServiceOptions {
  gms::NodeId node;
  int generation = 1;
  ReplicaOptions replica;
};

// Why the replica cannot go on; the process should end with what this says.
struct Stopped {
  enum class Reason { join_failed, dismissed, disk_failed, cannot_apply };
  Reason reason = Reason::cannot_apply;
  std::string why;
};

class Service final : public Store, public gms::Application {
 public:
  // `on_stopped` is called once at most, on the group thread.
  Service(const ServiceOptions& options, Storage& storage,
          std::function<void(const Stopped&)> on_stopped);

  // Opens the state that the storage holds and tells how far it has come, for a member that goes on
  // from there; otherwise why it cannot be used. Before start(), and before there is a driver.
  std::variant<gms::AppliedState, std::string> load();
  // Before the driver starts.
  void start(gms::Driver& driver);
  // When nobody calls any more, and before the driver goes: ends the apply thread.
  void end();
  // After end(): all that was applied is on disk when this returns, so that nothing has to be
  // applied again; otherwise why not.
  [[nodiscard]] std::optional<std::string> flush();

  void write(const Command& command, std::chrono::milliseconds limit, WriteDone done) override;
  SharedReadView read_view() const override;
  void digest_at(gms::Sequence sequence, std::chrono::milliseconds limit, DigestDone done) override;
  void reach(Revision revision, std::chrono::milliseconds limit, DigestDone done) override;
  void confirm(std::chrono::milliseconds limit, ConfirmDone done) override;
  void hand_over_lead(std::optional<gms::NodeId> to, LeadDone done) override;
  StoreStatus status() const override;

  void deliver(std::vector<gms::Delivery> deliveries) override;
  void install_view(const gms::SharedView& view) override;
  void take_snapshot(const gms::Origin& request) override;
  void install_snapshot(gms::Sequence sequence, gms::Payload state) override;
  void turn_done() override;
  // A member of generation 3 hands over no more than may be under way; what it reads meanwhile
  // keeps its peers from taking it for lost.
  bool has_room() const override { return options_.generation > 2 || replica_.has_room(); }
  void tick(gms::Time now) override;
  void join_failed(const std::string& why) override;
  void read_confirmed(gms::ReadId id, gms::Sequence sequence) override;
  void read_refused(gms::ReadId id) override;
  void dismissed(const std::string& why) override;
  void disk_failed(const std::string& why) override;

 private:
  struct WriteRequest {
    gms::Payload command;
    std::chrono::milliseconds limit;
    WriteDone done;
  };
  using Place = std::variant<gms::Sequence, Revision>;
  struct DigestRequest {
    Place place;
    std::chrono::milliseconds limit;
    DigestDone done;
  };
  struct ConfirmRequest {
    std::chrono::milliseconds limit;
    ConfirmDone done;
  };
  struct LeadRequest {
    std::optional<gms::NodeId> to;
    LeadDone done;
  };
  using Request = std::variant<WriteRequest, DigestRequest, ConfirmRequest, LeadRequest>;

  void request(Request request);  // any thread

  // All on the group thread.
  void on_requests();
  void on_results();
  void take(WriteRequest request);
  void take(DigestRequest request);
  void take(ConfirmRequest request);
  void take(const LeadRequest& request);
  void take(const BatchApplied& result);
  void take(StateTaken result);
  void take(const StateInstalled& result);
  void take(const ApplyFailed& result);
  void carry_out_effects();
  void answer(const Answered& answered);
  void answer(const ReaderAnswered& answered);
  void answer(const ReadAnswered& answered);
  DigestAnswer digest_of(const Place& place) const;
  void update_status();
  void stop(Stopped::Reason reason, const std::string& why);

  const ServiceOptions options_;
  const std::function<void(const Stopped&)> on_stopped_;
  gms::Driver* driver_ = nullptr;
  Replica replica_;
  bool stopped_ = false;
  bool state_is_installing_ = false;

  Mailbox<Request> requests_;         // to the group thread, from the faces
  Mailbox<ApplyResultItem> results_;  // to the group thread, from the apply thread
  std::vector<ApplyWork> work_;       // of this turn, to the apply thread

  // Who waits, by the id that the replica knows them by. Bounded by what the replica lets in.
  WaitId last_id_;
  std::unordered_map<WaitId, WriteDone> write_done_;
  struct WaitingDigest {
    Place place;
    DigestDone done;
  };
  std::unordered_map<WaitId, WaitingDigest> digest_done_;
  std::unordered_map<WaitId, ConfirmDone> confirm_done_;

  LeaderGap leader_gap_;

  mutable std::mutex status_mutex_;
  StoreStatus status_;

  ApplyThread apply_thread_;  // last: its callbacks use all of the above
};

}  // namespace groupy::kvstore
