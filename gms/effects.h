// What a member asks its driver to do.
//
// A member does nothing itself: each input leaves a list of effects, and the driver carries them
// out in exactly this order. That is what makes a run repeatable: same inputs, same effects.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "gms/frame.h"
#include "gms/peer_memory.h"
#include "gms/promise.h"

namespace groupy::gms {

// Send `frame` over the link to `to`; dropped if there is none.
struct Send {
  NodeId to;
  Frame frame;
  bool operator==(const Send&) const = default;
};

// Link with these: they are, or will soon be, in one group with us.
struct Meet {
  std::vector<ViewMember> members;
  bool operator==(const Meet&) const = default;
};

// Hand these to the application, in this order, each exactly once.
struct HandOver {
  std::vector<Delivery> deliveries;
  bool operator==(const HandOver&) const = default;
};

// The view took effect at this place among the deliveries: show it, link with its members.
struct InstallView {
  SharedView view;
  bool operator==(const InstallView& other) const { return *view == *other.view; }
};

// Ask the application for its state after all deliveries handed over so far; the answer is
// Member::snapshot_done(request, state).
struct TakeSnapshot {
  Origin request;
  bool operator==(const TakeSnapshot&) const = default;
};

// Replace the application's state by this one, which stands after `sequence` deliveries.
struct InstallSnapshot {
  Sequence sequence;
  Payload state;
  bool operator==(const InstallSnapshot&) const = default;
};

// --- generation 3: what is to be on disk. In the order of their tickets; Member::persisted(ticket)
// says that this one, and all before it, are there. ---

// Append these to the log.
struct AppendRecords {
  Ticket ticket;
  std::vector<Record> records;
  bool operator==(const AppendRecords&) const = default;
};

// Take back everything behind `keep`. Also what cannot be read, and may have been promised: then it
// is noted first that something may be missing.
struct CutLog {
  Ticket ticket;
  RecordId keep;
  bool is_loss = false;
  bool operator==(const CutLog&) const = default;
};

// On disk before anything that comes behind it.
struct SavePromise {
  Ticket ticket;
  Promise promise;
  bool operator==(const SavePromise&) const = default;
};

// The data directory belongs to this group from now on.
struct SaveGroup {
  Ticket ticket;
  GroupId group;
  bool operator==(const SaveGroup&) const = default;
};

// The log holds a leader's stable prefix again, after something was missing from it.
struct DeclareLogWhole {
  Ticket ticket;
  bool operator==(const DeclareLogWhole&) const = default;
};

// Remember this of the other members, in the place of what was remembered. Nobody waits for it: who
// forgets some of it again takes an old copy for a member a little longer.
struct SavePeers {
  std::vector<PeerMemory> peers;
  bool operator==(const SavePeers&) const = default;
};

// Put these records, which came from another member, back where they stood: they could not be read.
struct HealRecords {
  Ticket ticket;
  std::vector<Record> records;
  bool operator==(const HealRecords&) const = default;
};

// For whom the log is read.
struct LogReader {
  enum class What : std::uint8_t {
    application,  // this member's, which lags
    feeding,      // a member that lags
    healing,      // a member whose log is damaged
  };
  What what = What::application;
  NodeId member;  // of the latter two
  bool operator==(const LogReader&) const = default;
};

// Read from the log, from `from` on and at least one record: the answer is Member::log_read(). One
// at a time for each reader.
struct ReadLog {
  LogReader reader;
  Sequence from;
  std::size_t bytes_max = 0;
  bool operator==(const ReadLog&) const = default;
};

// --- generation 3: answers ---

// A read that came before Member::confirm_read(id) may be answered from a state that has `sequence`
// applied.
struct ReadConfirmed {
  ReadId id;
  Sequence sequence;
  bool operator==(const ReadConfirmed&) const = default;
};

// It will not be confirmed: no majority is known.
struct ReadRefused {
  ReadId id;
  bool operator==(const ReadRefused&) const = default;
};

// For people.
struct Say {
  bool is_warning = false;
  std::string line;
  bool operator==(const Say&) const = default;
};

// This member cannot go on as it is: the process ends with what this says.
struct Stop {
  std::string why;
  bool operator==(const Stop&) const = default;
};

using Effect = std::variant<Send, Meet, HandOver, InstallView, TakeSnapshot, InstallSnapshot,
                            AppendRecords, CutLog, SavePromise, SaveGroup, DeclareLogWhole,
                            SavePeers, HealRecords, ReadLog, ReadConfirmed, ReadRefused, Say, Stop>;
using Effects = std::vector<Effect>;

}  // namespace groupy::gms
