#include "cli/serve.h"

#include <signal.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>

#include "cli/exit_code.h"
#include "cli/log.h"
#include "cli/replica_process.h"
#include "cli/serve_members.h"
#include "cli/signals.h"
#include "cli/temporary_folder.h"
#include "gms/driver/member_disk.h"
#include "gms/driver/random_ids.h"
#include "gms/log/posix_files.h"
#include "kvstore/rocksdb_storage.h"

namespace groupy::cli {

namespace {

// The database, the links and a few clients; with less, nothing that fails would be told apart.
constexpr rlim_t kDescriptorsMin = 64;

// Each connection takes a descriptor, and the usual soft limit of 1,024 is there for programs that
// still use select(). Where it cannot be raised, fewer clients are served at once. Gives the limit.
rlim_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return RLIM_INFINITY;
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_max : before;
}

int refuse(const StartFailure& failure) {
  std::cerr << "groupy: " << failure.why << '\n';
  return static_cast<int>(failure.code);
}

int refuse(const std::string& error) {
  return refuse(StartFailure{ExitCode::error, error});
}

// Nobody else has its directory: what keeps a database from opening is the disk, or what it holds.
int refuse_database(const std::string& error) {
  return refuse(StartFailure{ExitCode::disk_failed, error});
}

int serve_in_memory(const ServeOptions& options, HeldSignals& signals) {
  const char* parent = std::getenv("TMPDIR");
  const TemporaryFolder folder("groupy-replica", parent == nullptr ? "" : parent);
  if (folder.path().empty()) return refuse("cannot make a folder like " + folder.tried());
  auto storage = kvstore::RocksDbStorage::open(folder.path() + "/db");
  if (const auto* error = std::get_if<std::string>(&storage)) return refuse_database(*error);
  Log log(options.id, options.log_format);
  ReplicaProcess replica(options, self_of(options, gms::draw_directory_id()), folder.path(), log,
                         *std::get<std::unique_ptr<kvstore::RocksDbStorage>>(storage));
  if (const auto error = replica.prepare_in_memory()) return refuse(*error);
  return static_cast<int>(replica.run(signals));
}

// The directory is locked before anything in it is opened: a second process must not touch it.
int serve_durably(const ServeOptions& options, HeldSignals& signals) {
  auto files = gms::log::open_posix_directory(options.data);
  if (!files.ok()) return refuse(start_failure_of(files.error()));
  gms::MemberDiskOptions disk_options;
  disk_options.node = options.id;
  disk_options.fresh = gms::draw_directory_id();
  auto disk = gms::MemberDisk::open(**files, disk_options);
  if (!disk.ok()) return refuse(start_failure_of(disk.error()));
  auto storage = kvstore::RocksDbStorage::open(options.data + "/db");
  if (const auto* error = std::get_if<std::string>(&storage)) return refuse_database(*error);
  Log log(options.id, options.log_format);
  ReplicaProcess replica(options, self_of(options, (*disk)->identity().directory), "", log,
                         *std::get<std::unique_ptr<kvstore::RocksDbStorage>>(storage));
  if (const auto error = replica.prepare(std::move(*disk))) return refuse(*error);
  return static_cast<int>(replica.run(signals));
}

}  // namespace

int serve(const ServeOptions& options) {
  // Held before any thread starts, RocksDB's too: a signal meanwhile is heard when all is up.
  HeldSignals signals{SIGTERM, SIGINT, SIGHUP};
  const rlim_t descriptors = raise_descriptor_limit();
  if (descriptors < kDescriptorsMin) {
    return refuse("only " + std::to_string(descriptors) +
                  " open files are allowed (see ulimit -n), " + std::to_string(kDescriptorsMin) +
                  " are needed");
  }
  std::signal(SIGPIPE, SIG_IGN);  // a peer that is gone is an error code, not the end
  std::signal(SIGXFSZ, SIG_IGN);  // and so is a limit of file sizes
  return options.generation == 1 ? serve_in_memory(options, signals)
                                 : serve_durably(options, signals);
}

}  // namespace groupy::cli
