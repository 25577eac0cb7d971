// What is no Topic Filter, in SUBSCRIBE and in UNSUBSCRIBE. [section 4.7] [section 4.8.2]
#include "support/each_version.hpp"

namespace pint::test {
namespace {

struct BadFilter {
  std::string name;
  std::string filter;
  ReasonCode reason = ReasonCode::topic_filter_invalid;
  std::string cites = {};
};

const BadFilter kBadFilters[] = {
    {.name = "hash_not_last", .filter = "a/#/b", .cites = "MQTT-4.7.1-1 MQTT3-4.7.1-2"},
    {.name = "hash_behind_a_character", .filter = "a#", .cites = "MQTT-4.7.1-1 MQTT3-4.7.1-2"},
    {.name = "hash_before_a_character", .filter = "a/#b", .cites = "MQTT-4.7.1-1 MQTT3-4.7.1-2"},
    {.name = "hash_twice", .filter = "##", .cites = "MQTT-4.7.1-1 MQTT3-4.7.1-2"},
    {.name = "hash_and_slash", .filter = "#/", .cites = "MQTT-4.7.1-1 MQTT3-4.7.1-2"},
    {.name = "plus_behind_a_character", .filter = "a+", .cites = "MQTT-4.7.1-2 MQTT3-4.7.1-3"},
    {.name = "plus_before_a_character", .filter = "a/+b/c", .cites = "MQTT-4.7.1-2 MQTT3-4.7.1-3"},
    {.name = "plus_twice", .filter = "++/a", .cites = "MQTT-4.7.1-2 MQTT3-4.7.1-3"},
    {.name = "plus_and_hash", .filter = "a/+#", .cites = "MQTT-4.7.1-2 MQTT3-4.7.1-3"},
    {.name = "empty", .filter = "", .cites = "MQTT-4.7.3-1 MQTT3-4.7.3-1"},
    {.name = "null_character",
     .filter = std::string("a\0", 2),
     .reason = ReasonCode::malformed_packet,
     .cites = "MQTT-4.7.3-2 MQTT3-4.7.3-2"},
};

class NoFilter : public testing::TestWithParam<std::tuple<ProtocolVersion, BadFilter>> {
 protected:
  Scene scene;
  BadFilter bad = std::get<1>(GetParam());
  Peer& client = scene.connect("client", {.version = std::get<0>(GetParam())});
};
INSTANTIATE_TEST_SUITE_P(
    , NoFilter, testing::Combine(kEachVersion, testing::ValuesIn(kBadFilters)), [](const auto& test) {
      return std::get<1>(test.param).name + "_" + version_name({std::get<0>(test.param), 0});
    });

TEST_P(NoFilter, EndsTheConnectionInSubscribe) {
  client.send(mqtt::Subscribe{.packet_id = mqtt::PacketId{1}, .requests = {{bad.filter, {}}}});
  expect_ended(client, bad.reason);
}

TEST_P(NoFilter, EndsTheConnectionInUnsubscribe) {
  client.send(mqtt::Unsubscribe{.packet_id = mqtt::PacketId{1}, .topic_filters = {bad.filter}});
  expect_ended(client, bad.reason);
}

TEST_P(NoFilter, AmongGoodOnesSubscribesToNone) {
  client.send(mqtt::Subscribe{.packet_id = mqtt::PacketId{1}, .requests = {{"a", {}}, {bad.filter, {}}}});
  EXPECT_EQ(scene.engine().stats().subscriptions, 0u);
}

struct BadShare {
  std::string name;
  std::string filter;
  std::string cites;
};

const BadShare kBadShares[] = {
    {.name = "no_share_name", .filter = "$share//a", .cites = "MQTT-4.8.2-1"},
    {.name = "nothing_behind_share", .filter = "$share/", .cites = "MQTT-4.8.2-1"},
    {.name = "no_slash_behind_the_name", .filter = "$share/group", .cites = "MQTT-4.8.2-2"},
    {.name = "no_filter", .filter = "$share/group/", .cites = "MQTT-4.8.2-2"},
    {.name = "plus_in_the_name", .filter = "$share/+/a", .cites = "MQTT-4.8.2-2"},
    {.name = "plus_inside_the_name", .filter = "$share/gr+oup/a", .cites = "MQTT-4.8.2-2"},
    {.name = "hash_in_the_name", .filter = "$share/#/a", .cites = "MQTT-4.8.2-2"},
    {.name = "hash_for_the_name", .filter = "$share/#", .cites = "MQTT-4.8.2-2"},
    {.name = "bad_filter_behind_it", .filter = "$share/group/a#", .cites = "MQTT-4.7.1-1"},
};

class NoSharedFilter : public testing::TestWithParam<BadShare> {
 protected:
  Scene scene;
  Peer& client = scene.connect("client");
};
INSTANTIATE_TEST_SUITE_P(, NoSharedFilter, testing::ValuesIn(kBadShares),
                         [](const auto& test) { return test.param.name; });

TEST_P(NoSharedFilter, EndsTheConnectionInSubscribe) {
  client.send(mqtt::Subscribe{.packet_id = mqtt::PacketId{1}, .requests = {{GetParam().filter, {}}}});
  expect_ended(client, ReasonCode::topic_filter_invalid);
}

TEST_P(NoSharedFilter, EndsTheConnectionInUnsubscribe) {
  client.send(mqtt::Unsubscribe{.packet_id = mqtt::PacketId{1}, .topic_filters = {GetParam().filter}});
  expect_ended(client, ReasonCode::topic_filter_invalid);
}

}  // namespace
}  // namespace pint::test
