// Inflight: the handshakes row by row, Packet Identifiers once round the whole range, acknowledgements out of
// order, and a random client against a plain list.
#include "core/inflight.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"

namespace pint::core::test {
namespace {

using mqtt::PacketId;
using mqtt::PacketType;
using Ids = std::vector<std::uint16_t>;

std::uint16_t number(const Inflight::Entry& entry) { return static_cast<std::uint16_t>(entry.packet_id); }

// An Inflight whose messages are metered.
class InflightTest : public ::testing::Test {
 protected:
  Inflight::Entry* admit(QoS qos = QoS::at_least_once) {
    return inflight_.admit({.message = StoredMessage::make({.topic = "a", .payload = as_bytes("p")}, meter_),
                            .identifiers = {},
                            .qos = qos,
                            .retain = false});
  }
  void admit_many(int count) {
    for (int i = 0; i < count; ++i) ASSERT_NE(admit(), nullptr);
  }
  Inflight::Entry* find(int id) { return inflight_.find(PacketId{static_cast<std::uint16_t>(id)}); }
  void finish(int id) {
    Inflight::Entry* entry = find(id);
    ASSERT_NE(entry, nullptr) << id;
    inflight_.finish(*entry);
  }
  Ids waiting() {
    Ids ids;
    inflight_.for_each_while([&](Inflight::Entry& entry) {
      ids.push_back(number(entry));
      return true;
    });
    return ids;
  }

  MemoryMeter meter_;
  Inflight inflight_;
};

// The handshakes of sections 4.3.2 and 4.3.3 from the sender's side, written down a second time. Every other
// combination of state and packet has no place in them.
struct Step {
  Awaiting awaiting;
  PacketType received;
  bool failed;
  Awaiting next;
  bool pubrel;
};
constexpr Step kSteps[] = {
    {Awaiting::puback, PacketType::puback, false, Awaiting::nothing, false},  // [MQTT-4.3.2-3]
    {Awaiting::puback, PacketType::puback, true, Awaiting::nothing, false},   // [MQTT-4.4.0-2]
    {Awaiting::pubrec, PacketType::pubrec, false, Awaiting::pubcomp, true},   // [MQTT-4.3.3-4]
    {Awaiting::pubrec, PacketType::pubrec, true, Awaiting::nothing, false},   // [MQTT-4.4.0-2]
    {Awaiting::pubcomp, PacketType::pubrec, false, Awaiting::pubcomp, true},
    {Awaiting::pubcomp, PacketType::pubrec, true, Awaiting::nothing, false},
    {Awaiting::pubcomp, PacketType::pubcomp, false, Awaiting::nothing, false},  // [MQTT-4.3.3-5]
    {Awaiting::pubcomp, PacketType::pubcomp, true, Awaiting::nothing, false},
};

TEST(InflightTransitions, AreTheHandshakesAndNothingElse) {
  for (int awaiting = 0; awaiting <= static_cast<int>(Awaiting::nothing); ++awaiting) {
    for (int type = 1; type <= 15; ++type) {
      for (const bool failed : {false, true}) {
        const auto is_this = [&](const Step& step) {
          return static_cast<int>(step.awaiting) == awaiting && static_cast<int>(step.received) == type &&
                 step.failed == failed;
        };
        const Step* expected = std::ranges::find_if(kSteps, is_this);
        const auto given =
            transition_for(static_cast<Awaiting>(awaiting), static_cast<PacketType>(type), failed);
        ASSERT_EQ(given.has_value(), expected != std::end(kSteps))
            << awaiting << ' ' << type << ' ' << failed;
        if (!given) continue;
        EXPECT_EQ(given->next, expected->next) << awaiting << ' ' << type << ' ' << failed;
        EXPECT_EQ(given->reply == Transition::Reply::pubrel, expected->pubrel) << awaiting << ' ' << type;
      }
    }
  }
}

TEST_F(InflightTest, BeginsEachHandshakeByItsQoS) {
  EXPECT_EQ(admit(QoS::at_least_once)->awaiting, Awaiting::puback);  // [MQTT-4.3.2-2]
  EXPECT_EQ(admit(QoS::exactly_once)->awaiting, Awaiting::pubrec);   // [MQTT-4.3.3-2]
}

TEST_F(InflightTest, NumbersFromOneAndCountsAsSent) {  // [MQTT-2.2.1-3]
  admit_many(3);
  EXPECT_EQ(waiting(), (Ids{1, 2, 3}));
  EXPECT_EQ(inflight_.size(), 3u);
  EXPECT_EQ(inflight_.sent_here(), 3u);
  EXPECT_TRUE(inflight_.all_sent());
}

TEST_F(InflightTest, GoesOnToOneAfter65535) {  // [MQTT-2.2.1-3]
  for (int id = 1; id <= 65'535; ++id) {
    ASSERT_EQ(number(*admit()), id);
    finish(id);
  }
  EXPECT_EQ(number(*admit()), 1);
}

TEST_F(InflightTest, FindsEntriesOnBothSidesOfTheWrap) {
  for (int id = 1; id <= 65'533; ++id) {
    admit();
    finish(id);
  }
  admit_many(4);
  EXPECT_EQ(waiting(), (Ids{65'534, 65'535, 1, 2}));
  for (const int id : {65'534, 65'535, 1, 2}) EXPECT_EQ(number(*find(id)), id);
  for (const int id : {0, 3, 65'533}) EXPECT_EQ(find(id), nullptr) << id;
  finish(1);
  EXPECT_EQ(waiting(), (Ids{65'534, 65'535, 2}));
  finish(65'534);
  finish(65'535);
  EXPECT_EQ(waiting(), (Ids{2}));
}

TEST_F(InflightTest, GivesNothingWhileTheNextIdIsInUse) {  // [MQTT-2.2.1-4]
  admit_many(65'535);
  for (int id = 65'535; id >= 2; --id) finish(id);
  EXPECT_EQ(inflight_.size(), 1u);
  EXPECT_EQ(admit(), nullptr);
  EXPECT_EQ(inflight_.size(), 1u);
  finish(1);
  EXPECT_EQ(number(*admit()), 1);
}

TEST_F(InflightTest, TakesAcknowledgementsOutOfOrder) {
  admit_many(5);
  for (const int id : {3, 1, 5}) finish(id);
  EXPECT_EQ(waiting(), (Ids{2, 4}));
  EXPECT_EQ(inflight_.size(), 2u);
  for (const int id : {1, 3, 5, 6}) EXPECT_EQ(find(id), nullptr) << id;
  finish(2);
  finish(4);
  EXPECT_TRUE(waiting().empty());
  EXPECT_EQ(number(*admit()), 6);  // an id is not used again before its turn
}

TEST_F(InflightTest, LetsGoOfAMessageWithItsLastAcknowledgement) {
  admit_many(2);
  const std::size_t both = meter_.bytes;
  finish(2);  // stays in its place as done, but without its message
  EXPECT_EQ(meter_.bytes, both / 2);
  finish(1);
  EXPECT_EQ(meter_.bytes, 0u);
}

TEST_F(InflightTest, LetsGoOfAQoS2MessageWithItsPubrec) {  // [MQTT-4.3.3-6]
  Inflight::Entry* entry = admit(QoS::exactly_once);
  inflight_.release_message(*entry);
  EXPECT_EQ(meter_.bytes, 0u);
  EXPECT_EQ(find(1), entry);
  EXPECT_EQ(inflight_.size(), 1u);
}

TEST_F(InflightTest, OwesEverythingToANewConnection) {  // [MQTT-4.4.0-1]
  admit_many(3);
  inflight_.begin_connection();
  EXPECT_EQ(inflight_.sent_here(), 0u);
  EXPECT_FALSE(inflight_.all_sent());
  EXPECT_EQ(waiting(), (Ids{1, 2, 3}));  // same ids, same order
  for (const int id : {1, 2, 3}) inflight_.mark_sent(*find(id));
  EXPECT_TRUE(inflight_.all_sent());
}

TEST_F(InflightTest, CountsAnAcknowledgementOfWhatWasNotYetResent) {
  admit_many(3);
  inflight_.begin_connection();
  inflight_.mark_sent(*find(1));
  finish(2);
  EXPECT_EQ(inflight_.size(), 2u);
  EXPECT_EQ(inflight_.sent_here(), 1u);
  EXPECT_FALSE(inflight_.all_sent());
  finish(1);
  EXPECT_EQ(inflight_.sent_here(), 0u);
}

TEST_F(InflightTest, KeepsEntriesInPlaceWhileTheyAreVisited) {
  admit_many(4);
  Ids visited;
  inflight_.for_each_while([&](Inflight::Entry& entry) {
    visited.push_back(number(entry));
    if (number(entry) != 3) inflight_.end(entry);
    return true;
  });
  EXPECT_EQ(visited, (Ids{1, 2, 3, 4}));
  inflight_.trim();
  EXPECT_EQ(waiting(), (Ids{3}));
  EXPECT_EQ(inflight_.size(), 1u);
}

TEST_F(InflightTest, StopsVisitingWhenToldTo) {
  admit_many(4);
  Ids visited;
  inflight_.for_each_while([&](Inflight::Entry& entry) {
    visited.push_back(number(entry));
    return visited.size() < 2;
  });
  EXPECT_EQ(visited, (Ids{1, 2}));
}

TEST_F(InflightTest, ForgetsEverythingWhenCleared) {
  admit_many(4);
  inflight_.clear();
  EXPECT_EQ(inflight_.size(), 0u);
  EXPECT_TRUE(inflight_.all_sent());
  EXPECT_EQ(find(1), nullptr);
  EXPECT_EQ(meter_.bytes, 0u);
}

// A client that acknowledges a random one of what it has: round the ids three times, compared with a list.
TEST_F(InflightTest, AgreesWithAList) {
  Random random(3);
  Ids expected;
  std::uint16_t next = 1;
  for (int step = 0; step < 400'000; ++step) {
    if (expected.size() < 50 && random.below(2) == 0) {
      ASSERT_EQ(number(*admit()), next);
      expected.push_back(next);
      next = static_cast<std::uint16_t>(next == 65'535 ? 1 : next + 1);
    } else if (!expected.empty()) {
      const auto chosen =
          static_cast<std::ptrdiff_t>(random.below(std::min<std::size_t>(expected.size(), 8)));
      finish(expected[static_cast<std::size_t>(chosen)]);
      expected.erase(expected.begin() + chosen);
    }
    ASSERT_EQ(inflight_.size(), expected.size());
    if (step % 101 == 0) {
      ASSERT_EQ(waiting(), expected);
    }
  }
}

TEST(SubscriptionIdentifiersTest, AreGivenInTheOrderTheyCame) {  // [MQTT-3.3.4-4]
  SubscriptionIdentifiers identifiers;
  EXPECT_TRUE(identifiers.empty());
  for (const std::uint32_t id : {0u, 7u, 0u, 3u, 268'435'455u, 3u}) identifiers.add(id);  // 0 is none
  std::vector<std::uint32_t> given;
  identifiers.for_each([&](std::uint32_t id) { given.push_back(id); });
  EXPECT_EQ(given, (std::vector<std::uint32_t>{7, 3, 268'435'455, 3}));
  EXPECT_FALSE(identifiers.empty());
}

}  // namespace
}  // namespace pint::core::test
