// What an engineer reads when a wait fails. Whole texts, because it is the whole that must be pleasant.
#include <pint/pattern.hpp>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "samples.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;
using mqtt::PacketId;
using testkit::Journal;

const Client kDevice = client("dev-1", ProtocolVersion::v5);

// A device that reports at QoS 0, and a dashboard that waits for it.
std::vector<Record> story() {
  const Client dashboard = client("dashboard", ProtocolVersion::v5, "127.0.0.1:40123");
  Journal journal;
  journal.append(
      received(kDevice, mqtt::Connect{.clean_start = true, .keep_alive = 60, .client_id = "dev-1"}),
      after(0ms));
  journal.append(sent(kDevice, mqtt::Connack{}), after(0ms));
  journal.append(ClientConnected{.client = kDevice, .keep_alive = 60s}, after(0ms));
  journal.append(
      received(dashboard, mqtt::Subscribe{.packet_id = PacketId{1}, .requests = {{"dev-1/#", {}}}}),
      after(20ms));
  journal.append(ClientSubscribed{"dashboard", "dev-1/#"}, after(20ms));
  journal.append(received(kDevice, mqtt::Publish{.topic = "dev-1/temp", .payload = as_bytes("21.5")}),
                 after(1'250ms));
  journal.append(MessagePublished{"dev-1", {.topic = "dev-1/temp", .payload = "21.5"}, false, 1},
                 after(1'250ms));
  journal.append(sent(dashboard, mqtt::Publish{.topic = "dev-1/temp", .payload = as_bytes("21.5")}),
                 after(1'250ms));
  journal.append(MessagePublished{"dev-1", {.topic = "dev-1/tmp", .payload = "22", .qos = QoS{1}}, false, 1},
                 after(2'000ms));
  return journal.all();
}

TEST(ExplainMiss, ShowsTheClosestRecordsAndTheClientsLastEvents) {
  EXPECT_EQ(explain_miss(published("dev-1/temp").client("dev-*").qos(QoS::at_least_once), story(),
                         "Nothing within 2 s"),
            R"(Nothing within 2 s: published dev-1/temp, client dev-*, qos 1

Closest:
  #9 +2.000 s  *  dev-1 published dev-1/tmp qos 1 "22" (1 receiver)
      topic: expected dev-1/temp, was dev-1/tmp
  #7 +1.250 s  *  dev-1 published dev-1/temp qos 0 "21.5" (1 receiver)
      qos: expected 1, was 0
  #6 +1.250 s  <- dev-1 PUBLISH dev-1/temp qos 0 "21.5"
      kind: expected published, was received PUBLISH
      qos: expected 1, was 0

Last events of dev-1:
  #1 +0.000 s  <- dev-1 CONNECT (MQTT 5.0, clean start, keep alive 60 s)
  #2 +0.000 s  -> dev-1 CONNACK 0x00 Success
  #3 +0.000 s  *  dev-1 connected (clean start, keep alive 60 s, session expiry 0 s)
  #6 +1.250 s  <- dev-1 PUBLISH dev-1/temp qos 0 "21.5"
  #7 +1.250 s  *  dev-1 published dev-1/temp qos 0 "21.5" (1 receiver)
  #9 +2.000 s  *  dev-1 published dev-1/tmp qos 1 "22" (1 receiver)

Looked at 9 records, #1 to #9.
)");
}

TEST(ExplainMiss, NamesTheClientsThatWereThereIfTheOneMeantWasNot) {
  EXPECT_EQ(explain_miss(connected("dev-2"), story(), "Nothing within 1 s"),
            R"(Nothing within 1 s: connected dev-2

Closest:
  #3 +0.000 s  *  dev-1 connected (clean start, keep alive 60 s, session expiry 0 s)
      client: expected dev-2, was dev-1

No client dev-2 was there. Those that were: dev-1, dashboard.

Last events of dev-1:
  #1 +0.000 s  <- dev-1 CONNECT (MQTT 5.0, clean start, keep alive 60 s)
  #2 +0.000 s  -> dev-1 CONNACK 0x00 Success
  #3 +0.000 s  *  dev-1 connected (clean start, keep alive 60 s, session expiry 0 s)
  #6 +1.250 s  <- dev-1 PUBLISH dev-1/temp qos 0 "21.5"
  #7 +1.250 s  *  dev-1 published dev-1/temp qos 0 "21.5" (1 receiver)
  #9 +2.000 s  *  dev-1 published dev-1/tmp qos 1 "22" (1 receiver)

Looked at 9 records, #1 to #9.
)");
}

TEST(ExplainMiss, ShowsWhatDoesMatchWhenThatIsTooMuchOrTooLittle) {
  const auto text = explain_miss(published("dev-1/+"), story(), "Expected 1, found 2 within 1 s");
  EXPECT_TRUE(text.starts_with(R"(Expected 1, found 2 within 1 s: published dev-1/+

These match:
  #7 +1.250 s  *  dev-1 published dev-1/temp qos 0 "21.5" (1 receiver)
  #9 +2.000 s  *  dev-1 published dev-1/tmp qos 1 "22" (1 receiver)

Closest:
)")) << text;
}

TEST(ExplainMiss, OfNothingAtAllSaysSo) {
  EXPECT_EQ(explain_miss(connected("dev-1"), {}, "Nothing within 1 s"),
            R"(Nothing within 1 s: connected dev-1

No client dev-1 was there. There were no clients at all.

There were no records to look at.
)");
  EXPECT_EQ(explain_miss(limit_reached(), {}, "Nothing within 1 s"),
            "Nothing within 1 s: limit reached\n\nThere were no records to look at.\n");
}

TEST(ExplainMiss, ShowsTheLastEventsOfAllWhenNoClientIsConcerned) {
  const Record ping = packet_record(Direction::received, PacketType::pingreq);
  EXPECT_EQ(explain_miss(limit_reached("inflight"), {ping}, "Nothing within 1 s"),
            R"(Nothing within 1 s: limit reached inflight

Last events:
  #7 +0.000 s  <- dev-1 PINGREQ

Looked at 1 record, #7.
)");
}

// The numbers of the closest records, in the order shown.
std::vector<std::uint64_t> closest(const Pattern& pattern, std::vector<Record> records) {
  for (std::size_t i = 0; i < records.size(); ++i) records[i].sequence = i + 1;
  const std::string text = explain_miss(pattern, records, "");
  std::vector<std::uint64_t> numbers;
  const std::size_t begin = text.find("\nClosest:\n");
  if (begin == std::string::npos) return numbers;
  const std::size_t end = text.find("\n\n", begin);
  for (std::size_t at = text.find("\n  #", begin); at < end; at = text.find("\n  #", at + 1)) {
    numbers.push_back(std::stoull(text.substr(at + 4)));
  }
  return numbers;
}

Record message(RecordKind kind, std::string topic, QoS qos = QoS::at_most_once) {
  return {.kind = kind, .client_id = "dev-1", .topic = std::move(topic), .qos = qos};
}

using Numbers = std::vector<std::uint64_t>;
constexpr auto published_kind = RecordKind::published;

TEST(ExplainMiss, PutsFewerDifferencesFirst) {
  EXPECT_EQ(closest(published("a").qos(QoS{1}).retain(),
                    {message(published_kind, "a"), message(published_kind, "a", QoS{1}),
                     message(published_kind, "b")}),
            (Numbers{2, 1, 3}));
}

TEST(ExplainMiss, PutsTheSameKindBeforeOthers) {
  EXPECT_EQ(closest(published("a").qos(QoS{1}).retain(),
                    {message(published_kind, "b"), message(RecordKind::dropped, "a", QoS{1})}),
            (Numbers{1, 2}));
}

TEST(ExplainMiss, PutsAlikeTextsBeforeOthers) {
  EXPECT_EQ(closest(published("dev-1/temperature"),
                    {message(published_kind, "dev-1/temprature"), message(published_kind, "dev-1/humidity"),
                     message(published_kind, "x")}),
            (Numbers{1, 2, 3}));
}

TEST(ExplainMiss, PutsTheMostRecentFirstAndShowsThree) {
  const Record other = message(published_kind, "b");
  EXPECT_EQ(closest(published("a"), {other, other, other, other, other}), (Numbers{5, 4, 3}));
}

TEST(ExplainMiss, ShowsOtherKindsOnlyIfTheyMayStandInAndAgreeInSomething) {
  const Record dropped_elsewhere = message(RecordKind::dropped, "b");
  const Record subscription{.kind = RecordKind::subscribed, .client_id = "dev-1", .topic_filter = "a"};
  EXPECT_EQ(closest(published("a"), {dropped_elsewhere, subscription}), Numbers{});
  EXPECT_EQ(closest(published("a"), {message(RecordKind::dropped, "a")}), Numbers{1});
  EXPECT_EQ(closest(connected("dev-1"), {record(RecordKind::refused), record(RecordKind::session_ended)}),
            Numbers{1});
  EXPECT_EQ(closest(connected(), {record(RecordKind::refused)}), Numbers{1});
  EXPECT_EQ(closest(sent(PacketType::puback).client("dev-1"),
                    {packet_record(Direction::received, PacketType::puback),
                     packet_record(Direction::sent, PacketType::pubrec),
                     packet_record(Direction::sent, PacketType::pingresp)}),
            (Numbers{2, 1}));
}

TEST(ExplainMiss, ShowsWhatHappenedTooEarly) {
  const auto records = story();
  const auto text = explain_miss(published("dev-1/temp").after(records[7]), records, "Nothing within 1 s");
  EXPECT_NE(text.find("      after: expected #8, was #7\n"), std::string::npos) << text;
}

TEST(ExplainMiss, DoesNotThrowWhatAPredicateThrows) {
  const Pattern pattern = published("dev-1/temp").payload_where("is a colour", [](std::string_view) -> bool {
    throw std::runtime_error("no colour");
  });
  const auto text = explain_miss(pattern, story(), "A predicate threw (no colour)");
  EXPECT_NE(text.find("      payload: expected is a colour, was an exception: no colour\n"),
            std::string::npos)
      << text;
}

TEST(ExplainMiss, ShowsEightEventsOfAClientAndThreeClients) {
  std::vector<Record> records;
  for (int i = 0; i < 50; ++i) {
    Record ping = packet_record(Direction::received, PacketType::pingreq);
    ping.sequence = records.size() + 1;
    ping.client_id = "dev-" + std::to_string(i % 5);
    records.push_back(ping);
  }
  EXPECT_EQ(explain_miss(sent(PacketType::puback).client("dev-*"), records, "Nothing within 1 s"),
            R"(Nothing within 1 s: sent PUBACK, client dev-*

Last events of dev-4:
  #15 +0.000 s  <- dev-4 PINGREQ
  #20 +0.000 s  <- dev-4 PINGREQ
  #25 +0.000 s  <- dev-4 PINGREQ
  #30 +0.000 s  <- dev-4 PINGREQ
  #35 +0.000 s  <- dev-4 PINGREQ
  #40 +0.000 s  <- dev-4 PINGREQ
  #45 +0.000 s  <- dev-4 PINGREQ
  #50 +0.000 s  <- dev-4 PINGREQ

Last events of dev-3:
  #14 +0.000 s  <- dev-3 PINGREQ
  #19 +0.000 s  <- dev-3 PINGREQ
  #24 +0.000 s  <- dev-3 PINGREQ
  #29 +0.000 s  <- dev-3 PINGREQ
  #34 +0.000 s  <- dev-3 PINGREQ
  #39 +0.000 s  <- dev-3 PINGREQ
  #44 +0.000 s  <- dev-3 PINGREQ
  #49 +0.000 s  <- dev-3 PINGREQ

Last events of dev-2:
  #13 +0.000 s  <- dev-2 PINGREQ
  #18 +0.000 s  <- dev-2 PINGREQ
  #23 +0.000 s  <- dev-2 PINGREQ
  #28 +0.000 s  <- dev-2 PINGREQ
  #33 +0.000 s  <- dev-2 PINGREQ
  #38 +0.000 s  <- dev-2 PINGREQ
  #43 +0.000 s  <- dev-2 PINGREQ
  #48 +0.000 s  <- dev-2 PINGREQ

(2 more clients are concerned.)

Looked at 50 records, #1 to #50.
)");
}

}  // namespace
}  // namespace pint::test
