// Stubs in a TestBroker: who answers, what, when and how often.
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include <pint/testkit.hpp>

#include "support/wire_client.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

class Stubs : public testing::Test {
 protected:
  Texts payloads(std::string_view topic_filter) {
    Texts payloads;
    for (const Record& record : broker_.journal(published(topic_filter))) payloads.push_back(record.payload);
    return payloads;
  }
  // The details of the calls of stubs.
  Texts told() {
    Texts details;
    for (const Record& record : broker_.journal(stub_called())) details.push_back(record.detail);
    return details;
  }
  template <class Call>
  static std::string failure_of(Call call) {
    try {
      call();
    } catch (const TestFailure& failure) {
      return failure.what();
    }
    return "it did not fail";
  }
  TestBroker broker_;
};

TEST_F(Stubs, AnswerWithWhatTheWildcardsStoodFor) {
  broker_.add_stub(when(published("cmd/+/#")).reply("resp/{1}", "{2} of {topic}: {payload}"));
  broker_.publish("cmd/7/a/b", "on");
  EXPECT_EQ(payloads("resp/7"), Texts{"a/b of cmd/7/a/b: on"});
}

TEST_F(Stubs, AClientGetsTheAnswer) {
  broker_.add_stub(when(published("cmd/+").client("dev-*"))
                       .reply("resp/{client}", [](const Record& request) { return request.payload + "!"; },
                              {.qos = QoS::at_least_once}));
  WireClient client(broker_.port());
  client.connect("dev-1");
  client.subscribe("resp/#", QoS::at_least_once).publish("cmd/7", "on");
  const auto answer = client.expect<mqtt::Publish>();
  EXPECT_EQ(answer.topic, "resp/dev-1");
  EXPECT_EQ(as_text(answer.payload), "on!");
  EXPECT_EQ(answer.qos, QoS::at_least_once);
}

TEST_F(Stubs, AnswerNobodyElse) {
  broker_.add_stub(when(published("cmd/+").client("dev-*").payload("on")).reply("resp", ""));
  broker_.publish("cmd/7", "on");
  broker_.publish("other", "on");
  broker_.verify(published("resp"), never());
}

TEST_F(Stubs, SeveralRepliesGoOutInOrder) {
  broker_.add_stub(when(published("cmd")).reply("resp", "1").reply("resp", "2"));
  broker_.publish("cmd", "");
  broker_.publish("cmd", "");
  EXPECT_EQ(payloads("resp"), (Texts{"1", "2", "1", "2"}));
}

TEST_F(Stubs, ARepliesTermsAreItsMessages) {
  broker_.add_stub(when(published("cmd"))
                       .reply("resp", "on", {.retain = true, .properties = {.content_type = "text/plain"}}));
  broker_.publish("cmd", "");
  broker_.verify(published("resp").retain().content_type("text/plain"), times(1));
  EXPECT_EQ(broker_.broker().retained().size(), 1u);
}

TEST_F(Stubs, TheJournalHasRequestCallAndReplyInThisOrder) {
  broker_.add_stub(when(published("cmd")).reply("resp", "on").named("lamp"));
  broker_.publish("cmd", "go");
  const std::vector<Record> records = broker_.verify_order(
      {published("cmd"), stub_called("lamp").topic("cmd").payload("go"), published("resp")});
  EXPECT_EQ(records[1].sequence, records[0].sequence + 1);
  EXPECT_EQ(records[1].detail, "answers resp");
}

TEST_F(Stubs, TheNewestThatMatchesAnswersAlone) {
  broker_.add_stub(when(published("cmd/#")).reply("resp", "old"));
  Stub newer = broker_.add_stub(when(published("cmd/+")).reply("resp", "new"));
  broker_.publish("cmd/7", "");
  broker_.publish("cmd/7/x", "");
  newer.remove();
  broker_.publish("cmd/7", "");
  EXPECT_EQ(payloads("resp"), (Texts{"new", "old", "old"}));
  EXPECT_EQ(newer.hits(), 1u);
}

TEST_F(Stubs, OneWithoutRepliesIsSilent) {
  const Stub lamp = broker_.add_stub(when(published("cmd")).reply("resp", ""));
  const Stub silence = broker_.add_stub(when(published("cmd")).once());
  broker_.publish("cmd", "");
  broker_.verify(published("resp"), never());
  silence.verify(times(1));
  broker_.publish("cmd", "");
  broker_.verify(published("resp"), times(1));
  EXPECT_EQ(told(), (Texts{"no answer", "answers resp"}));
}

TEST_F(Stubs, AnswerSoManyTimes) {
  const Stub stub = broker_.add_stub(when(published("cmd")).reply("resp", "").times(2));
  for (int i = 0; i < 3; ++i) broker_.publish("cmd", "");
  broker_.verify(published("resp"), times(2));
  stub.verify(times(2));
  EXPECT_EQ(stub.hits(), 2u);
}

TEST_F(Stubs, DelaysAreOfTheRequestAndInBrokerTime) {
  broker_.add_stub(when(published("cmd"))
                       .reply("resp", "late")
                       .after(3h)
                       .reply("resp", "soon")
                       .after(200ms)
                       .reply("resp", "now"));
  broker_.publish("cmd", "");
  broker_.settle();
  EXPECT_EQ(payloads("resp"), Texts{"now"});
  EXPECT_EQ(broker_.advance_until(published("resp").payload("soon"), 1s).at, 200ms);
  broker_.advance(3h);
  EXPECT_EQ(payloads("resp"), (Texts{"now", "soon", "late"}));
  EXPECT_EQ(broker_.await(published("resp").payload("late")).at, 3h);
  EXPECT_EQ(told(), Texts{"answers resp after 10800 s, answers resp after 0.2 s, answers resp"});
}

TEST(StubsOnTheWall, DelaysPassByThemselves) {
  TestBroker broker({.clock = Clock::wall});
  broker.add_stub(when(published("cmd")).reply("resp", "").after(2ms));
  broker.publish("cmd", "");
  const Record request = broker.await(published("cmd"));
  EXPECT_GE(broker.await(published("resp")).at, request.at + 2ms);
}

TEST_F(Stubs, AWillIsAnswered) {
  broker_.add_stub(when(published("gone").client("dev-1")).reply("alarm", "{client}"));
  WireClient client(broker_.port());
  client.connect("dev-1", {.will = mqtt::WillView{.topic = "gone", .payload = as_bytes("!")}});
  broker_.cut("dev-1");
  EXPECT_EQ(payloads("alarm"), Texts{"dev-1"});
}

TEST_F(Stubs, RepliesMayBeRequestsOfOtherStubs) {
  broker_.add_stub(when(published("a")).reply("b", "{payload}b"));
  broker_.add_stub(when(published("b")).reply("c", "{payload}c"));
  broker_.publish("a", "a");
  EXPECT_EQ(payloads("c"), Texts{"abc"});
}

// MQTT 5.0 request and response.

class Responses : public Stubs {
 protected:
  static Message request() {
    return {.topic = "ask", .properties = {.response_topic = "answers/1", .correlation_data = "\x01\x02"}};
  }
};

TEST_F(Responses, GoToTheResponseTopicWithTheCorrelationData) {
  broker_.add_stub(when(published("ask")).reply_to_response_topic("42"));
  broker_.publish(request());
  broker_.verify(published("answers/1").payload("42").correlation_data("\x01\x02"), times(1));
}

TEST_F(Responses, CorrelationDataIsCopiedToTheResponseTopicOnly) {
  broker_.add_stub(when(published("ask")).reply("answers/1", "").reply("log", ""));
  broker_.publish(request());
  broker_.verify(published("answers/1").correlation_data("\x01\x02"), times(1));
  EXPECT_FALSE(broker_.await(published("log")).properties.correlation_data.has_value());
}

TEST_F(Responses, CorrelationDataOfTheReplysOwnStays) {
  broker_.add_stub(
      when(published("ask")).reply_to_response_topic("", {.properties = {.correlation_data = "wrong"}}));
  broker_.publish(request());
  broker_.verify(published("answers/1").correlation_data("wrong"), times(1));
}

TEST_F(Responses, ARequestWithoutResponseTopicIsTold) {
  const Stub stub = broker_.add_stub(
      when(published("ask")).reply_to_response_topic([](const Record&) { return "42"; }).reply("log", ""));
  broker_.publish("ask", "");
  broker_.verify(published("answers/#"), never());
  EXPECT_EQ(told(), Texts{"no answer: the request has no Response Topic, answers log"});
  stub.verify(times(1));
}

// Scenarios.

TEST_F(Stubs, AScenarioGoesFromStateToState) {
  broker_.add_stub(when(published("pair")).in_state("started").then("paired").reply("resp", "1234"));
  broker_.add_stub(when(published("pair")).in_state("paired").reply("resp", "paired already"));
  EXPECT_EQ(broker_.scenario_state(), "started");
  broker_.publish("pair", "");
  broker_.publish("pair", "");
  EXPECT_EQ(payloads("resp"), (Texts{"1234", "paired already"}));
  EXPECT_EQ(broker_.scenario_state(), "paired");
  EXPECT_EQ(told(), (Texts{"answers resp; the state is now paired", "answers resp"}));
  broker_.set_scenario_state("started");
  broker_.publish("pair", "");
  EXPECT_EQ(payloads("resp").back(), "1234");
}

TEST_F(Stubs, ScenariosAreIndependentOfEachOther) {
  for (const std::string name : {"door", "lamp"}) {
    broker_.add_stub(when(published(name)).scenario(name).in_state("started").then("on").reply("resp", name));
  }
  broker_.publish("door", "");
  EXPECT_EQ(broker_.scenario_state("door"), "on");
  EXPECT_EQ(broker_.scenario_state("lamp"), "started");
  broker_.publish("lamp", "");
  EXPECT_EQ(payloads("resp"), (Texts{"door", "lamp"}));
  EXPECT_EQ(told().front(), "answers resp; the state of door is now on");
}

TEST_F(Stubs, AnyStateMayBeLeft) {
  broker_.add_stub(when(published("reset")).then("idle"));
  broker_.publish("reset", "");
  EXPECT_EQ(broker_.journal(stub_called()).front().detail, "no answer; the state is now idle");
  EXPECT_EQ(broker_.scenario_state(), "idle");
}

TEST_F(Stubs, AScenarioThatNoStubNamesIsRefused) {
  broker_.add_stub(when(published("door")));
  EXPECT_THROW(static_cast<void>(broker_.scenario_state()), std::invalid_argument);
  EXPECT_THROW(broker_.set_scenario_state("on", "dor"), std::invalid_argument);
  broker_.add_stub(when(published("door")).scenario("door").in_state("on"));
  EXPECT_THROW(broker_.set_scenario_state("", "door"), std::invalid_argument);
}

// What goes wrong.

TEST_F(Stubs, AFunctionThatThrowsFailsTheTestAndNotTheBroker) {
  const auto fail = [](const Record&) -> std::string { throw std::runtime_error("no such lamp"); };
  const Stub stub = broker_.add_stub(
      when(published("cmd")).named("lamp").reply("resp", "first").reply("resp", fail).then("on"));
  broker_.publish("cmd", "");
  broker_.verify(handler_failed("lamp").detail_contains("no such lamp"), times(1));
  broker_.verify(published("resp"), never());
  EXPECT_EQ(told(), Texts{"no answer: it failed"});
  EXPECT_EQ(broker_.scenario_state(), "started");
  EXPECT_EQ(failure_of([&] { stub.verify(times(1)); }), "\"lamp\" failed: no such lamp");
}

TEST_F(Stubs, APredicateThatThrowsDoesNotMatchAndFailsTheTest) {
  const auto predicate = [](std::string_view) -> bool { throw 7; };
  broker_.add_stub(when(published("cmd")).reply("resp", ""));
  const Stub stub =
      broker_.add_stub(when(published("cmd").payload_where("is odd", predicate)).named("lamp").once());
  broker_.publish("cmd", "");
  broker_.verify(published("resp"), times(1));
  broker_.verify(handler_failed("lamp"), times(1));
  EXPECT_EQ(failure_of([&] { stub.verify(never()); }),
            "\"lamp\" failed: its predicate threw something that is no std::exception");
}

TEST_F(Stubs, AReplyToWhatIsNoTopicFails) {
  const Stub stub = broker_.add_stub(when(published("cmd")).reply("{payload}", "").named("lamp"));
  broker_.publish("cmd", "a/#");
  broker_.verify(handler_failed("lamp").detail_contains("the reply to \"a/#\" cannot be published"),
                 times(1));
}

TEST_F(Stubs, AMissedCallIsExplained) {
  const Stub stub = broker_.add_stub(when(published("cmd")).named("lamp"));
  broker_.publish("cmd/7", "");
  const std::string text = failure_of([&] { stub.verify(times(1), 0s); });
  EXPECT_TRUE(text.starts_with("Expected exactly once, found nothing: stub called lamp\n")) << text;
  EXPECT_NE(text.find("cmd/7"), std::string::npos) << text;
}

TEST_F(Stubs, ANameIsGivenOnce) {
  const Stub first = broker_.add_stub(when(published("a")));
  EXPECT_EQ(first.name(), "stub 1");
  EXPECT_THROW(broker_.add_stub(when(published("a")).named("stub 1")), std::invalid_argument);
  broker_.add_stub(when(published("a")).named("stub 2"));
  EXPECT_EQ(broker_.add_stub(when(published("a"))).name(), "stub 3");
}

// limits.rule_hops.

TEST(StubLoops, AStubThatFeedsItselfComesToAnEnd) {
  TestBroker broker({.broker = {.limits = {.rule_hops = 3}}});
  const Stub stub = broker.add_stub(when(published("a")).reply("a", ""));
  broker.publish("a", "");
  broker.verify(published("a"), times(4));
  broker.verify(dropped("a").detail_contains("rule loop"), times(1));
  stub.verify(times(4));
}

TEST(StubLoops, AStubAndARuleComeToAnEnd) {
  TestBroker broker({.broker = {.limits = {.rule_hops = 3}}});
  broker.add_stub(when(published("a")).reply("b", ""));
  broker.add_rule("b", [&](const Message&) { broker.publish("a", ""); });
  broker.publish("a", "");
  broker.verify(dropped().detail_contains("rule loop"), times(1));
  broker.verify(published(), times(4));
}

TEST(StubLoops, AFunctionThatPublishesComesToAnEnd) {
  TestBroker broker({.broker = {.limits = {.rule_hops = 3}}});
  broker.add_stub(when(published("a")).reply("b", [&](const Record&) {
    broker.publish("a", "");
    return "";
  }));
  broker.publish("a", "");
  broker.verify(dropped("a").detail_contains("rule loop"), times(1));
  broker.verify(published("a"), times(4));
}

// Between tests, and beside them.

TEST_F(Stubs, MessagesNobodyAnsweredCanBeAskedFor) {
  broker_.add_stub(when(published("cmd/+").payload("on")).reply("resp/{1}", ""));
  broker_.publish("cmd/1", "on");
  broker_.publish("cmd/2", "off");
  const std::vector<Record> unanswered = broker_.unanswered(published("cmd/#"));
  ASSERT_EQ(unanswered.size(), 1u);
  EXPECT_EQ(unanswered.front().topic, "cmd/2");
  EXPECT_THROW(static_cast<void>(broker_.unanswered(connected())), std::invalid_argument);
}

TEST_F(Stubs, ResetForgetsThem) {
  const Stub stub = broker_.add_stub(when(published("cmd")).reply("resp", "").after(1h).then("on"));
  broker_.publish("cmd", "");
  broker_.settle();
  broker_.reset();
  broker_.publish("cmd", "");
  broker_.advance(2h);
  broker_.verify(published("resp"), never());
  EXPECT_EQ(stub.hits(), 1u);
  broker_.add_stub(when(published("cmd")).then("on"));
  EXPECT_EQ(broker_.scenario_state(), "started");
}

TEST_F(Stubs, ARestartDoesNotForgetThem) {
  broker_.add_stub(when(published("cmd")).reply("resp", "").after(1h));
  broker_.publish("cmd", "");
  broker_.restart();
  broker_.publish("cmd", "");
  broker_.advance(1h);
  broker_.verify(published("resp"), times(2));
}

TEST_F(Stubs, AFunctionMayAddAndRemoveThem) {
  Stub outer = broker_.add_stub(when(published("cmd")).reply("resp", [&](const Record&) {
    outer.remove();
    broker_.add_stub(when(published("cmd")).reply("resp", "inner"));
    return "outer";
  }));
  broker_.publish("cmd", "");
  broker_.publish("cmd", "");
  EXPECT_EQ(payloads("resp"), (Texts{"outer", "inner"}));
}

TEST_F(Stubs, StoppedIsStopped) {
  Stub stub = broker_.add_stub(when(published("cmd")));
  broker_.stop();
  EXPECT_THROW(broker_.add_stub(when(published("cmd"))), std::logic_error);
  EXPECT_THROW(stub.remove(), std::logic_error);
}

}  // namespace
}  // namespace pint::test
