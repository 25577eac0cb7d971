// AUTH: enhanced authentication at CONNECT and again later, with the Policy as the method. [section 3.15]
// [section 4.12]
#include "support/each_version.hpp"
#include "support/raw_packets.hpp"
#include "support/scripted_policy.hpp"

namespace pint::test {
namespace {

using mqtt::PropertyId;
using enum ReasonCode;
using AuthAsked = ScriptedPolicy::AuthAsked;

// What an AUTH packet or CONNACK says about authentication.
struct Said {
  ReasonCode reason{};
  std::optional<std::string> method;
  std::optional<std::string> bytes;
  friend bool operator==(const Said&, const Said&) = default;
};
std::ostream& operator<<(std::ostream& out, const Said& said) {
  return out << name_of(said.reason) << ", " << said.method.value_or("no method") << ", "
             << said.bytes.value_or("nothing");
}
template <class Packet>
Said said(const Packet& packet) {
  return {packet.reason,
          std::optional<std::string>(packet.properties.text(PropertyId::authentication_method)),
          std::optional<std::string>(packet.properties.text(PropertyId::authentication_data))};
}

class Auth : public testing::Test {
 protected:
  static constexpr auto kMethod = "riddle";

  // CONNECT with an Authentication Method.
  Peer& begin(ConnectTerms terms = {}) {
    terms.authentication_method = kMethod;
    terms.authentication_data = "hello";
    return scene.open().send_connect("c", terms);
  }
  // A client that answered one question and is connected.
  Peer& connect() {
    policy.auth_answers = {{.reason = continue_authentication, .authentication_data = "who?"},
                           {.reason = success}};
    Peer& peer = begin();
    peer.expect<mqtt::Auth>();
    auth(peer, continue_authentication, "me");
    EXPECT_EQ(peer.expect<mqtt::Connack>().reason, success);
    return peer;
  }
  static void auth(Peer& peer, ReasonCode reason, std::string_view bytes, std::string_view method = kMethod) {
    mqtt::PropertyList properties;
    properties.add(PropertyId::authentication_method, method).add(PropertyId::authentication_data, bytes);
    peer.send(mqtt::Auth{reason, properties.view()});
  }

  ScriptedPolicy policy;
  Scene scene{Scene::defaults(), &policy};
};

// At CONNECT.

TEST_F(Auth, AsksUntilItIsSatisfied) {  // [MQTT-4.12.0-2] [MQTT-4.12.0-5]
  policy.auth_answers = {{.reason = continue_authentication, .authentication_data = "who?"},
                         {.reason = continue_authentication, .authentication_data = "really?"},
                         {.reason = success, .authentication_data = "welcome"}};
  auto& peer = begin();
  EXPECT_EQ(said(peer.expect<mqtt::Auth>()), (Said{continue_authentication, kMethod, "who?"}));
  auth(peer, continue_authentication, "me");
  EXPECT_EQ(said(peer.expect<mqtt::Auth>()), (Said{continue_authentication, kMethod, "really?"}));
  auth(peer, continue_authentication, "yes");
  EXPECT_EQ(said(peer.expect<mqtt::Connack>()), (Said{success, kMethod, "welcome"}));
}

TEST_F(Auth, AsksThePolicyStepByStep) {
  connect();
  EXPECT_EQ(policy.auths,
            (std::vector<AuthAsked>{{"c", kMethod, "hello", 0, false}, {"c", kMethod, "me", 1, false}}));
}

TEST_F(Auth, MayBeSatisfiedAtOnce) {  // [MQTT-4.12.0-5]
  policy.auth_answers = {{.reason = success}};
  EXPECT_EQ(said(begin().expect<mqtt::Connack>()), (Said{success, kMethod, std::nullopt}));
}

TEST_F(Auth, KeepsWhatConnectSaidUntilItIsSatisfied) {  // [MQTT-3.1.3-1]
  policy.auth_answers = {{.reason = continue_authentication}, {.reason = success}};
  auto& watcher = scene.connect("watcher").subscribe("gone");
  auto& peer = begin({.will = WillTerms{.topic = "gone", .payload = "!"}});
  peer.expect<mqtt::Auth>();
  auth(peer, continue_authentication, "me");
  EXPECT_EQ(peer.expect<mqtt::Connack>().reason, success);
  scene.cut(peer);
  EXPECT_EQ(watcher.received(), one("gone", "!"));
}

TEST_F(Auth, DoesNotTouchThePresentSessionBeforeItIsSatisfied) {  // [MQTT-3.1.4-2]
  auto& present = scene.connect("c");
  policy.auth_answers = {{.reason = continue_authentication}, {.reason = not_authorized}};
  auto& peer = begin();
  auth(peer, continue_authentication, "me");
  EXPECT_FALSE(present.closed());
}

TEST_F(Auth, HasTheLastWordBeforeConnack) {  // [MQTT-3.2.0-1]
  policy.auth_answers = {{.reason = continue_authentication}};
  auto& peer = begin();
  peer.expect<mqtt::Auth>();
  EXPECT_TRUE(peer.silent());
  EXPECT_FALSE(peer.closed());
}

// Refusals.

TEST_F(Auth, WithAMethodNobodyKnowsIsRefused) {  // the default Policy [MQTT-4.12.0-1]
  auto& peer = begin();
  EXPECT_EQ(peer.expect<mqtt::Connack>().reason, bad_authentication_method);
  EXPECT_TRUE(peer.closed());
}

TEST(AuthWithoutPolicy, IsRefused) {  // [MQTT-4.12.0-1]
  Scene scene;
  EXPECT_EQ(scene.refused("c", {.authentication_method = "riddle"}), bad_authentication_method);
}

TEST_F(Auth, CanRefuseAtAnyStep) {  // [MQTT-4.12.0-4] [MQTT-3.2.2-7]
  policy.auth_answers = {{.reason = continue_authentication}, {.reason = not_authorized}};
  auto& peer = begin();
  peer.expect<mqtt::Auth>();
  auth(peer, continue_authentication, "wrong");
  EXPECT_EQ(peer.expect<mqtt::Connack>().reason, not_authorized);
  EXPECT_TRUE(peer.closed());
}

TEST_F(Auth, IsNotBegunIfThePolicyRefusesTheConnect) {  // [MQTT-3.1.4-2]
  policy.connect_answer.reason = banned;
  EXPECT_EQ(begin().expect<mqtt::Connack>().reason, banned);
  EXPECT_TRUE(policy.auths.empty());
}

TEST_F(Auth,
       ThatAsksForMoreThanAPropertyHoldsIsRefused) {  // Binary Data has at most 65,535 bytes [section 1.5.6]
  policy.auth_answers = {
      {.reason = continue_authentication, .authentication_data = std::string(65'536, 'x')}};
  auto& peer = begin();
  EXPECT_EQ(peer.expect<mqtt::Connack>().reason, implementation_specific_error);
  EXPECT_TRUE(peer.closed());
}

TEST_F(Auth, MustBeFinishedInTime) {  // limits.connect_timeout
  policy.auth_answers = {{.reason = continue_authentication}};
  auto& peer = begin();
  peer.expect<mqtt::Auth>();
  scene.advance(10s);
  EXPECT_EQ(peer.expect<mqtt::Connack>().reason, not_authorized);
  EXPECT_TRUE(peer.closed());
  EXPECT_EQ(scene.limit_hits("connect_timeout"), 1u);
}

// While it is under way the client may send AUTH 0x18 with the same method, or DISCONNECT, and nothing else.

class WhileAuthenticating : public Auth,
                            public testing::WithParamInterface<std::pair<const char*, std::string_view>> {};

TEST_P(WhileAuthenticating, NothingElseIsAllowed) {  // [MQTT-3.1.2-30] [MQTT-3.14.0-1]
  policy.auth_answers = {{.reason = continue_authentication}};
  auto& peer = begin();
  peer.expect<mqtt::Auth>();
  peer.send_raw(GetParam().second);
  EXPECT_EQ(peer.expect<mqtt::Connack>().reason, protocol_error);
  EXPECT_TRUE(peer.silent());
  EXPECT_TRUE(peer.closed());
}

INSTANTIATE_TEST_SUITE_P(, WhileAuthenticating,
                         testing::Values(std::pair("Connect",
                                                   "\x10\x0E\x00\x04MQTT\x05\x02\x00\x00\x00\x00\x01"
                                                   "c"sv),
                                         std::pair("Publish", "\x30\x05\x00\x01t\x00!"sv),
                                         std::pair("Puback", "\x40\x02\x00\x01"sv),
                                         std::pair("Pubrec", "\x50\x02\x00\x01"sv),
                                         std::pair("Pubrel", "\x62\x02\x00\x01"sv),
                                         std::pair("Pubcomp", "\x70\x02\x00\x01"sv),
                                         std::pair("Subscribe", "\x82\x07\x00\x01\x00\x00\x01t\x00"sv),
                                         std::pair("Unsubscribe", "\xA2\x06\x00\x01\x00\x00\x01t"sv),
                                         std::pair("Pingreq", "\xC0\x00"sv)),
                         [](const auto& row) { return row.param.first; });

TEST_F(Auth, MayBeGivenUp) {  // [MQTT-3.1.2-30]
  policy.auth_answers = {{.reason = continue_authentication}};
  auto& peer = begin();
  peer.expect<mqtt::Auth>();
  peer.disconnect();
  EXPECT_TRUE(peer.silent());
  EXPECT_TRUE(peer.closed());
}

TEST_F(Auth, GoesOnWithReason0x18Only) {  // [MQTT-4.12.0-3]
  policy.auth_answers = {{.reason = continue_authentication}, {.reason = success}};
  auto& peer = begin();
  peer.expect<mqtt::Auth>();
  auth(peer, reauthenticate, "me");
  EXPECT_EQ(peer.expect<mqtt::Connack>().reason, protocol_error);
  EXPECT_TRUE(peer.closed());
}

TEST_F(Auth, KeepsToItsMethod) {  // [MQTT-4.12.0-5]
  policy.auth_answers = {{.reason = continue_authentication}, {.reason = success}};
  auto& peer = begin();
  peer.expect<mqtt::Auth>();
  auth(peer, continue_authentication, "me", "another");
  EXPECT_EQ(peer.expect<mqtt::Connack>().reason, protocol_error);
  EXPECT_TRUE(peer.closed());
}

TEST_F(Auth, IsHandledBehindAConnectThatBeganIt) {  // AUTH is the exception of [MQTT-3.1.4-6]
  policy.auth_answers = {{.reason = continue_authentication}, {.reason = success}};
  auto& peer = scene.open();
  peer.send_raw(raw_connect(ProtocolVersion::v5, 0x02, raw_text("c"), "\x15\x00\x01m"sv) +
                "\xF0\x06\x18\x04\x15\x00\x01m"s);
  EXPECT_EQ(peer.expect<mqtt::Auth>().reason, continue_authentication);
  EXPECT_EQ(peer.expect<mqtt::Connack>().reason, success);
}

// Clients that did not ask for it.

TEST_F(Auth, IsNotSentToWhoDidNotAskForIt) {  // [MQTT-4.12.0-6]
  mqtt::Connack connack;
  scene.connect("plain", {}, connack);
  EXPECT_EQ(said(connack), (Said{success, std::nullopt, std::nullopt}));
  EXPECT_TRUE(policy.auths.empty());
}

TEST_F(Auth, FromWhoDidNotAskForItIsAProtocolError) {  // [MQTT-4.12.0-7]
  auto& peer = scene.connect("plain");
  auth(peer, reauthenticate, "me");
  expect_ended(peer, protocol_error);
}

class AuthBefore5 : public EachVersion {};
INSTANTIATE_TEST_SUITE_P(, AuthBefore5, kVersionsBefore5, version_name);

TEST_P(AuthBefore5, DoesNotExist) {  // type 15 is forbidden [section 2.2.1 of 3.1.1] [MQTT3-4.8.0-1]
  auto& peer = connect("c");
  peer.send_raw("\xF0\x00"sv);
  expect_ended(peer, malformed_packet);
}

// Again, later. [section 4.12.1]

TEST_F(Auth, CanBeBegunAgain) {  // [MQTT-4.12.0-2] [MQTT-4.12.0-5]
  auto& peer = connect();
  policy.auth_answers = {{.reason = continue_authentication, .authentication_data = "still you?"},
                         {.reason = success, .authentication_data = "fine"}};
  auth(peer, reauthenticate, "me again");
  EXPECT_EQ(said(peer.expect<mqtt::Auth>()), (Said{continue_authentication, kMethod, "still you?"}));
  auth(peer, continue_authentication, "yes");
  EXPECT_EQ(said(peer.expect<mqtt::Auth>()), (Said{success, kMethod, "fine"}));
  EXPECT_FALSE(peer.closed());
}

TEST_F(Auth, TellsThePolicyThatItIsAgain) {
  auto& peer = connect();
  policy.auths.clear();
  policy.auth_answers = {{.reason = success}};
  auth(peer, reauthenticate, "me again");
  EXPECT_EQ(policy.auths, (std::vector<AuthAsked>{{"c", kMethod, "me again", 0, true}}));
}

TEST_F(Auth, LetsOtherPacketsPassWhenItIsAgain) {  // [section 4.12.1]
  auto& peer = connect();
  policy.auth_answers = {{.reason = continue_authentication}};
  auth(peer, reauthenticate, "me again");
  peer.expect<mqtt::Auth>();
  peer.subscribe("t").publish("t", "meanwhile");
  EXPECT_EQ(peer.received(), one("t", "meanwhile"));
}

TEST_F(Auth, AgainUsesTheSameMethod) {  // [MQTT-4.12.1-1]
  auto& peer = connect();
  auth(peer, reauthenticate, "me again", "another");
  expect_ended(peer, protocol_error);
}

TEST_F(Auth, AgainMustBeBegunBeforeItGoesOn) {  // [section 4.12.1]
  auto& peer = connect();
  auth(peer, continue_authentication, "me again");
  expect_ended(peer, protocol_error);
}

TEST_F(Auth, AgainThatFailsEndsTheConnection) {  // [MQTT-4.12.1-2]
  auto& peer = connect();
  policy.auth_answers = {{.reason = not_authorized}};
  auth(peer, reauthenticate, "somebody else");
  expect_ended(peer, not_authorized);
}

TEST_F(
    Auth,
    AgainThatFailsWithACodeOfConnackIsToldAsNotAuthorized) {  // 0x8C is none of DISCONNECT's [MQTT-3.14.2-1]
  auto& peer = connect();
  auth(peer, reauthenticate, "somebody else");
  expect_ended(peer, not_authorized);
}

// The packet itself. [section 3.15]

struct BadAuth {
  std::string name;
  std::string_view bytes;
  ReasonCode reason = malformed_packet;
};

class MalformedAuth : public Auth, public testing::WithParamInterface<BadAuth> {};

TEST_P(MalformedAuth, EndsTheConnection) {  // [MQTT-3.15.1-1] [MQTT-3.15.2-1] [MQTT-4.13.1-1]
  auto& peer = connect();
  peer.send_raw(GetParam().bytes);
  expect_ended(peer, GetParam().reason);
}

TEST_P(MalformedAuth, EndsAConversationTooThatHasJustBegun) {  // [MQTT-3.15.1-1] [MQTT-4.12.0-4]
  policy.auth_answers = {{.reason = continue_authentication}};
  auto& peer = begin();
  peer.expect<mqtt::Auth>();
  peer.send_raw(GetParam().bytes);
  EXPECT_EQ(peer.expect<mqtt::Connack>().reason, GetParam().reason);
  EXPECT_TRUE(peer.closed());
}

INSTANTIATE_TEST_SUITE_P(
    , MalformedAuth,
    testing::Values(BadAuth{"Flags", "\xF1\x0B\x18\x09\x15\x00\x06riddle"sv},
                    BadAuth{"UnknownReason", "\xF0\x0B\x80\x09\x15\x00\x06riddle"sv},
                    BadAuth{"NoMethod", "\xF0\x02\x18\x00"sv, protocol_error},
                    BadAuth{"Empty", "\xF0\x00"sv, protocol_error},
                    BadAuth{"BytesFollow", "\xF0\x0C\x18\x09\x15\x00\x06riddle!"sv},
                    BadAuth{"PropertyOfAnotherPacket", "\xF0\x0E\x18\x0C\x15\x00\x06riddle\x23\x00\x01"sv}),
    [](const auto& row) { return row.param.name; });

TEST_F(Auth, StaysWithinTheClientsMaximumPacketSize) {  // [MQTT-3.15.2-2] [MQTT-3.15.2-3] [MQTT-3.1.2-24]
  policy.auth_answers = {{.reason = continue_authentication, .authentication_data = "?"}};
  auto& peer = begin({.maximum_packet_size = 17});
  EXPECT_EQ(peer.received_bytes(), "\xF0\x0F\x18\x0D\x15\x00\x06riddle\x16\x00\x01?"s);
}

TEST_F(Auth, ThatAsksForMoreThanTheClientTakesIsRefused) {  // [MQTT-3.1.2-24]
  policy.auth_answers = {{.reason = continue_authentication, .authentication_data = "a long question"}};
  auto& peer = begin({.maximum_packet_size = 17});
  EXPECT_EQ(peer.expect<mqtt::Connack>().reason, packet_too_large);
  EXPECT_TRUE(peer.closed());
}

}  // namespace
}  // namespace pint::test
