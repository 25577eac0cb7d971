// The one place that includes spdlog; no registry, no default logger.
#include "log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace pint::app {
namespace {

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warning: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
    case LogLevel::off: return spdlog::level::off;
  }
  return spdlog::level::off;
}

}  // namespace

struct Log::Logger {
  spdlog::logger logger{"pintbroker", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
};

Log::Log(LogLevel least) : logger_(std::make_unique<Logger>()) {
  logger_->logger.set_pattern("%Y-%m-%d %H:%M:%S.%e %-7l %v");
  set_least(least);
}

Log::~Log() = default;

void Log::set_least(LogLevel least) { logger_->logger.set_level(level_of(least)); }

bool Log::writes(LogLevel level) const { return logger_->logger.should_log(level_of(level)); }

void Log::write(LogLevel level, std::string_view text) {
  logger_->logger.log(level_of(level), spdlog::string_view_t(text.data(), text.size()));
}

}  // namespace pint::app
