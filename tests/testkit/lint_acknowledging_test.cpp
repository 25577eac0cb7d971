// The lint on how a client answers the broker's QoS 1 and 2 messages.
#include <gtest/gtest.h>

#include "lint_conversation.hpp"

namespace pint::testkit::test {
namespace {

using namespace pint::test;
using enum ProtocolVersion;
using enum QoS;

mqtt::Publish message2(int id) { return message(id, "x", exactly_once); }

TEST(LintAcknowledging, BearsWithAnswersInOrder) {
  for (const ProtocolVersion version : {v3_1, v3_1_1, v5}) {
    Conversation with(version);
    with.connect().out(message(1)).out(message2(2)).out(message(3)).out(message2(4));
    with.in(pubrec(2)).in(pubrec(4)).in(puback(1)).in(puback(3)).out(pubrel(2)).out(pubrel(4));
    with.in(pubcomp(2)).in(pubcomp(4)).disconnect();
    EXPECT_EQ(with.found(), Found{});
  }
}

TEST(LintAcknowledging, FindsPubacksInAnotherOrder) {
  Conversation with(v5);
  with.connect().out(message(1)).out(message(2)).out(message(3)).in(puback(2)).in(puback(3)).in(puback(1));
  EXPECT_EQ(with.found(), Found{"puback-order 5:4.6.0-2 #7"});
  EXPECT_EQ(with.findings().at(0).bytes, encoded(puback(2), v5));
}

TEST(LintAcknowledging, FindsPubrecsInAnotherOrder) {
  Conversation with(v3_1_1);
  with.connect().out(message2(1)).out(message2(2)).in(pubrec(2)).in(pubrec(1));
  EXPECT_EQ(with.found(), Found{"pubrec-order 3:4.6.0-3 #6"});
}

TEST(LintAcknowledging, LooksForOrderWithinAConnectionOnly) {
  Conversation with(v5);
  with.connect(kResumed).out(message(1)).out(message(2)).gone().connect(kResumed);
  with.out(again(message(1))).out(again(message(2))).in(puback(1)).in(puback(2));
  EXPECT_EQ(with.found(), Found{});
}

TEST(LintAcknowledging, FindsAnAnswerToNothing) {
  Conversation with(v5);
  with.connect().in(puback(1)).in(pubrec(2)).in(pubcomp(3));
  EXPECT_EQ(with.found(),
            (Found{"acknowledgement-unknown 5:2.2.1-5 #4", "acknowledgement-unknown 5:2.2.1-5 #5",
                   "acknowledgement-unknown 5:2.2.1-5 #6"}));
}

TEST(LintAcknowledging, FindsASecondPuback) {
  Conversation with(v3_1_1);
  with.connect().out(message(1)).in(puback(1)).in(puback(1));
  EXPECT_EQ(with.found(), Found{"acknowledgement-unknown 3:2.3.1-6 #6"});
}

TEST(LintAcknowledging, BearsWithALateAnswerToAnEarlierConnection) {
  Conversation with(v5);
  with.connect(kResumed).out(message(1)).gone().connect(kResumed).out(again(message(1)));
  EXPECT_EQ(with.in(puback(1)).in(puback(1)).found(), Found{});
}

TEST(LintAcknowledging, FindsAnAnswerOfTheWrongKind) {
  Conversation with(v5);
  with.connect().out(message(1)).in(pubrec(1)).out(message2(2)).in(puback(2));
  EXPECT_EQ(with.found(), (Found{"acknowledgement-kind 5:3.3.4-1 #5", "acknowledgement-kind 5:3.3.4-1 #7"}));
}

TEST(LintAcknowledging, FindsAMissingOneIfALaterOneWasAnswered) {
  Conversation with(v5);
  with.connect().out(message(1)).out(message2(2)).in(pubrec(2)).disconnect();
  EXPECT_EQ(with.found(), Found{"acknowledgement-missing 5:4.5.0-2 #4"});
  EXPECT_EQ(with.findings().at(0).bytes, encoded(message(1), v5));
}

TEST(LintAcknowledging, FindsAMissingOneIfTheClientWasThereLongEnough) {
  Conversation with(v3_1_1);
  with.connect().out(message(1)).in(puback(1)).out(message(2)).wait(10s).in(mqtt::Pingreq{}).gone();
  EXPECT_EQ(with.found(), Found{"acknowledgement-missing 3:4.5.0-2 #6"});
}

TEST(LintAcknowledging, FindsAClientThatNeverAcknowledges) {
  Conversation with(v5);
  with.connect().out(message(1)).out(message(2)).wait(10s).disconnect();
  EXPECT_EQ(with.found(), Found{"never-acknowledges 5:4.5.0-2 #4"});
  EXPECT_NE(with.findings().at(0).sentence.find("nor were 1 after it"), std::string::npos);
}

TEST(LintAcknowledging, GivesAnswersTimeToCrossTheDisconnect) {
  Conversation with(v5);
  EXPECT_EQ(with.connect().out(message(1)).wait(9s).disconnect().found(), Found{});
}

TEST(LintAcknowledging, BearsWithAClientThatWasGoneAllTheTime) {
  Conversation with(v5);
  EXPECT_EQ(with.connect().out(message(1)).wait(60s).gone().found(), Found{});
}

TEST(LintAcknowledging, BearsWithPubcompForARepeatedPubrel) {
  Conversation with(v5);
  with.connect(kResumed).out(message2(1)).in(pubrec(1)).out(pubrel(1)).gone().connect(kResumed);
  EXPECT_EQ(with.out(pubrel(1)).in(pubcomp(1)).found(), Found{});
}

TEST(LintAcknowledging, IsSilentAboutOrderOnceAFaultDroppedAPacket) {
  Conversation with(v5);
  with.connect().out(message(1)).loss().out(message(2)).in(puback(2)).disconnect();
  EXPECT_EQ(with.found(), Found{});
}

}  // namespace
}  // namespace pint::testkit::test
