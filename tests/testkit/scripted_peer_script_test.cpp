// A scripted peer that plays a script in the background: its end, its delays in virtual time, and its
// failures, which name the step.
#include <pint/scripted_peer.hpp>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "support/wire_client.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;
using enum PacketType;

// A client of the peer that has sent CONNECT.
struct ConnectingClient {
  explicit ConnectingClient(const ScriptedPeer& peer) : wire(peer.port()) {
    send(packets::connect({.client_id = "dev-1"}));
  }
  void send(const packets::Packet& packet) {
    const std::string bytes = packet.bytes(ProtocolVersion::v5);
    wire.send(as_bytes(bytes));
  }
  WireClient wire;
};

const Script kConnects = Script().accept().expect(received(connect)).reply(packets::connack());

std::string what_of(const auto& call) {
  try {
    call();
  } catch (const std::exception& failure) {
    return failure.what();
  }
  return "nothing was thrown";
}
bool contains(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

// When each packet was sent or came.
std::vector<std::chrono::nanoseconds> times_of(const ScriptedPeer& peer) {
  std::vector<std::chrono::nanoseconds> times;
  for (const Record& record : peer.journal()) times.push_back(record.at);
  return times;
}

TEST(PeerScript, IsPlayedToItsEnd) {
  ScriptedPeer peer;
  peer.play(kConnects.expect(received(subscribe).topic_filter("a/#"))
                .reply(packets::suback({.reasons = {ReasonCode::not_authorized}}))
                .send(packets::disconnect({.reason = ReasonCode::administrative_action}))
                .close());
  ConnectingClient client(peer);
  client.wire.expect<mqtt::Connack>();
  client.send(packets::subscribe({.packet_id = 5, .subscriptions = {{"a/#"}}}));
  EXPECT_EQ(client.wire.expect<mqtt::Suback>().reasons, std::vector{ReasonCode::not_authorized});
  EXPECT_EQ(client.wire.expect<mqtt::Disconnect>().reason, ReasonCode::administrative_action);
  client.wire.expect_close();
  EXPECT_NO_THROW(peer.verify());
  EXPECT_TRUE(peer.outcome(0ms));
}

TEST(PeerScript, IsJoinedFromParts) {
  const Script pings = Script().expect(received(pingreq)).reply(packets::pingresp());
  EXPECT_EQ(kConnects.then(pings).then(pings).size(), 7u);
  ScriptedPeer peer;
  peer.play(kConnects.then(pings).then(pings));
  ConnectingClient client(peer);
  client.wire.expect<mqtt::Connack>();
  client.wire.ping().ping();
  peer.verify();
}

TEST(PeerScript, CallsGoOnWhereItEnded) {
  ScriptedPeer peer;
  peer.play(kConnects);
  ConnectingClient client(peer);
  peer.verify();
  client.send(packets::pingreq());
  peer.expect(received(pingreq));
  peer.play(Script().reply(packets::pingresp()).expect_closed());
  client.wire.expect<mqtt::Connack>();
  client.wire.expect<mqtt::Pingresp>();
  client.wire.close();
  peer.verify();
}

TEST(PeerScript, FollowsAClientThatReconnects) {
  ScriptedPeer peer;
  peer.play(kConnects.reset()
                .accept()
                .expect(received(connect))
                .expect_silence()  // a client says nothing before CONNACK
                .reply(packets::connack())
                .use(1)
                .expect_closed());
  {
    ConnectingClient first(peer);
    EXPECT_THROW((void)(first.wire.expect<mqtt::Connack>(), first.wire.receive()), WireError);
  }
  ConnectingClient second(peer);
  second.wire.expect<mqtt::Connack>();
  second.wire.close();
  EXPECT_NO_THROW(peer.verify());
}

TEST(PeerScript, AFunctionMakesTheReply) {
  ScriptedPeer peer;
  peer.play(kConnects.expect(received(publish)).reply([](const Record& request) {
    return packets::publish({.topic = request.topic + "/echo", .payload = request.payload});
  }));
  ConnectingClient client(peer);
  client.wire.expect<mqtt::Connack>();
  client.send(packets::publish({.topic = "a", .payload = "x"}));
  EXPECT_EQ(client.wire.expect<mqtt::Publish>().topic, "a/echo");
  peer.verify();
}

TEST(PeerScript, ADelayHoldsUntilTheClockIsAdvanced) {
  ScriptedPeer peer;
  peer.play(kConnects.delay(2h).send(packets::pingresp()));
  ConnectingClient client(peer);
  client.wire.expect<mqtt::Connack>();
  peer.await_delay();
  peer.advance(1h);
  peer.await_delay();  // still
  EXPECT_EQ(times_of(peer), (std::vector<std::chrono::nanoseconds>{0h, 0h}));
  peer.advance(1h);
  client.wire.expect<mqtt::Pingresp>();
  peer.verify();
  EXPECT_EQ(times_of(peer).back(), 2h);
}

// Whether the clock is advanced before or after the script comes to its delays, the records are the same.
TEST(PeerScript, DelaysThatHaveLongPassedDoNotHold) {
  ScriptedPeer peer;
  peer.advance(1h);
  const Script script = kConnects.delay(3s).send(packets::pingresp()).delay(4s).send(packets::pingresp());
  peer.play(script);
  peer.advance(60s);
  ConnectingClient client(peer);
  peer.verify();
  const auto start = 1h;
  EXPECT_EQ(times_of(peer), (std::vector<std::chrono::nanoseconds>{start, start, start + 3s, start + 7s}));
}

TEST(PeerScript, ThereMayBeNoDelayToWaitFor) {
  ScriptedPeer peer;
  EXPECT_EQ(what_of([&] { peer.await_delay(); }), "there is no delay to wait for: play() a script first");
  peer.play(Script().accept());
  const ConnectingClient client(peer);
  EXPECT_EQ(what_of([&] { peer.await_delay(); }),
            "The script has ended: there is no delay left to wait for.");
}

TEST(PeerScript, AFailureNamesTheStepAndTellsTheStory) {
  ScriptedPeer peer;
  peer.play(
      kConnects.expect(received(publish).topic("a/b").qos(QoS::at_least_once)).reply(packets::puback()));
  ConnectingClient client(peer);
  client.wire.expect<mqtt::Connack>();
  client.send(packets::publish({.topic = "a/b", .payload = "x"}));
  EXPECT_EQ(what_of([&] { peer.verify(); }),
            "The script failed at step 4 of 5 (expect received PUBLISH, topic a/b, qos 1). Expected received "
            "PUBLISH, topic a/b, qos 1; this came instead:\n"
            "  #3 +0.000 s  <- dev-1 PUBLISH a/b qos 0 \"x\"\n"
            "      qos: expected 1, was 0\n"
            "\n"
            "The script:\n"
            "  done  1. accept a connection\n"
            "  done  2. expect received CONNECT\n"
            "  done  3. reply CONNACK\n"
            "  here  4. expect received PUBLISH, topic a/b, qos 1\n"
            "        5. reply PUBACK\n"
            "\n"
            "What was said:\n"
            "  #1 +0.000 s  <- dev-1 CONNECT (MQTT 5.0, clean start, keep alive 0 s)\n"
            "  #2 +0.000 s  -> dev-1 CONNACK 0x00 Success\n"
            "  #3 +0.000 s  <- dev-1 PUBLISH a/b qos 0 \"x\"\n");
}

TEST(PeerScript, AFailureEndsTheConversation) {
  ScriptedPeer peer;
  peer.play(kConnects.expect(received(subscribe)));
  ConnectingClient client(peer);
  client.wire.expect<mqtt::Connack>();
  client.send(packets::pingreq());
  client.wire.expect_close();
  const Verdict verdict = peer.outcome(10s);
  EXPECT_FALSE(verdict);
  EXPECT_EQ(what_of([&] { peer.verify(); }), verdict.explanation);
  EXPECT_EQ(what_of([&] { peer.accept(); }), verdict.explanation);
  EXPECT_EQ(what_of([&] { peer.play(kConnects); }), verdict.explanation);
  EXPECT_THROW(ConnectingClient late(peer), WireError);
}

TEST(PeerScript, ThatDoesNotEndSaysWhereItIs) {
  ScriptedPeer peer;
  peer.play(kConnects);
  const std::string unfinished = what_of([&] { peer.verify(0ms); });
  EXPECT_TRUE(contains(
      unfinished, "The script did not end within 0 s: it is still at step 1 of 3 (accept a connection).\n"))
      << unfinished;
  ConnectingClient client(peer);
  EXPECT_NO_THROW(peer.verify());  // late, but in order
}

TEST(PeerScript, AFunctionThatThrowsFailsTheScript) {
  ScriptedPeer peer;
  peer.play(Script().accept().expect(received(connect)).reply([](const Record&) -> packets::Packet {
    throw std::runtime_error("no idea what to say");
  }));
  ConnectingClient client(peer);
  const std::string failure = what_of([&] { peer.verify(); });
  EXPECT_TRUE(contains(failure, "step 3 of 3 (reply what a function makes). no idea what to say\n"))
      << failure;
}

TEST(PeerScript, APredicateThatThrowsFailsTheScript) {
  ScriptedPeer peer;
  peer.play(Script().accept().expect(
      received(connect).where("is fine", [](const Record&) -> bool { throw std::runtime_error("oh"); })));
  ConnectingClient client(peer);
  const std::string failure = what_of([&] { peer.verify(); });
  EXPECT_TRUE(contains(failure, "an exception: oh")) << failure;
}

TEST(PeerScript, AStepOutOfPlaceFailsTheScript) {
  ScriptedPeer peer;
  peer.play(Script().accept().close().expect(received(connect)));
  const WireClient client(peer.port());
  EXPECT_TRUE(contains(what_of([&] { peer.verify(); }),
                       "step 3 of 3 (expect received CONNECT). connection 0 was closed by the script"));
}

TEST(PeerScript, WhileItPlaysOnlyTheClockAndTheJournalAreOpen) {
  ScriptedPeer peer;
  peer.play(kConnects.delay(1s));
  EXPECT_EQ(what_of([&] { peer.accept(); }), "a script is playing: verify() it first");
  EXPECT_EQ(what_of([&] { peer.play(kConnects); }), "a script is playing: verify() it first");
  const ConnectingClient client(peer);
  peer.await_delay();
  EXPECT_EQ(peer.journal().size(), 2u);
  peer.advance(1s);
  peer.verify();
}

TEST(PeerScript, StopEndsItWhereverItStands) {
  for (const Script& script : {Script().accept(), kConnects.expect(received(publish)), kConnects.delay(1s)}) {
    ScriptedPeer peer;
    peer.play(script);
    const ConnectingClient client(peer);
    std::thread stopper([&] { peer.stop(); });
    const std::string how = what_of([&] { peer.verify(); });
    stopper.join();
    EXPECT_TRUE(how == "the scripted peer was stopped" || (script.size() == 1 && how == "nothing was thrown"))
        << how;
  }
}

TEST(PeerScript, AFunctionCannotStopThePeer) {
  ScriptedPeer peer;
  peer.play(Script().accept().expect(received(connect)).reply([&](const Record&) {
    peer.stop();
    return packets::connack();
  }));
  const ConnectingClient client(peer);
  EXPECT_TRUE(
      contains(what_of([&] { peer.verify(); }), "a ReplyFunction cannot stop the peer that calls it"));
}

TEST(PeerScript, MayDieUnverified) {
  ScriptedPeer peer;
  peer.play(kConnects.delay(1h));
}

}  // namespace
}  // namespace pint::test
