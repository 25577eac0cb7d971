// What cannot be is refused when it is made or added, with a sentence that says why.
#include <cmath>
#include <stdexcept>

#include "fault_scene.hpp"

namespace pint::test {
namespace {

// The sentence with which a call refuses; empty if it does not.
template <class Call>
std::string refusal(Call call) {
  try {
    call();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

std::string refusal_of(const Fault& fault) {
  FaultScene faulty;
  const std::string sentence = refusal([&] { faulty.add(fault); });
  EXPECT_EQ(faulty.plan.list().empty(), !sentence.empty());
  return sentence;
}

const auto kPuback = [] { return sent(PacketType::puback); };

TEST(FaultRefusal, OfValuesWhereTheyAreMade) {
  EXPECT_EQ(refusal([] { (void)delay(-1s); }), "the delay is negative");
  EXPECT_EQ(refusal([] { (void)delay(1s, {.jitter = -1ns}); }), "the delay's jitter is negative");
  EXPECT_EQ(refusal([] { (void)delay(1s, {.jitter = 2s}); }),
            "the jitter is larger than the delay, which would be negative then");
  EXPECT_EQ(refusal([] { (void)delay(std::chrono::nanoseconds::max()); }),
            "the delay is longer than a hundred years");
  EXPECT_EQ(refusal([] { (void)reorder(-1s); }), "the time to wait for the next packet is negative");
  EXPECT_EQ(refusal([] { (void)duplicate(0); }), "duplicate() makes at least one copy");
  EXPECT_EQ(refusal([] { (void)duplicate(1'001); }), "duplicate() makes at most 1,000 copies");
  EXPECT_EQ(refusal([] { (void)replace(""); }), "replace() by no bytes is drop()");
  EXPECT_EQ(refusal([] { (void)edit("nothing", nullptr); }), "edit() needs a function");
  EXPECT_EQ(refusal([] { (void)edit(PacketFields{}); }), "edit({}) changes nothing");
  EXPECT_EQ(refusal([] { (void)edit({.topic = std::string(65'536, 'a')}); }),
            "edit(): topic is longer than 65,535 bytes");
  EXPECT_EQ(refusal([] { (void)edit({.qos = static_cast<QoS>(3)}); }),
            "edit(): QoS is 0, 1 or 2; for a PUBLISH with QoS 3 edit its bytes");
}

TEST(FaultRefusal, OfImpossiblePatterns) {
  EXPECT_NE(refusal([] { (void)sent(PacketType::publish).topic("a/#/b"); }), "");
  EXPECT_EQ(refusal_of({.on = published("a"), .action = drop()}),
            "a fault is for packets: begin its pattern with received() or sent(), not with \"published a\"");
  EXPECT_EQ(refusal_of({.on = kPuback().after(Record{.sequence = 3}), .action = drop()}),
            "a fault is for packets to come: its pattern cannot have after()");
}

TEST(FaultRefusal, OfImpossibleNumbers) {
  EXPECT_EQ(refusal_of({.on = kPuback(), .action = drop(), .every = 0}),
            "every 0th packet is none: `every` is at least 1");
  EXPECT_EQ(refusal_of({.on = kPuback(), .action = drop(), .times = 0}),
            "a fault that happens 0 times is none");
  for (const double probability : {-0.1, 1.1, std::nan("")}) {
    const Fault fault{.on = kPuback(), .action = drop(), .probability = probability};
    EXPECT_EQ(refusal_of(fault),
              "the probability " + std::to_string(probability) + " is not between 0 and 1");
  }
}

TEST(FaultRefusal, OfActionsThePacketDoesNotAdmit) {
  EXPECT_EQ(refusal_of({.on = kPuback(), .action = answer(ReasonCode::success)}),
            "answer 0x00 Success is not for a sent PUBACK (to change what the broker itself sends, say "
            "edit({.reason = …}))");
  EXPECT_EQ(refusal_of({.on = received(PacketType::pingreq), .action = answer(ReasonCode::success)}),
            "answer 0x00 Success is not for a received PINGREQ (nothing answers it with a Reason Code)");
  EXPECT_EQ(refusal_of({.on = sent(PacketType::pingresp), .action = wrong_packet_id()}),
            "wrong Packet Identifier is not for a sent PINGRESP (it has no Packet Identifier)");
  EXPECT_EQ(refusal_of({.on = kPuback(), .action = edit({.payload = "x"})}),
            "edit(): PUBACK has no payload; PUBLISH has one");
  EXPECT_EQ(refusal_of({.on = sent(PacketType::publish), .action = edit({.receive_maximum = 1})}),
            "edit(): PUBLISH has no receive_maximum; CONNECT, CONNACK have one");
}

TEST(FaultRefusal, OfReasonsThatAreNotLegalInTheAnswer) {
  EXPECT_EQ(refusal_of({.on = received(PacketType::publish), .action = answer(ReasonCode::banned)}),
            "0x8A Banned is no Reason Code of PUBACK");
  EXPECT_EQ(refusal_of({.on = received(PacketType::subscribe), .action = answer(ReasonCode::banned)}),
            "0x8A Banned is no Reason Code of SUBACK");
  EXPECT_EQ(refusal_of({.on = received(PacketType::connect), .action = answer(ReasonCode::success)}),
            "CONNECT cannot be answered with 0x00 Success in the broker's place: it would take the client's "
            "next packet for an error");
}

TEST(FaultRefusal, OfASecondFaultWithTheSameName) {
  FaultScene faulty;
  faulty.add({.name = "one", .on = kPuback(), .action = drop()});
  EXPECT_EQ(refusal([&] { faulty.add({.name = "one", .on = kPuback(), .action = drop()}); }),
            "there is a fault named \"one\" already");
  EXPECT_EQ(refusal([&] { (void)faulty.plan.applied("two"); }),
            "there is no fault named \"two\"; there are: one");
  EXPECT_EQ(refusal([&] { (void)faulty.plan.release("two"); }),
            "there is no fault named \"two\"; there are: one");
}

TEST(FaultRefusal, OfOutcomesThatCannotBe) {
  FaultScene faulty;
  const auto refused = [&](PacketType type, std::vector<Outcome> outcomes) {
    const std::string sentence = refusal([&] { faulty.plan.next(type, std::move(outcomes), "*"); });
    EXPECT_TRUE(faulty.plan.list().empty());
    return sentence;
  };
  EXPECT_EQ(refused(PacketType::puback, {}), "next() needs at least one outcome");
  EXPECT_NE(refused(PacketType::connect, {no_reply}), "");
  EXPECT_EQ(refused(PacketType::puback, {ok, ReasonCode::banned}), "0x8A Banned is no Reason Code of PUBACK");
  EXPECT_EQ(refused(PacketType::pingresp, {ReasonCode::success}),
            "reply 0x00 Success is not for a sent PINGRESP (it has no Reason Code)");
  EXPECT_EQ(refused(PacketType::puback, {reorder()}),
            "an outcome is for one packet, and reorder() for two: add it as a fault");
}

}  // namespace
}  // namespace pint::test
