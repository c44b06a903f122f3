#include "gms/net/running_group.h"

#include <memory>

#include "gms/net/dialler.h"

namespace groupy::gms::net {

namespace {

// All the questions, each asked once.
class Inquiry {
 public:
  Inquiry(boost::asio::io_context& io, const std::vector<std::string>& addresses,
          const wire::Hello& ours)
      : io_(io), open_(addresses.size()) {
    for (const std::string& address : addresses) ask(address, ours);
  }
  Inquiry(const Inquiry&) = delete;
  Inquiry& operator=(const Inquiry&) = delete;
  ~Inquiry() {
    for (const auto& dialler : diallers_) dialler->stop();
  }

  std::optional<RunningGroup> wait(std::chrono::milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!found_ && open_ > 0 && io_.run_one_until(deadline) > 0) {
    }
    return std::move(found_);
  }

 private:
  void ask(const std::string& address, const wire::Hello& ours) {
    DiallerOptions options;
    options.address = address;
    options.hello = [ours] { return ours; };
    options.judge = [](const wire::Hello&) { return std::nullopt; };
    options.on_greeted = [this, address](const Greeted& greeted) {
      --open_;
      const wire::Hello& theirs = greeted.theirs;
      if (theirs.group.is_none()) return;
      found_ = {address, "node " + std::to_string(theirs.self.id.value()) + " is in group " +
                             theirs.group.to_hex()};
    };
    const std::size_t number = diallers_.size();
    options.on_failed = [this, address, number](const std::string& why) {
      --open_;
      diallers_[number]->stop();
      // It knows another process under our id, or runs another generation.
      if (why.starts_with(kRefused)) found_ = {address, why};
    };
    diallers_.push_back(std::make_shared<Dialler>(io_, std::move(options)));
    diallers_.back()->start();
  }

  boost::asio::io_context& io_;
  std::size_t open_;  // questions without an answer
  std::optional<RunningGroup> found_;
  std::vector<std::shared_ptr<Dialler>> diallers_;
};

}  // namespace

std::optional<RunningGroup> find_running_group(boost::asio::io_context& io,
                                               const std::vector<std::string>& addresses,
                                               const wire::Hello& ours,
                                               std::chrono::milliseconds limit) {
  if (addresses.empty()) return std::nullopt;
  auto found = Inquiry(io, addresses, ours).wait(limit);
  io.restart();  // it ran out of work
  return found;
}

}  // namespace groupy::gms::net
