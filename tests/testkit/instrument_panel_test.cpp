// The instruments together, in a broker without the public face of TestBroker: what an interceptor does is in
// the journal at its place.
#include "testkit/instrument_panel.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "mqtt/encode.hpp"
#include "support/wire_client.hpp"

namespace pint::testkit::test {
namespace {

using namespace pint::test;

// Drops every PUBACK, and says so.
class NoPuback : public core::Interceptor {
 public:
  explicit NoPuback(InstrumentPanel& panel) : panel_(panel) {}
  bool take(const core::PassingPacket& packet, Time, std::vector<core::Return>&) override {
    if (packet.direction != Direction::sent || packet.bytes[0] >> 4 != int{4}) return false;
    panel_.note_fault(
        {.name = "no-puback", .what = "PUBACK dropped", .client_id = std::string(packet.client_id)});
    return true;
  }
  std::optional<Time> next_deadline() const override { return {}; }
  void tick(Time, std::vector<core::Return>&) override {}
  void ended(core::ConnectionId) override {}

 private:
  InstrumentPanel& panel_;
};

std::vector<std::string> lines(const std::vector<Record>& records) {
  std::vector<std::string> out;
  for (const Record& record : records) {
    const std::string kind(name_of(record.kind));
    out.push_back(record.packet_type ? std::string(name_of(*record.packet_type)) : kind);
  }
  return out;
}

class Panel : public testing::Test {
 protected:
  Panel() : broker_(InstrumentedBroker::make({.listeners = {Listener::tcp(0)}}, instruments())) {
    broker_.start();
  }
  Instruments instruments() {
    Instruments all = panel_.instruments();
    all.interceptor = &no_puback_;
    return all;
  }
  InstrumentPanel panel_{TestOptions()};
  NoPuback no_puback_{panel_};
  Broker broker_;
};

TEST_F(Panel, HasAFaultBetweenTheEventsOfItsTurn) {
  WireClient client(broker_.port());
  client.connect("dev-1");
  Bytes both;
  mqtt::encode(both, mqtt::Publish{.qos = QoS::at_least_once, .topic = "a", .packet_id = mqtt::PacketId{1}},
               ProtocolVersion::v5);
  mqtt::encode(both, mqtt::Pingreq{}, ProtocolVersion::v5);
  client.send(ByteView(both));
  client.expect<mqtt::Pingresp>();
  std::vector<Record> records;
  ASSERT_TRUE(
      InstrumentedBroker::between_turns(broker_, [&](RunningBroker&) { records = panel_.journal().all(); }));
  EXPECT_EQ(lines(records),
            (std::vector<std::string>{"CONNECT", "CONNACK", "connected", "PUBLISH", "published", "PUBACK",
                                      "fault applied", "PINGREQ", "PINGRESP"}));
  EXPECT_EQ(records[6].client_id, "dev-1");
  EXPECT_EQ(records[6].detail, "PUBACK dropped");
}

TEST_F(Panel, ShowsAFaultThatNoEventFollows) {
  ASSERT_TRUE(InstrumentedBroker::between_turns(broker_, [&](RunningBroker&) {
    panel_.note_fault({.name = "alone", .what = "nothing"});
    EXPECT_EQ(lines(panel_.journal().all()), (std::vector<std::string>{"fault applied"}));
  }));
}

TEST_F(Panel, WakesWhoWaitsForAFaultThatNoEventFollows) {
  CountSearch search(fault_applied("alone"), 1);
  const auto watch = std::make_shared<Watch>(search);
  ASSERT_TRUE(InstrumentedBroker::between_turns(broker_, [&](RunningBroker&) {
    panel_.watch(watch);
    panel_.note_fault({.name = "alone", .what = "nothing"});
  }));
  watch->wait_for(std::chrono::hours{1});
  broker_.stop();
  EXPECT_TRUE(watch->outcome().found);
}

TEST_F(Panel, PassesOnWhatAJobThrows) {
  EXPECT_THROW(
      InstrumentedBroker::between_turns(broker_, [](RunningBroker&) { throw std::out_of_range("no"); }),
      std::out_of_range);
  EXPECT_TRUE(InstrumentedBroker::between_turns(broker_, [](RunningBroker&) {}));
}

TEST_F(Panel, DoesNothingForWhoComesTooLate) {
  broker_.stop();
  EXPECT_FALSE(InstrumentedBroker::between_turns(broker_, [](RunningBroker&) { FAIL() << "called"; }));
}

}  // namespace
}  // namespace pint::testkit::test
