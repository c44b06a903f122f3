// A whole replica inside a test: service, driver, group thread and apply thread, over memory.
//
// Thread: make and end from the test's thread; write() and digest_at() block and may be called from
// any.
#pragma once

#include <boost/asio/io_context.hpp>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "gms/driver/driver.h"
#include "kvstore/memory_storage.h"
#include "kvstore/service.h"

namespace groupy::kvstore {

class ReplicaInProcess {
 public:
  // Founds a group, or joins through the replica at `contact`.
  explicit ReplicaInProcess(unsigned node, const std::string& contact = "");
  ~ReplicaInProcess();

  Answer write(Operation operation, const std::string& key, const std::string& value);
  DigestAnswer digest_at(gms::Sequence sequence, std::chrono::milliseconds limit);
  // Waits until it has the state; false if that takes longer than 20 s.
  bool wait_until_ready();

  Service& service() { return *service_; }
  gms::Driver& driver() { return *driver_; }
  const std::string& peer_address() const { return peer_address_; }
  // What it said when it could not go on.
  std::future<Stopped> stopped() { return stopped_.get_future(); }

 private:
  MemoryStorage storage_;
  boost::asio::io_context io_{1};
  std::string peer_address_;
  std::promise<Stopped> stopped_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<gms::Driver> driver_;
  std::thread group_thread_;
};

}  // namespace groupy::kvstore
