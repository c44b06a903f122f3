// What the whole group did, and whether that is what was promised; looked at with every step.
//
// Knows all members at once, which no member does. A broken promise is an exception with a text for
// people. Thread: one.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "gms/message.h"
#include "gms/record.h"
#include "gms/view.h"

namespace groupy::sim {

class BrokenPromise : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Aborts the run unless `holds`.
void must(bool holds, const std::string& what);

class History {
 public:
  // A member delivers; the first one to do so decides what all others must deliver there.
  void delivered(gms::NodeId node, const gms::Delivery& delivery);
  void installed(gms::NodeId node, const gms::View& view);
  // A ballot belongs to one life of one member: what it sent before it died it does not know.
  struct Life {
    gms::NodeId node;
    gms::StartCount start;
    bool operator==(const Life&) const = default;
  };
  void leads(const Life& leader, gms::Ballot ballot);
  // A client was told that its message was delivered.
  void acknowledged(const std::string& message) { acknowledged_.insert(message); }

  // How many sequences somebody has delivered.
  gms::Sequence length() const { return gms::Sequence{order_.size()}; }
  const std::vector<gms::Delivery>& order() const { return order_; }
  // Everything acknowledged was delivered; to be asked when all is quiet.
  void check_nothing_is_lost() const;
  bool has_acknowledged(const std::string& message) const {
    return acknowledged_.contains(message);
  }
  std::size_t acknowledged_count() const { return acknowledged_.size(); }
  std::size_t view_count() const { return views_.size(); }
  std::size_t leaders() const { return leaders_.size(); }

 private:
  void check_new(const gms::Delivery& delivery);

  std::vector<gms::Delivery> order_;
  std::set<std::string> messages_;  // in order_
  std::map<gms::DirectoryId, gms::Origin> last_of_;
  std::map<gms::ViewNumber, gms::View> views_;
  std::map<gms::NodeId, gms::ViewNumber> newest_view_;
  std::map<gms::Ballot, Life> leaders_;
  std::set<std::string> acknowledged_;
};

}  // namespace groupy::sim
