// The journal: events become records in order, within bounds, and packets know whose they are.
#include "testkit/journal.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "samples.hpp"

namespace pint::testkit::test {
namespace {

using namespace pint::test;
using namespace std::chrono_literals;
using mqtt::PacketId;
using mqtt::PropertyId;
using mqtt::PropertyList;
using enum ProtocolVersion;

// The records' lines without number and time.
std::vector<std::string> lines(const std::vector<Record>& records) {
  std::vector<std::string> out;
  for (const Record& record : records) {
    const std::string line = to_string(record);
    out.push_back(line.substr(line.find("  ") + 2));
  }
  return out;
}

std::string only_line(const Journal& journal) { return lines(journal.all()).at(0); }

// What append() makes of an event.
std::string line_of(Event event) {
  Journal journal;
  journal.append(std::move(event), after(0ms));
  return only_line(journal);
}

const Client kNobody = client("", v3_1_1);  // before CONNECT was accepted
const Client kDevice = client("dev-1", v5);

mqtt::Connect connect_packet(std::string_view id, ProtocolVersion version = v5) {
  return {.version = version, .clean_start = true, .client_id = id};
}

PacketSeen ping() { return received(kDevice, mqtt::Pingreq{}); }

TEST(Journal, TurnsEachEventIntoARecord) {
  const Client v3 = client("dev-1", v3_1_1);
  const Message message{.topic = "a/b", .payload = "x", .qos = QoS::at_least_once, .retain = true};
  const std::vector<std::pair<Event, std::string>> rows = {
      {ClientConnected{.client = v3,
                       .clean_start = false,
                       .session_present = true,
                       .keep_alive = 60s,
                       .session_expiry = 4'294'967'295s},
       "*  dev-1 connected (session present, no clean start, keep alive 60 s, session never expires)"},
      {ClientConnected{.client = v3}, "*  dev-1 connected (clean start, keep alive 0 s, session expiry 0 s)"},
      {ClientDisconnected{.client = v3,
                          .cause = DisconnectCause::keep_alive_timeout,
                          .reason = ReasonCode::keep_alive_timeout,
                          .session_kept = true,
                          .explanation = "nothing for 90 s"},
       "*  dev-1 disconnected 0x8D Keep Alive timeout (keep alive timeout: nothing for 90 s, session kept)"},
      {ClientDisconnected{.client = v3, .cause = DisconnectCause::client_disconnected, .explanation = {}},
       "*  dev-1 disconnected 0x00 Success (client disconnected)"},
      {ConnectRefused{
           .client = kNobody, .reason = ReasonCode::not_authorized, .explanation = "says the policy"},
       "*  127.0.0.1:40122 refused 0x87 Not authorized (says the policy)"},
      {ClientSubscribed{"dev-1", "a/#", QoS::exactly_once, true}, "*  dev-1 subscribed a/# qos 2 (replaced)"},
      {ClientUnsubscribed{"dev-1", "a/#"}, "*  dev-1 unsubscribed a/#"},
      {MessagePublished{"dev-1", message, true, 2},
       "*  dev-1 published a/b qos 1 retain dup \"x\" (2 receivers)"},
      {MessagePublished{{}, message, false, 1},
       "*  the application published a/b qos 1 retain \"x\" (1 receiver)"},
      {MessagePublished{"dev-1", {.topic = "a", .properties = {.content_type = "text/plain"}}, false, 0},
       "*  dev-1 published a qos 0 \"\" [content type \"text/plain\"] (0 receivers)"},
      {MessageDropped{"dev-1", "a/b", QoS::at_least_once, DropCause::queue_full},
       "*  dev-1 dropped a/b qos 1 (queue full)"},
      {WillPublished{"dev-1", "gone"}, "*  dev-1 will published gone"},
      {SessionEnded{"dev-1", true}, "*  dev-1 session ended (expired)"},
      {LimitReached{"inflight", "dev-1"}, "*  dev-1 limit reached inflight"},
      {HandlerFailed{"rule a/#", "bad cast"}, "*  the broker handler failed rule a/# (bad cast)"},
      {ping(), "<- dev-1 PINGREQ"},
  };
  for (const auto& [event, line] : rows) EXPECT_EQ(line_of(event), line);
}

TEST(Journal, RecordsRuleCallsAndFaults) {
  Journal journal;
  journal.append_rule_call("a/#", {.topic = "a/b", .payload = "x", .retain = true}, after(0ms));
  journal.append_fault({.name = "lost ack", .what = "PUBACK dropped", .client_id = "dev-1"}, after(0ms));
  journal.append_fault({.name = "restart", .what = "sessions lost"}, after(0ms));
  EXPECT_EQ(lines(journal.all()),
            (std::vector<std::string>{"*  the broker rule called a/# a/b qos 0 retain \"x\"",
                                      "*  dev-1 fault applied lost ack (PUBACK dropped)",
                                      "*  the broker fault applied restart (sessions lost)"}));
}

TEST(Journal, NumbersAndTimesRecordsInOrder) {
  Journal journal;
  EXPECT_EQ(journal.first(), 1u);
  EXPECT_EQ(journal.last(), 0u);
  EXPECT_TRUE(journal.all().empty());
  journal.append(ping(), after(1ms));
  journal.append(WillPublished{"dev-1", "gone"}, after(2ms));
  journal.append(ping(), after(2ms));
  const std::vector<Record> all = journal.all();
  ASSERT_EQ(all.size(), 3u);
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i].sequence, i + 1);
  EXPECT_EQ(all[0].at, 1ms);
  EXPECT_EQ(all[1].at, 2ms);
  EXPECT_EQ(all[0].wall, noon() + 1ms);
  EXPECT_EQ(all[1].wall, noon() + 2ms);
  EXPECT_EQ(journal.last(), 3u);
  EXPECT_EQ(journal.record(2).kind, RecordKind::will_published);
  EXPECT_EQ(journal.since(3).size(), 1u);
  EXPECT_TRUE(journal.since(4).empty());
}

TEST(Journal, KeepsRawBytesAndTheConnection) {
  Journal journal;
  journal.append(ping(), after(0ms));
  const Record record = journal.record(1);
  EXPECT_EQ(record.bytes, std::string("\xC0\x00", 2));
  EXPECT_EQ(record.remote_address, kAddress);
  EXPECT_EQ(record.client_id, "dev-1");
  EXPECT_EQ(record.version, v5);
}

TEST(Journal, KnowsTheClientOfConnectFromConnectItself) {
  Journal journal;
  journal.append(PacketSeen{kNobody, Direction::received, encoded(connect_packet("dev-1"), v5)}, after(0ms));
  EXPECT_EQ(journal.record(1).client_id, "dev-1");
  EXPECT_EQ(journal.record(1).version, v5);
  journal.append(sent(client("", v5), mqtt::Connack{.reason = ReasonCode::not_authorized}), after(0ms));
  EXPECT_EQ(lines(journal.since(2)), std::vector<std::string>{"-> dev-1 CONNACK 0x87 Not authorized"});
}

TEST(Journal, GivesAnAssignedClientIdentifierToItsConnectToo) {
  Journal journal;
  journal.append(PacketSeen{kNobody, Direction::received, encoded(connect_packet(""), v5)}, after(0ms));
  EXPECT_EQ(journal.record(1).client_id, "");
  journal.append(sent(client("auto-1", v5), mqtt::Connack{}), after(0ms));
  EXPECT_EQ(journal.record(1).client_id, "auto-1");
  EXPECT_EQ(journal.record(2).client_id, "auto-1");
}

TEST(Journal, ReadsAnswersToABrokenConnectInTheVersionOfTheAnswer) {
  Journal journal;
  const std::string broken("\x10\x07\x00\x04MQTT\x05", 9);
  journal.append(PacketSeen{kNobody, Direction::received, broken}, after(0ms));
  journal.append(sent(client("", v5), mqtt::Connack{.reason = ReasonCode::malformed_packet}), after(0ms));
  EXPECT_EQ(lines(journal.since(2)),
            std::vector<std::string>{"-> 127.0.0.1:40122 CONNACK 0x81 Malformed Packet"});
}

TEST(Journal, TellsConnectionsApartThatUseOneAddressAfterTheOther) {
  Journal journal;
  const auto connect = [&](std::string_view id, ProtocolVersion version) {
    journal.append(PacketSeen{kNobody, Direction::received, encoded(connect_packet(id, version), version)},
                   after(0ms));
  };
  connect("first", v5);
  journal.append(ClientDisconnected{.client = client("first", v5), .explanation = {}}, after(0ms));
  connect("second", v3_1_1);
  journal.append(ConnectRefused{.client = kNobody, .explanation = {}}, after(0ms));
  connect("third", v5);
  std::vector<std::string> ids;
  for (const Record& record : journal.query(received(PacketType::connect))) ids.push_back(record.client_id);
  EXPECT_EQ(ids, (std::vector<std::string>{"first", "second", "third"}));
}

// A PUBLISH with an alias, and perhaps a topic.
mqtt::Publish aliased(const PropertyList& alias, std::string_view topic = {}) {
  return {.topic = topic, .properties = alias.view()};
}

std::vector<std::string> topics(const std::vector<Record>& records) {
  std::vector<std::string> out;
  for (const Record& record : records) out.push_back(record.topic);
  return out;
}

TEST(Journal, ResolvesTopicAliasesInBothDirections) {  // [MQTT-3.3.2-7]
  PropertyList one, two;
  one.add(PropertyId::topic_alias, 1);
  two.add(PropertyId::topic_alias, 2);
  Journal journal;
  journal.append(received(kDevice, aliased(one, "in/1")), after(0ms));
  journal.append(sent(kDevice, aliased(one, "out/1")), after(0ms));
  journal.append(received(kDevice, aliased(one)), after(0ms));
  journal.append(sent(kDevice, aliased(one)), after(0ms));
  journal.append(received(kDevice, aliased(one, "in/other")),
                 after(0ms));  // the alias means another topic now
  journal.append(received(kDevice, aliased(one)), after(0ms));
  journal.append(received(kDevice, aliased(two)), after(0ms));  // nobody has defined it
  EXPECT_EQ(topics(journal.all()),
            (std::vector<std::string>{"in/1", "out/1", "in/1", "out/1", "in/other", "in/other", ""}));
  EXPECT_EQ(journal.query(received(PacketType::publish).topic("in/1")).size(), 2u);
  // What the alias stood for is no part of the packet.
  EXPECT_EQ(journal.record(3).bytes, encoded(aliased(one), v5));
  EXPECT_EQ(journal.record(3).payload, "");
}

TEST(Journal, ForgetsTopicAliasesWithTheirConnection) {  // [MQTT-3.3.2-7]
  PropertyList one;
  one.add(PropertyId::topic_alias, 1);
  Journal journal;
  journal.append(received(kDevice, aliased(one, "a")), after(0ms));
  journal.append(received(client("dev-2", v5, "127.0.0.1:40123"), aliased(one)), after(0ms));
  journal.append(ClientDisconnected{.client = kDevice, .explanation = {}}, after(0ms));
  journal.append(received(kDevice, aliased(one)), after(0ms));
  EXPECT_EQ(topics(journal.all()), (std::vector<std::string>{"a", "", "", ""}));
}

TEST(Journal, KeepsWhatAnAliasMeantWhenItsDefinitionIsDropped) {
  PropertyList one;
  one.add(PropertyId::topic_alias, 1);
  Journal journal({.records = 1});
  journal.append(received(kDevice, aliased(one, "a/b")), after(0ms));
  journal.append(received(kDevice, aliased(one)), after(0ms));
  EXPECT_EQ(topics(journal.held()), std::vector<std::string>{"a/b"});
}

TEST(Journal, KeepsTheLastRecordsWithinTheirNumber) {
  Journal journal({.records = 3});
  for (int i = 0; i < 5; ++i) journal.append(WillPublished{"dev-1", std::to_string(i)}, after(0ms));
  EXPECT_EQ(journal.size(), 3u);
  EXPECT_EQ(journal.first(), 3u);
  EXPECT_EQ(journal.last(), 5u);
  EXPECT_EQ(topics(journal.held()), (std::vector<std::string>{"2", "3", "4"}));
  EXPECT_EQ(journal.since(3).size(), 3u);
}

TEST(Journal, KeepsTheLastRecordsWithinTheirBytes) {
  Journal journal({.bytes = 100'000});
  const std::string payload(10'000, 'x');
  for (int i = 0; i < 50; ++i) {
    journal.append(received(kDevice, mqtt::Publish{.topic = "a", .payload = as_bytes(payload)}), after(0ms));
    journal.append(MessagePublished{"dev-1", {.topic = "a", .payload = payload}}, after(0ms));
    EXPECT_LE(journal.bytes(), 100'000u);
  }
  EXPECT_GE(journal.size(), 8u);
  EXPECT_LE(journal.size(), 10u);
  EXPECT_EQ(journal.last(), 100u);
}

TEST(Journal, KeepsOneRecordHoweverLarge) {
  Journal journal({.bytes = 1'000});
  journal.append(ping(), after(0ms));
  journal.append(MessagePublished{"dev-1", {.topic = "a", .payload = std::string(5'000, 'x')}}, after(0ms));
  EXPECT_EQ(journal.size(), 1u);
  EXPECT_EQ(journal.record(2).payload.size(), 5'000u);
  journal.append(ping(), after(0ms));
  EXPECT_EQ(journal.size(), 1u);
  EXPECT_LT(journal.bytes(), 1'000u);  // what went was counted as what came
}

// What `ask` throws, as text.
template <class Ask>
std::string refusal_of(Ask ask) {
  try {
    (void)ask();
  } catch (const std::out_of_range& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(Journal, RefusesToAnswerWithoutWhatWasDropped) {
  Journal journal({.records = 2});
  for (int i = 0; i < 4; ++i) journal.append(WillPublished{"dev-1", "gone"}, after(0ms));
  const std::string sentence = "records 1..2 were dropped; raise TestOptions::journal_records";
  EXPECT_EQ(refusal_of([&] { return journal.all(); }), sentence);
  EXPECT_EQ(refusal_of([&] { return journal.since(1); }), sentence);
  EXPECT_EQ(refusal_of([&] { return journal.record(1); }), sentence);
  EXPECT_EQ(refusal_of([&] { return journal.query(will_published()); }), sentence);
  EXPECT_EQ(refusal_of([&] { return journal.find(will_published()); }), sentence);
  EXPECT_EQ(refusal_of([&] { return journal.since(2); }),
            "records 2..2 were dropped; raise TestOptions::journal_records");
  EXPECT_EQ(journal.held().size(), 2u);
  const Record second{.sequence = 2};
  EXPECT_EQ(journal.query(will_published().after(second)).size(), 2u);  // nobody asked for the others
}

TEST(Journal, NamesTheBoundThatWasTooSmall) {
  Journal journal({.bytes = 1'000});
  for (int i = 0; i < 2; ++i) {
    journal.append(MessagePublished{"dev-1", {.topic = "a", .payload = std::string(900, 'x')}}, after(0ms));
  }
  EXPECT_EQ(refusal_of([&] { return journal.all(); }),
            "records 1..1 were dropped; raise TestOptions::journal_bytes");
}

TEST(Journal, FindsWhatMatches) {
  Journal journal;
  journal.append(MessagePublished{"dev-1", {.topic = "a/1"}}, after(0ms));
  journal.append(ping(), after(0ms));
  journal.append(MessagePublished{"dev-2", {.topic = "a/2"}}, after(0ms));
  journal.append(MessagePublished{"dev-1", {.topic = "b"}}, after(0ms));
  EXPECT_EQ(topics(journal.query(published("a/+"))), (std::vector<std::string>{"a/1", "a/2"}));
  EXPECT_EQ(topics(journal.query(published("a/+").after(journal.record(1)))),
            std::vector<std::string>{"a/2"});
  EXPECT_EQ(journal.query(received(PacketType::pingreq).client("dev-1")).size(), 1u);
  EXPECT_TRUE(journal.query(sent(PacketType::pingresp)).empty());
  EXPECT_EQ(journal.find(published("a/+"))->sequence, 1u);
  EXPECT_EQ(journal.find(published("a/+"), 2)->sequence, 3u);
  EXPECT_FALSE(journal.find(published("a/+"), 4).has_value());
  EXPECT_FALSE(journal.find(published("a/+"), 99).has_value());
}

TEST(Journal, FindsPacketsByWhatTheyHold) {
  Journal journal;
  journal.append(received(kDevice, mqtt::Publish{.topic = "a", .payload = as_bytes("1")}), after(0ms));
  journal.append(received(kDevice, mqtt::Publish{.topic = "a", .payload = as_bytes("2")}), after(0ms));
  const auto found = journal.query(received(PacketType::publish).payload("2"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].sequence, 2u);
}

TEST(Journal, LetsThroughWhatAPredicateThrows) {
  Journal journal;
  journal.append(MessagePublished{"dev-1", {.topic = "a"}}, after(0ms));
  const Pattern throws =
      published().where("is odd", [](const Record&) -> bool { throw std::runtime_error("no"); });
  EXPECT_THROW((void)journal.query(throws), std::runtime_error);
  EXPECT_EQ(journal.query(published()).size(), 1u);  // nothing has changed
}

TEST(Journal, ForgetsWhatItIsToldToAndGoesOnCounting) {
  Journal journal;
  journal.append(ping(), after(0ms));
  journal.append_fault({.name = "f", .what = "PUBACK dropped"}, after(1ms));
  journal.clear();
  EXPECT_EQ(journal.size(), 0u);
  EXPECT_EQ(journal.bytes(), 0u);
  EXPECT_TRUE(journal.all().empty());
  EXPECT_TRUE(journal.query(fault_applied()).empty());  // forgotten, which is no error as dropped would be
  EXPECT_FALSE(journal.find(fault_applied(), 1));
  journal.append(ping(), after(2ms));
  ASSERT_EQ(journal.all().size(), 1u);
  EXPECT_EQ(journal.all()[0].sequence, 3u);
  EXPECT_EQ(journal.all()[0].client_id, "dev-1");  // connections are not forgotten
}

}  // namespace
}  // namespace pint::testkit::test
