// The lint on connections: CONNECT and Sessions, coming back, Keep Alive, subscribing.
#include <gtest/gtest.h>

#include "lint_conversation.hpp"

namespace pint::testkit::test {
namespace {

using namespace pint::test;
using enum ProtocolVersion;
using mqtt::PacketId;

// Clean Start 0 and no Session Expiry Interval.
const ConversationTerms kHalfKept{.clean_start = false};

TEST(LintConnecting, FindsClientIdentifiersThatMqtt31DoesNotAllow) {
  Conversation longer(v3_1, std::string(24, 'x'));
  EXPECT_EQ(longer.ask().found(), Found{"client-id-length #1"});
  Conversation none(v3_1, "");
  EXPECT_EQ(none.ask().found(), Found{"client-id-length #1"});
  Conversation longest(v3_1, std::string(23, 'x'));
  EXPECT_EQ(longest.ask().found(), Found{});
  Conversation of_311(v3_1_1, std::string(24, 'x'));
  EXPECT_EQ(of_311.ask().found(), Found{});
}

TEST(LintConnecting, FindsAKeptSessionWithoutAClientIdentifier) {
  Conversation v3(v3_1_1, "");
  EXPECT_EQ(v3.ask(kKept).refused().found(), Found{"empty-client-id 3:3.1.3-7 #1"});
  Conversation v3_clean(v3_1_1, "");
  EXPECT_EQ(v3_clean.connect().found(), Found{});
  Conversation five(v5, "");
  EXPECT_EQ(five.ask(kKept).found(), Found{"session-without-client-id #1"});
  Conversation five_clean(v5, "");
  EXPECT_EQ(five_clean.connect().found(), Found{});
}

TEST(LintConnecting, FindsAFirstConnectThatWantsASessionAndLetsItEnd) {
  Conversation with(v5);
  EXPECT_EQ(with.connect(kHalfKept).found(), Found{"session-expiry-missing #1"});
  Conversation later(v5);
  EXPECT_EQ(later.connect().gone().connect(kHalfKept).found(), Found{});
  ConversationTerms meant = kHalfKept;
  meant.connect.add(mqtt::PropertyId::session_expiry_interval, 0);
  Conversation ended(v5);
  EXPECT_EQ(ended.connect(meant).found(), Found{});
  Conversation kept(v5);
  EXPECT_EQ(kept.connect(kKept).found(), Found{});
  Conversation of_311(v3_1_1);
  EXPECT_EQ(of_311.connect(kHalfKept).found(), Found{});
}

TEST(LintConnecting, FindsClientsThatTakeEachOtherOver) {
  Conversation with(v3_1_1);
  for (int i = 0; i < 3; ++i) with.connect().gone(DisconnectCause::taken_over);
  EXPECT_EQ(with.found(), Found{"client-id-clash #12"});
}

TEST(LintConnecting, BearsWithATakeoverNowAndThen) {
  Conversation with(v3_1_1);
  for (int i = 0; i < 3; ++i) with.connect().wait(31s).gone(DisconnectCause::taken_over);
  with.connect().gone(DisconnectCause::taken_over).connect().gone();
  with.connect().gone(DisconnectCause::taken_over).wait(1s).connect().disconnect();
  EXPECT_EQ(with.found(), Found{});
}

TEST(LintConnecting, BearsWithATakeoverThatAFaultBroughtAbout) {
  Conversation with(v3_1_1);
  for (int i = 0; i < 3; ++i) with.connect().loss().gone(DisconnectCause::taken_over);
  EXPECT_EQ(with.found(), Found{});
}

// Each wait is followed by an attempt that fails.
Found after_waiting(std::initializer_list<std::chrono::milliseconds> waits, std::string* sentence = nullptr) {
  Conversation with(v3_1_1);
  with.ask().refused();
  for (const auto wait : waits) with.wait(wait).ask().refused();
  if (sentence != nullptr && !with.findings().empty()) *sentence = with.findings().at(0).sentence;
  return with.found();
}

TEST(LintReconnecting, FindsThatThereIsNoBackOff) {
  std::string sentence;
  EXPECT_EQ(after_waiting({1000ms, 1010ms, 990ms, 1000ms, 1000ms}, &sentence),
            Found{"reconnect-no-back-off #11"});
  EXPECT_EQ(sentence, "waited 1.000 s, 1.010 s, 0.990 s, 1.000 s, 1.000 s between attempts that failed");
}

TEST(LintReconnecting, FindsThatThereIsNoJitter) {
  EXPECT_EQ(after_waiting({1000ms, 2001ms, 4002ms, 8001ms, 8000ms}), Found{"reconnect-no-jitter #11"});
}

TEST(LintReconnecting, BearsWithBackOffAndJitter) {
  EXPECT_EQ(after_waiting({1100ms, 1900ms, 4300ms, 7500ms, 16'900ms}), Found{});
}

TEST(LintReconnecting, BearsWithABackOffThatHasReachedItsLongest) {
  EXPECT_EQ(after_waiting({1100ms, 1900ms, 4300ms, 7500ms, 16'900ms, 17s, 17s, 17s, 17s, 17s, 17s}), Found{});
}

TEST(LintReconnecting, BearsWithFewerAttempts) {
  EXPECT_EQ(after_waiting({1000ms, 1000ms, 1000ms, 1000ms}), Found{});
}

TEST(LintReconnecting, BeginsAnewAfterASuccess) {
  Conversation with(v3_1_1);
  for (int i = 0; i < 4; ++i) with.ask().refused().wait(1s);
  with.connect().gone().wait(1s);
  for (int i = 0; i < 4; ++i) with.ask().refused().wait(1s);
  EXPECT_EQ(with.found(), Found{});
}

TEST(LintReconnecting, FindsAClientThatIsBackAtOnce) {
  Conversation with(v3_1_1);
  for (int i = 0; i < 6; ++i) with.connect().gone().wait(5ms);
  EXPECT_EQ(with.found(), Found{"reconnect-at-once #21"});
}

TEST(LintReconnecting, BearsWithAClientThatWaits) {
  Conversation with(v3_1_1);
  for (int i = 0; i < 10; ++i) with.connect().gone().wait(1s);
  EXPECT_EQ(with.found(), Found{});
}

TEST(LintReconnecting, BearsWithAClientThatDisconnectsItself) {
  Conversation with(v3_1_1);
  for (int i = 0; i < 10; ++i) with.connect().disconnect();
  EXPECT_EQ(with.found(), Found{});
}

TEST(LintReconnecting, BearsWithReturnsAfterLongConnections) {
  Conversation with(v3_1_1);
  for (int i = 0; i < 10; ++i) with.connect().wait(10s).gone();
  EXPECT_EQ(with.found(), Found{});
}

TEST(LintKeepAlive, FindsSilencesAboveKeepAlive) {
  Conversation with(v5);
  with.connect()
      .wait(61'001ms)
      .in(mqtt::Pingreq{})
      .wait(90s)
      .in(mqtt::Pingreq{})
      .wait(90'001ms)
      .in(mqtt::Pingreq{});
  EXPECT_EQ(with.found(), (Found{"keep-alive-late 5:3.1.2-20 #4", "keep-alive-late 5:3.1.2-20 #5",
                                 "keep-alive-overrun 5:3.1.2-20 #6"}));
  EXPECT_EQ(with.findings().at(2).sentence,
            "the client sent nothing for 90.001 s, and Keep Alive is 60 s");
}

TEST(LintKeepAlive, BearsWithASecondMore) {
  Conversation with(v3_1_1);
  with.connect().wait(61s).in(mqtt::Pingreq{}).wait(60s).in(message(1)).wait(61s).disconnect();
  EXPECT_EQ(with.found(), Found{});
}

TEST(LintKeepAlive, IsOffAtZero) {
  Conversation with(v3_1_1);
  EXPECT_EQ(with.connect({.keep_alive = 0}).wait(3600s).in(mqtt::Pingreq{}).found(), Found{});
}

TEST(LintKeepAlive, FindsASilenceThatTheBrokerEnded) {
  Conversation with(v3_1_1);
  with.connect().wait(90'001ms).gone(DisconnectCause::keep_alive_timeout);
  EXPECT_EQ(with.found(), Found{"keep-alive-overrun 3:3.1.2-23 #4"});
}

TEST(LintKeepAlive, DoesNotBlameAClientForTheTestsClock) {
  Conversation with(v3_1_1);
  with.connect().advance(3600s).in(mqtt::Pingreq{}).advance(3600s).gone(DisconnectCause::keep_alive_timeout);
  EXPECT_EQ(with.found(), Found{});
}

TEST(LintKeepAlive, DoesNotBlameAClientThatWasNotRead) {
  Conversation with(v3_1_1);
  EXPECT_EQ(with.connect().loss().wait(200s).in(mqtt::Pingreq{}).found(), Found{});
}

TEST(LintKeepAlive, FindsAFloodOfPings) {
  Conversation with(v3_1_1);
  with.connect();
  for (int i = 0; i < 10; ++i) with.wait(5s).in(mqtt::Pingreq{});
  EXPECT_EQ(with.found(), Found{"ping-flood #13"});
}

TEST(LintKeepAlive, BearsWithPingsInTime) {
  Conversation with(v3_1_1);
  with.connect();
  for (int i = 0; i < 30; ++i) with.wait(6s).in(mqtt::Pingreq{});
  EXPECT_EQ(with.found(), Found{});
}

mqtt::Subscribe subscribe(std::string_view filter, mqtt::SubscriptionOptions options = {}) {
  return {.packet_id = PacketId{1}, .requests = {{.topic_filter = filter, .options = options}}};
}
mqtt::Suback suback(ReasonCode reason) { return {.packet_id = PacketId{1}, .reasons = {reason}}; }

TEST(LintSubscribing, FindsALoop) {
  Conversation with(v3_1_1);
  with.connect();
  for (int i = 0; i < 4; ++i) with.in(subscribe("a/#")).out(suback(ReasonCode::granted_qos_0));
  EXPECT_EQ(with.found(), Found{"subscribe-loop #10"});
}

TEST(LintSubscribing, BearsWithRetriesOfWhatWasRefused) {
  Conversation with(v3_1_1);
  with.connect();
  for (int i = 0; i < 9; ++i) with.in(subscribe("a/#")).out(suback(ReasonCode::unspecified_error));
  EXPECT_EQ(with.found(), Found{});
}

TEST(LintSubscribing, BearsWithChanges) {
  const mqtt::Unsubscribe unsubscribe{.packet_id = PacketId{1}, .topic_filters = {"a/#"}};
  Conversation with(v3_1_1);
  with.connect();
  for (int i = 0; i < 9; ++i) {
    with.in(subscribe("a/#")).out(suback(ReasonCode::granted_qos_0)).in(unsubscribe);
    with.out(mqtt::Unsuback{.packet_id = PacketId{1}});
    with.in(subscribe("b", {.qos = static_cast<QoS>(i % 2)})).out(suback(ReasonCode::granted_qos_0));
  }
  EXPECT_EQ(with.found(), Found{});
}

}  // namespace
}  // namespace pint::testkit::test
