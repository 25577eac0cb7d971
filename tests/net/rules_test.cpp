// Rules: subscriptions whose receiver is a function or a queue.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include <pint/broker.hpp>

#include "support/inbox.hpp"
#include "support/settle.hpp"
#include "support/wire_client.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;

TopicPayloadHandler into(Inbox<std::string>& inbox) {
  return [&inbox](std::string_view topic, std::string_view payload) {
    inbox.put(std::string(topic) + "=" + std::string(payload));
  };
}

class Rules : public testing::Test {
 protected:
  Rules() { broker_.start(); }

  Inbox<std::string> heard_;
  Broker broker_{{.listeners = {Listener::tcp(0)}}};
};

TEST_F(Rules, OnMessageGetsTheWholeMessageAtItsPublishedQos) {
  Inbox<Message> messages;
  ASSERT_TRUE(broker_.add_rule("a/+", [&](const Message& message) { messages.put(message); }));
  Message sent{.topic = "a/b", .payload = "1", .qos = QoS::exactly_once};
  sent.properties.content_type = "text/plain";
  sent.properties.user_properties = {{"k", "v"}};
  broker_.publish(sent);
  broker_.publish("a/c", "2");
  EXPECT_EQ(messages.take(), sent);
  EXPECT_EQ(messages.take(), (Message{.topic = "a/c", .payload = "2"}));
}

TEST_F(Rules, OnPayloadGetsTopicAndPayload) {
  ASSERT_TRUE(broker_.add_rule("a/#", into(heard_)));
  broker_.publish("a/b", "1");
  EXPECT_EQ(heard_.take(), "a/b=1");
}

TEST_F(Rules, AQueueGetsMessagesForAnyThread) {
  const auto queue = std::make_shared<MessageQueue>();
  ASSERT_TRUE(broker_.add_rule("a", queue));
  broker_.publish("a", "1");
  broker_.publish("a", "2");
  EXPECT_EQ(queue->pop(10s)->payload, "1");
  EXPECT_EQ(queue->pop(10s)->payload, "2");
}

TEST_F(Rules, StopClosesTheirQueues) {
  const auto queue = std::make_shared<MessageQueue>();
  ASSERT_TRUE(broker_.add_rule("a", queue));
  broker_.publish("a", "1");
  broker_.stop();
  EXPECT_EQ(queue->pop(10s)->payload, "1");
  EXPECT_FALSE(queue->pop(10s).has_value());
}

TEST_F(Rules, HearClients) {
  ASSERT_TRUE(broker_.add_rule("from/#", into(heard_)));
  WireClient client(broker_.port());
  client.connect("c");
  client.publish("from/client", "hello", QoS::at_least_once);
  EXPECT_EQ(heard_.take(), "from/client=hello");
  EXPECT_EQ(client.expect<mqtt::Puback>().reason, ReasonCode::success);
}

TEST_F(Rules, GetRetainedMessagesFirst) {  // [MQTT-3.3.1-6]
  Inbox<Message> messages;
  broker_.publish({.topic = "a", .payload = "old", .retain = true});
  broker_.add_rule("a", [&](const Message& message) { messages.put(message); });
  broker_.publish("a", "new");
  EXPECT_EQ(messages.take(), (Message{.topic = "a", .payload = "old", .retain = true}));
  EXPECT_EQ(messages.take(), (Message{.topic = "a", .payload = "new"}));
}

TEST_F(Rules, OfTheOptionsAreThereFromTheStart) {
  Broker broker({.listeners = {}, .rules = {{.topic_filter = "a", .on_payload = into(heard_)}}});
  broker.start();
  broker.publish("a", "1");
  EXPECT_EQ(heard_.take(), "a=1");
}

TEST_F(Rules, AreRefusedWithoutATopicFilterOrExactlyOneHandler) {
  EXPECT_EQ(broker_.add_rule("a/#/b", into(heard_)).error, Errc::invalid_topic_filter);  // [MQTT-4.7.1-1]
  EXPECT_EQ(broker_.add_rule("", into(heard_)).error, Errc::invalid_topic_filter);       // [MQTT-4.7.3-1]
  EXPECT_EQ(broker_.add_rule("a\xFF", into(heard_)).error, Errc::invalid_topic_filter);
  EXPECT_EQ(broker_.add_rule("$share//a", into(heard_)).error, Errc::invalid_topic_filter);  // [MQTT-4.8.2-1]
  EXPECT_EQ(broker_.add_rule(Rule{.topic_filter = "a"}).error, Errc::invalid_options);
  EXPECT_EQ(
      broker_.add_rule({.topic_filter = "a", .on_message = [](const Message&) {}, .on_payload = into(heard_)})
          .error,
      Errc::invalid_options);
}

TEST_F(Rules, RemovedOnesAreNotCalledAgain) {
  const AddedRule removed = broker_.add_rule("a", into(heard_));
  broker_.publish("a", "1");
  EXPECT_EQ(heard_.take(), "a=1");
  EXPECT_FALSE(broker_.remove_rule(removed.id));
  EXPECT_EQ(broker_.remove_rule(removed.id), Errc::unknown_rule);
  broker_.publish("a", "2");
  broker_.add_rule("b", into(heard_));
  broker_.publish("b", "3");
  EXPECT_EQ(heard_.take(), "b=3");
}

TEST_F(Rules, RemovedBeforeStartAreNeverCalled) {
  Broker broker({.listeners = {}});
  const AddedRule removed = broker.add_rule("a", into(heard_));
  broker.add_rule("#", into(heard_));
  EXPECT_FALSE(broker.remove_rule(removed.id));
  broker.start();
  broker.publish("a", "1");
  broker.publish("b", "2");
  EXPECT_EQ(heard_.take(), "a=1");
  EXPECT_EQ(heard_.take(), "b=2");
}

TEST_F(Rules, AHandlerMayRemoveItsOwnRuleAndStopsCallsThatWait) {
  AddedRule once;
  std::string alive(100, 'x');  // what the handler owns must outlive its call
  once = broker_.add_rule("start", [&, alive](std::string_view, std::string_view) {
    const AddedRule one = broker_.add_rule("n", into(heard_));
    broker_.publish("n", "1");
    broker_.remove_rule(one.id);
    broker_.publish("n", "2");
    broker_.remove_rule(once.id);
    heard_.put(alive);
  });
  broker_.publish("start", "");
  EXPECT_EQ(heard_.take(), alive);
  broker_.publish("start", "");
  broker_.add_rule("end", into(heard_));
  broker_.publish("end", "");
  // "n" was published while its rule was being added and removed in one handler: whether it hears "1" is not
  // promised, that it does not hear "2" is.
  std::string last = heard_.take();
  if (last == "n=1") last = heard_.take();
  EXPECT_EQ(last, "end=");
}

TEST_F(Rules, RemovalInAHandlerHoldsForMessagesOfTheSameTurn) {
  AddedRule rule;
  int calls = 0;
  rule = broker_.add_rule("n", [&](std::string_view, std::string_view) {
    ++calls;
    broker_.remove_rule(rule.id);
  });
  WireClient client(broker_.port());
  client.connect("c");
  const Bytes both = {0x30, 4, 0, 1, 'n', 0, 0x30, 4, 0, 1, 'n', 0};  // two PUBLISH, handled in one turn
  client.send(ByteView(both)).ping();
  settle(broker_);
  EXPECT_EQ(calls, 1);
}

TEST_F(Rules, MayPublish) {
  broker_.add_rule("question",
                   [&](std::string_view, std::string_view payload) { broker_.publish("answer", payload); });
  WireClient client(broker_.port());
  client.connect("c");
  client.subscribe("answer");
  client.publish("question", "42");
  EXPECT_EQ(as_text(client.expect<mqtt::Publish>().payload), "42");
}

TEST_F(Rules, OneThatFeedsItselfIsBoundedAndTold) {
  Inbox<Event> told;
  Options options{.listeners = {}, .limits = {.rule_hops = 5}};
  options.on_event = [&](const Event& event) {
    if (!std::holds_alternative<HandlerFailed>(event)) told.put(event);
  };
  Broker broker(options);
  broker.add_rule("loop", [&](std::string_view, std::string_view payload) {
    heard_.put(std::string(payload));
    broker.publish("loop", std::string(payload) + "x");
  });
  broker.start();
  broker.publish("loop", "");
  EXPECT_EQ(std::get<LimitReached>(told.take()).limit, "rule_hops");
  EXPECT_EQ(std::get<MessageDropped>(told.take()).cause, DropCause::rule_loop);
  for (std::size_t hops = 0; hops <= 5; ++hops) EXPECT_EQ(heard_.take(), std::string(hops, 'x'));
  broker.publish("other", "");
  settle(broker);
  EXPECT_TRUE(heard_.empty());
}

TEST_F(Rules, OneThatThrowsIsToldAndCountedAndCalledAgain) {
  Inbox<HandlerFailed> failures;
  Inbox<std::string> log;
  Options options{.listeners = {}};
  options.on_event = [&](const Event& event) {
    if (const auto* failed = std::get_if<HandlerFailed>(&event)) failures.put(*failed);
  };
  options.log = [&](LogLevel level, std::string_view line) {
    if (level == LogLevel::error) log.put(std::string(line));
  };
  Broker broker(options);
  broker.add_rule("bad/#", [](std::string_view topic, std::string_view) {
    if (topic == "bad/int") throw 7;
    throw std::runtime_error("out of cheese");
  });
  broker.start();
  broker.publish("bad/1", "");
  broker.publish("bad/int", "");
  const HandlerFailed first = failures.take();
  EXPECT_EQ(first.handler, "rule bad/#");
  EXPECT_EQ(first.explanation, "out of cheese");
  EXPECT_EQ(failures.take().explanation, "it threw something that is no std::exception");
  EXPECT_EQ(log.take(), "handler rule bad/# failed: out of cheese");
  EXPECT_EQ(broker.stats().handlers_failed, 2u);
  EXPECT_EQ(broker.stats().rules_called, 2u);
}

}  // namespace
}  // namespace pint::test
