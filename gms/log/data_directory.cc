#include "gms/log/data_directory.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "gms/check.h"
#include "gms/log/ballot_file.h"
#include "gms/log/sealed_file.h"
#include "gms/wire/fields.h"

namespace groupy::gms::log {

namespace {

using wire::put;

constexpr std::uint32_t kIdentityMagic = 0x31495047;  // "GPI1"
constexpr std::uint32_t kPeersMagic = 0x31505047;     // "GPP1"
constexpr std::size_t kVersionBytesMax = 256;
constexpr const char* kFolders[] = {"log", "db", "snapshots", "tmp"};

Failure refused(std::string what) {
  return IoError{IoCode::refused, std::move(what)};
}

std::string version_text() {
  return "format " + std::to_string(kDirectoryFormat) + "\noldest_reader " +
         std::to_string(kOldestReader) + "\n";
}

// The number behind `key` and a space on a line of its own.
std::optional<std::uint32_t> number_of(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.starts_with(key) || line.size() <= key.size() || line[key.size()] != ' ') continue;
    const std::string_view digits = line.substr(key.size() + 1);
    std::uint32_t number = 0;
    const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (result.ec == std::errc() && result.ptr == digits.data() + digits.size()) return number;
  }
  return std::nullopt;
}

}  // namespace

std::string encode_identity(const Identity& identity) {
  std::string bytes(identity.directory.bytes());
  bytes += identity.group.bytes();
  put(bytes, identity.node.value());
  put(bytes, identity.start.value());
  put(bytes, identity.lost_in.value());
  return bytes;
}

std::optional<Identity> decode_identity(std::string_view bytes) {
  wire::FieldReader fields(bytes);
  const auto directory = DirectoryId::from_bytes(fields.take(DirectoryId::kSize));
  const auto group = GroupId::from_bytes(fields.take(GroupId::kSize));
  const NodeId node{fields.get<std::uint32_t>()};
  const StartCount start{fields.get<std::uint64_t>()};
  const StartCount lost_in{fields.get<std::uint64_t>()};
  if (!fields.ok() || !fields.rest().empty()) return std::nullopt;
  if (directory->is_none() || node == NodeId{}) return std::nullopt;
  return Identity{*directory, *group, node, start, lost_in};
}

std::string encode_peers(const std::vector<PeerMemory>& peers) {
  std::string bytes;
  put(bytes, static_cast<std::uint32_t>(peers.size()));
  for (const PeerMemory& peer : peers) {
    bytes += peer.directory.bytes();
    put(bytes, peer.start.value());
    put(bytes, peer.lost_in.value());
    put(bytes, peer.ballot.value());
    put(bytes, peer.acknowledged.value());
  }
  return bytes;
}

std::optional<std::vector<PeerMemory>> decode_peers(std::string_view bytes) {
  wire::FieldReader fields(bytes);
  const auto count = fields.get<std::uint32_t>();
  if (count > kPeersMax) return std::nullopt;
  std::vector<PeerMemory> peers;
  for (std::uint32_t i = 0; i < count && fields.ok(); ++i) {
    const auto directory = DirectoryId::from_bytes(fields.take(DirectoryId::kSize));
    const StartCount start{fields.get<std::uint64_t>()};
    const StartCount lost_in{fields.get<std::uint64_t>()};
    const Ballot ballot{fields.get<std::uint64_t>()};
    const Sequence acknowledged{fields.get<std::uint64_t>()};
    if (directory) peers.push_back({*directory, start, lost_in, ballot, acknowledged});
  }
  if (!fields.ok() || !fields.rest().empty()) return std::nullopt;
  return peers;
}

DataDirectory::DataDirectory(Directory& files) : files_(files) {}

Result<std::unique_ptr<DataDirectory>> DataDirectory::open(Directory& files, NodeId node,
                                                           DirectoryId fresh) {
  GROUPY_CHECK(node != NodeId{} && !fresh.is_none(), "a directory is opened for nobody");
  std::unique_ptr<DataDirectory> directory(new DataDirectory(files));
  if (Failure failed = directory->prepare(node, fresh)) return *failed;
  return directory;
}

Failure DataDirectory::prepare(NodeId node, DirectoryId fresh) {
  auto lock = files_.lock("LOCK");
  if (!lock.ok()) {
    if (lock.error().code != IoCode::locked) return lock.error();
    return IoError{IoCode::locked, "another process uses this data directory"};
  }
  lock_ = std::move(*lock);
  if (Failure failed = check_version()) return failed;
  for (const char* folder : kFolders) {
    if (Failure failed = files_.make_directory(folder)) return failed;
  }
  if (Failure failed = files_.sync("")) return failed;
  if (Failure failed = empty_tmp()) return failed;
  Failure loaded = load(node);
  if (loaded && loaded->code == IoCode::not_found) loaded = initialise(node, fresh);
  if (loaded) return loaded;
  identity_.start = identity_.start.next();
  return save_identity();
}

// Missing is right for a new directory only, and initialise() knows those.
Failure DataDirectory::check_version() {
  auto file = files_.open("VERSION");
  if (!file.ok()) {
    if (file.error().code != IoCode::not_found) return file.error();
    auto names = files_.list("");
    if (!names.ok()) return names.error();
    if (std::ranges::find(*names, "identity") == names->end()) return std::nullopt;
    return refused("VERSION is missing: the format of this data directory is unknown");
  }
  auto text = read_whole(**file, kVersionBytesMax);
  if (!text.ok()) return IoError{text.error().code, "VERSION: " + text.error().what};
  const auto oldest_reader = number_of(*text, "oldest_reader");
  if (!oldest_reader || !number_of(*text, "format")) {
    return refused("VERSION is damaged: no format and oldest_reader in it");
  }
  if (*oldest_reader <= kDirectoryFormat) return std::nullopt;
  return refused("this data directory needs a program that reads format " +
                 std::to_string(*oldest_reader) + ", this one reads up to " +
                 std::to_string(kDirectoryFormat));
}

Failure DataDirectory::refuse_if_used() {
  for (const char* folder : {"log", "db", "snapshots"}) {
    auto names = files_.list(folder);
    if (!names.ok()) return names.error();
    if (!names->empty()) {
      return refused("identity is missing, but " + std::string(folder) +
                     " is not empty: who this was is never made up again");
    }
  }
  return std::nullopt;
}

// The identity comes last: without it, the next start does all of this again.
Failure DataDirectory::initialise(NodeId node, DirectoryId fresh) {
  if (Failure failed = refuse_if_used()) return failed;
  if (Failure failed = replace_file(files_, "VERSION", version_text())) return failed;
  if (Failure failed = BallotFile::create(files_)) return failed;
  if (Failure failed = save_peers({})) return failed;
  identity_ = {fresh, GroupId(), node, {}, {}};
  return std::nullopt;
}

Failure DataDirectory::load(NodeId node) {
  auto bytes = read_sealed(files_, "identity", kIdentityMagic);
  if (!bytes.ok()) return bytes.error();
  const auto identity = decode_identity(*bytes);
  if (!identity) return refused("identity: not written by this program");
  if (identity->node != node) {
    return refused("this data directory belongs to node " + std::to_string(identity->node.value()) +
                   ", not to node " + std::to_string(node.value()));
  }
  identity_ = *identity;
  auto peer_bytes = read_sealed(files_, "peers", kPeersMagic);
  if (!peer_bytes.ok()) {
    // Not `not_found`: that would make this a new directory.
    return refused("peers: " + peer_bytes.error().what);
  }
  auto peers = decode_peers(*peer_bytes);
  if (!peers) return refused("peers: not written by this program");
  peers_ = std::move(*peers);
  return std::nullopt;
}

// Whatever was being built when the last run ended was not part of anything.
Failure DataDirectory::empty_tmp() {
  auto names = files_.list("tmp");
  if (!names.ok()) return names.error();
  for (const std::string& name : *names) {
    if (Failure failed = files_.remove("tmp/" + name)) return failed;
  }
  return files_.sync("tmp");
}

Failure DataDirectory::save_identity() {
  return replace_sealed(files_, "identity", kIdentityMagic, encode_identity(identity_));
}

Failure DataDirectory::set_group(GroupId group) {
  GROUPY_CHECK(identity_.group.is_none() || identity_.group == group,
               "a directory changes its group");
  identity_.group = group;
  return save_identity();
}

Failure DataDirectory::note_loss() {
  if (identity_.lost_in == identity_.start) return std::nullopt;
  identity_.lost_in = identity_.start;
  return save_identity();
}

Failure DataDirectory::save_peers(std::vector<PeerMemory> peers) {
  GROUPY_CHECK(peers.size() <= kPeersMax, "more peers are remembered than there can be");
  if (Failure failed = replace_sealed(files_, "peers", kPeersMagic, encode_peers(peers))) {
    return failed;
  }
  peers_ = std::move(peers);
  return std::nullopt;
}

}  // namespace groupy::gms::log
