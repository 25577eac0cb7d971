// MQTT.js meets a scripted peer: a program of its own, whose connection is cut in the middle of QoS 2.
#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <string>

#include <pint/scripted_peer.hpp>

namespace pint::test {
namespace {

using namespace std::chrono_literals;
using enum PacketType;

// The program, running as long as this lives.
class Publisher {
 public:
  explicit Publisher(const ScriptedPeer& peer)
      : program_(::popen((std::string(PINT_PUBLISHER " ") + std::to_string(peer.port())).c_str(), "r"),
                 &::pclose) {}
  // Wait for its end; 0 is success.
  int end() { return ::pclose(program_.release()); }

 private:
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> program_;
};

TEST(ScriptedPeerAndMqttjs, ItGoesOnWithPubrelAfterACut) {
  ScriptedPeer peer;
  const Script connects = Script().accept().expect(received(connect).client("dev-1"));
  peer.play(connects.reply(packets::connack())
                .expect(received(publish).topic("temperature").qos(QoS::exactly_once))
                .reply(packets::pubrec())
                .expect(received(pubrel))
                .reset()
                .then(connects)
                .reply(packets::connack({.session_present = true}))
                .expect(received(pubrel))
                .reply(packets::pubcomp())
                .expect(received(disconnect))
                .expect_closed());
  Publisher publisher(peer);
  const Verdict verdict = peer.outcome(60s);
  if (!verdict) peer.stop();  // the program ends too, when nobody listens
  EXPECT_EQ(publisher.end(), 0);
  EXPECT_TRUE(verdict) << verdict.explanation;
}

}  // namespace
}  // namespace pint::test
