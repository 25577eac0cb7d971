// A scripted peer played call by call, with a client that does as it is told: what each call demands, and
// what a failure says.
#include <pint/scripted_peer.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "support/scratch_folder.hpp"
#include "support/wire_client.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using namespace std::string_view_literals;

const auto kConnect = packets::connect({.client_id = "dev-1"});

// A client of a scripted peer that sends what the test says.
struct PeerClient {
  explicit PeerClient(const ScriptedPeer& peer, ProtocolVersion spoken = ProtocolVersion::v5)
      : version(spoken), wire(peer.port(), {.version = spoken}) {}

  void send(const packets::Packet& packet) {
    const std::string bytes = packet.bytes(version);
    wire.send(as_bytes(bytes));
  }

  ProtocolVersion version;
  WireClient wire;
};

// A peer that has accepted a client, which has sent a CONNECT nobody expected yet.
struct Met {
  explicit Met(ProtocolVersion version = ProtocolVersion::v5, ScriptedPeerOptions options = {})
      : peer(options), client(peer, version) {
    client.send(kConnect);
    peer.accept();
  }
  ScriptedPeer peer;
  PeerClient client;
};

template <class Failure>
std::string what_of(const auto& call) {
  try {
    call();
  } catch (const Failure& failure) {
    return failure.what();
  }
  return "nothing was thrown";
}
std::string failure_of(const auto& call) { return what_of<TestFailure>(call); }
std::string misuse_of(const auto& call) { return what_of<std::logic_error>(call); }

bool begins(const std::string& text, const std::string& beginning) { return text.rfind(beginning, 0) == 0; }

std::string end_of(PeerClient& client) {
  return what_of<WireError>([&] { (void)client.wire.receive(); });
}

// Look again and again: silence ends when what the client has done arrives.
std::string broken_silence(ScriptedPeer& peer) {
  for (;;) {
    const std::string failure = failure_of([&] { peer.expect_silence(); });
    if (failure != "nothing was thrown") return failure;
  }
}

TEST(ScriptedPeer, ExpectsAndReplies) {
  Met met;
  const Record connect = met.peer.expect(received(PacketType::connect).client("dev-1"));
  EXPECT_EQ(connect.version, ProtocolVersion::v5);
  met.peer.reply(packets::connack({.reason = ReasonCode::quota_exceeded}));
  EXPECT_EQ(met.client.wire.expect<mqtt::Connack>().reason, ReasonCode::quota_exceeded);
  met.client.wire.close();
  met.peer.expect_closed();
}

TEST(ScriptedPeer, SpeaksTheVersionOfConnect) {
  Met met(ProtocolVersion::v3_1_1);
  met.peer.expect(received(PacketType::connect).version(ProtocolVersion::v3_1_1));
  met.peer.reply(packets::connack({.reason = ReasonCode::not_authorized}));
  EXPECT_EQ(met.client.wire.expect<mqtt::Connack>().reason, ReasonCode::not_authorized);
  const std::vector<Record> journal = met.peer.journal();
  EXPECT_EQ(journal.back().bytes, "\x20\x02\x00\x05"s);
}

TEST(ScriptedPeer, AnswersWithThePacketIdentifierAskedFor) {
  Met met;
  met.peer.expect(received(PacketType::connect));
  met.client.send(packets::publish({.topic = "a", .qos = QoS::at_least_once, .packet_id = 77}));
  met.peer.expect(received(PacketType::publish).topic("a"));
  met.peer.reply(packets::puback());
  EXPECT_EQ(met.client.wire.expect<mqtt::Puback>().packet_id, mqtt::PacketId{77});
  met.peer.reply([](const Record& request) {
    return packets::puback({.packet_id = static_cast<std::uint16_t>(*request.packet_id + 1)});
  });
  EXPECT_EQ(met.client.wire.expect<mqtt::Puback>().packet_id, mqtt::PacketId{78});
}

TEST(ScriptedPeer, SendsUnasked) {
  Met met;
  met.peer.expect(received(PacketType::connect));
  met.peer.send(packets::publish({.topic = "news", .payload = "x"}));
  EXPECT_EQ(met.client.wire.expect<mqtt::Publish>().topic, "news");
}

TEST(ScriptedPeer, SendsBytesThatAreNoPacket) {
  Met met;
  met.peer.expect(received(PacketType::connect));
  met.peer.send(packets::raw({0xD0, 0x00, 0x30}));
  met.peer.close();
  EXPECT_NO_THROW(met.client.wire.expect<mqtt::Pingresp>());
  EXPECT_THROW((void)met.client.wire.receive(), WireError);
  const std::vector<Record> journal = met.peer.journal();
  ASSERT_EQ(journal.size(), 4u);  // CONNECT, PINGRESP, half a PUBLISH, the end
  EXPECT_EQ(journal[2].detail, "malformed: the packet is cut short");
}

TEST(ScriptedPeer, LargePacketsComeWhole) {
  Met met;
  met.peer.expect(received(PacketType::connect));
  const std::string payload(3'000'000, 'x');  // more than sockets hold
  std::thread publisher([&] { met.client.send(packets::publish({.topic = "a", .payload = payload})); });
  EXPECT_EQ(met.peer.expect(received(PacketType::publish)).payload, payload);
  publisher.join();
  std::thread replier([&] { met.peer.send(packets::publish({.topic = "b", .payload = payload})); });
  EXPECT_EQ(as_text(met.client.wire.expect<mqtt::Publish>().payload), payload);
  replier.join();
}

TEST(ScriptedPeer, TellsFieldByFieldWhatCameInstead) {
  Met met;
  met.peer.expect(received(PacketType::connect));
  met.client.send(packets::publish({.topic = "a/c", .payload = "x"}));
  EXPECT_EQ(failure_of(
                [&] { met.peer.expect(received(PacketType::publish).topic("a/b").qos(QoS::at_least_once)); }),
            "Expected received PUBLISH, topic a/b, qos 1; this came instead:\n"
            "  #2 +0.000 s  <- dev-1 PUBLISH a/c qos 0 \"x\"\n"
            "      topic: expected a/b, was a/c\n"
            "      qos: expected 1, was 0\n"
            "\n"
            "What was said:\n"
            "  #1 +0.000 s  <- dev-1 CONNECT (MQTT 5.0, clean start, keep alive 0 s)\n"
            "  #2 +0.000 s  <- dev-1 PUBLISH a/c qos 0 \"x\"\n");
}

TEST(ScriptedPeer, TellsThatNothingCame) {
  ScriptedPeer peer({.patience = 20ms});
  EXPECT_EQ(failure_of([&] { peer.accept(); }),
            "Expected a connection; no client connected within 0.02 s\n\nNothing was said.\n");
  const PeerClient client(peer);
  peer.accept();
  EXPECT_EQ(failure_of([&] { peer.expect(received(PacketType::connect)); }),
            "Expected received CONNECT; nothing came within 0.02 s\n\nNothing was said.\n");
}

TEST(ScriptedPeer, TellsThatTheClientClosed) {
  Met met;
  met.peer.expect(received(PacketType::connect));
  met.client.wire.send(as_bytes("\x30\x05\x00"sv));
  met.client.wire.close();
  EXPECT_TRUE(begins(failure_of([&] { met.peer.expect(received(PacketType::publish)); }),
                     "Expected received PUBLISH; the client closed the connection (FIN) in the middle of a "
                     "packet: 30 05 00\n"));
}

TEST(ScriptedPeer, ReplyingToAClientThatHasGoneFails) {
  Met met;
  met.peer.expect(received(PacketType::connect));
  met.client.wire.reset();
  met.peer.expect_closed();
  EXPECT_TRUE(begins(failure_of([&] { met.peer.reply(packets::connack()); }),
                     "the client closed the connection (RST)"));
}

TEST(ScriptedPeer, TakesNoMalformedPacket) {
  Met met;
  met.peer.expect(received(PacketType::connect));
  met.client.send(packets::publish({.topic = "+"}));
  const std::string failure = failure_of([&] { met.peer.expect(received(PacketType::publish)); });
  EXPECT_TRUE(begins(failure, "Expected received PUBLISH; it came malformed:\n  #2 ")) << failure;
}

TEST(ScriptedPeer, TakesNothingThatIsNoPacket) {
  Met met;
  met.peer.expect(received(PacketType::connect));
  met.client.send(packets::raw({0x00, 0x01, 0xFF}));
  EXPECT_TRUE(begins(failure_of([&] { met.peer.expect(received(PacketType::publish)); }),
                     "Expected received PUBLISH; the client sent what is no packet. Packet type 0 is "
                     "forbidden [section 2.1.2]: 00 01 FF\n"));
}

TEST(ScriptedPeer, TakesNoPacketAboveItsBound) {
  Met met(ProtocolVersion::v5, {.packet_bytes = 100});
  met.peer.expect(received(PacketType::connect));
  met.client.send(packets::publish({.topic = "a", .payload = std::string(100, 'x')}));
  const std::string failure = failure_of([&] { met.peer.expect(received(PacketType::publish)); });
  EXPECT_NE(failure.find("larger than the Maximum Packet Size"), std::string::npos) << failure;
}

TEST(ScriptedPeer, SilenceIsNothingUnread) {
  Met met;
  met.peer.expect(received(PacketType::connect));
  EXPECT_NO_THROW(met.peer.expect_silence());
  met.client.send(packets::pingreq());
  EXPECT_TRUE(begins(broken_silence(met.peer),
                     "Expected silence; this came instead:\n  #2 +0.000 s  <- dev-1 PINGREQ\n"));
  met.client.wire.close();
  EXPECT_TRUE(begins(broken_silence(met.peer), "Expected silence; the client closed the connection (FIN)\n"));
}

TEST(ScriptedPeer, ABeginningOfAPacketIsNoSilence) {
  Met met;
  met.peer.expect(received(PacketType::connect));
  met.client.wire.send(as_bytes("\x30"));
  EXPECT_TRUE(begins(broken_silence(met.peer), "Expected silence; the beginning of a packet came: 30\n"));
}

TEST(ScriptedPeer, APacketIsNoEnd) {
  Met met;
  met.peer.expect(received(PacketType::connect));
  met.client.send(packets::disconnect());
  met.client.wire.close();
  EXPECT_TRUE(
      begins(failure_of([&] { met.peer.expect_closed(); }),
             "Expected the client to close the connection; this came instead:\n  #2 +0.000 s  <- dev-1 "
             "DISCONNECT"));
}

TEST(ScriptedPeer, ClosesByFinOrRst) {
  Met met;
  met.peer.expect(received(PacketType::connect));
  met.peer.close();
  EXPECT_EQ(end_of(met.client), "the broker closed the connection; a packet was expected");
  Met other;
  other.peer.reset();
  EXPECT_EQ(end_of(other.client), "nothing arrived: Connection reset by peer");
}

TEST(ScriptedPeer, AnswersFinWithFin) {
  Met met;
  met.peer.expect(received(PacketType::connect));
  met.client.wire.close_sending();
  met.peer.expect_closed();
  EXPECT_EQ(end_of(met.client), "the broker closed the connection; a packet was expected");
}

TEST(ScriptedPeer, SeveralConnectionsAreToldApart) {
  ScriptedPeer peer;
  PeerClient first(peer), second(peer);
  first.send(packets::connect({.client_id = "first"}));
  EXPECT_EQ(peer.accept(), 0u);
  second.send(packets::connect({.client_id = "second"}));
  EXPECT_EQ(peer.accept(), 1u);
  peer.expect(received(PacketType::connect).client("second"));
  peer.use(0);
  peer.expect(received(PacketType::connect).client("first"));
  peer.close();
  peer.use(1);
  peer.reply(packets::connack());
  second.wire.expect<mqtt::Connack>();
  EXPECT_EQ(misuse_of([&] { peer.use(2); }), "there is no connection 2: only 2 have been accepted");
}

TEST(ScriptedPeer, RefusesCallsOutOfPlace) {
  ScriptedPeer peer;
  EXPECT_EQ(misuse_of([&] { peer.expect(received(PacketType::connect)); }),
            "no client is connected: accept() one first");
  EXPECT_EQ(misuse_of([&] { peer.verify(); }), "there is nothing to verify: play() a script first");
  const PeerClient client(peer);
  peer.accept();
  EXPECT_EQ(misuse_of([&] { peer.reply(packets::connack()); }),
            "reply() answers a packet, and none was expected yet: expect() one, or send()");
  peer.reset();
  EXPECT_EQ(misuse_of([&] { peer.send(packets::pingresp()); }),
            "connection 0 was closed by the script: accept() the next one, or use() another");
}

TEST(ScriptedPeer, RefusesTheImpossible) {
  ScriptedPeer peer;
  const PeerClient client(peer);
  peer.accept();
  const auto refusal_of = [](const auto& call) { return what_of<std::invalid_argument>(call); };
  EXPECT_EQ(refusal_of([&] { peer.expect(published("a")); }),
            "a scripted peer expects packets from the client, as in received(PacketType::publish), not "
            "\"published a\"");
  EXPECT_EQ(refusal_of([&] { peer.advance(-1ns); }), "the clock cannot be moved back");
  EXPECT_EQ(refusal_of([&] { peer.reply(ReplyFunction()); }),
            "reply() needs a function, and this one is empty");
  EXPECT_EQ(refusal_of([&] { peer.play(Script()); }), "there is nothing to play: the script has no steps");
  EXPECT_EQ(refusal_of([&] { peer.send(packets::auth()); }), "there is no AUTH before MQTT 5.0");
  EXPECT_EQ(refusal_of([] { (void)Script().delay(-1s); }),
            "a delay of -1 s is impossible: time does not go back");
  EXPECT_EQ(
      refusal_of([] { (void)Script().expect(sent(PacketType::connack)); }),
      "a scripted peer expects packets from the client, as in received(PacketType::publish), not \"sent "
      "CONNACK\"");
  EXPECT_EQ(refusal_of([] { const ScriptedPeer impatient({.patience = -1ms}); }),
            "the patience of a scripted peer cannot be negative");
}

TEST(ScriptedPeer, AfterStopEveryCallIsAnError) {
  Met met;
  met.peer.expect(received(PacketType::connect));
  met.peer.stop();
  EXPECT_THROW((void)met.client.wire.receive(), WireError);
  const std::string stopped = "the scripted peer was stopped";
  EXPECT_EQ(misuse_of([&] { met.peer.accept(); }), stopped);
  EXPECT_EQ(misuse_of([&] { met.peer.reply(packets::connack()); }), stopped);
  EXPECT_EQ(misuse_of([&] { met.peer.advance(1s); }), stopped);
  EXPECT_EQ(misuse_of([&] { met.peer.play(Script().accept()); }), stopped);
  EXPECT_EQ(misuse_of([&] { met.peer.verify(); }), stopped);
  EXPECT_EQ(met.peer.journal().size(), 2u);  // CONNECT, the end
  EXPECT_NO_THROW(met.peer.stop());
  EXPECT_THROW(PeerClient late(met.peer), WireError);  // nobody listens
}

TEST(ScriptedPeer, StopEndsACallThatWaits) {
  Met met;
  met.peer.expect(received(PacketType::connect));
  std::thread stopper([&] { met.peer.stop(); });
  EXPECT_EQ(misuse_of([&] { met.peer.expect(received(PacketType::publish)); }),
            "the scripted peer was stopped");
  stopper.join();
}

TEST(ScriptedPeer, TheClockIsTheTests) {
  Met met;
  met.peer.expect(received(PacketType::connect));
  met.peer.advance(90min);
  met.peer.reply(packets::connack());
  const std::vector<Record> journal = met.peer.journal();
  EXPECT_EQ(journal[0].at, 0s);
  EXPECT_EQ(journal[1].at, 90min);
}

TEST(ScriptedPeer, TheJournalIsSavedAsPcapng) {
  Met met;
  met.peer.expect(received(PacketType::connect));
  met.peer.reply(packets::connack());
  met.peer.close();
  const ScratchFolder folder;
  const std::filesystem::path path = folder / "journal.pcapng";
  save_pcapng(met.peer.journal(), path, met.peer.port());
  std::ifstream file(path, std::ios::binary);
  std::string head(4, '\0');
  file.read(head.data(), 4);
  EXPECT_EQ(head, "\x0A\x0D\x0D\x0A"s);
}

}  // namespace
}  // namespace pint::test
