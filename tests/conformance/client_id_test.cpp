// The Client Identifier: which are accepted, and what the broker does for clients without one.
// [section 3.1.3.1]
#include "support/each_version.hpp"
#include "support/scripted_policy.hpp"

namespace pint::test {
namespace {

using mqtt::PropertyId;
using enum ReasonCode;

class ClientId : public EachVersion {};
INSTANTIATE_TEST_SUITE_P(, ClientId, kEachVersion, version_name);

TEST_P(ClientId, MayBeAnyOf1To23DigitsAndLetters) {  // [MQTT-3.1.3-5] [MQTT3-3.1.3-5]
  for (const char* id :
       {"0", "z", "A", "0123456789abcdefghijklm", "nopqrstuvwxyzABCDEFGHIJ", "KLMNOPQRSTUVWXYZ"}) {
    SCOPED_TRACE(id);
    connect(id);
  }
  EXPECT_EQ(scene.engine().stats().clients_connected, 6u);
}

TEST_P(ClientId, KeysTheSession) {  // [MQTT-3.1.3-2] [MQTT3-3.1.3-2]
  scene.cut(connect_to_session("sensor").subscribe("t"));
  auto& other = connect_to_session("Sensor");
  connect("publisher").publish("t", "!", QoS::at_least_once);
  EXPECT_TRUE(other.silent());
  EXPECT_EQ(connect_to_session("sensor").received(), one("t", "!", QoS::at_least_once));
}

TEST_P(ClientId, ThatIsRefusedClosesTheConnection) {  // [MQTT-3.1.3-8] [MQTT3-3.1.3-9]
  ScriptedPolicy policy;
  policy.connect_answer.reason = client_identifier_not_valid;
  Scene strict(Scene::defaults(), &policy);
  EXPECT_EQ(strict.refused("c", {.version = GetParam()}), client_identifier_not_valid);
}

class LongClientId : public EachVersion {};
INSTANTIATE_TEST_SUITE_P(, LongClientId, testing::Values(ProtocolVersion::v3_1_1, ProtocolVersion::v5),
                         version_name);

TEST_P(LongClientId, IsAccepted) {
  const std::string id(65'535, 'x');
  connect(id);
  EXPECT_EQ(scene.engine().clients().at(0).client.client_id, id);
}

TEST(ClientIdOf31, HasAtMost23Characters) {  // [section 3.1 of 3.1]
  Scene scene;
  scene.connect(std::string(23, 'x'), {.version = ProtocolVersion::v3_1});
  EXPECT_EQ(scene.refused(std::string(24, 'x'), {.version = ProtocolVersion::v3_1}),
            client_identifier_not_valid);
}

TEST(ClientIdOf31, IsNotEmpty) {  // [section 3.1 of 3.1]
  Scene scene;
  EXPECT_EQ(scene.refused("", {.version = ProtocolVersion::v3_1}), client_identifier_not_valid);
}

// The empty Client Identifier.

class EmptyClientId : public EachVersion {};
INSTANTIATE_TEST_SUITE_P(, EmptyClientId, testing::Values(ProtocolVersion::v3_1_1, ProtocolVersion::v5),
                         version_name);

TEST_P(EmptyClientId, IsReplacedByAUniqueOne) {  // [MQTT-3.1.3-6] [MQTT3-3.1.3-6]
  auto& first = connect("").subscribe("t");
  auto& second = connect("").subscribe("t");
  connect("publisher").publish("t", "!");
  EXPECT_EQ(first.received(), one("t", "!"));
  EXPECT_EQ(second.received(), one("t", "!"));
  const auto connected = scene.events<ClientConnected>();
  EXPECT_FALSE(connected.at(0).client.client_id.empty());
  EXPECT_NE(connected.at(0).client.client_id, connected.at(1).client.client_id);
}

TEST(EmptyClientIdOf311, IsRefusedWithoutCleanSession) {  // [MQTT3-3.1.3-7] [MQTT3-3.1.3-8]
  Scene scene;
  EXPECT_EQ(scene.refused("", {.version = ProtocolVersion::v3_1_1, .clean_start = false}),
            client_identifier_not_valid);
}

class AssignedClientId : public testing::Test {
 protected:
  static std::string assigned_by(Scene& scene, ConnectTerms terms = {}) {
    mqtt::Connack connack;
    scene.connect("", terms, connack);
    return std::string(connack.properties.text(PropertyId::assigned_client_identifier).value_or(""));
  }
};

TEST_F(AssignedClientId, IsToldInConnack) {  // [MQTT-3.1.3-7] [MQTT-3.2.2-16]
  Scene scene;
  const std::string id = assigned_by(scene);
  EXPECT_FALSE(id.empty());
  EXPECT_EQ(scene.engine().clients().at(0).client.client_id, id);
}

TEST_F(AssignedClientId, IsGivenWhateverCleanStartSays) {  // [MQTT-3.1.3-6]
  Scene scene;
  EXPECT_FALSE(assigned_by(scene, {.clean_start = false}).empty());
}

TEST_F(AssignedClientId, IsNotToldToWhoBroughtItsOwn) {
  Scene scene;
  mqtt::Connack connack;
  scene.connect("c", {}, connack);
  EXPECT_FALSE(connack.properties.find(PropertyId::assigned_client_identifier));
}

TEST_F(AssignedClientId, IsAsGoodAsOneTheClientBrought) {  // [MQTT-3.1.3-7]
  Scene scene;
  const std::string id = assigned_by(scene, {.session_expiry = 60});
  mqtt::Connack connack;
  scene.connect(id, {.clean_start = false}, connack);
  EXPECT_TRUE(connack.session_present);
}

TEST_F(AssignedClientId, IsNoneThatAPresentSessionHas) {  // [MQTT-3.2.2-16]
  Scene scene;
  const std::string first = assigned_by(scene);
  Scene again;  // the same seed would assign the same one
  auto& present = again.connect(first);
  EXPECT_NE(assigned_by(again), first);
  EXPECT_FALSE(present.closed());
}

}  // namespace
}  // namespace pint::test
