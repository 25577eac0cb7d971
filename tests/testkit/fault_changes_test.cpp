// Packets that go on as something else: edited, broken, replaced; and answers in the broker's place.
#include <set>
#include <stdexcept>

#include "fault_scene.hpp"

namespace pint::test {
namespace {

using mqtt::PropertyId;
using enum ProtocolVersion;

// --- edit

TEST(Edit, ChangesAPublish) {
  FaultScene faulty;
  faulty.add({.on = sent(PacketType::publish),
              .action = edit({.topic = "b", .payload = "99", .retain = true, .duplicate = true})});
  auto& client = faulty.scene.connect("client").subscribe("a");
  faulty.scene.publish({.topic = "a", .payload = "21", .qos = QoS::at_least_once});
  const Arrivals expected{
      {.topic = "b", .payload = "99", .qos = QoS::at_least_once, .retain = true, .duplicate = true}};
  EXPECT_EQ(client.received(), expected);
  EXPECT_EQ(faulty.last_told(), "PUBLISH a id 1 passed on with another topic, payload, retain, duplicate");
}

TEST(Edit, RaisesQosWithAPacketIdentifier) {
  FaultScene faulty;
  faulty.add({.on = sent(PacketType::publish), .action = edit({.qos = QoS::at_least_once})});
  auto& client = faulty.scene.connect("client", {.manual = true}).subscribe("a");
  faulty.scene.publish({.topic = "a", .payload = "x"});
  EXPECT_EQ(client.expect<mqtt::Publish>().packet_id, mqtt::PacketId{1});
}

TEST(Edit, ChangesPropertiesAndKeepsTheOthers) {
  FaultScene faulty;
  faulty.add({.on = sent(PacketType::publish), .action = edit({.message_expiry = 7})});
  auto& client = faulty.scene.connect("client").subscribe("a");
  faulty.scene.publish(
      {.topic = "a", .payload = "x", .properties = {.message_expiry = 60s, .content_type = "text/plain"}});
  const auto publish = client.expect<mqtt::Publish>();
  EXPECT_EQ(publish.properties.number(PropertyId::message_expiry_interval), 7u);
  EXPECT_EQ(publish.properties.text(PropertyId::content_type), "text/plain");
}

TEST(Edit, ChangesConnect) {
  FaultScene faulty;
  faulty.add({.on = received(PacketType::connect).client("dev-1"),
              .action = edit({.client_id = "dev-2", .keep_alive = 30, .session_expiry = 60})});
  faulty.scene.connect("dev-1", {.keep_alive = 5});
  const auto connects = faulty.scene.events<ClientConnected>();
  ASSERT_EQ(connects.size(), 1u);
  EXPECT_EQ(connects[0].client.client_id, "dev-2");
  EXPECT_EQ(connects[0].keep_alive, 30s);
  EXPECT_EQ(connects[0].session_expiry, 60s);
}

TEST(Edit, ChangesConnack) {
  FaultScene faulty;
  faulty.add({.on = sent(PacketType::connack),
              .action = edit({.session_present = true, .receive_maximum = 3, .server_keep_alive = 9})});
  mqtt::Connack connack;
  faulty.scene.connect("dev-1", {}, connack);
  EXPECT_TRUE(connack.session_present);
  EXPECT_EQ(connack.properties.number(PropertyId::receive_maximum), 3u);
  EXPECT_EQ(connack.properties.number(PropertyId::server_keep_alive), 9u);
}

TEST(Edit, ChangesEveryReasonOfSuback) {
  FaultScene faulty;
  faulty.add({.on = sent(PacketType::suback), .action = edit({.reason = ReasonCode::quota_exceeded})});
  auto& client = faulty.scene.connect("client");
  client.send(mqtt::Subscribe{.packet_id = mqtt::PacketId{1}, .requests = {{"a", {}}, {"b", {}}}});
  const std::vector<ReasonCode> expected(2, ReasonCode::quota_exceeded);
  EXPECT_EQ(client.expect<mqtt::Suback>().reasons, expected);
}

TEST(Edit, ChangesTheTopicFilterOfSubscribeAndTheIdentifierOfUnsuback) {
  FaultScene faulty;
  faulty.add({.on = received(PacketType::subscribe), .action = edit({.topic_filter = "b"})});
  faulty.add({.on = sent(PacketType::unsuback), .action = edit({.packet_id = 77})});
  auto& client = faulty.scene.connect("client").subscribe("a");
  EXPECT_EQ(faulty.scene.events<ClientSubscribed>()[0].topic_filter, "b");
  client.send(mqtt::Unsubscribe{.packet_id = mqtt::PacketId{9}, .topic_filters = {"b"}});
  EXPECT_EQ(client.expect<mqtt::Unsuback>().packet_id, mqtt::PacketId{77});
}

TEST(Edit, LeavesPropertiesOutIn3) {
  FaultScene faulty;
  faulty.add({.on = sent(PacketType::publish), .action = edit({.payload = "99", .message_expiry = 7})});
  auto& client = faulty.scene.connect("client", {.version = v3_1_1}).subscribe("a");
  faulty.scene.publish({.topic = "a", .payload = "21"});
  EXPECT_EQ(client.received(), one("a", "99"));
}

TEST(Edit, LeavesAlone3xConnackWithoutReturnCode) {
  FaultScene faulty;
  faulty.add({.on = sent(PacketType::connack), .action = edit({.reason = ReasonCode::protocol_error})});
  mqtt::Connack connack;
  faulty.scene.connect("client", {.version = v3_1_1}, connack);
  EXPECT_EQ(connack.reason, ReasonCode::success);
  EXPECT_EQ(faulty.last_told(), "CONNACK passed on unchanged: 3.x has no return code for that reason");
}

TEST(Edit, ThatChangesNothingIsNotApplied) {
  FaultScene faulty;
  faulty.add(
      {.name = "edit", .on = sent(PacketType::puback), .action = edit({.reason = ReasonCode::banned})});
  auto& client = faulty.scene.connect("client", {.version = v3_1_1, .manual = true});
  client.publish("a", "x", QoS::at_least_once);
  (void)client.expect<mqtt::Puback>();
  EXPECT_EQ(faulty.last_told(),
            "PUBACK id 1 passed on unchanged: it has these values already, or no such field");
  EXPECT_EQ(faulty.plan.applied("edit"), 0u);
}

TEST(Edit, LeavesMalformedPacketsAlone) {
  FaultScene faulty;
  faulty.add({.name = "edit", .on = received(PacketType::publish), .action = edit({.payload = "99"})});
  auto& client = faulty.scene.connect("client");
  client.send_raw({0x36, 5, 0, 1, 'a', 0, 1});  // QoS 3
  EXPECT_EQ(client.expect<mqtt::Disconnect>().reason, ReasonCode::malformed_packet);
  EXPECT_EQ(faulty.last_told(), "PUBLISH passed on unchanged: it is malformed");
  EXPECT_EQ(faulty.plan.applied("edit"), 0u);
}

TEST(EditBytes, GivesThemToAFunction) {
  FaultScene faulty;
  faulty.add({.on = sent(PacketType::publish), .action = edit("last byte", [](std::string_view packet) {
                                                 std::string changed(packet);
                                                 changed.back() = '!';
                                                 return changed;
                                               })});
  auto& client = faulty.scene.connect("client").subscribe("a");
  faulty.scene.publish({.topic = "a", .payload = "21"});
  EXPECT_EQ(client.received(), one("a", "2!"));
  EXPECT_EQ(faulty.last_told(), "PUBLISH a passed on edited: last byte");
}

TEST(EditBytes, SurvivesAFunctionThatThrows) {
  FaultScene faulty;
  faulty.add(
      {.name = "broken",
       .on = sent(PacketType::publish),
       .action = edit("nothing", [](std::string_view) -> std::string { throw std::runtime_error("no"); })});
  auto& client = faulty.scene.connect("client").subscribe("a");
  faulty.scene.publish({.topic = "a", .payload = "21"});
  EXPECT_EQ(client.received(), one("a", "21"));
  EXPECT_EQ(faulty.last_told(), "PUBLISH a passed on unchanged: the function threw: no");
}

// --- broken packets

TEST(WrongPacketId, IsAnotherOne) {
  FaultScene faulty;
  faulty.add({.on = sent(PacketType::puback), .action = wrong_packet_id()});
  auto& client = faulty.scene.connect("client", {.manual = true});
  client.publish("a", "x", QoS::at_least_once);
  const auto puback = client.expect<mqtt::Puback>();
  EXPECT_NE(puback.packet_id, client.last_packet_id());
  EXPECT_NE(puback.packet_id, mqtt::PacketId::none);
  const auto number = std::to_string(static_cast<unsigned>(puback.packet_id));
  EXPECT_EQ(faulty.last_told(), "PUBACK id 1 passed on with Packet Identifier " + number);
}

TEST(WrongPacketId, OfPublishStandsBehindTheTopic) {
  FaultScene faulty;
  faulty.add({.name = "wrong", .on = sent(PacketType::publish), .action = wrong_packet_id()});
  auto& client = faulty.scene.connect("client", {.manual = true}).subscribe("a");
  faulty.scene.publish({.topic = "a", .payload = "QoS 0 has none"});
  faulty.scene.publish({.topic = "a", .payload = "x", .qos = QoS::at_least_once});
  EXPECT_EQ(client.expect<mqtt::Publish>().packet_id, mqtt::PacketId::none);
  const auto publish = client.expect<mqtt::Publish>();
  EXPECT_NE(publish.packet_id, mqtt::PacketId{1});
  EXPECT_EQ(as_text(publish.payload), "x");
  EXPECT_EQ(faulty.plan.list()[0].matched, 1u);
}

TEST(CorruptHeader, IsMalformedInEveryForm) {
  FaultScene faulty;
  faulty.add({.on = received(PacketType::publish), .action = corrupt_header()});
  std::set<std::string> forms;
  for (int i = 0; i < 40; ++i) {
    auto& client = faulty.scene.connect("client-" + std::to_string(i));
    client.publish("a", "x");
    EXPECT_EQ(client.expect<mqtt::Disconnect>().reason, ReasonCode::malformed_packet);
    EXPECT_TRUE(client.closed());
    forms.insert(faulty.last_told());
  }
  const std::set<std::string> expected{"PUBLISH a passed on with a Remaining Length of five bytes",
                                       "PUBLISH a passed on with packet type 0",
                                       "PUBLISH a passed on with reserved flags"};
  EXPECT_EQ(forms, expected);
}

TEST(Replace, GivesOtherBytes) {
  FaultScene faulty;
  faulty.add({.on = sent(PacketType::pingresp), .action = replace(std::string("\xD0\x00\xD0\x00", 4))});
  auto& client = faulty.scene.connect("client");
  client.send(mqtt::Pingreq{});
  EXPECT_EQ(client.pending(), 2u);
}

TEST(Replace, HandsTheBrokerOtherBytes) {
  FaultScene faulty;
  faulty.add({.on = received(PacketType::pingreq), .action = replace("\xC0")});
  auto& client = faulty.scene.connect("client");
  client.send(mqtt::Pingreq{});
  EXPECT_EQ(client.expect<mqtt::Disconnect>().reason, ReasonCode::malformed_packet);
}

// --- chance

// All bytes a client gets in a story with every fault that has to do with chance.
std::string bytes_of_a_run(std::uint64_t seed) {
  FaultScene faulty(seed);
  faulty.add({.on = sent(PacketType::puback), .action = wrong_packet_id(), .probability = 0.5});
  faulty.add({.on = sent(PacketType::publish),
              .action = delay(100ms, {.jitter = 100ms, .may_reorder = true}),
              .probability = 0.8});
  auto& client = faulty.scene.connect("client", {.manual = true}).subscribe("a");
  for (int i = 0; i < 20; ++i) client.publish("a", std::to_string(i), QoS::at_least_once);
  faulty.scene.advance(1s);
  return client.received_bytes();
}

TEST(Seed, ReplaysARunByteForByte) {
  EXPECT_EQ(bytes_of_a_run(42), bytes_of_a_run(42));
  EXPECT_NE(bytes_of_a_run(42), bytes_of_a_run(43));
}

// --- answers

TEST(Answer, RefusesConnectWithEveryCode) {
  for (const ReasonCode reason :
       {ReasonCode::unspecified_error, ReasonCode::not_authorized, ReasonCode::server_busy,
        ReasonCode::banned, ReasonCode::connection_rate_exceeded}) {
    FaultScene faulty;
    faulty.add({.on = received(PacketType::connect), .action = answer(reason)});
    EXPECT_EQ(faulty.scene.refused("client"), reason);
    EXPECT_TRUE(faulty.scene.engine().clients().empty());
    EXPECT_EQ(faulty.last_told().substr(0, 21), "CONNECT answered with");
  }
}

TEST(Answer, RefusesConnectOf3WithTheNearestReturnCode) {
  FaultScene faulty;
  faulty.add({.on = received(PacketType::connect), .action = answer(ReasonCode::banned)});
  EXPECT_EQ(faulty.scene.refused("client", {.version = v3_1_1}), ReasonCode::not_authorized);
}

TEST(Answer, ClosesAConnectionOf3WithoutConnackIfThereIsNoReturnCode) {
  FaultScene faulty;
  faulty.add({.on = received(PacketType::connect), .action = answer(ReasonCode::packet_too_large)});
  auto& client = faulty.scene.open(v3_1_1);
  client.send_connect("client", {.version = v3_1_1});
  EXPECT_TRUE(client.silent());
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(faulty.last_told(), "CONNECT not answered, its version cannot say 0x95 Packet too large");
}

TEST(Answer, IsOfTheConnectsOwnVersionThoughTheBrokerHasNotSeenIt) {
  FaultScene faulty;
  faulty.add({.on = received(PacketType::connect), .action = answer(ReasonCode::not_authorized)});
  auto& client = faulty.scene.open(v3_1);
  client.send_connect("client", {.version = v3_1});
  EXPECT_EQ(client.received_bytes(), std::string("\x20\x02\x00\x05", 4));
}

TEST(Answer, GivesEachTopicFilterOfSubscribeTheReason) {
  FaultScene faulty;
  faulty.add({.on = received(PacketType::subscribe), .action = answer(ReasonCode::unspecified_error)});
  for (const ProtocolVersion version : {v3_1_1, v5}) {
    auto& client = faulty.scene.connect("client", {.version = version});
    client.send(mqtt::Subscribe{.packet_id = mqtt::PacketId{5}, .requests = {{"a", {}}, {"b", {}}}});
    const auto suback = client.expect<mqtt::Suback>();
    EXPECT_EQ(suback.packet_id, mqtt::PacketId{5});
    EXPECT_EQ(suback.reasons, std::vector<ReasonCode>(2, ReasonCode::unspecified_error));
  }
  EXPECT_TRUE(faulty.scene.events<ClientSubscribed>().empty());
}

TEST(Answer, GivesUnsubackAndTheBrokerGoesOnSending) {
  FaultScene faulty;
  faulty.add({.on = received(PacketType::unsubscribe), .action = answer(ReasonCode::not_authorized)});
  auto& client = faulty.scene.connect("client").subscribe("a");
  client.send(mqtt::Unsubscribe{.packet_id = mqtt::PacketId{5}, .topic_filters = {"a"}});
  EXPECT_EQ(client.expect<mqtt::Unsuback>().reasons, std::vector<ReasonCode>{ReasonCode::not_authorized});
  faulty.scene.publish({.topic = "a", .payload = "x"});
  EXPECT_EQ(client.received().size(), 1u);
}

TEST(Answer, AcknowledgesPublishByItsQosAndNobodyGetsTheMessage) {
  FaultScene faulty;
  faulty.add({.on = received(PacketType::publish), .action = answer(ReasonCode::quota_exceeded)});
  auto& watcher = faulty.scene.connect("watcher").subscribe("a");
  auto& client = faulty.scene.connect("client", {.manual = true});
  client.publish("a", "1", QoS::at_least_once);
  const auto puback = client.expect<mqtt::Puback>();
  EXPECT_EQ(puback.reason, ReasonCode::quota_exceeded);
  EXPECT_EQ(puback.packet_id, client.last_packet_id());
  client.publish("a", "2", QoS::exactly_once);
  EXPECT_EQ(client.expect<mqtt::Pubrec>().reason, ReasonCode::quota_exceeded);
  EXPECT_TRUE(watcher.silent());
}

TEST(Answer, ThatCannotTellAFailureSaysSoInTheJournal) {
  FaultScene faulty;
  faulty.add({.on = received(PacketType::publish), .action = answer(ReasonCode::quota_exceeded)});
  auto& client = faulty.scene.connect("client", {.version = v3_1_1, .manual = true});
  client.publish("a", "1", QoS::at_least_once);
  EXPECT_EQ(client.expect<mqtt::Puback>().packet_id, client.last_packet_id());
  EXPECT_EQ(faulty.last_told(),
            "PUBLISH a id 1 answered with 0x97 Quota exceeded, which its version cannot say");
}

TEST(Answer, HasNothingToSayToPublishAtQos0) {
  FaultScene faulty;
  faulty.add({.name = "answer", .on = received(PacketType::publish), .action = answer(ReasonCode::success)});
  auto& watcher = faulty.scene.connect("watcher").subscribe("a");
  faulty.scene.connect("client").publish("a", "x");
  EXPECT_EQ(watcher.received().size(), 1u);
  EXPECT_EQ(faulty.plan.list()[0].matched, 0u);
}

TEST(Answer, CompletesQos2InTheBrokersPlace) {
  FaultScene faulty;
  faulty.add({.on = received(PacketType::pubrel), .action = answer(ReasonCode::packet_identifier_not_found)});
  faulty.add({.on = received(PacketType::pubrec), .action = answer(ReasonCode::success)});
  auto& client = faulty.scene.connect("client", {.manual = true}).subscribe("a");
  client.send(mqtt::Pubrel{.packet_id = mqtt::PacketId{3}});
  EXPECT_EQ(client.expect<mqtt::Pubcomp>().reason, ReasonCode::packet_identifier_not_found);
  client.send(mqtt::Pubrec{.packet_id = mqtt::PacketId{4}});
  EXPECT_EQ(client.expect<mqtt::Pubrel>().packet_id, mqtt::PacketId{4});
}

}  // namespace
}  // namespace pint::test
