// A member's data directory: whose it is, in which format, and that nobody else uses it.
//
// What identifies a member is never made up again: a directory that has a log or a database, but
// no identity, is refused. Each open counts one start, on disk before it returns, so that no two
// lives of a directory are taken for one. All errors are one line, for who runs the replica.
// Thread: one at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gms/ids.h"
#include "gms/log/file.h"
#include "gms/peer_memory.h"

namespace groupy::gms::log {

// What is written, and the oldest version that may still read it.
constexpr std::uint32_t kDirectoryFormat = 1;
constexpr std::uint32_t kOldestReader = 1;

struct Identity {
  DirectoryId directory;  // for ever
  GroupId group;          // none until the directory belongs to one
  NodeId node;
  StartCount start;    // of this life
  StartCount lost_in;  // the last life that knew it had lost something; zero: none
  bool operator==(const Identity&) const = default;
};

std::string encode_identity(const Identity& identity);
std::optional<Identity> decode_identity(std::string_view bytes);

std::string encode_peers(const std::vector<PeerMemory>& peers);
std::optional<std::vector<PeerMemory>> decode_peers(std::string_view bytes);

class DataDirectory {
 public:
  // `fresh` becomes the directory's id if it is new. Makes what is missing in a new directory,
  // empties tmp/, counts the start.
  static Result<std::unique_ptr<DataDirectory>> open(Directory& files, NodeId node,
                                                     DirectoryId fresh);

  const Identity& identity() const { return identity_; }
  bool is_new() const { return identity_.start == StartCount{1}; }
  const std::vector<PeerMemory>& peers() const { return peers_; }

  // The directory belongs to this group from now on; on disk when this returns.
  [[nodiscard]] Failure set_group(GroupId group);
  // This life knows that it lost something; on disk when this returns.
  [[nodiscard]] Failure note_loss();
  // At most kPeersMax, each directory once; on disk when this returns.
  [[nodiscard]] Failure save_peers(std::vector<PeerMemory> peers);

 private:
  explicit DataDirectory(Directory& files);
  Failure prepare(NodeId node, DirectoryId fresh);
  Failure check_version();
  Failure initialise(NodeId node, DirectoryId fresh);
  Failure load(NodeId node);
  Failure empty_tmp();
  Failure refuse_if_used();
  Failure save_identity();

  Directory& files_;
  std::unique_ptr<Lock> lock_;
  Identity identity_;
  std::vector<PeerMemory> peers_;
};

}  // namespace groupy::gms::log
