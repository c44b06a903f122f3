#include "cli/log.h"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

namespace groupy::cli {

namespace {

constexpr std::size_t kRingLines = 8192;

spdlog::level::level_enum level_of(gms::LogLevel level) {
  switch (level) {
    case gms::LogLevel::info:
      return spdlog::level::info;
    case gms::LogLevel::warning:
      return spdlog::level::warn;
    case gms::LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

// The text as a JSON string, whatever bytes are in it.
std::string json_string(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// Counts what it has written: an empty ring does not tell that its last line is.
class CountingSink final : public spdlog::sinks::stderr_sink_mt {
 public:
  void log(const spdlog::details::log_msg& message) override {
    spdlog::sinks::stderr_sink_mt::log(message);
    ++written_;
  }
  std::size_t written() const { return written_; }

 private:
  std::atomic<std::size_t> written_ = 0;
};

}  // namespace

struct Log::Writer {
  explicit Writer(const std::string& node)
      : sink(std::make_shared<CountingSink>()),
        thread(std::make_shared<spdlog::details::thread_pool>(kRingLines, 1)),
        logger(std::make_shared<spdlog::async_logger>(
            node, sink, thread, spdlog::async_overflow_policy::overrun_oldest)),
        direct(node, sink) {}

  bool is_done() const { return sink->written() + thread->overrun_counter() >= lines; }

  std::shared_ptr<CountingSink> sink;
  std::shared_ptr<spdlog::details::thread_pool> thread;
  std::shared_ptr<spdlog::async_logger> logger;
  spdlog::logger direct;               // writes on the caller's thread
  std::atomic<std::size_t> lines = 0;  // put into the ring
  bool json = false;
};

Log::Log(gms::NodeId node, LogFormat format)
    : writer_(std::make_unique<Writer>(std::to_string(node.value()))) {
  writer_->json = format == LogFormat::json;
  writer_->sink->set_pattern(
      writer_->json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l","node":%n,"message":%v})"
                    : "%Y-%m-%d %H:%M:%S.%e %l node %n: %v");
}

Log::~Log() {
  const std::size_t dropped = writer_->thread->overrun_counter();
  if (dropped > 0) {
    line(gms::LogLevel::warning, std::to_string(dropped) + " lines of this log were dropped");
  }
}

void Log::line(gms::LogLevel level, const std::string& text) {
  ++writer_->lines;
  writer_->logger->log(level_of(level), rendered(text));
}

void Log::last_line(gms::LogLevel level, const std::string& text) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  while (!writer_->is_done() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  writer_->direct.log(level_of(level), rendered(text));
}

std::string Log::rendered(const std::string& text) const {
  return writer_->json ? json_string(text) : text;
}

}  // namespace groupy::cli
