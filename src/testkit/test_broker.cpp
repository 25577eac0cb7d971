// TestBroker: the public class, in front of its Workbench. Time is in test_broker_time.cpp.
#include <pint/testkit.hpp>

#include <stdexcept>
#include <string>
#include <utility>

#include "testkit/record_text.hpp"
#include "testkit/socket_faults.hpp"
#include "testkit/verification.hpp"
#include "testkit/workbench.hpp"

namespace pint {
namespace {

using testkit::Workbench;

void require(std::error_code refused, std::string_view what) {
  if (refused == Errc::not_running) throw std::logic_error("the TestBroker has been stopped");
  if (refused) throw std::invalid_argument(std::string(what) + ": " + refused.message());
}

Verdict none_came(Workbench& bench, const Pattern& pattern, const testkit::CountSearch& search,
                  const testkit::Watch::Outcome& outcome, testkit::Nanoseconds within) {
  return nothing_found(
      bench, pattern, search,
      outcome.thrown.empty() ? "Nothing within " + testkit::span_text(within) : outcome.thrown);
}

testkit::Nanoseconds checked(const Workbench& bench, std::optional<testkit::Nanoseconds> within) {
  if (within) testkit::require_not_negative(*within, "`within`");
  return within.value_or(bench.options().patience);
}

// Whether a client of this name has this very filter subscribed.
bool is_subscribed(const core::Engine& engine, std::string_view topic_filter, std::string_view client) {
  for (const ClientState& state : engine.clients()) {
    if (!client_matches(client, state.client.client_id)) continue;
    for (const SubscriptionState& subscription : state.subscriptions) {
      if (subscription.topic_filter == topic_filter) return true;
    }
  }
  return false;
}

}  // namespace

Times times(std::size_t count) { return {.at_least = count, .at_most = count}; }
Times at_least(std::size_t count) {
  if (count == 0) throw std::invalid_argument("at_least(0): none at all is always there; say 1 or more");
  return {.at_least = count};
}
Times at_most(std::size_t count) { return {.at_least = 0, .at_most = count}; }
Times never() { return at_most(0); }

TestBroker::TestBroker() : TestBroker(TestOptions()) {}
TestBroker::TestBroker(TestOptions options) : workbench_(std::make_unique<Workbench>(std::move(options))) {}
TestBroker::~TestBroker() = default;
TestBroker::TestBroker(TestBroker&&) noexcept = default;
TestBroker& TestBroker::operator=(TestBroker&&) noexcept = default;

std::uint16_t TestBroker::port(std::size_t index) const {
  const std::optional<SharedPort>& shared = workbench_->options().shared_port;
  return shared ? shared->port() : workbench_->broker().port(index);
}
std::string TestBroker::url() const {
  const std::optional<SharedPort>& shared = workbench_->options().shared_port;
  return shared ? shared->url() : workbench_->broker().url();
}
Broker& TestBroker::broker() { return workbench_->broker(); }
void TestBroker::stop() {
  workbench_->broker().stop();
  workbench_->require_no_violation();
}

void TestBroker::publish(Message message) {
  const std::string topic = message.topic;
  require(broker().publish(std::move(message)), "publish to \"" + topic + "\"");
}

void TestBroker::publish(std::string_view topic, std::string_view payload) {
  publish({.topic = std::string(topic), .payload = std::string(payload)});
}

RuleId TestBroker::add_rule(std::string_view topic_filter, MessageHandler handler) {
  const AddedRule added = broker().add_rule(topic_filter, std::move(handler));
  require(added.error, "add_rule \"" + std::string(topic_filter) + '"');
  return added.id;
}

RuleId TestBroker::add_rule(std::string_view topic_filter, TopicPayloadHandler handler) {
  const AddedRule added = broker().add_rule(topic_filter, std::move(handler));
  require(added.error, "add_rule \"" + std::string(topic_filter) + '"');
  return added.id;
}

// The journal.

std::vector<Record> TestBroker::journal() const {
  std::vector<Record> records;
  workbench_->read([&](const testkit::Journal& journal) { records = journal.all(); });
  return records;
}

std::vector<Record> TestBroker::journal(const Pattern& pattern) const {
  std::vector<Record> records;
  workbench_->read([&](const testkit::Journal& journal) { records = journal.query(pattern); });
  return records;
}

std::uint64_t TestBroker::last_sequence() const {
  std::uint64_t last = 0;
  workbench_->read([&](const testkit::Journal& journal) { last = journal.last(); });
  return last;
}

void TestBroker::save_json_lines(const std::filesystem::path& path) const {
  std::vector<Record> records;
  workbench_->read([&](const testkit::Journal& journal) { records = journal.held(); });
  pint::save_json_lines(records, path);
}

void TestBroker::save_pcapng(const std::filesystem::path& path) const {
  std::vector<Record> records;
  workbench_->read([&](const testkit::Journal& journal) { records = journal.held(); });
  pint::save_pcapng(records, path);
}

// Waiting and verifying.

Record TestBroker::await(const Pattern& pattern, std::optional<std::chrono::nanoseconds> within) {
  workbench_->refuse_in_handler("await()");
  const auto longest = checked(*workbench_, within);
  testkit::CountSearch search(pattern, 1);
  const testkit::Watch::Outcome outcome = workbench_->wait(search, longest);
  workbench_->require_no_violation();
  if (outcome.found) return search.found().front();
  throw TestFailure(none_came(*workbench_, pattern, search, outcome, longest).explanation);
}

std::vector<Record> TestBroker::verify(const Pattern& pattern, Times times,
                                       std::optional<std::chrono::nanoseconds> within) {
  workbench_->refuse_in_handler("verify()");
  testkit::Verified verified = testkit::verify(*workbench_, pattern, times, within);
  workbench_->require_no_violation();
  if (!verified.verdict) throw TestFailure(verified.verdict.explanation);
  return std::move(verified.records);
}

std::vector<Record> TestBroker::verify_order(const std::vector<Pattern>& patterns,
                                             std::optional<std::chrono::nanoseconds> within) {
  workbench_->refuse_in_handler("verify_order()");
  testkit::Verified verified = testkit::verify_order(*workbench_, patterns, within);
  workbench_->require_no_violation();
  if (!verified.verdict) throw TestFailure(verified.verdict.explanation);
  return std::move(verified.records);
}

Verdict TestBroker::check(const Pattern& pattern, Times times,
                          std::optional<std::chrono::nanoseconds> within) {
  workbench_->refuse_in_handler("check()");
  return testkit::verify(*workbench_, pattern, times, within).verdict;
}

Verdict TestBroker::check_order(const std::vector<Pattern>& patterns,
                                std::optional<std::chrono::nanoseconds> within) {
  workbench_->refuse_in_handler("check_order()");
  return testkit::verify_order(*workbench_, patterns, within).verdict;
}

void TestBroker::await_subscription(std::string_view topic_filter, std::string_view client,
                                    std::optional<std::chrono::nanoseconds> within) {
  const Pattern pattern = subscribed(topic_filter).client(client);
  const auto longest = checked(*workbench_, within);
  testkit::CountSearch search(pattern, 1);
  bool is_there = false;
  workbench_->run_between_turns("await_subscription()", [&](RunningBroker& broker) {
    broker.loop().settle();
    is_there = is_subscribed(broker.engine(), topic_filter, client);
    search.begin_after(workbench_->panel().journal());
  });
  if (is_there) return;
  const testkit::Watch::Outcome outcome = workbench_->wait(search, longest);
  if (outcome.found) return;
  throw TestFailure(none_came(*workbench_, pattern, search, outcome, longest).explanation);
}

void TestBroker::settle() {
  workbench_->run_between_turns("settle()", [](RunningBroker& broker) { broker.loop().settle(); });
  workbench_->require_no_violation();
}

// Life and death.

void TestBroker::kick(std::string_view client, ReasonCode reason) {
  workbench_->each_client("kick()", client, [&](RunningBroker& broker, const std::string& client_id) {
    broker.disconnect(client_id, reason);
  });
}

void TestBroker::cut(std::string_view client) {
  workbench_->each_client("cut()", client, [](RunningBroker& broker, const std::string& client_id) {
    broker.engine().cut(client_id, true, broker.loop().now());
  });
}

void TestBroker::drop(std::string_view client) {
  workbench_->each_client("drop()", client, [](RunningBroker& broker, const std::string& client_id) {
    broker.engine().cut(client_id, false, broker.loop().now());
  });
}

void TestBroker::restart(Restart what) {
  const auto loses = [what](Restart part) {
    return (static_cast<unsigned>(what) & static_cast<unsigned>(part)) != 0;
  };
  workbench_->run_between_turns("restart()", [&](RunningBroker& broker) {
    broker.loop().settle();
    broker.engine().restart({.sessions = loses(Restart::lose_sessions),
                             .retained = loses(Restart::lose_retained),
                             .inflight = loses(Restart::lose_inflight)},
                            broker.loop().now());
    broker.loop().settle();
  });
}

void TestBroker::reset() { workbench_->reset(); }

void TestBroker::pause() {
  workbench_->run_between_turns("pause()", [&](RunningBroker& broker) {
    broker.loop().settle();
    broker.loop().pause();
    workbench_->panel().note_fault({.name = "pause", .what = "the broker hangs"});
  });
}

void TestBroker::resume() {
  workbench_->run_between_turns("resume()", [](RunningBroker& broker) {
    broker.loop().resume();
    broker.loop().settle();
  });
}

void TestBroker::down() {
  workbench_->run_between_turns("down()", [&](RunningBroker& broker) {
    broker.loop().settle();
    broker.loop().down();
    workbench_->panel().note_fault({.name = "down", .what = "connections are refused"});
  });
}

void TestBroker::up() {
  workbench_->run_between_turns("up()", [](RunningBroker& broker) { broker.loop().up(); });
}

// Faults and lint.

Faults TestBroker::faults() {
  return {workbench_->panel().plan(), workbench_->executor(&testkit::InstrumentPanel::plan_changed)};
}

SocketFaults TestBroker::socket_faults() {
  testkit::InstrumentPanel& panel = workbench_->panel();
  return SocketFaults(std::make_shared<SocketFaults::Implementation>(
      workbench_->executor(&testkit::InstrumentPanel::shaper_changed), panel.shaper(), [] {}));
}

std::vector<Finding> TestBroker::findings() const {
  std::vector<Finding> findings;
  workbench_->read([&](const testkit::Journal&) { findings = workbench_->panel().findings(); });
  return findings;
}

}  // namespace pint
