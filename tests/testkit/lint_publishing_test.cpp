// The lint on the client's QoS 1 and 2 messages. Clauses are written 5:… and 3:…, because these tests show
// nothing about the broker.
#include <gtest/gtest.h>

#include "lint_conversation.hpp"

namespace pint::testkit::test {
namespace {

using namespace pint::test;
using enum ProtocolVersion;
using enum QoS;

const mqtt::Publish kFirst = message(1, "one");
const mqtt::Publish kSecond = message(2, "two");
const mqtt::Publish kFirst2 = message(1, "one", exactly_once);
const mqtt::Publish kSecond2 = message(2, "two", exactly_once);

TEST(LintPublishing, BearsWithAcknowledgedMessages) {
  Conversation with(v5);
  with.connect().in(kFirst).out(puback(1)).in(kSecond).out(puback(2)).in(message(1, "three")).out(puback(1));
  with.in(kFirst2).out(pubrec(1)).in(pubrel(1)).out(pubcomp(1)).in(kFirst2).out(pubrec(1)).in(pubrel(1));
  EXPECT_EQ(with.out(pubcomp(1)).disconnect().found(), Found{});
}

TEST(LintPublishing, FindsAPacketIdentifierInUse) {
  Conversation with(v5);
  EXPECT_EQ(with.connect().in(kFirst).in(message(1, "two")).found(), Found{"packet-id-in-use 5:2.2.1-3 #5"});
}

TEST(LintPublishing, FindsAPacketIdentifierInUseInV3) {
  Conversation with(v3_1_1);
  EXPECT_EQ(with.connect().in(kFirst2).out(pubrec(1)).in(message(1, "two")).found(),
            Found{"packet-id-in-use 3:2.3.1-2 #6"});
}

TEST(LintPublishing, FindsARequestWithAPacketIdentifierInUse) {
  const mqtt::Subscribe subscribe{.packet_id = mqtt::PacketId{1}, .requests = {{.topic_filter = "a"}}};
  Conversation with(v5);
  EXPECT_EQ(with.connect().in(kFirst).in(subscribe).found(), Found{"packet-id-in-use 5:2.2.1-3 #5"});
}

TEST(LintPublishing, FindsAMessageWithThePacketIdentifierOfARequest) {
  const mqtt::Subscribe subscribe{.packet_id = mqtt::PacketId{1}, .requests = {{.topic_filter = "a"}}};
  Conversation with(v5);
  EXPECT_EQ(with.connect().in(subscribe).in(kFirst).found(), Found{"packet-id-in-use 5:2.2.1-3 #5"});
}

TEST(LintPublishing, BearsWithAPacketIdentifierThatARequestHasGivenBack) {
  const mqtt::Subscribe subscribe{.packet_id = mqtt::PacketId{1}, .requests = {{.topic_filter = "a"}}};
  const mqtt::Suback suback{.packet_id = mqtt::PacketId{1}, .reasons = {ReasonCode::success}};
  Conversation with(v5);
  with.connect().in(subscribe).out(suback).in(kFirst).out(puback(1)).in(subscribe).out(suback);
  EXPECT_EQ(with.found(), Found{});
}

TEST(LintPublishing, BearsWithAResendAfterAReconnect) {
  for (const ProtocolVersion version : {v3_1, v3_1_1, v5}) {
    Conversation with(version);
    with.connect(kKept).in(kFirst).in(kSecond2).gone().connect(kResumed);
    with.in(again(kFirst)).in(again(kSecond2)).out(puback(1)).out(pubrec(2)).in(pubrel(2)).out(pubcomp(2));
    EXPECT_EQ(with.found(), Found{});
  }
}

TEST(LintPublishing, BearsWithAResendOfWhatWasAcknowledgedAsTheConnectionBroke) {
  Conversation with(v5);
  with.connect(kKept).in(kFirst).out(puback(1)).gone().connect(kResumed);
  EXPECT_EQ(with.in(again(kFirst)).out(puback(1)).found(), Found{});
}

TEST(LintPublishing, BearsWithAResendOfWhatNeverReachedTheBroker) {
  Conversation with(v5);
  with.connect(kKept).gone().connect(kResumed);
  EXPECT_EQ(with.in(again(kFirst)).out(puback(1)).found(), Found{});
}

TEST(LintPublishing, BearsWithAResendOnTheSameConnectionInV3) {
  Conversation with(v3_1_1);
  EXPECT_EQ(with.connect().in(kFirst).in(again(kFirst)).out(puback(1)).in(again(kFirst)).found(), Found{});
}

TEST(LintPublishing, FindsAResendWithoutDup) {
  Conversation with(v5);
  with.connect(kKept).in(kFirst).gone().connect(kResumed);
  EXPECT_EQ(with.in(kFirst).found(), Found{"dup-missing 5:3.3.1-1 #9"});
}

TEST(LintPublishing, FindsAResendWithoutDupOnTheSameConnectionInV3) {
  Conversation with(v3_1_1);
  EXPECT_EQ(with.connect().in(kFirst).in(kFirst).found(), Found{"dup-missing 3:3.3.1-1 #5"});
}

TEST(LintPublishing, FindsDupOnTheFirstSend) {
  Conversation with(v5);
  with.connect().in(again(kFirst)).in(again(kSecond2));
  EXPECT_EQ(with.found(), (Found{"dup-on-first-send 5:4.3.2-2 #4", "dup-on-first-send-qos-2 5:4.3.3-2 #5"}));
}

TEST(LintPublishing, FindsDupOnTheFirstSendInV3) {
  Conversation with(v3_1_1);
  with.connect().in(again(kFirst)).in(again(kSecond2));
  EXPECT_EQ(with.found(), (Found{"dup-on-first-send 3:4.3.2-1 #4", "dup-on-first-send-qos-2 3:4.3.3-1 #5"}));
}

TEST(LintPublishing, FindsDupOnAnotherMessageWithAPacketIdentifierThatWasFree) {
  Conversation with(v5);
  with.connect().in(kFirst).out(puback(1)).in(again(message(1, "two")));
  EXPECT_EQ(with.found(), Found{"dup-on-first-send 5:4.3.2-2 #6"});
}

TEST(LintPublishing, FindsAResendOnTheSameConnectionInV5) {
  Conversation with(v5);
  EXPECT_EQ(with.connect().in(kFirst).in(again(kFirst)).found(),
            Found{"resent-while-connected 5:4.4.0-1 #5"});
}

TEST(LintPublishing, FindsAPubrelSentAgainOnTheSameConnectionInV5) {
  Conversation with(v5);
  with.connect().in(kFirst2).out(pubrec(1)).in(pubrel(1)).in(pubrel(1));
  EXPECT_EQ(with.found(), Found{"resent-while-connected 5:4.4.0-1 #7"});
}

TEST(LintPublishing, BearsWithAPubrelSentAgainAfterAReconnect) {
  Conversation with(v5);
  with.connect(kKept).in(kFirst2).out(pubrec(1)).in(pubrel(1)).out(pubcomp(1)).gone().connect(kResumed);
  EXPECT_EQ(with.in(pubrel(1)).out(pubcomp(1)).found(), Found{});
}

TEST(LintPublishing, BearsWithAPublishSentAgainBecauseItsPubrecWasLost) {
  Conversation with(v5);
  with.connect(kKept).in(kFirst2).out(pubrec(1)).gone().connect(kResumed);
  EXPECT_EQ(with.in(again(kFirst2)).out(pubrec(1)).in(pubrel(1)).out(pubcomp(1)).found(), Found{});
}

TEST(LintPublishing, FindsAResendInAnotherOrder) {
  Conversation with(v3_1_1);
  with.connect(kKept).in(kFirst).in(kSecond).gone().connect(kResumed);
  EXPECT_EQ(with.in(again(kSecond)).in(again(kFirst)).found(), Found{"resend-order 3:4.6.0-1 #11"});
}

TEST(LintPublishing, FindsWhatWasNotSentAgain) {
  Conversation with(v5);
  with.connect(kKept).in(kFirst).gone().connect(kResumed).in(kSecond).out(puback(2)).disconnect();
  EXPECT_EQ(with.found(), Found{"not-resent 5:4.4.0-1 #12"});
}

TEST(LintPublishing, DoesNotAskForAResendOfAClientThatOnlyLookedIn) {
  Conversation with(v5);
  with.connect(kKept).in(kFirst).gone().connect(kResumed).disconnect();
  EXPECT_EQ(with.found(), Found{});
}

TEST(LintPublishing, FindsMessagesOfASessionThatIsGone) {
  Conversation with(v5);
  with.connect(kKept).in(kFirst).in(kSecond2).out(pubrec(2)).gone().connect(kKept);
  EXPECT_EQ(with.in(again(kFirst)).in(pubrel(2)).found(),
            (Found{"stale-session 5:3.2.2-5 #11", "stale-session 5:3.2.2-5 #12"}));
}

TEST(LintPublishing, BearsWithMessagesOfASessionThatIsGoneInV3) {
  Conversation with(v3_1_1);
  with.connect(kKept).in(kFirst).gone().connect(kKept);
  EXPECT_EQ(with.in(again(kFirst)).found(), Found{});
}

TEST(LintPublishing, FindsAPublishAfterItsPubrel) {
  Conversation with(v5);
  with.connect(kKept).in(kFirst2).out(pubrec(1)).in(pubrel(1)).gone().connect(kResumed);
  EXPECT_EQ(with.in(again(kFirst2)).found(), Found{"publish-after-pubrel 5:4.3.3-6 #11"});
}

TEST(LintPublishing, FindsAMissingPubrelByThoseThatFollowed) {
  Conversation with(v3_1_1);
  with.connect().in(kFirst2).out(pubrec(1)).in(kSecond).out(puback(2));
  with.out(message(9)).in(puback(9)).disconnect();
  EXPECT_EQ(with.found(), Found{"pubrel-missing 3:4.3.3-1 #5"});
  EXPECT_EQ(with.findings().at(0).bytes, encoded(pubrec(1), v3_1_1));
}

TEST(LintPublishing, FindsAMissingPubrelByTime) {
  Conversation with(v5);
  with.connect().in(kFirst2).out(pubrec(1)).wait(10s).in(mqtt::Pingreq{});
  EXPECT_EQ(with.found(), Found{"pubrel-missing 5:4.3.3-4 #5"});
  EXPECT_EQ(with.gone().found().size(), 1u);
}

TEST(LintPublishing, GivesPubrelTimeToCrossTheDisconnect) {
  Conversation with(v5);
  EXPECT_EQ(with.connect().in(kFirst2).out(pubrec(1)).disconnect().found(), Found{});
}

TEST(LintPublishing, FindsAPubrelThatAnswersNothing) {
  Conversation with(v5);
  EXPECT_EQ(with.connect().in(pubrel(5)).found(), Found{"pubrel-unknown 5:2.2.1-5 #4"});
}

TEST(LintPublishing, FindsAPubrelAfterARefusal) {
  Conversation with(v5);
  with.connect().in(kFirst2).out(pubrec(1, ReasonCode::quota_exceeded)).in(pubrel(1));
  EXPECT_EQ(with.found(), Found{"pubrel-unknown 5:2.2.1-5 #6"});
}

TEST(LintPublishing, FindsPubrelsInAnotherOrder) {
  Conversation with(v5);
  with.connect().in(kFirst2).in(kSecond2).out(pubrec(1)).out(pubrec(2)).in(pubrel(2)).in(pubrel(1));
  EXPECT_EQ(with.found(), Found{"pubrel-order 5:4.6.0-4 #8"});
}

TEST(LintPublishing, FindsMoreOpenMessagesThanReceiveMaximum) {
  ConversationTerms terms;
  terms.connack.add(mqtt::PropertyId::receive_maximum, 2);
  Conversation with(v5);
  with.connect(terms).in(kFirst).in(kSecond).out(puback(1)).in(message(3)).in(message(4));
  EXPECT_EQ(with.found(), Found{"receive-maximum 5:3.3.4-7 #8"});
}

TEST(LintPublishing, CountsOpenMessagesOfTheConnectionOnly) {
  ConversationTerms terms = kResumed;
  terms.connack.add(mqtt::PropertyId::receive_maximum, 1);
  Conversation with(v5);
  with.connect(kKept).in(kFirst).in(kSecond).gone().connect(terms);
  EXPECT_EQ(with.in(again(kFirst)).out(puback(1)).in(again(kSecond)).out(puback(2)).found(), Found{});
}

TEST(LintPublishing, IsSilentAboutWhatAMadeUpAcknowledgementMayHaveCaused) {
  Conversation with(v5);
  with.connect().in(kFirst).forgery().in(message(1, "two"));
  EXPECT_EQ(with.found(), Found{});
  with.gone().connect().in(message(1)).in(message(1, "two"));
  EXPECT_EQ(with.found(), Found{"packet-id-in-use 5:2.2.1-3 #11"}) << "a new Session is judged again";
}

TEST(LintPublishing, StillFindsAMissingDupAfterAPubackWasDropped) {
  Conversation with(v5);
  with.connect(kKept).in(kFirst).loss().gone().connect(kResumed).in(kFirst);
  EXPECT_EQ(with.found(), Found{"dup-missing 5:3.3.1-1 #9"});
}

}  // namespace
}  // namespace pint::testkit::test
