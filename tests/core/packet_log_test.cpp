// The packet log: every packet comes back as it was, however little of it is kept, and old ones go.
#include "core/packet_log.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "mqtt/encode.hpp"
#include "support/wires.hpp"

namespace pint::core::test {
namespace {

using enum ProtocolVersion;

std::string bytes_of(const mqtt::Packet& packet, ProtocolVersion version = v3_1_1) {
  Bytes out;
  mqtt::encode(out, packet, version);
  return std::string(as_text(out));
}

std::string publish(std::string_view payload, QoS qos = QoS::at_most_once, std::uint16_t id = 0,
                    bool duplicate = false, bool retain = false) {
  return bytes_of(mqtt::Publish{.duplicate = duplicate,
                                .qos = qos,
                                .retain = retain,
                                .topic = "a/b",
                                .packet_id = mqtt::PacketId{id},
                                .payload = as_bytes(payload)});
}

class Log : public testing::Test {
 protected:
  explicit Log(PacketLogBounds bounds = {}) : log_(bounds) {}

  void receive(const std::string& packet) { log_.add_received(device_, v3_1_1, as_bytes(packet)); }
  // In two pieces, as large packets come.
  void send(const std::string& packet, std::size_t payload = 0) {
    const ByteView all = as_bytes(packet);
    log_.add_sent(device_, all.first(all.size() - payload), all.last(payload), {});
  }
  void send_in_form(const PacketLog::SharedForm& form, const std::string& packet, std::uint16_t id = 0) {
    log_.add_sent_in_form(form, device_, as_bytes(packet), mqtt::PacketId{id});
  }
  // Everything there is has been seen.
  void see() { log_.seen_before(log_.next()); }
  [[nodiscard]] std::vector<std::string> packets() const {
    std::vector<std::string> out;
    for (std::uint64_t number = log_.first(); number < log_.next(); ++number) {
      out.push_back(log_.packet(log_.at(number)));
    }
    return out;
  }

  PacketLog log_;
  LogNumber device_ = log_.connections().add({.remote_address = "127.0.0.1:1"}, 1);
};

TEST_F(Log, GivesPacketsBackAsTheyWere) {
  const std::vector<std::string> sent = {
      publish("same"),
      publish("same", QoS::at_least_once, 7),
      publish("same", QoS::at_least_once, 0x1234, true),
      publish("same", QoS::exactly_once, 7),
      publish("same", QoS::at_most_once, 0, false, true),
      publish(std::string(1'000, 'x'), QoS::at_least_once, 1),
      publish(std::string(1'000, 'x'), QoS::at_least_once, 2),
      publish(std::string(999, 'x') + 'y', QoS::at_least_once, 3),
      publish(""),
      bytes_of(mqtt::Puback{.packet_id = mqtt::PacketId{9}}),
      bytes_of(mqtt::Pingreq{}),
      bytes_of(mqtt::Subscribe{.packet_id = mqtt::PacketId{1}, .requests = {{"a/#", {}}}}),
      std::string("\x32\x05\x00\x09", 4),  // a topic longer than the packet
      std::string("\x36\x00", 2),          // QoS 3
  };
  for (const std::string& packet : sent) receive(packet);
  for (const std::string& packet : sent) send(packet);
  for (const std::string& packet : sent) send(packet, packet.size() > 500 ? 500 : 0);
  std::vector<std::string> expected;
  for (int i = 0; i < 3; ++i) expected.insert(expected.end(), sent.begin(), sent.end());
  EXPECT_EQ(packets(), expected);
}

TEST_F(Log, KeepsTheSameBytesOnce) {
  const std::string payload(1'000, 'x');
  receive(publish(payload, QoS::at_least_once, 1));
  const std::size_t one = log_.bytes();
  for (std::uint16_t id = 1; id <= 50; ++id) send(publish(payload, QoS::at_least_once, id), payload.size());
  EXPECT_EQ(log_.bytes(), one + 50 * sizeof(PacketLog::Entry));
}

TEST_F(Log, KeepsTheFormsOfBothVersionsOnce) {
  const mqtt::Publish publish{.topic = "a", .payload = as_bytes("payload")};
  send(bytes_of(publish, v3_1_1));
  send(bytes_of(publish, v5));
  const std::size_t both = log_.bytes();
  send(bytes_of(publish, v3_1_1));
  send(bytes_of(publish, v5));
  EXPECT_EQ(log_.bytes(), both + 2 * sizeof(PacketLog::Entry));
  EXPECT_EQ(packets()[2], bytes_of(publish, v3_1_1));
  EXPECT_EQ(packets()[3], bytes_of(publish, v5));
}

TEST_F(Log, KeepsThePacketOfAMessageOnceForAllReceivers) {
  receive(publish("payload", QoS::at_least_once, 700, true, true));
  const std::size_t one = log_.bytes();
  for (std::uint16_t id = 1; id <= 3; ++id) {
    send_in_form({.number = 1, .as_it_came = true}, publish("payload", QoS::at_least_once, id), id);
  }
  EXPECT_EQ(log_.bytes(), one + 3 * sizeof(PacketLog::Entry));
  EXPECT_EQ(packets(), (std::vector<std::string>{publish("payload", QoS::at_least_once, 700, true, true),
                                                 publish("payload", QoS::at_least_once, 1),
                                                 publish("payload", QoS::at_least_once, 2),
                                                 publish("payload", QoS::at_least_once, 3)}));
}

TEST_F(Log, KeepsTheFormsOfAMessageOnce) {
  const mqtt::Publish message{.topic = "a", .payload = as_bytes("payload")};
  const std::string plain = bytes_of(message, v3_1_1);
  const std::string with_properties = bytes_of(message, v5);
  const auto send_both = [&] {
    send_in_form({.number = 1}, plain);
    send_in_form({.number = 2}, with_properties);
  };
  send_both();
  const std::size_t both = log_.bytes();
  send_both();
  send_in_form({.number = 2}, with_properties);
  EXPECT_EQ(log_.bytes(), both + 3 * sizeof(PacketLog::Entry));
  EXPECT_EQ(packets(), (std::vector{plain, with_properties, plain, with_properties, with_properties}));
}

TEST_F(Log, KnowsAFormByItsNumberAndNotByTheLastOne) {
  send_in_form({.number = 1}, publish("1"));
  send_in_form({.number = 2}, publish("2"));
  EXPECT_EQ(packets(), (std::vector{publish("1"), publish("2")}));
}

TEST_F(Log, KeepsAFormOfWhichThePayloadStandsApart) {
  const std::string whole = publish(std::string(1'000, 'x'), QoS::exactly_once, 5);
  const ByteView bytes = as_bytes(whole);
  const PacketLog::SharedForm form{.number = 1, .payload = bytes.last(1'000)};
  for (int i = 0; i < 2; ++i) {
    log_.add_sent_in_form(form, device_, bytes.first(bytes.size() - 1'000), mqtt::PacketId{5});
  }
  EXPECT_EQ(packets(), (std::vector{whole, whole}));
}

TEST_F(Log, TellsAMessageByThePacketThatBroughtIt) {
  receive(publish("1", QoS::at_least_once, 3));
  send(publish("1"));
  log_.add_message(2);
  const PacketLog::Entry& message = log_.at(3);
  EXPECT_EQ(message.form, PacketLog::Form::message);
  EXPECT_EQ(message.size, 2u);
  EXPECT_EQ(log_.packet(message), publish("1", QoS::at_least_once, 3));
}

struct SmallLog : Log {
  SmallLog() : Log({.entries = 100}) {}
};

// Blocks are used again, and never under entries that are still there.
TEST_F(SmallLog, HoldsTheLastEntriesWhole) {
  std::vector<std::string> all;
  for (int i = 0; i < 5'000; ++i) {
    all.push_back(publish(std::to_string(i) + std::string(static_cast<std::size_t>(i % 3'000), 'x')));
    receive(all.back());
    see();
  }
  EXPECT_EQ(packets(), std::vector<std::string>(all.end() - 100, all.end()));
  EXPECT_EQ(log_.first(), 4'901u);
  EXPECT_FALSE(log_.dropped_for_bytes());
}

TEST_F(SmallLog, HoldsWhatWasNotSeenWhateverTheBounds) {
  for (int i = 0; i < 1'000; ++i) receive(publish(std::to_string(i)));
  EXPECT_EQ(packets().size(), 1'000u);
  see();
  EXPECT_EQ(packets().size(), 100u);
  EXPECT_EQ(packets().front(), publish("900"));
}

// The block that has the bytes is full, and later used again, before what refers to it goes.
struct UsedBlocks : SmallLog {
  // So much that other blocks are begun.
  void fill_block() {
    for (const char each : {'a', 'b', 'c'}) receive(publish(std::string(100'000, each)));
  }
  // Until all but the last entry there was are gone.
  void outlive() {
    for (int i = 0; i < 99; ++i) {
      receive(publish(std::string(60'000, 'z') + std::to_string(i)));
      see();
    }
  }
  [[nodiscard]] std::string oldest() const { return log_.packet(log_.at(log_.first())); }
};

TEST_F(UsedBlocks, KeepAMessage) {
  receive(publish("first"));
  for (const char each : {'a', 'b', 'c'}) send(publish(std::string(100'000, each)));
  log_.add_message(1);
  outlive();
  EXPECT_EQ(oldest(), publish("first"));
}

TEST_F(UsedBlocks, KeepWhatWasSentBefore) {
  send(publish("sent"));
  fill_block();
  send(publish("sent"));
  outlive();
  EXPECT_EQ(oldest(), publish("sent"));
}

TEST_F(UsedBlocks, KeepAForm) {
  receive(publish("came"));
  send_in_form({.number = 1, .as_it_came = true}, publish("came"));
  fill_block();
  send_in_form({.number = 1, .as_it_came = true}, publish("came"));
  outlive();
  EXPECT_EQ(oldest(), publish("came"));
}

// What moves up keeps its bytes, also when its block would have been used again by its number before.
TEST_F(SmallLog, KeepsTheBytesOfEntriesThatMoveUp) {
  const std::string large = publish(std::string(100'000, 'x'));
  for (int i = 0; i < 3; ++i) receive(large);  // the third begins a block
  for (int i = 0; i < 90; ++i) {
    log_.make_places_after({1});
    log_.fill(2, 0);
  }
  const std::uint64_t second = 92;
  see();
  for (int i = 0; i < 97; ++i) {
    receive(publish(std::string(5'000, 'y')));
    see();
    ASSERT_EQ(log_.packet(log_.at(second)), large) << i;
  }
}

struct LightLog : Log {
  LightLog() : Log({.bytes = 10'000}) {}
};

TEST_F(LightLog, DropsTheOldestForTheirBytes) {
  for (int i = 0; i < 50; ++i) {
    receive(publish(std::string(1'000, static_cast<char>('a' + i % 26))));
    see();
    EXPECT_LE(log_.bytes(), 10'000u);
  }
  EXPECT_EQ(packets().size(), 9u);
  EXPECT_TRUE(log_.dropped_for_bytes());
}

TEST_F(LightLog, KeepsOneEntryHoweverLarge) {
  receive(publish("small"));
  receive(publish(std::string(50'000, 'x')));
  see();
  EXPECT_EQ(packets().size(), 1u);
}

TEST_F(Log, HasPlacesThatStayOpenUntilTheyAreFilled) {
  const std::uint64_t first = log_.add_other();
  receive(publish("1"));
  const std::uint64_t third = log_.add_other();
  EXPECT_EQ(log_.first_open(), first);
  log_.fill(third, 100);
  EXPECT_EQ(log_.first_open(), first);
  std::copy_n("kept", 4, log_.keep(first, 4));
  EXPECT_EQ(log_.first_open(), log_.next());
  EXPECT_EQ(log_.kept(log_.at(first)), "kept");
}

TEST_F(Log, MakesPlacesBetweenEntries) {
  receive(publish("1"));
  receive(publish("2"));
  const std::uint64_t open = log_.add_other();
  receive(publish("3"));
  log_.make_places_after({1, 4});
  EXPECT_EQ(log_.next(), 7u);
  EXPECT_EQ(log_.packet(log_.at(1)), publish("1"));
  EXPECT_EQ(log_.packet(log_.at(3)), publish("2"));
  EXPECT_EQ(log_.packet(log_.at(5)), publish("3"));
  for (const std::uint64_t place : {std::uint64_t{2}, open + 1, std::uint64_t{6}}) {
    EXPECT_EQ(log_.at(place).form, PacketLog::Form::other);
    EXPECT_EQ(log_.first_open(), place);
    log_.fill(place, 0);
  }
}

TEST_F(Log, TakesNothingForAModelThatHasMovedUp) {
  receive(publish("1"));
  send_in_form({.number = 1}, publish("1"));
  receive(publish("2"));
  log_.make_places_after({1});
  log_.fill(2, 0);
  send_in_form({.number = 1}, publish("1"));
  send_in_form({.number = 2, .as_it_came = true}, publish("2"));
  send(publish("2"));
  EXPECT_EQ(packets(), (std::vector<std::string>{publish("1"), "", publish("1"), publish("2"), publish("1"),
                                                 publish("2"), publish("2")}));
}

TEST_F(Log, ForgetsAndCountsOn) {
  receive(publish("1"));
  const std::uint64_t open = log_.add_other();
  receive(publish("2"));
  log_.clear();
  EXPECT_EQ(log_.first(), open);  // what is still to come stays
  log_.fill(open, 10);
  log_.clear();
  EXPECT_EQ(log_.bytes(), 0u);
  receive(publish("3"));
  EXPECT_EQ(log_.first(), 4u);
  EXPECT_EQ(packets(), std::vector<std::string>{publish("3")});
}

TEST_F(SmallLog, ForgetsAConnectionWithItsLastPacket) {
  receive(publish("1"));
  log_.connections().end(device_, log_.next());
  EXPECT_EQ(log_.connections().size(), 1u);
  const LogNumber other = log_.connections().add({.remote_address = "127.0.0.1:2"}, log_.first());
  EXPECT_EQ(log_.connections().size(), 2u);  // one packet is still held
  for (int i = 0; i < 100; ++i) log_.add_received(other, v3_1_1, as_bytes(publish("2")));
  see();
  log_.add_received(other, v3_1_1, as_bytes(publish("2")));
  log_.connections().add({.remote_address = "127.0.0.1:3"}, log_.first());
  EXPECT_EQ(log_.connections().size(), 2u);
}

// Clients come and go, in a place of the engine that each leaves to the next.
TEST(LogOfAnEngine, ForgetsConnectionsAndKnowsEachByItsName) {
  PacketLog log({.entries = 4});
  pint::test::Wires wires(pint::test::Wires::quiet(), {.packet_log = &log});
  for (int i = 0; i < 50; ++i) {
    const std::string name = "visitor-" + std::to_string(i);
    wires.receive(wires.connect(name, v3_1_1), as_bytes(bytes_of(mqtt::Disconnect{})));
    wires.drain();
    ASSERT_EQ(log.packet(log.at(log.next() - 1)), bytes_of(mqtt::Disconnect{}));
    EXPECT_EQ(log.connections().at(log.at(log.next() - 1).connection).client_id, name);
    log.seen_before(log.next());
  }
  EXPECT_LE(log.connections().size(), 4u);
}

}  // namespace
}  // namespace pint::core::test
