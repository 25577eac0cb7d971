// RunningBroker: what exists between start() and stop(): the engine, its loop, the installed rules, and the
// calls to the application's handlers. It is made by the thread that calls start() and then belongs to the
// broker thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <pint/broker.hpp>

#include "api/instruments.hpp"
#include "api/repeated_events.hpp"
#include "api/rules.hpp"
#include "core/engine.hpp"
#include "net/host.hpp"
#include "net/loop.hpp"
#include "net/time_source.hpp"

namespace pint {

class RunningBroker : public net::Host {
 public:
  // Opens every listener. `options` and `mailbox`, which is open, must outlive it. Throws Error or
  // std::system_error, and whatever on_socket throws.
  RunningBroker(const Options& options, net::Mailbox& mailbox, const Instruments& instruments = {});

  [[nodiscard]] net::Loop& loop() { return loop_; }
  [[nodiscard]] const std::vector<std::uint16_t>& ports() const { return ports_; }

  void install(RuleId id, std::shared_ptr<const Rule> rule);
  bool remove(RuleId id);
  bool disconnect(std::string_view client_id, ReasonCode reason);
  void close_queues() const { rules_.close_queues(); }

  // What publish() on this thread passes on: 0, or one more than the message that is being handled by a rule.
  [[nodiscard]] std::uint8_t hops() const { return hops_; }
  // Call somebody else's handler of a message that has been through so many already. It must not throw.
  void handle(std::uint8_t hops, const std::function<void()>& handler);

  [[nodiscard]] core::Engine& engine() { return engine_; }
  [[nodiscard]] const core::Engine& engine() const { return engine_; }
  [[nodiscard]] Stats stats() const;

  // Tell the log sink, if there is one.
  void log(LogLevel level, std::string_view text) const;

 private:
  void on_events(std::vector<Event> events) override;
  void on_rule_calls(std::vector<core::RuleCall> calls, Time now) override;
  void on_accepted(NativeSocket socket) override;
  void on_descriptors_exhausted() override;
  void on_memory_freed() override;

  void tell(const Event& event);
  void write(const Event& event);
  [[nodiscard]] bool wants(LogLevel level) const;
  [[nodiscard]] bool is_asked_for(const Event& event) const;
  void call(const Rule& rule, const core::RuleCall& call, Time now);
  template <class Handler>
  void guarded(std::string_view kind, std::string_view which, Handler handler);
  void count_failure(std::string_view kind, std::string_view which, std::string_view explanation);

  const Options& options_;
  Observer* const observer_;
  net::SystemTime time_;
  core::Engine engine_;
  net::Loop loop_;
  std::vector<std::uint16_t> ports_;
  Rules rules_;
  RepeatedEvents repeated_;  // as far as there is a log
  Message message_;  // what on_message handlers are given, kept for the capacity of its strings
  std::uint8_t hops_ = 0;
  std::uint64_t descriptors_exhausted_ = 0;
};

}  // namespace pint
