#include "testkit/stub_table.hpp"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>

#include "api/message_check.hpp"
#include "api/running_broker.hpp"
#include "testkit/record_text.hpp"
#include "testkit/stub_parts.hpp"
#include "testkit/workbench.hpp"

namespace pint::testkit {
namespace {

constexpr std::string_view kFirstState = "started";

// The message of a reply; nothing if it goes to a Response Topic and there is none. Throws what the reply's
// function throws.
std::optional<Message> message_of(const StubReply& reply, const Record& request) {
  const std::optional<std::string>& response_topic = request.properties.response_topic;
  if (!reply.topic && !response_topic) return std::nullopt;
  Message message{.topic = reply.topic ? reply.topic->render(request) : *response_topic,
                  .payload = reply.payload(request),
                  .qos = reply.terms.qos,
                  .retain = reply.terms.retain,
                  .properties = reply.terms.properties};
  std::optional<std::string>& correlation_data = message.properties.correlation_data;
  if (!correlation_data && message.topic == response_topic) {
    correlation_data = request.properties.correlation_data;
  }
  if (const std::error_code error = check_message(message)) {
    throw std::invalid_argument("the reply to " + in_quotes(message.topic) +
                                " cannot be published: " + error.message());
  }
  return message;
}

std::string text_of(const StubReply& reply, const std::optional<Message>& message) {
  if (!message) return "no answer: the request has no Response Topic";
  const std::string delay = reply.delay > Duration::zero() ? " after " + span_text(reply.delay) : "";
  return "answers " + plain(message->topic) + delay;
}

}  // namespace

bool AddedStub::used_up() const { return plan.parts().times && hits >= *plan.parts().times; }

void StubTable::attach(RunningBroker& broker) {
  broker_ = &broker;
  broker.loop().serve(*this);
}

std::shared_ptr<AddedStub> StubTable::add(const StubPlan& plan) {
  const StubPlan::Parts& parts = plan.parts();
  std::string name = parts.name;
  if (has(name)) throw std::invalid_argument("there is another stub with the name " + in_quotes(name));
  while (name.empty() || has(name)) name = "stub " + std::to_string(++named_);
  if (parts.in_state || parts.next_state) states_.try_emplace(parts.scenario, kFirstState);
  return stubs_.emplace_back(std::make_shared<AddedStub>(AddedStub{.name = std::move(name), .plan = plan}));
}

bool StubTable::has(std::string_view name) const {
  return std::ranges::any_of(stubs_, [&](const auto& stub) { return stub->name == name; });
}

void StubTable::remove(const AddedStub& stub) {
  std::erase_if(stubs_, [&](const std::shared_ptr<AddedStub>& each) { return each.get() == &stub; });
}

void StubTable::clear() {
  stubs_.clear();
  states_.clear();
  replies_.clear();
}

std::optional<StubCall> StubTable::answer(const Record& request, std::uint8_t hops) {
  const std::shared_ptr<AddedStub> stub = find(request);
  if (!stub) return std::nullopt;
  ++stub->hits;
  std::optional<Answer> made;
  broker_->handle(hops, [&] { made = make_answer(*stub, request); });
  if (!made) return StubCall{.name = stub->name, .what = "no answer: it failed"};
  for (Reply& reply : made->replies) {
    const Time due = broker_->loop().now() + reply.delay;
    replies_.emplace(due, std::move(reply));
  }
  return StubCall{.name = stub->name, .what = made->text + change_state(stub->plan.parts())};
}

// Where the plan leads to, if anywhere, as text.
std::string StubTable::change_state(const StubPlan::Parts& parts) {
  if (!parts.next_state) return {};
  states_[parts.scenario] = *parts.next_state;
  const std::string of = parts.scenario.empty() ? "" : " of " + plain(parts.scenario);
  return "; the state" + of + " is now " + plain(*parts.next_state);
}

// Predicates may add and remove stubs, and what they do must not end the search.
std::shared_ptr<AddedStub> StubTable::find(const Record& request) {
  const std::vector<std::shared_ptr<AddedStub>> stubs = stubs_;
  const auto found = std::find_if(stubs.rbegin(), stubs.rend(), [&](const std::shared_ptr<AddedStub>& each) {
    return matches(*each, request);
  });
  return found == stubs.rend() ? nullptr : *found;
}

bool StubTable::matches(AddedStub& stub, const Record& request) try {
  const StubPlan::Parts& parts = stub.plan.parts();
  const bool is_ready = !parts.in_state || states_[parts.scenario] == *parts.in_state;
  return is_ready && !stub.used_up() && parts.request.matches(request);
} catch (const std::exception& error) {
  fail(stub, std::string("its predicate threw \"") + error.what() + '"');
  return false;
} catch (...) {
  fail(stub, "its predicate threw something that is no std::exception");
  return false;
}

// All replies or none: nothing if one of them failed.
std::optional<StubTable::Answer> StubTable::make_answer(AddedStub& stub, const Record& request) try {
  Answer answer;
  for (const StubReply& reply : stub.plan.parts().replies) {
    std::optional<Message> message = message_of(reply, request);
    answer.text += (answer.text.empty() ? "" : ", ") + text_of(reply, message);
    if (message) answer.replies.push_back({std::move(*message), reply.delay, broker_->hops()});
  }
  if (answer.text.empty()) answer.text = "no answer";
  return answer;
} catch (const std::exception& error) {
  fail(stub, error.what());
  return std::nullopt;
} catch (...) {
  fail(stub, "it threw something that is no std::exception");
  return std::nullopt;
}

void StubTable::fail(AddedStub& stub, const std::string& what) {
  if (stub.failure.empty()) stub.failure = what;
  broker_->engine().count_handler_failure(stub.name, what);
}

const std::string& StubTable::state(std::string_view scenario) const {
  const auto found = states_.find(scenario);
  if (found != states_.end()) return found->second;
  throw std::invalid_argument(scenario.empty() ? "no stub has a state yet"
                                               : "no stub names the scenario " + in_quotes(scenario));
}

void StubTable::set_state(std::string_view scenario, std::string_view state) {
  if (state.empty()) throw std::invalid_argument("a state of a scenario has a name that is not empty");
  static_cast<void>(this->state(scenario));  // it exists
  states_.find(scenario)->second = state;
}

std::optional<Time> StubTable::next_deadline() const {
  if (replies_.empty()) return std::nullopt;
  return replies_.begin()->first;
}

void StubTable::tick(Time now) {
  while (!replies_.empty() && replies_.begin()->first <= now) {
    const auto first = replies_.extract(replies_.begin());
    // Refused only while the broker shuts down, and then nobody is there to be answered.
    [[maybe_unused]] const std::error_code told =
        broker_->engine().publish(first.mapped().message, first.mapped().hops, now);
  }
}

}  // namespace pint::testkit
