// Patterns: what matches, what differs and how that reads, and what is refused.
#include <pint/pattern.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "samples.hpp"

namespace pint::test {
namespace {

// "kind: expected published, was dropped; qos: expected 1, was 0".
std::string differences(const Pattern& pattern, const Record& record) {
  std::string text;
  for (const auto& [field, expected, actual] : pattern.differences(record)) {
    text += (text.empty() ? "" : "; ") + field + ": expected " + expected + ", was " + actual;
  }
  return text;
}

// Differences of matching records are empty.
struct Row {
  std::string name;
  Pattern pattern;
  Record record;
  std::string differences;
};

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(differences(row.pattern, row.record), row.differences);
    EXPECT_EQ(row.pattern.matches(row.record), row.differences.empty());
  }
}

// A record made from another by changing it.
Record with(Record record, const std::function<void(Record&)>& change) {
  change(record);
  return record;
}

TEST(Patterns, TellKindsApart) {
  const Record message = published_record();
  const Record other = record(RecordKind::handler_failed);
  const std::vector<std::pair<Pattern, Record>> of_kind = {
      {published(), message},
      {connected(), record(RecordKind::connected)},
      {refused(), record(RecordKind::refused)},
      {disconnected(), record(RecordKind::disconnected)},
      {subscribed(), record(RecordKind::subscribed)},
      {unsubscribed(), record(RecordKind::unsubscribed)},
      {dropped(), with(message, [](Record& r) { r.kind = RecordKind::dropped; })},
      {will_published(), with(message, [](Record& r) { r.kind = RecordKind::will_published; })},
      {session_ended(), record(RecordKind::session_ended)},
      {limit_reached(), record(RecordKind::limit_reached)},
      {rule_called(), record(RecordKind::rule_called)},
      {stub_called(), record(RecordKind::stub_called)},
      {fault_applied(), record(RecordKind::fault_applied)},
  };
  for (const auto& [pattern, right] : of_kind) {
    SCOPED_TRACE(pattern.describe());
    EXPECT_TRUE(pattern.matches(right)) << differences(pattern, right);
    EXPECT_TRUE(pattern.kind_matches(right));
    EXPECT_FALSE(pattern.matches(other));
    EXPECT_FALSE(pattern.kind_matches(other));
  }
  EXPECT_TRUE(handler_failed().matches(other));
}

TEST(Patterns, TellPacketsApartByTypeAndDirection) {
  const Record puback = packet_record(Direction::sent, PacketType::puback);
  const Record broken = with(puback, [](Record& r) { r.packet_type.reset(); });
  check({
      {"the same", sent(PacketType::puback), puback, ""},
      {"another type", sent(PacketType::pubrec), puback, "kind: expected sent PUBREC, was sent PUBACK"},
      {"the other way", received(PacketType::puback), puback,
       "kind: expected received PUBACK, was sent PUBACK"},
      {"broken", sent(PacketType::puback), broken, "kind: expected sent PUBACK, was sent a broken packet"},
      {"an event", sent(PacketType::puback), published_record(), "kind: expected sent PUBACK, was published"},
  });
}

TEST(Patterns, RefineByClient) {
  const Record message = published_record();
  const Record application = with(message, [](Record& r) { r.client_id.clear(); });
  const Record early = with(packet_record(Direction::received, PacketType::connect), [](Record& r) {
    r.client_id.clear();
    r.remote_address = kAddress;
  });
  check({
      {"the same", published().client("dev-1"), message, ""},
      {"wildcard", published().client("dev-*"), message, ""},
      {"another", published().client("dev-2"), message, "client: expected dev-2, was dev-1"},
      {"the application", published().client(""), application, ""},
      {"not the application", published().client(""), message, "client: expected \"\", was dev-1"},
      {"was the application", published().client("dev-1"), application,
       "client: expected dev-1, was the application"},
      {"before CONNECT", received(PacketType::connect).client("dev-1"), early,
       "client: expected dev-1, was 127.0.0.1:40122"},
      {"in connected", connected("dev-?"), record(RecordKind::connected), ""},
      {"not in connected", connected("dev-2"), record(RecordKind::connected),
       "client: expected dev-2, was dev-1"},
      {"not in session_ended", session_ended("x*"), record(RecordKind::session_ended),
       "client: expected x*, was dev-1"},
  });
}

TEST(Patterns, RefineByTopic) {
  const Record message = published_record();
  const Record reserved = with(message, [](Record& r) { r.topic = "$SYS/uptime"; });
  const Record unknown = with(message, [](Record& r) { r.topic.clear(); });
  check({
      {"the same", published("a/b"), message, ""},
      {"one level", published("a/+"), message, ""},
      {"all levels", published("#"), message, ""},
      {"two filters", published("a/+").topic("+/b"), message, ""},
      {"another", published("a/c"), message, "topic: expected a/c, was a/b"},
      {"more levels", published("a/b/+"), message, "topic: expected a/b/+, was a/b"},
      {"wildcards do not reach $", published("#"), reserved, "topic: expected #, was $SYS/uptime"},
      {"$ by name", published("$SYS/#"), reserved, ""},
      {"unknown alias", published("#"), unknown, "topic: expected #, was none"},
  });
}

TEST(Patterns, RefineByTopicFilter) {
  const Record subscription =
      with(record(RecordKind::subscribed), [](Record& r) { r.topic_filter = "$share/g/a/+"; });
  const Record packet = with(packet_record(Direction::received, PacketType::subscribe),
                             [](Record& r) { r.topic_filter = "a/#"; });
  const Record call = with(record(RecordKind::rule_called), [](Record& r) {
    r.topic_filter = "a/#";
    r.topic = "a/b";
  });
  check({
      {"this very filter", subscribed("$share/g/a/+"), subscription, ""},
      {"not one it covers", subscribed("a/b"), subscription, "topic filter: expected a/b, was $share/g/a/+"},
      {"any", subscribed(), subscription, ""},
      {"of a packet", received(PacketType::subscribe).topic_filter("a/#"), packet, ""},
      {"not of a packet", received(PacketType::subscribe).topic_filter("#"), packet,
       "topic filter: expected #, was a/#"},
      {"of a rule", rule_called("a/#").topic("a/b"), call, ""},
      {"not of a rule", rule_called("a/b"), call, "topic filter: expected a/b, was a/#"},
  });
}

TEST(Patterns, RefineByFlagsAndQos) {
  const Record message = published_record();
  const Record marked = with(message, [](Record& r) { r.retain = r.duplicate = true; });
  check({
      {"qos", published().qos(QoS::at_least_once), message, ""},
      {"another qos", published().qos(QoS::exactly_once), message, "qos: expected 2, was 1"},
      {"retain", published().retain(), marked, ""},
      {"not retain", published().retain(), message, "retain: expected true, was false"},
      {"retain unwanted", published().retain(false), marked, "retain: expected false, was true"},
      {"dup", published().dup(), marked, ""},
      {"not dup", published().duplicate(), message, "dup: expected true, was false"},
      {"dup unwanted", published().dup(false), marked, "dup: expected false, was true"},
      {"several", published().qos(QoS::at_most_once).retain().dup(), message,
       "qos: expected 0, was 1; retain: expected true, was false; dup: expected true, was false"},
  });
}

TEST(Patterns, RefineByPacketIdAndReason) {
  const Record puback = with(packet_record(Direction::received, PacketType::puback), [](Record& r) {
    r.packet_id = 5;
    r.reason = ReasonCode::not_authorized;
  });
  const Record left = with(record(RecordKind::disconnected),
                           [](Record& r) { r.reason = ReasonCode::keep_alive_timeout; });
  const Pattern pattern = received(PacketType::puback);
  check({
      {"packet id", pattern.packet_id(5), puback, ""},
      {"another packet id", pattern.packet_id(6), puback, "packet id: expected 6, was 5"},
      {"no packet id", received(PacketType::publish).packet_id(6),
       packet_record(Direction::received, PacketType::publish), "packet id: expected 6, was none"},
      {"reason", pattern.reason(ReasonCode::not_authorized), puback, ""},
      {"another reason", pattern.reason(ReasonCode::success), puback,
       "reason: expected 0x00 Success, was 0x87 Not authorized"},
      {"no reason", pattern.reason(ReasonCode::success),
       with(puback, [](Record& r) { r.reason.reset(); }), "reason: expected 0x00 Success, was none"},
      {"of disconnected", disconnected().reason(ReasonCode::keep_alive_timeout), left, ""},
  });
}

TEST(Patterns, RefineByPayload) {
  const Record message = published_record();
  const Record binary = with(message, [](Record& r) { r.payload = std::string("\x00\xFF\n", 3); });
  const auto short_text = [](std::string_view payload) { return payload.size() < 5; };
  check({
      {"equal", published().payload(R"({"celsius":21.5})"), message, ""},
      {"not equal", published().payload("21.5"), message,
       R"(payload: expected "21.5", was "{\"celsius\":21.5}")"},
      {"binary", published().payload("x"), binary, R"(payload: expected "x", was "\x00\xFF\n")"},
      {"contains", published().payload_contains("celsius"), message, ""},
      {"does not contain", published().payload_contains("kelvin"), message,
       R"(payload: expected contains "kelvin", was "{\"celsius\":21.5}")"},
      {"where", published().payload_where("is short", short_text), binary, ""},
      {"not where", published().payload_where("is short", short_text), message,
       R"(payload: expected is short, was "{\"celsius\":21.5}")"},
  });
}

TEST(Patterns, RefineByJsonInThePayload) {
  const Record message = with(published_record(), [](Record& r) {
    r.payload = R"({"on":true,"n":21.0,"list":[{"a/b":"x"},2],"nested":{"y":1,"x":[1.0]}})";
  });
  const Record text = with(message, [](Record& r) { r.payload = "21.5"; });
  const Record zero = with(message, [](Record& r) { r.payload = "0e400"; });
  const Record long_number = with(message, [](Record& r) { r.payload = "[9701099254740992.0,1e19]"; });
  const Record larger = with(message, [](Record& r) { r.payload = "[2e400]"; });
  const Record large = with(message, [](Record& r) { r.payload = "-2e400"; });
  const Record no_json = with(message, [](Record& r) { r.payload = "on"; });
  check({
      {"true", published().payload_json("/on", "true"), message, ""},
      {"not true", published().payload_json("/on", "false"), message,
       "payload at /on: expected false, was true"},
      {"numbers by value", published().payload_json("/n", "21"), message, ""},
      {"another number", published().payload_json("/n", "21.5"), message,
       "payload at /n: expected 21.5, was 21"},
      {"escaped name in an array", published().payload_json("/list/0/a~1b", "\"x\""), message, ""},
      {"text is no number", published().payload_json("/list/1", "\"2\""), message,
       "payload at /list/1: expected \"2\", was 2"},
      {"objects in any order", published().payload_json("/nested", R"({"x":[1],"y":1.0})"), message, ""},
      {"nothing there", published().payload_json("/off", "true"), message,
       "payload at /off: expected true, was nothing there"},
      {"beyond the array", published().payload_json("/list/2", "2"), message,
       "payload at /list/2: expected 2, was nothing there"},
      {"the whole payload", published().payload_json("", "21.50"), text, ""},
      {"not the whole payload", published().payload_json("", "21"), text,
       "payload as JSON: expected 21, was 21.5"},
      {"zero to a large power", published().payload_json("", "0"), zero, ""},
      {"long numbers by value", published().payload_json("", "[9701099254740992,10000000000000000000]"),
       long_number, ""},
      {"too large for a double", published().payload_json("", "0"), large,
       "payload as JSON: expected 0, was -1.7976931348623157e+308"},
      {"too large for a double, in an array", published().payload_json("", "0"), larger,
       "payload as JSON: expected 0, was [1.7976931348623157E308]"},
      {"no JSON", published().payload_json("/on", "true"), no_json,
       "payload at /on: expected true, was no JSON"},
  });
}

TEST(Patterns, RefineByProperties) {
  const Record message = published_record();
  const Record plain = record(RecordKind::published);
  const Pattern any = Pattern::of(RecordKind::published, "published");
  check({
      {"user property", any.user_property("room", "1").user_property("room", "2"), message, ""},
      {"another value", any.user_property("room", "3"), message,
       R"(user property room: expected "3", was "1", "2")"},
      {"no user property", any.user_property("room", "1"), plain,
       R"(user property room: expected "1", was none)"},
      {"content type", any.content_type("text/plain"), message, ""},
      {"another content type", any.content_type("a"), message,
       R"(content type: expected "a", was "text/plain")"},
      {"no content type", any.content_type("a"), plain, R"(content type: expected "a", was none)"},
      {"response topic", any.response_topic("answers"), message, ""},
      {"another response topic", any.response_topic("a"), message,
       R"(response topic: expected "a", was "answers")"},
      {"correlation data", any.correlation_data("42"), message, ""},
      {"another correlation data", any.correlation_data(std::string_view("\0", 1)), message,
       R"(correlation data: expected "\x00", was "42")"},
  });
}

TEST(Patterns, RefineByVersionNameAndDetail) {
  const Record in = with(record(RecordKind::connected), [](Record& r) {
    r.version = ProtocolVersion::v5;
    r.detail = "session present";
  });
  const Record limit = with(record(RecordKind::limit_reached), [](Record& r) { r.name = "connections"; });
  check({
      {"version", connected().version(ProtocolVersion::v5), in, ""},
      {"another version", connected().version(ProtocolVersion::v3_1), in,
       "version: expected MQTT 3.1, was MQTT 5.0"},
      {"detail", connected().detail_contains("present"), in, ""},
      {"another detail", connected().detail_contains("absent"), in,
       R"(detail: expected contains "absent", was "session present")"},
      {"name", limit_reached("conn*"), limit, ""},
      {"another name", limit_reached("inflight"), limit, "name: expected inflight, was connections"},
  });
}

TEST(Patterns, RefineByOrder) {
  const Record earlier = with(published_record(), [](Record& r) { r.sequence = 6; });
  const Record later = published_record();
  check({
      {"after", published().after(earlier), later, ""},
      {"not after itself", published().after(later), later, "after: expected #7, was #7"},
      {"before", published().after(later), earlier, "after: expected #7, was #6"},
  });
  EXPECT_EQ(published().after(later).after(earlier).after_sequence(), 7u);
  EXPECT_EQ(published().after_sequence(), 0u);
}

TEST(Patterns, RefineByPredicate) {
  const Pattern early = published().where("is early", [](const Record& r) { return r.sequence < 5; });
  check({
      {"so", early, with(published_record(), [](Record& r) { r.sequence = 1; }), ""},
      {"not so", early, published_record(), "where: expected is early, was not so"},
  });
}

TEST(Patterns, LetThroughWhatAPredicateThrowsButExplainIt) {
  const Pattern pattern = published().payload_where("is a number", [](std::string_view payload) {
    return std::stoi(std::string(payload)) > 0;
  });
  EXPECT_THROW((void)pattern.matches(published_record()), std::invalid_argument);
  EXPECT_EQ(differences(pattern, published_record()),
            "payload: expected is a number, was an exception: stoi");
  const Pattern odd = published().where("is odd", [](const Record&) -> bool { throw 1; });
  EXPECT_THROW((void)odd.matches(published_record()), int);
  EXPECT_EQ(differences(odd, published_record()), "where: expected is odd, was an exception");
}

TEST(Patterns, AskAPredicateOnlyIfTheRestIsRight) {
  const Pattern pattern =
      published("x").where("is odd", [](const Record&) -> bool { throw std::runtime_error("asked"); });
  EXPECT_FALSE(pattern.matches(published_record()));
  EXPECT_FALSE(pattern.matches(record(RecordKind::connected)));
}

TEST(Patterns, DifferInFieldsTheOtherKindDoesNotHave) {
  check({{"refused has no topic", published("a/b").client("dev-1").qos(QoS::at_most_once).retain(false),
          record(RecordKind::refused),
          "kind: expected published, was refused; topic: expected a/b, was none; "
          "qos: expected 0, was none; retain: expected false, was none"}});
}

TEST(Patterns, AreValues) {
  const Pattern wide = published("a/+");
  const Pattern narrow = wide.qos(QoS::exactly_once);
  EXPECT_TRUE(wide.matches(published_record()));
  EXPECT_FALSE(narrow.matches(published_record()));
  EXPECT_EQ(wide.refinements(), 1u);
  EXPECT_EQ(narrow.refinements(), 2u);
}

TEST(Patterns, DescribeThemselves) {
  const auto yes = [](const auto&) { return true; };
  const std::vector<std::pair<Pattern, std::string>> rows = {
      {published("a/+/c").client("dev-*").qos(QoS::at_least_once), "published a/+/c, client dev-*, qos 1"},
      {connected(), "connected"},
      {connected("dev-1").version(ProtocolVersion::v5), "connected dev-1, version MQTT 5.0"},
      {subscribed("a/#"), "subscribed a/#"},
      {limit_reached("inflight"), "limit reached inflight"},
      {session_ended("x"), "session ended x"},
      {sent(PacketType::puback).client("dev-1").packet_id(3), "sent PUBACK, client dev-1, packet id 3"},
      {disconnected().reason(ReasonCode::not_authorized), "disconnected, reason 0x87 Not authorized"},
      {published("a").retain().dup(false), "published a, retain true, dup false"},
      {published("a").payload("x").user_property("k", "v"),
       R"(published a, payload "x", user property k "v")"},
      {published("a").payload_json("/c", "1").where("is good", yes).after(record(RecordKind::published)),
       "published a, payload at /c 1, where is good, after #7"},
  };
  for (const auto& [pattern, text] : rows) EXPECT_EQ(pattern.describe(), text);
}

// Each must throw, and say this.
TEST(Patterns, RefuseWhatIsImpossible) {
  using Make = std::function<Pattern()>;
  const std::function<bool(const Record&)> nothing;
  const std::string no_filter =
      " is no Topic Filter: # stands last in a level of its own, + fills a whole level, and a shared one "
      "reads "
      "$share/name/filter";
  const std::vector<std::pair<Make, std::string>> rows = {
      {[] { return published("a/#/b"); }, "\"a/#/b\"" + no_filter},
      {[] { return published(""); }, "\"\"" + no_filter},
      {[] { return dropped("a+"); }, "\"a+\"" + no_filter},
      {[] { return subscribed("$share/g"); }, "\"$share/g\"" + no_filter},
      {[] { return published("\xFF"); }, "\"\\xFF\"" + no_filter},
      {[] { return published("$share/g/a"); },
       "\"$share/g/a\" is a shared filter, which is no message's topic"},
      {[] { return connected().topic("a"); },
       "a pattern for \"connected\" cannot ask for topic a: such records have no topic"},
      {[] { return subscribed("a").topic("a"); },
       "a pattern for \"subscribed\" cannot ask for topic a: such records have no topic"},
      {[] { return published("a").topic_filter("a"); },
       "a pattern for \"published\" cannot ask for topic filter a: such records have no topic filter"},
      {[] { return connected().qos(QoS::at_least_once); },
       "a pattern for \"connected\" cannot ask for qos 1: such records have no QoS"},
      {[] { return published().qos(QoS{3}); }, "3 is no QoS: there are 0, 1 and 2"},
      {[] { return published().qos(QoS{1}).qos(QoS{2}); },
       "a pattern for \"published #, qos 1\" cannot ask for qos 2 as well"},
      {[] { return published().retain().retain(false); },
       "a pattern for \"published #, retain true\" cannot ask for retain false as well"},
      {[] { return received(PacketType::connack).payload("x"); },
       "a pattern for \"received CONNACK\" cannot ask for payload \"x\": such records have no payload"},
      {[] { return published().payload("x").payload("y"); },
       "a pattern for \"published #, payload \"x\"\" cannot ask for payload \"y\" as well"},
      {[] { return received(PacketType::pingreq).packet_id(1); },
       "a pattern for \"received PINGREQ\" cannot ask for packet id 1: such records have no packet "
       "identifier"},
      {[] { return sent(PacketType::puback).packet_id(0); },
       "0 is no Packet Identifier: they are 1 to 65,535"},
      {[] { return published().payload_json("celsius", "1"); },
       "\"celsius\" is no JSON pointer: it begins with / and has ~ only as ~0 or ~1"},
      {[] { return published().payload_json("/a~2", "1"); },
       "\"/a~2\" is no JSON pointer: it begins with / and has ~ only as ~0 or ~1"},
      {[] { return published().payload_json("/a", "on"); },
       "\"on\" is no JSON; a text stands in quotation marks of its own: \"\\\"on\\\"\""},
      {[] { return published().payload_where("x", nullptr); }, "payload_where() needs a predicate"},
      {[&] { return published().where("x", nothing); }, "where() needs a predicate"},
      {[] { return published().content_type("\xC0"); }, "the content type \"\\xC0\" is no UTF-8 text"},
      {[] { return published().user_property("k", "\xC0"); },
       "the user property's value \"\\xC0\" is no UTF-8 text"},
      {[] { return published().response_topic("a/+"); },
       "\"a/+\" is no Response Topic: a Topic Name without wildcards"},
      {[] { return published().correlation_data(std::string(65'536, 'x')); },
       "the correlation data is longer than 65,535 bytes"},
      {[] { return published().client("\xC0"); }, "the client name \"\\xC0\" is no UTF-8 text"},
      {[] { return published().reason(ReasonCode::success); },
       "a pattern for \"published\" cannot ask for reason 0x00 Success: such records have no reason code"},
      {[] { return disconnected().reason(ReasonCode{0x42}); }, "0x42 is no Reason Code"},
      {[] { return published().version(ProtocolVersion::v5); },
       "a pattern for \"published\" cannot ask for version MQTT 5.0: such records have no version"},
      {[] { return connected().version(ProtocolVersion{6}); }, "6 is no version: there are 3, 4 and 5"},
      {[] { return sent(PacketType::connect); },
       "a broker never sends CONNECT; for what it gets from clients say received(), not sent()"},
      {[] { return received(PacketType{0}); }, "0 is no type of MQTT packet"},
      {[] { return sent(PacketType{16}); }, "16 is no type of MQTT packet"},
  };
  for (const auto& [make, sentence] : rows) {
    try {
      ADD_FAILURE() << "not refused: " << make().describe() << "; should say: " << sentence;
    } catch (const std::invalid_argument& error) {
      EXPECT_EQ(error.what(), sentence);
    }
  }
}

TEST(Patterns, MayAskTheSameTwice) {
  EXPECT_TRUE(published("a/b").qos(QoS::at_least_once).qos(QoS::at_least_once).matches(published_record()));
}

TEST(ClientMatches, FollowsStarsAndQuestionMarks) {
  struct Case {
    std::string_view pattern, name;
    bool matches;
  };
  const Case cases[] = {
      {"", "", true},           {"", "a", false},        {"*", "", true},         {"*", "anything", true},
      {"dev-1", "dev-1", true}, {"dev-1", "dev-2", false}, {"dev-1", "dev-11", false},
      {"dev-*", "dev-", true},  {"dev-*", "dev", false}, {"*-1", "dev-1", true},  {"*-1", "dev-1-2", false},
      {"d*v*1", "dev-1", true}, {"d*v*1", "dv1", true},  {"d*v*1", "d1v", false}, {"**", "x", true},
      {"?", "", false},         {"?", "a", true},        {"?", "ab", false},      {"dev-?", "dev-1", true},
      {"?*", "a", true},        {"?*", "", false},       {"*?", "abc", true},     {"a*?", "a", false},
      {"?", "\u20AC", true},    {"??", "\u20AC", false}, {"*ab", "aab", true},    {"a*b*c", "abbc", true},
  };
  for (const Case& c : cases)
    EXPECT_EQ(client_matches(c.pattern, c.name), c.matches) << c.pattern << ' ' << c.name;
}

TEST(ClientMatches, IsNotFooledByManyStars) {
  const std::string name(2'000, 'a');
  EXPECT_FALSE(client_matches("a*a*a*a*a*a*a*a*a*a*b", name));
}

}  // namespace
}  // namespace pint::test
