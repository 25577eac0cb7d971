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
