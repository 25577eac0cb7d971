// TurnedLoop: a loop by hand, with a real engine and real sockets; but turns are taken by the test, in a time
// that it sets.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>

#include <functional>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "core/engine.hpp"
#include "net/loop.hpp"
#include "support/wire_client.hpp"

namespace pint::test {

class SetTime : public net::TimeSource {
 public:
  Time now() override { return now_; }
  Time wire(Time now) override { return now + wire_ahead_; }
  Duration until(Time due) override {
    return moves_by_itself_ ? TimeSource::until(due) : due <= now_ ? Duration::zero() : net::kForever;
  }
  void advance(Duration duration) { now_ += duration; }
  // From here on broker time moves only by advance(), and wire time by this.
  void advance_wire(Duration duration) {
    moves_by_itself_ = false;
    wire_ahead_ += duration;
  }

 private:
  Time now_{std::chrono::hours{1}};
  Duration wire_ahead_{};
  bool moves_by_itself_ = true;
};

class RecordingHost : public net::Host {
 public:
  void on_events(std::vector<Event> events) override {
    for (Event& event : events) events_.push_back(std::move(event));
  }
  void on_rule_calls(std::vector<core::RuleCall> calls, Time) override {
    for (const core::RuleCall& call : calls) on_call(call);
  }
  void on_accepted(NativeSocket) override { ++accepted; }
  void on_descriptors_exhausted() override { ++exhausted; }

  std::function<void(const core::RuleCall&)> on_call = [](const core::RuleCall&) {};
  std::vector<Event> events_;
  int accepted = 0;
  int exhausted = 0;
};

class TurnedLoop : public testing::Test {
 protected:
  TurnedLoop() {
    mailbox_.open();
    loop_.emplace(engine_, mailbox_, time_, host_);
    net::Listener listener({.address = "127.0.0.1", .port = 0}, {});
    port_ = listener.port();
    loop_->add(std::move(listener));
  }

  // Turns until `done`, each when there is something to do; ten seconds of real time without any fail the
  // test.
  template <class Done>
  void run_until(Done done) {
    while (!done()) {
      pollfd watched{.fd = loop_->native(), .events = POLLIN, .revents = 0};
      const bool busy = loop_->timeout() == Duration::zero();
      if (::poll(&watched, 1, busy ? 0 : 10'000) == 0 && !busy) throw std::runtime_error("nothing happens");
      loop_->turn(false);
      ++turns_;
    }
  }
  void run_until_readable(const WireClient& client) {
    run_until([&] { return client.readable(); });
  }
  void post(net::Command command) { mailbox_.post(std::move(command), net::Mailbox::Bound::exempt, true); }

  // Turns until there is nothing to do, which must come.
  void settle() {
    pollfd watched{.fd = loop_->native(), .events = POLLIN, .revents = 0};
    for (int i = 0; i < 100'000; ++i) {
      if (loop_->timeout() > Duration::zero() && ::poll(&watched, 1, 0) == 0) return;
      loop_->turn(false);
    }
    throw std::runtime_error("the loop does not come to rest");
  }

  void connect(WireClient& client, std::string_view client_id) {
    client.send(mqtt::Connect{.client_id = client_id});
    run_until_readable(client);
    client.expect<mqtt::Connack>();
  }

  SetTime time_;
  RecordingHost host_;
  core::Engine engine_{{.observed = {.lifecycle = true}, .sys_interval = {}}};
  net::Mailbox mailbox_{1 << 20};
  std::optional<net::Loop> loop_;
  std::uint16_t port_ = 0;
  int turns_ = 0;
};

}  // namespace pint::test
