// The seams for faults: packets that an Interceptor takes and gives back, transports that are cut, a broker
// that restarts.
#include "core/interceptor.hpp"

#include <functional>

#include "support/scene.hpp"

namespace pint::test {
namespace {

using core::PassingPacket;
using core::Return;

Bytes copy_of(const PassingPacket& packet) { return {packet.bytes.begin(), packet.bytes.end()}; }

PacketType type_of(const PassingPacket& packet) { return static_cast<PacketType>(packet.bytes[0] >> 4); }

// Does with packets of one type and direction what the test says; keeps them if it is told a time.
class Scripted : public core::Interceptor {
 public:
  Direction direction = Direction::sent;
  PacketType type = PacketType::publish;
  std::function<void(const PassingPacket&, std::vector<Return>&)> instead = [](const auto&, auto&) {};
  std::optional<Duration> delay = {};
  std::string client_id = {};

  bool take(const PassingPacket& packet, Time now, std::vector<Return>& returns) override {
    if (packet.direction != direction || type_of(packet) != type) return false;
    client_id = packet.client_id;
    if (delay) {
      kept_.push_back({.connection = packet.connection, .direction = direction, .bytes = copy_of(packet)});
      due_ = now + *delay;
    } else {
      instead(packet, returns);
    }
    return true;
  }
  std::optional<Time> next_deadline() const override { return due_; }
  void tick(Time now, std::vector<Return>& returns) override {
    if (!due_ || now < *due_) return;
    due_.reset();
    returns = std::move(kept_);
    kept_ = {};
  }
  void ended(core::ConnectionId) override {}

 private:
  std::optional<Time> due_;
  std::vector<Return> kept_;
};

struct Faulty {
  Scripted script;
  Scene scene{Scene::defaults(), nullptr, &script};
};

TEST(Interceptor, MayDropWhatTheBrokerSends) {
  Faulty faulty;
  auto& client = faulty.scene.connect("client").subscribe("a");
  faulty.scene.publish({.topic = "a", .payload = "x"});
  EXPECT_TRUE(client.silent());
  EXPECT_EQ(faulty.script.client_id, "client");
}

TEST(Interceptor, MayDropWhatTheBrokerReceives) {
  Faulty faulty;
  faulty.script.direction = Direction::received;
  auto& watcher = faulty.scene.connect("watcher").subscribe("a");
  faulty.scene.connect("client").publish("a", "x");
  EXPECT_TRUE(watcher.silent());
}

TEST(Interceptor, MayDelayInBrokerTime) {
  Faulty faulty;
  faulty.script.delay = 5s;
  auto& client = faulty.scene.connect("client").subscribe("a");
  faulty.scene.publish({.topic = "a", .payload = "x"}).advance(5s - 1ns);
  EXPECT_TRUE(client.silent());
  faulty.scene.advance(1ns);
  EXPECT_EQ(client.received(), one("a", "x"));
}

TEST(Interceptor, MayDuplicate) {
  Faulty faulty;
  faulty.script.instead = [](const PassingPacket& packet, std::vector<Return>& returns) {
    const Return copy{
        .connection = packet.connection, .direction = Direction::sent, .bytes = copy_of(packet)};
    returns = {copy, copy};
  };
  auto& client = faulty.scene.connect("client").subscribe("a");
  faulty.scene.publish({.topic = "a", .payload = std::string(2'000, 'x')});
  EXPECT_EQ(client.received().size(), 2u);
}

TEST(Interceptor, MayAnswerInTheBrokersPlace) {
  Faulty faulty;
  faulty.script.direction = Direction::received;
  faulty.script.instead = [](const PassingPacket& packet, std::vector<Return>& returns) {
    returns = {
        {.connection = packet.connection, .direction = Direction::sent, .bytes = {0x40, 3, 0, 1, 0x97}}};
  };
  auto& client = faulty.scene.connect("client").manual();
  client.publish("a", "x", QoS::at_least_once);
  EXPECT_EQ(client.expect<mqtt::Puback>().reason, ReasonCode::quota_exceeded);
}

TEST(Interceptor, MayEndTheConnectionInTheMiddleOfAFanOut) {
  Faulty faulty;
  faulty.script.instead = [](const PassingPacket& packet, std::vector<Return>& returns) {
    returns = {{.connection = packet.connection, .kind = Return::Kind::end, .bytes = {}}};
  };
  auto& first = faulty.scene.connect("first").subscribe("a");
  auto& second = faulty.scene.connect("second").subscribe("a");
  faulty.scene.publish({.topic = "a", .payload = "x"});
  EXPECT_TRUE(first.closed());
  EXPECT_TRUE(second.closed());
}

TEST(Interceptor, HandsBrokenBytesToTheBroker) {
  Faulty faulty;
  faulty.script.direction = Direction::received;
  faulty.script.type = PacketType::pingreq;
  faulty.script.instead = [](const PassingPacket& packet, std::vector<Return>& returns) {
    returns = {{.connection = packet.connection, .direction = Direction::received, .bytes = {0xC1, 0}}};
  };
  auto& client = faulty.scene.connect("client");
  client.send(mqtt::Pingreq{});
  EXPECT_EQ(client.expect<mqtt::Disconnect>().reason, ReasonCode::malformed_packet);
  EXPECT_TRUE(client.closed());
}

TEST(Interceptor, HandsSeveralPacketsInPlaceOfOneToTheBroker) {
  Faulty faulty;
  faulty.script.direction = Direction::received;
  faulty.script.type = PacketType::pingreq;
  faulty.script.instead = [](const PassingPacket& packet, std::vector<Return>& returns) {
    returns = {
        {.connection = packet.connection, .direction = Direction::received, .bytes = {0xC0, 0, 0xC0, 0}}};
  };
  auto& client = faulty.scene.connect("client");
  client.send(mqtt::Pingreq{});
  EXPECT_EQ(client.pending(), 2u);
}

TEST(Interceptor, MayChangeConnect) {
  Faulty faulty;
  faulty.script.direction = Direction::received;
  faulty.script.type = PacketType::connect;
  faulty.script.instead = [](const PassingPacket& packet, std::vector<Return>& returns) {
    Bytes changed = copy_of(packet);
    changed.back() = 'X';  // the last byte of the Client Identifier
    returns = {{.connection = packet.connection, .direction = Direction::received, .bytes = changed}};
  };
  faulty.scene.connect("client");
  ASSERT_EQ(faulty.scene.events<ClientConnected>().size(), 1u);
  EXPECT_EQ(faulty.scene.events<ClientConnected>()[0].client.client_id, "clienX");
}

TEST(Interceptor, IsToldWhoIsAtTheOtherEndAndWhatAnAliasStandsFor) {
  auto options = Scene::defaults();
  options.limits.topic_alias_maximum = options.limits.outgoing_topic_aliases = 10;
  std::vector<std::string> seen;
  Scripted script;
  script.instead = [&](const PassingPacket& packet, std::vector<Return>& returns) {
    seen.push_back(std::string(packet.alias_topic) + " " + packet.remote.text());
    returns = {{.connection = packet.connection, .direction = packet.direction, .bytes = copy_of(packet)}};
  };
  Scene scene(options, nullptr, &script);
  scene.connect("watcher", {.topic_alias_maximum = 10}).subscribe("a");
  auto& client = scene.connect("client");
  mqtt::PropertyList alias;
  alias.add(mqtt::PropertyId::topic_alias, 1);
  client.publish({.topic = "a", .payload = "1", .properties = alias});
  script.direction = Direction::received;
  client.publish({.topic = "", .payload = "2", .properties = alias});
  script.direction = Direction::sent;
  client.publish({.topic = "", .payload = "3", .properties = alias});
  EXPECT_EQ(seen, (std::vector<std::string>{" 127.0.0.1:40001", "a 127.0.0.1:40002", "a 127.0.0.1:40001"}));
}

// Ends the client's connection after every PUBACK.
std::vector<Return> packet_and_end(const PassingPacket& packet, Return::Kind kind) {
  return {{.connection = packet.connection, .direction = Direction::sent, .bytes = copy_of(packet)},
          {.connection = packet.connection, .kind = kind, .bytes = {}}};
}

TEST(Interceptor, EndsAConnectionAfterAPacketAndNothingFollowsIt) {
  Faulty faulty;
  faulty.script.type = PacketType::puback;
  faulty.script.instead = [](const PassingPacket& packet, std::vector<Return>& returns) {
    returns = packet_and_end(packet, Return::Kind::end);
  };
  auto& watcher = faulty.scene.connect("watcher").subscribe("a");
  auto& client = faulty.scene.connect("client", {.manual = true});
  client.send_raw({0x32, 6, 0, 1, 'a', 0, 1, 0,  // PUBLISH to a at QoS 1, Packet Identifier 1
                   0xC0, 0,                      // PINGREQ, and another PUBLISH, in one portion
                   0x32, 6, 0, 1, 'a', 0, 2, 0});
  EXPECT_EQ(client.expect<mqtt::Puback>().packet_id, mqtt::PacketId{1});
  EXPECT_TRUE(client.silent());
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(watcher.received().size(), 1u);
}

TEST(Interceptor, CannotSendAfterTheEnd) {
  Faulty faulty;
  faulty.script.instead = [](const PassingPacket& packet, std::vector<Return>& returns) {
    returns = {{.connection = packet.connection, .kind = Return::Kind::end, .bytes = {}},
               {.connection = packet.connection, .direction = Direction::sent, .bytes = copy_of(packet)}};
  };
  auto& client = faulty.scene.connect("client").subscribe("a");
  faulty.scene.publish({.topic = "a", .payload = "x"});
  EXPECT_TRUE(client.silent());
  EXPECT_TRUE(client.closed());
}

TEST(Interceptor, EndsAConnectionByResetOnceWhatWasSentIsGone) {
  Faulty faulty;
  faulty.script.type = PacketType::puback;
  faulty.script.instead = [](const PassingPacket& packet, std::vector<Return>& returns) {
    returns = packet_and_end(packet, Return::Kind::end_by_reset);
  };
  auto& client = faulty.scene.connect("client").stop_reading();
  client.publish("a", "x", QoS::at_least_once);
  core::Engine& engine = faulty.scene.engine();
  EXPECT_TRUE(engine.finished(client.id()));
  EXPECT_FALSE(engine.reset_wanted(client.id()));
  engine.outbox(client.id())->consume(engine.outbox(client.id())->bytes());
  EXPECT_TRUE(engine.reset_wanted(client.id()));
}

TEST(Interceptor, EndsAConnectionInTheFanOutOfAWill) {
  Faulty faulty;
  faulty.script.instead = [](const PassingPacket& packet, std::vector<Return>& returns) {
    returns = {{.connection = packet.connection, .kind = Return::Kind::end, .bytes = {}}};
  };
  auto& watcher = faulty.scene.connect("watcher").subscribe("gone");
  auto& sensor = faulty.scene.connect("sensor", {.will = WillTerms{.topic = "gone", .payload = "!"}});
  faulty.scene.cut(sensor);
  EXPECT_TRUE(watcher.closed());
}

TEST(Interceptor, CountsWhatIsSentInPlaceOfAPacketAndNotThePacket) {
  Faulty faulty;
  auto& client = faulty.scene.connect("client").subscribe("a");
  const Stats before = faulty.scene.engine().stats();
  faulty.scene.publish({.topic = "a", .payload = "x"});
  EXPECT_TRUE(client.silent());
  EXPECT_EQ(faulty.scene.engine().stats().bytes_sent, before.bytes_sent);
  EXPECT_EQ(faulty.scene.engine().stats().packets_sent, before.packets_sent);
}

TEST(Interceptor, MayComeAndGo) {
  Scripted script;
  Scene scene;
  auto& client = scene.connect("client").subscribe("a");
  scene.engine().set_interceptor(&script);
  scene.publish({.topic = "a", .payload = "lost"});
  scene.engine().set_interceptor(nullptr);
  scene.publish({.topic = "a", .payload = "arrives"});
  EXPECT_EQ(payloads_of(client.received()), "arrives");
}

TEST(Cut, EndsTheTransportWithoutAWordAndPublishesTheWill) {
  Scene scene;
  auto& sensor = scene.connect("sensor", {.will = WillTerms{.topic = "gone", .payload = "!"}});
  auto& watcher = scene.connect("watcher").subscribe("gone");
  EXPECT_TRUE(scene.engine().cut("sensor", true, scene.now()));
  EXPECT_TRUE(scene.engine().reset_wanted(sensor.id()));
  scene.settle();
  EXPECT_TRUE(sensor.closed());
  EXPECT_TRUE(sensor.silent());
  EXPECT_EQ(watcher.received(), one("gone", "!"));
}

TEST(Cut, OfAClientThatIsNotThereSaysSo) {
  Scene scene;
  EXPECT_FALSE(scene.engine().cut("nobody", false, scene.now()));
}

// A Session with a message that waits, and a retained message; then the broker restarts.
struct Restarted {
  Scene scene;
  explicit Restarted(const core::Loss& loss) {
    auto& client = scene.connect("client", {.session_expiry = 60}).subscribe("a");
    scene.cut(client);
    scene.publish({.topic = "a", .payload = "kept", .qos = QoS::at_least_once, .retain = true});
    scene.engine().restart(loss, scene.now());
    scene.settle();
  }
  bool session_present(Peer*& back) {
    mqtt::Connack connack;
    back = &scene.connect("client", {.clean_start = false, .session_expiry = 60}, connack);
    return connack.session_present;
  }
};

TEST(Restart, KeepsEverythingIfNothingIsLost) {
  Restarted after({});
  Peer* back = nullptr;
  EXPECT_TRUE(after.session_present(back));
  EXPECT_EQ(back->received(), one("a", "kept", QoS::at_least_once));
  EXPECT_EQ(after.scene.engine().retained("#").size(), 1u);
}

TEST(Restart, MayLoseSessions) {
  Restarted after({.sessions = true});
  Peer* back = nullptr;
  EXPECT_FALSE(after.session_present(back));
}

TEST(Restart, MayLoseWhatIsInflight) {
  Restarted after({.inflight = true});
  Peer* back = nullptr;
  EXPECT_TRUE(after.session_present(back));
  EXPECT_TRUE(back->received().empty());
}

TEST(Restart, MayLoseRetainedMessages) {
  Restarted after({.retained = true});
  EXPECT_TRUE(after.scene.engine().retained("#").empty());
}

TEST(Restart, EndsConnectionsWithoutAWordOrAWill) {
  Scene scene;
  auto& sensor =
      scene.connect("sensor", {.will = WillTerms{.topic = "gone", .payload = "!"}, .session_expiry = 60});
  scene.engine().restart({}, scene.now());
  scene.settle();
  EXPECT_TRUE(sensor.closed());
  EXPECT_TRUE(sensor.silent());
  scene.advance(61s);
  EXPECT_TRUE(scene.events<WillPublished>().empty());
}

}  // namespace
}  // namespace pint::test
