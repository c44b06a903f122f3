// Goes through a history in the order of its sequences and looks whether a store could have said
// all that; finds places for writes of unknown outcome where they are needed.
//
// Such a write is placed where an answer demands one, because of the revision that the store must
// have reached, or of what it shows of its key. Later never hurts: it stays behind all that had
// returned before it was called, and in between nobody saw its key; but for a key that was deleted
// again, since only one of the two may find room. Where several could fill a place, one after the
// other is tried. Thread: one.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/history.h"

namespace groupy::cli {

// A write of unknown outcome, and the sequence that it must come behind if it happened.
struct OpenWrite {
  const HistoryOperation* operation = nullptr;
  gms::Sequence floor;
};

class HistoryOrder {
 public:
  // `answered`: what has a place, in its order; `refused`: what was never applied, to tell whose
  // value somebody read nevertheless. All must outlive this.
  HistoryOrder(std::vector<const HistoryOperation*> answered, std::vector<OpenWrite> open,
               const History& all);

  // Where a write of unknown outcome is tried.
  enum class Places {
    needed,  // only as late as can be
    all,     // takes longer, and finds also what was written and deleted again with nobody looking
  };
  enum class Ending { legal, contradiction, gave_up };
  // Once; gives up after so many tries.
  Ending search(Places places, std::size_t tries_max);

  // Of the contradiction that was furthest in the order: everything before it can be explained.
  const std::string& why() const { return why_; }
  std::size_t happened() const { return happened_; }

 private:
  using Operation = HistoryOperation;

  struct KeyState {
    kvstore::Revision mod_revision;  // 0: absent
    kvstore::Revision create_revision;
    std::uint64_t version = 0;
    const Operation* writer = nullptr;  // the last that changed it
  };
  struct Key {
    KeyState state;
    std::vector<std::size_t> answered;  // those on this key, in order
    std::vector<std::size_t> open;
    std::size_t unused = 0;  // how many of `open` are not placed
  };
  // What somebody saw that no answered write has made.
  struct Seen {
    std::string_view key;
    const std::string* value = nullptr;  // null: not told
  };
  struct Undo {
    Key* key;
    KeyState state;
    std::optional<std::size_t> placed;
  };
  // A place where several writes might go.
  struct Fork {
    std::size_t next;
    kvstore::Revision revision;
    gms::Sequence reached;
    const Operation* last_change;
    std::size_t undo_size;
    std::vector<std::size_t> candidates;  // not yet tried, the best one last
  };
  // Which revisions the store may have had at a place. The least counts with the room for writes
  // between here and whoever tells a revision next: each needs a sequence of its own.
  struct Bounds {
    kvstore::Revision least;
    kvstore::Revision most;
  };
  enum class Fit { fits, needs_write, never };

  void index();
  void note_seen();
  void set_bounds();

  std::size_t end_of_step() const;
  Fit fit(const Operation& operation) const;
  bool suits(const Operation& operation, const KeyState& state) const;
  std::vector<std::size_t> candidates() const;
  bool may_be_next(std::size_t open, const Operation& before) const;
  bool is_what_was_seen(std::size_t open) const;
  bool leaves_sense(const Key& key, const Operation& write) const;
  static KeyState changed(const KeyState& state, const Operation& write,
                          kvstore::Revision revision);

  void apply(const Operation& operation);
  bool place_one();
  void consider_placing();
  void place(std::size_t open);
  bool go_back();
  void note_contradiction();
  const Operation* opponent(const Operation& operation) const;

  const std::vector<const Operation*> answered_;
  const std::vector<OpenWrite> open_;
  const History& all_;
  std::map<std::string_view, Key> keys_;
  std::map<kvstore::Revision, const Operation*> changes_;  // answered, by the revision they made
  std::map<kvstore::Revision, Seen> seen_;
  std::vector<std::optional<kvstore::Revision>> shown_at_;  // of each open write, if only it fits
  std::vector<Bounds> bounds_;                              // in front of each answered one

  std::size_t next_ = 0;  // in answered_: all before it is carried out
  std::size_t asks_ = 0;  // the one that a write is placed for, of those that come next
  kvstore::Revision revision_;
  gms::Sequence reached_;
  const Operation* last_change_ = nullptr;
  std::vector<bool> is_placed_;
  std::vector<Undo> undo_;
  std::vector<Fork> forks_;
  std::size_t happened_ = 0;
  std::optional<std::size_t> furthest_;
  std::string why_;
};

}  // namespace groupy::cli
