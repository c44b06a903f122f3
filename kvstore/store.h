// The store as its front sees it: what HTTP, or any other face, may ask of a replica.
//
// Thread: every function may be called from any thread and returns at once. A `done` is called
// exactly once, on a thread of the store: hand over to your own there, and do not work.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "gms/view.h"
#include "kvstore/outcome.h"
#include "kvstore/read_view.h"

namespace groupy::kvstore {

// What a leader knows of another member.
struct PeerProgress {
  gms::NodeId node;
  std::uint64_t lag = 0;                // sequences that it does not have on disk yet
  std::chrono::milliseconds contact{};  // since it was last heard
};

// What a replica can tell of itself and its group; a copy.
struct StoreStatus {
  gms::NodeId node;
  int generation = 0;                 // 1, 2 or 3: which gms orders the writes
  gms::SharedView view;               // null before the first was installed
  std::optional<gms::NodeId> leader;  // whom this replica follows, or itself; none: there is none
  bool has_state = false;             // joined and caught up: may answer reads and writes
  gms::Sequence stable;
  StateDigest applied;
  GroupSettings settings;              // of that state; as usual while there is none
  std::size_t waiting_writes = 0;      // writes that wait for their delivery here
  std::size_t apply_queue_length = 0;  // deliveries handed over and not yet applied
  // Generation 3.
  gms::Ballot ballot;      // in which this replica follows or leads, or the highest promised
  gms::Sequence sequence;  // of the last record in the log here
  gms::Sequence synced;    // up to which that log is on disk
  std::optional<std::string> lack_of_space;  // why the disk here has none for new writes
  std::vector<PeerProgress> peers;           // at the leader: of each other member
  // How long there was no leader, as seen here, before the view was installed.
  std::optional<std::chrono::milliseconds> view_took;

  // The leader of the installed view, as long as it is followed here.
  std::optional<gms::NodeId> leader_of_view() const {
    return view != nullptr && leader == view->leader ? leader : std::nullopt;
  }
};

using DigestAnswer = std::variant<StateDigest, NoDigest>;
// Nothing: read_view() is good for the read.
using ConfirmAnswer = std::optional<ReadFailure>;

// What became of the wish that another member leads.
enum class LeadAnswer : std::uint8_t {
  begun = 1,        // the views to come will tell how it ended
  not_leading = 2,  // only the leader can hand over
  refused = 3,      // the one it is to go to, or all others, cannot take it now
};

class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  // Orders the command (its views need to live only during the call) and answers when it was
  // applied here, or outcome_unknown after `limit`.
  using WriteDone = std::function<void(const Answer&)>;
  virtual void write(const Command& command, std::chrono::milliseconds limit, WriteDone done) = 0;

  // The newest applied state; null while has_state is false.
  virtual SharedReadView read_view() const = 0;

  // The state's digest after `sequence`: waits until that is applied, `limit` at most.
  using DigestDone = std::function<void(const DigestAnswer&)>;
  virtual void digest_at(gms::Sequence sequence, std::chrono::milliseconds limit,
                         DigestDone done) = 0;

  // Waits until a state with this revision or a later one can be read here, `limit` at most: its
  // digest.
  virtual void reach(Revision revision, std::chrono::milliseconds limit, DigestDone done) = 0;

  // Waits until read_view() holds everything that was done in the group before this call, `limit`
  // at most. Before generation 3 nobody confirms that.
  using ConfirmDone = std::function<void(const ConfirmAnswer&)>;
  virtual void confirm(std::chrono::milliseconds limit, ConfirmDone done) = 0;

  // Hands the lead to this member, or to whoever is fittest.
  using LeadDone = std::function<void(const LeadAnswer&)>;
  virtual void hand_over_lead(std::optional<gms::NodeId> to, LeadDone done) = 0;

  virtual StoreStatus status() const = 0;
};

}  // namespace groupy::kvstore
