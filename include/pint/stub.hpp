// Stubs: what the rest of the world answers to the client under test. A stub is planned, then added:
//
//   broker.add_stub(when(published("cmd/+")).reply("resp/{1}", "done"));
//   broker.add_stub(when(published("ask/#").client("dev-*")).reply_to_response_topic("{payload}!"));
//
// Of the stubs that match a message, the newest answers, and no other: a test adds to what its fixture has
// laid down, and puts itself before it. One that is used up or waits for another state does not match.
//
// A stub with a state is a step of a scenario. Scenarios are independent of each other; each has one state at
// a time, at first "started". The state changes with the message that is answered, not with its replies.
//
//   broker.add_stub(when(published("pair")).in_state("started").then("paired").reply("pair/code", "1234"));
//   broker.add_stub(when(published("pair")).in_state("paired").reply("pair/error", "paired already"));
//
// Topics and payloads of replies are templates: {1}, {2} … are what the wildcards of the pattern's Topic
// Filter stood for (# for all the rest), {topic}, {client} and {payload} the message's own. Other braces are
// text, such as those of {"on": true}; a name in braces that is none of these is refused.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <pint/journal.hpp>
#include <pint/message.hpp>
#include <pint/pattern.hpp>
#include <pint/times.hpp>

namespace pint {

namespace testkit {
class Workbench;
struct AddedStub;
}  // namespace testkit

// How a reply is published. Correlation Data that is absent here is the request's, if the reply goes to its
// Response Topic.
struct ReplyTerms {
  QoS qos = QoS::at_most_once;
  bool retain = false;
  Properties properties = {};
};

// Makes a reply's payload. Called on the broker thread when the request is told, before any delay. If it
// throws, nothing is sent and the state stays: the journal has handler_failed, and Stub::verify() fails.
using ReplyPayload = std::function<std::string(const Record& request)>;

// A stub as a value; each call gives another one. Errors: std::invalid_argument with a sentence for what
// cannot be, such as {2} with one wildcard, or a reply to a topic that is none.
class StubPlan {
 public:
  // Replies; a message gets all of them, in this order. Without any, a stub is silent, as is a device that is
  // switched off.
  [[nodiscard]] StubPlan reply(std::string_view topic, std::string_view payload, ReplyTerms terms = {}) const;
  [[nodiscard]] StubPlan reply(std::string_view topic, ReplyPayload payload, ReplyTerms terms = {}) const;
  // To the MQTT 5.0 Response Topic of the request. One without is not answered, as its record says.
  [[nodiscard]] StubPlan reply_to_response_topic(std::string_view payload, ReplyTerms terms = {}) const;
  [[nodiscard]] StubPlan reply_to_response_topic(ReplyPayload payload, ReplyTerms terms = {}) const;
  // The reply before this goes out so much broker time after the request.
  [[nodiscard]] StubPlan after(std::chrono::nanoseconds delay) const;

  // Answer so many messages; afterwards the stub does not match any more. By default without end.
  [[nodiscard]] StubPlan times(std::size_t count) const;
  [[nodiscard]] StubPlan once() const { return times(1); }
  // A name of its own, for the journal; without "*" and "?". By default "stub 1", "stub 2" …
  [[nodiscard]] StubPlan named(std::string_view name) const;

  // Match only while the scenario is in this state.
  [[nodiscard]] StubPlan in_state(std::string_view state) const;
  // With the message that is answered, go to this state.
  [[nodiscard]] StubPlan then(std::string_view state) const;
  // The scenario whose state that is. By default the one without a name.
  [[nodiscard]] StubPlan scenario(std::string_view name) const;

  struct Parts;  // the test kit's own
  explicit StubPlan(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}
  [[nodiscard]] const Parts& parts() const { return *parts_; }

 private:
  std::shared_ptr<const Parts> parts_;
};

// `request` is published(…), as refined as you like: the messages the stub is for, whoever sends them, the
// application and other stubs included. Answers to answers end at limits.rule_hops.
[[nodiscard]] StubPlan when(const Pattern& request);

// A stub in a TestBroker, which it must not outlive. A cheap handle; copies mean the same stub.
// Threads: any. Errors: as TestBroker's.
class Stub {
 public:
  [[nodiscard]] const std::string& name() const;
  // How many messages it was called for, whatever became of them; also after it was removed.
  [[nodiscard]] std::size_t hits() const;
  // As TestBroker::verify() of stub_called(name()). Throws TestFailure as well if a function of the stub has
  // thrown, or a reply could not be published.
  void verify(Times times = {}, std::optional<std::chrono::nanoseconds> within = {}) const;
  // Answer no more. Replies on their way still go out.
  void remove();

  Stub(testkit::Workbench& bench, std::shared_ptr<testkit::AddedStub> stub)
      : bench_(&bench), stub_(std::move(stub)) {}

 private:
  testkit::Workbench* bench_;
  std::shared_ptr<testkit::AddedStub> stub_;
};

}  // namespace pint
