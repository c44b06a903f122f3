#include "tests/kvstore/replica_in_process.h"

#include "gms/check.h"
#include "gms/gms1/member.h"

namespace groupy::kvstore {

namespace {

constexpr std::chrono::milliseconds kLimit{10'000};
constexpr std::chrono::seconds kPatience{20};

std::string free_address(boost::asio::io_context& io) {
  const boost::asio::ip::tcp::acceptor probe(io, {boost::asio::ip::address_v4::loopback(), 0});
  return "127.0.0.1:" + std::to_string(probe.local_endpoint().port());
}

gms::DirectoryId directory_of(unsigned node) {
  std::array<std::uint8_t, gms::DirectoryId::kSize> bytes{};
  bytes[0] = static_cast<std::uint8_t>(node);
  return gms::DirectoryId(bytes);
}

}  // namespace

ReplicaInProcess::ReplicaInProcess(unsigned node, const std::string& contact)
    : peer_address_(free_address(io_)) {
  gms::DriverOptions options;
  options.self.id = gms::NodeId{node};
  options.self.directory = directory_of(node);
  options.self.peer_address = peer_address_;
  options.listen_address = peer_address_;
  options.contact = contact;
  if (contact.empty()) options.group = *gms::GroupId::from_bytes(std::string(16, 'g'));
  ServiceOptions service;
  service.node = options.self.id;
  service.replica.directory = options.self.directory;
  service_ = std::make_unique<Service>(
      service, storage_, [this](const Stopped& stopped) { stopped_.set_value(stopped); });
  auto member = std::make_unique<gms1::Member>(
      gms1::MemberOptions{options.self, contact.empty(), options.group});
  driver_ = std::make_unique<gms::Driver>(io_, options, std::move(member), *service_,
                                          [](gms::LogLevel, const std::string&) {});
  GROUPY_CHECK(!driver_->listen(), "a port that was free a moment ago is taken");
  service_->start(*driver_);
  group_thread_ = std::thread([this] {
    driver_->start();
    io_.run();
  });
}

ReplicaInProcess::~ReplicaInProcess() {
  driver_->post([this] {
    driver_->stop();
    io_.stop();
  });
  group_thread_.join();
  service_->end();
}

Answer ReplicaInProcess::write(Operation operation, const std::string& key,
                               const std::string& value) {
  Command command;
  command.operation = operation;
  command.key = key;
  command.value = value;
  std::promise<Answer> done;
  service_->write(command, kLimit, [&](const Answer& answer) { done.set_value(answer); });
  return done.get_future().get();
}

DigestAnswer ReplicaInProcess::digest_at(gms::Sequence sequence, std::chrono::milliseconds limit) {
  std::promise<DigestAnswer> done;
  service_->digest_at(sequence, limit, [&](const DigestAnswer& answer) { done.set_value(answer); });
  return done.get_future().get();
}

bool ReplicaInProcess::wait_until_ready() {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!service_->status().has_state) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace groupy::kvstore
