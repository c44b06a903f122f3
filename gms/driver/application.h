// What the group service drives: the state machine on top of it, or whatever else wants deliveries.
//
// Thread: every function is called on the group thread and must return at once; slow work belongs
// on a thread of the application's own.
#pragma once

#include <string>
#include <vector>

#include "gms/message.h"
#include "gms/view.h"

namespace groupy::gms {

class Application {
 public:
  virtual ~Application() = default;

  // In total order, each once.
  virtual void deliver(std::vector<Delivery> deliveries) = 0;
  // The view took effect behind all deliveries so far.
  virtual void install_view(const SharedView& view) = 0;
  // Wanted: the state behind all deliveries so far, by Driver::snapshot_done(request, ...).
  virtual void take_snapshot(const Origin& request) = 0;
  // This is the state, behind `sequence` deliveries.
  virtual void install_snapshot(Sequence sequence, Payload state) = 0;

  // Everything that one turn brought has been handed in.
  virtual void turn_done() = 0;
  // Whether more deliveries may come now. After a no, Driver::room_again() ends the pause.
  virtual bool has_room() const = 0;
  virtual void tick(Time now) = 0;

  // The member could not get into its group: tell why in one line and stop.
  virtual void join_failed(const std::string& why) = 0;

  // --- generation 3 ---

  // The read of Driver::confirm_read(id) may be answered once `sequence` is applied.
  virtual void read_confirmed(ReadId id, Sequence sequence) = 0;
  // It will not be confirmed: no majority is known.
  virtual void read_refused(ReadId id) = 0;

  // The member cannot go on as it is: tell why and stop.
  virtual void dismissed(const std::string& why) = 0;
  // The disk does not do what it must: nothing may be answered any more.
  virtual void disk_failed(const std::string& why) = 0;
};

}  // namespace groupy::gms
