// The lint by itself: what a finding says, how many are kept, when it keeps silent; and the rules about the
// form of packets, their strings and the broker's limits.
#include "testkit/lint.hpp"

#include <gtest/gtest.h>

#include <set>

#include "lint_conversation.hpp"
#include "testkit/lint_text.hpp"

namespace pint::testkit::test {
namespace {

using namespace pint::test;
using enum ProtocolVersion;
using mqtt::PropertyId;

const mqtt::Publish kAgain = again(message(7));

TEST(LintFinding, SaysWhatHappenedInOneLine) {
  Conversation with(v5);
  with.connect().wait(1500ms).in(kAgain);
  ASSERT_EQ(with.findings().size(), 1u);
  const Finding& finding = with.findings().at(0);
  EXPECT_EQ(to_string(finding), "violation dup-on-first-send [" + finding.clause +
                                    "] dev-1 #4 +1.500 s: PUBLISH 7 has DUP 1 and was never sent before");
  EXPECT_EQ(finding.bytes, encoded(kAgain, v5));
  EXPECT_EQ(finding.client_id, "dev-1");
  EXPECT_EQ(finding.remote_address, "127.0.0.1:40001");
  EXPECT_EQ(finding.at, 1500ms);
}

TEST(LintFinding, CannotSteerATerminal) {
  const Finding finding{.rule = "topic-name", .client_id = "\x1B[2J", .sentence = "a\nb"};
  EXPECT_EQ(to_string(finding), "advice topic-name \\x1B[2J #0 +0.000 s: a\\nb");
}

TEST(LintFinding, HasTheFrontOfALongPacket) {
  const std::string payload(1000, 'x');
  Conversation with(v5);
  with.connect().in(again(message(1, payload)));
  EXPECT_EQ(with.findings().at(0).bytes, encoded(again(message(1, payload)), v5).substr(0, 256));
}

TEST(LintFindings, AreCountedFromTheFourthOnOfARuleAndClient) {
  Conversation with(v5);
  with.connect();
  for (int id = 1; id <= 9; ++id) with.in(again(message(id)));
  with.in(pubrel(77));
  ASSERT_EQ(with.found().size(), 4u);
  EXPECT_EQ(with.findings().at(1).more, 0u);
  EXPECT_EQ(with.findings().at(2).more, 6u);
  EXPECT_EQ(with.findings().at(3).rule, "pubrel-unknown");
  EXPECT_NE(to_string(with.findings().at(2)).find("(and 6 more like it)"), std::string::npos);
}

TEST(LintFindings, AreBoundedInAll) {
  Conversation with(v5, "dev-1", {.each = 3, .all = 2});
  with.connect().in(kAgain).in(pubrel(1)).in(puback(1)).in(pubcomp(1));
  EXPECT_EQ(with.found().size(), 2u);
  EXPECT_EQ(with.lint().dropped(), 2u);
}

TEST(LintFindings, CanBeForgotten) {
  Conversation with(v5);
  with.connect().in(message(1)).in(kAgain);
  with.lint().clear_findings();
  EXPECT_EQ(with.found(), Found{});
  with.in(message(1, "y"));
  EXPECT_EQ(with.found().size(), 1u) << "what is open is still known";
}

TEST(LintRules, HaveNamesOfTheirOwnAndSentences) {
  std::set<std::string_view> names;
  for (const LintRule& rule : lint_rules()) {
    EXPECT_TRUE(names.insert(rule.name).second) << rule.name;
    EXPECT_TRUE(rule.description.ends_with('.')) << rule.name;
  }
}

TEST(LintForm, FindsMalformedPacketsAndTheirClause) {
  struct Row {
    ProtocolVersion version;
    std::string bytes;
    std::string found;
  };
  const Row rows[] = {
      {v5,
       "\x36\x05\x00\x01"
       "a\x00\x01",
       "malformed-packet 5:3.3.1-4 #4"},  // both QoS bits
      {v3_1_1,
       "\x36\x05\x00\x01"
       "a\x00\x01",
       "malformed-packet 3:3.3.1-4 #4"},
      {v3_1,
       std::string("\x36\x05\x00\x01"
                   "a\x00\x01",
                   7),
       "malformed-packet #4"},
      {v3_1_1,
       std::string("\x30\x04\x00\x02"
                   "a#",
                   6),
       "topic-name 3:3.3.2-2 #4"},
      {v5,
       std::string("\x30\x05\x00\x02"
                   "a+\x00",
                   7),
       "topic-name 5:3.3.2-2 #4"},
      {v3_1_1, std::string("\x30\x02\x00\x00", 4), "topic-name 3:4.7.3-1 #4"},
      {v3_1_1, std::string("\x30\x03\x00\x01\xFF", 5), "malformed-packet 3:3.3.2-1 #4"},
      {v5,
       std::string("\x30\x07\x00\x01"
                   "a\x03\x23\x00\x00",
                   9),
       "topic-alias 5:3.3.2-8 #4"},
      {v3_1_1, std::string("\x60\x02\x00\x01", 4), "malformed-packet 3:3.6.1-1 #4"},
      {v3_1_1, std::string("\x82\x02\x00\x01", 4), "malformed-packet 3:3.8.3-3 #4"},
  };
  for (Row row : rows) {
    row.bytes.resize(static_cast<std::size_t>(row.bytes[1]) + 2);  // C strings end at their U+0000
    Conversation with(row.version);
    EXPECT_EQ(with.connect().in_raw(row.bytes).found(), Found{row.found});
    with.gone(DisconnectCause::protocol_error, ReasonCode::malformed_packet, "the broker's words");
    EXPECT_EQ(with.found().size(), 1u) << "one mistake is found once";
  }
}

TEST(LintForm, KnowsTheVersionOfAMalformedConnect) {
  const std::string connect("\x10\x0D\x00\x04MQTT\x05\x01\x00\x00\x00\x00\x00", 15);  // reserved flag
  Conversation with(v3_1_1);
  with.in_raw(connect);
  EXPECT_EQ(with.found(), Found{"malformed-packet 5:3.1.2-3 #1"});
}

TEST(LintForm, TellsWhatTheBrokerObjectedToAndNobodyElseHasSeen) {
  const std::string why =
      "a client's PUBLISH has a Subscription Identifier [MQTT"
      "-3.3.4-6]";
  Conversation with(v5);
  with.connect().in(message(1)).gone(DisconnectCause::protocol_error, ReasonCode::protocol_error, why);
  EXPECT_EQ(with.found(), Found{"protocol-error 5:3.3.4-6 #4"});
  EXPECT_EQ(with.findings().at(0).sentence, "a client's PUBLISH has a Subscription Identifier");
}

TEST(LintForm, ShowsNoPacketIfNoneBecameWhole) {
  Conversation with(v5);
  with.connect()
      .in(message(1))
      .gone(DisconnectCause::protocol_error, ReasonCode::packet_too_large, "too large");
  EXPECT_EQ(with.found(), Found{"protocol-error #5"});
  EXPECT_EQ(with.findings().at(0).bytes, "");
}

TEST(LintForm, BearsWithConnectionsThatEndOtherwise) {
  Conversation with(v5);
  with.connect().gone(DisconnectCause::limit_reached, ReasonCode::quota_exceeded, "memory");
  EXPECT_EQ(with.found(), Found{});
}

TEST(LintForm, FindsPacketsBeforeConnack) {
  Conversation asked(v5);
  EXPECT_EQ(asked.ask().in(message(1)).found(), Found{"before-connack #2"});
  Conversation same_turn(v5);
  same_turn.ask().accept_in_this_turn().in(message(1));
  EXPECT_EQ(same_turn.found(), Found{"before-connack #4"});
  Conversation later(v5);
  EXPECT_EQ(later.connect().in(message(1)).found(), Found{});
}

TEST(LintForm, FindsPayloadsThatAreNotWhatTheySay) {
  mqtt::PropertyList utf8;
  utf8.add(PropertyId::payload_format_indicator, 1);
  const auto with_payload = [&](std::string_view payload) {
    mqtt::Publish publish = message(1, payload);
    publish.properties = utf8.view();
    return publish;
  };
  Conversation bad(v5);
  EXPECT_EQ(bad.connect().in(with_payload("\xC3")).found(), Found{"payload-format #4"});
  Conversation good(v5);
  good.connect().in(with_payload(std::string_view("gr\xC3\xBC\xC3\x9F\0e", 8))).in(message(2, "\xC3"));
  EXPECT_EQ(good.found(), Found{});
}

TEST(LintForm, FindsWillPayloadsThatAreNotWhatTheySay) {
  mqtt::PropertyList utf8;
  utf8.add(PropertyId::payload_format_indicator, 1);
  const mqtt::WillView will{.topic = "w", .payload = as_bytes("\xFF"), .properties = utf8.view()};
  Conversation with(v5);
  EXPECT_EQ(with.in(mqtt::Connect{.client_id = "dev-1", .will = will}).found(), Found{"payload-format #1"});
}

TEST(LintLimits, FindsWhatConnackHadExcluded) {
  ConversationTerms terms;
  terms.connack.add(PropertyId::maximum_qos, 1).add(PropertyId::retain_available, 0);
  mqtt::Publish retained = message(2);
  retained.retain = true;
  Conversation with(v5);
  with.connect(terms).in(message(1, "x", QoS::exactly_once)).in(retained).in(message(3));
  EXPECT_EQ(with.found(), (Found{"maximum-qos 5:3.2.2-11 #4", "retain-unavailable 5:3.2.2-14 #5"}));
  Conversation free(v5);
  free.connect().in(message(1, "x", QoS::exactly_once)).in(retained);
  EXPECT_EQ(free.found(), Found{});
}

TEST(LintFaults, MayBeToldBeforeTheirConnection) {
  ConversationTerms terms;
  terms.connack.add(PropertyId::maximum_qos, 1);
  const mqtt::Publish publish = message(1, "x", QoS::exactly_once);
  Conversation by_client(v5);
  by_client.forgery().connect(terms).in(publish);
  EXPECT_EQ(by_client.found(), Found{}) << "CONNACK may have said something else";
  Conversation by_address(v5);
  by_address.lint().append_fault({.name = "edit", .what = "", .remote_address = "127.0.0.1:40001"});
  by_address.connect(terms).in(publish);
  EXPECT_EQ(by_address.found(), Found{});
  by_address.gone().connect(terms).in(publish);
  EXPECT_EQ(by_address.found(), Found{"maximum-qos 5:3.2.2-11 #9"})
      << "the next connection is another matter";
}

TEST(LintFaults, ConcernEverybodyIfTheyNameNobody) {
  Conversation with(v5);
  with.connect();
  with.lint().append_fault({.name = "down", .what = ""});
  EXPECT_EQ(with.in(puback(1)).found(), Found{});
}

mqtt::Publish with_alias(const mqtt::PropertyList& properties, std::string_view topic) {
  return {.topic = topic, .properties = properties.view()};
}

TEST(LintLimits, FindsMisusedTopicAliases) {
  mqtt::PropertyList two, three;
  two.add(PropertyId::topic_alias, 2);
  three.add(PropertyId::topic_alias, 3);
  ConversationTerms terms;
  terms.connack.add(PropertyId::topic_alias_maximum, 2);

  Conversation above(v5);
  EXPECT_EQ(above.connect(terms).in(with_alias(three, "a")).found(), Found{"topic-alias 5:3.3.2-9 #4"});
  Conversation unknown(v5);
  EXPECT_EQ(unknown.connect(terms).in(with_alias(two, "")).found(), Found{"topic-alias 5:3.3.2-7 #4"});
  Conversation earlier(v5);
  earlier.connect(terms).in(with_alias(two, "a")).gone().connect(terms).in(with_alias(two, ""));
  EXPECT_EQ(earlier.found(), Found{"topic-alias 5:3.3.2-7 #9"});
  Conversation unasked(v5);
  EXPECT_EQ(unasked.connect().in(with_alias(two, "a")).found(), Found{"topic-alias 5:3.2.2-18 #4"});
  Conversation good(v5);
  good.connect(terms).in(with_alias(two, "a")).in(with_alias(two, "")).in(with_alias(two, "b"));
  EXPECT_EQ(good.found(), Found{});
}

mqtt::Publish to(std::string_view topic) { return {.topic = topic}; }

TEST(LintText, FindsWhatIsWrongWithNames) {
  Conversation with(v5);
  with.connect()
      .in(to("a\x07"))
      .in(to("\xEF\xBB\xBF"
             "a"))
      .in(to("cafe\xCC\x81"));
  EXPECT_EQ(with.found(), (Found{"discouraged-character #4", "byte-order-mark 5:1.5.4-3 #5",
                                 "not-normalized 5:4.7.3-4 #6"}));
}

TEST(LintText, LooksIntoEveryPacketThatHasStrings) {
  mqtt::PropertyList properties;
  properties.add_user_property("a", "\x01").add(PropertyId::reason_string, "\x02");
  mqtt::PropertyList response;
  response.add(PropertyId::response_topic,
               "\xEF\xBB\xBF"
               "r");
  const mqtt::Subscribe subscribe{.packet_id = mqtt::PacketId{1}, .requests = {{.topic_filter = "\x03"}}};
  const mqtt::Unsubscribe unsubscribe{.packet_id = mqtt::PacketId{2}, .topic_filters = {"\x04"}};
  Conversation with(v5, "dev-\x05", {.each = 100});
  with.connect().in(subscribe).in(unsubscribe).in(mqtt::Disconnect{.properties = properties.view()});
  with.in(mqtt::Publish{.topic = "a", .properties = response.view()});
  EXPECT_EQ(with.found(),
            (Found{"discouraged-character #1", "discouraged-character #4", "discouraged-character #5",
                   "discouraged-character #6", "discouraged-character #6", "byte-order-mark 5:1.5.4-3 #7"}));
}

TEST(LintText, BearsWithBinaryPropertiesAndPayloads) {
  mqtt::PropertyList properties;
  properties.add(PropertyId::correlation_data, "\x01\x02");
  mqtt::Publish publish = message(1, "\x07");
  publish.properties = properties.view();
  Conversation with(v5);
  EXPECT_EQ(with.connect().in(publish).found(), Found{});
}

TEST(LintText, KnowsDiscouragedCharacters) {
  EXPECT_EQ(discouraged_character("a\x1F"), "U+001F");
  EXPECT_EQ(discouraged_character("\x7F"), "U+007F");
  EXPECT_EQ(discouraged_character("\xC2\x9F"), "U+009F");
  EXPECT_EQ(discouraged_character("\xEF\xB7\x90"), "U+FDD0");
  EXPECT_EQ(discouraged_character("\xEF\xBF\xBF"), "U+FFFF");
  EXPECT_EQ(discouraged_character("\xF4\x8F\xBF\xBE"), "U+10FFFE");
  EXPECT_EQ(discouraged_character(" ~\xC2\xA0\xEF\xBF\xBD\xF0\x9F\x8D\xBA"), "");
}

TEST(LintText, KnowsLettersApartFromTheirAccents) {
  EXPECT_EQ(letter_apart_from_accent("o\xCC\x88"), "o U+0308");
  EXPECT_EQ(letter_apart_from_accent("xxC\xCC\xA7"), "C U+0327");
  EXPECT_EQ(letter_apart_from_accent("\xC3\xB6"), "");   // ö as one
  EXPECT_EQ(letter_apart_from_accent("q\xCC\x81"), "");  // there is no q with an acute
  EXPECT_EQ(letter_apart_from_accent("\xCC\x81"
                                     "e"),
            "");  // an accent without a letter
}

}  // namespace
}  // namespace pint::testkit::test
