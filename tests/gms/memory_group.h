// A group in memory: members of any generation, joined by links that are queues.
//
// Nothing happens by itself: a test submits, lets frames through one at a time or all, kills, and
// looks. Each node records what its application got, and can answer for its state: the list of
// payloads delivered so far, which is all that an application of the tests is.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gms/member.h"

namespace groupy::gms {

struct RecordedDelivery {
  Sequence sequence;
  std::string payload;
  bool operator==(const RecordedDelivery&) const = default;
};

class MemoryGroup {
 public:
  // Who is in the group; `self` is what the node says of itself.
  void add(const ViewMember& self, std::unique_ptr<Member> member);
  // Opens a link between two living nodes.
  void link(NodeId a, NodeId b);
  void kill(NodeId node);

  // Gives one submission to a node and carries out what follows there.
  std::optional<Origin> submit(NodeId node, const std::string& payload);
  void tick(NodeId node, Time now);
  // An input of the test's own making.
  void inject(NodeId to, NodeId from, Frame frame);

  // Loses what is on its way from one node to another.
  void lose_frames(NodeId from, NodeId to) { links_[{from, to}].clear(); }
  // Called for each frame that is let through.
  using Watch = std::function<void(NodeId from, NodeId to, const Frame& frame)>;
  void watch(Watch watch) { watch_ = std::move(watch); }

  // Lets one frame through, from the first non-empty link in order; false if there is none.
  bool step();
  // Lets the next frame of one link through.
  bool step(NodeId from, NodeId to);
  // Until all is quiet.
  void run();

  Member& member(NodeId node) { return *nodes_.at(node).member; }
  const std::vector<RecordedDelivery>& deliveries(NodeId node) { return nodes_.at(node).delivered; }
  std::vector<std::string> payloads(NodeId node);
  const std::vector<SharedView>& views(NodeId node) { return nodes_.at(node).views; }
  std::size_t in_flight(NodeId from, NodeId to) { return links_[{from, to}].size(); }
  // Whether a node that is asked for its state says that it cannot give it.
  void refuse_states(NodeId node, bool refuses = true) { nodes_.at(node).gives_state = !refuses; }

 private:
  struct Node {
    ViewMember self;
    std::unique_ptr<Member> member;
    std::vector<RecordedDelivery> delivered;
    std::vector<SharedView> views;
    std::set<NodeId> linked;
    bool alive = true;
    bool gives_state = true;
  };

  void carry_out(NodeId at);
  void take_effect(NodeId at, const Effect& effect);

  std::map<NodeId, Node> nodes_;
  std::map<std::pair<NodeId, NodeId>, std::deque<Frame>> links_;
  Watch watch_;
};

// A directory id that says which node, and which life of it, it stands for.
DirectoryId directory_of(unsigned node, unsigned life = 1);
GroupId group_of(unsigned number);
// What node `node` says of itself.
ViewMember member_of(unsigned node, unsigned life = 1);

}  // namespace groupy::gms
