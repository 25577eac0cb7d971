#include "testkit/workbench.hpp"

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <utility>

namespace pint::testkit {
namespace {

constexpr std::chrono::milliseconds kNoGrace{0};

Options broker_options(const TestOptions& options) {
  Options out = options.broker;
  out.listeners = options.shared_port ? std::vector<Listener>() : options.listeners;
  if (!out.seed) out.seed = options.seed;
  return out;
}

// What of clients, Sessions, messages and rules is still there; empty if nothing is.
std::string left_over(const core::Engine& engine, std::size_t rules) {
  std::string left;
  const auto add = [&](const std::string& what) { left.append(left.empty() ? "" : ", ").append(what); };
  for (const ClientState& state : engine.clients()) {
    add(state.client.client_id + (state.connected ? " is connected again" : " has a Session again"));
  }
  for (const Message& message : engine.retained("#")) add("a message is retained in " + message.topic);
  const std::size_t subscriptions = engine.stats().subscriptions;
  if (subscriptions > rules) add(std::to_string(subscriptions - rules) + " subscriptions or rules too many");
  return left;
}

}  // namespace

void require_not_negative(Nanoseconds time, std::string_view what) {
  if (time >= Nanoseconds::zero()) return;
  throw std::invalid_argument(std::string(what) + " is negative; time only goes forward");
}

Workbench::Workbench(TestOptions options)
    : options_(std::move(options)),
      panel_(options_),
      broker_(InstrumentedBroker::make(broker_options(options_), panel_.instruments())) {
  require_not_negative(options_.patience, "TestOptions::patience");
  broker_.start();
  if (options_.shared_port) place_ = SharedPort(*options_.shared_port).add(options_.name_prefix, broker_);
}

Workbench::~Workbench() {
  broker_.stop();
  const std::string violations = panel_.take_violations();
  if (violations.empty()) return;
  if (options_.on_failure)
    options_.on_failure(violations);
  else
    std::fputs(violations.c_str(), stderr);
}

std::function<void(const std::function<void()>&)> Workbench::executor(void (InstrumentPanel::*changed)()) {
  return [this, changed](const std::function<void()>& work) {
    run([&](RunningBroker&) {
      work();
      (panel_.*changed)();
    });
  };
}

void Workbench::require_no_violation() {
  std::string violations;
  read([&](const Journal&) { violations = panel_.take_violations(); });
  if (!violations.empty()) throw TestFailure("A client broke the rules:\n" + violations);
}

void Workbench::run(const std::function<void(RunningBroker&)>& work) {
  if (InstrumentedBroker::between_turns(broker_, work)) return;
  throw std::logic_error(
      "the TestBroker has been stopped; of what it can do, only reading the journal is left");
}

void Workbench::refuse_in_handler(std::string_view caller) const {
  if (!InstrumentedBroker::on_broker_thread(broker_)) return;
  throw std::logic_error(std::string(caller) +
                         " was called in a handler, on the broker thread, and would wait for itself");
}

void Workbench::run_between_turns(std::string_view caller, const std::function<void(RunningBroker&)>& work) {
  refuse_in_handler(caller);
  run(work);
}

void Workbench::read(const std::function<void(const Journal&)>& work) {
  const bool in_handler = InstrumentedBroker::on_broker_thread(broker_);
  const auto settle_and_read = [&](RunningBroker& broker) {
    if (!in_handler) broker.loop().settle();
    work(panel_.journal());
  };
  if (InstrumentedBroker::between_turns(broker_, settle_and_read)) return;
  broker_.stop(kNoGrace);  // returns when the broker thread has ended, whoever stops it
  work(panel_.journal());
}

Watch::Outcome Workbench::wait(Search& search, Nanoseconds within) {
  const auto watch = std::make_shared<Watch>(search);
  bool ended = false;
  run([&](RunningBroker& broker) {
    broker.loop().settle();
    ended = watch->look(panel_.journal());
    if (!ended && within > Nanoseconds::zero()) panel_.watch(watch);
  });
  if (ended || within == Nanoseconds::zero()) return watch->outcome();
  watch->wait_for(within);
  run([&](RunningBroker& broker) {
    broker.loop().settle();
    panel_.unwatch(watch);
  });
  return watch->outcome();
}

void Workbench::each_client(std::string_view caller, std::string_view name,
                            const std::function<void(RunningBroker&, const std::string& client_id)>& work) {
  std::string others;
  bool found = false;
  run_between_turns(caller, [&](RunningBroker& broker) {
    broker.loop().settle();
    for (const ClientState& state : broker.engine().clients()) {
      if (!state.connected) continue;
      const std::string& client_id = state.client.client_id;
      if (client_matches(name, client_id)) {
        work(broker, client_id);
        found = true;
      } else {
        others.append(others.empty() ? "" : ", ").append(client_id);
      }
    }
    broker.loop().settle();
  });
  if (found) return;
  throw TestFailure(std::string(caller) + ": no client " + std::string(name) + " is connected; " +
                    (others.empty() ? "none is" : "those that are: " + others));
}

void Workbench::reset() {
  refuse_in_handler("reset()");
  InstrumentedBroker::remove_added_rules(broker_);
  std::string left;
  run([&](RunningBroker& broker) {
    broker.loop().resume();
    broker.loop().up();
    panel_.clear_faults();
    panel_.stubs().clear();
    broker.loop().settle();
    broker.engine().restart({.sessions = true, .retained = true, .inflight = true}, broker.loop().now());
    broker.loop().settle();
    panel_.journal().clear();
    panel_.begin_lint();
    left = left_over(broker.engine(), options_.broker.rules.size());
  });
  if (!left.empty()) throw TestFailure("reset() did not leave the broker clean: " + left);
}

}  // namespace pint::testkit
