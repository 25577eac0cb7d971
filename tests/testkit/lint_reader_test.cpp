// What the reader leaves out, the lint does not miss.
#include "testkit/lint_reader.hpp"

#include <gtest/gtest.h>

#include <string>

#include "samples.hpp"

namespace pint::testkit::test {
namespace {

using namespace pint::test;
using namespace std::chrono_literals;
using enum ProtocolVersion;

// A client that is connected, and sends PUBLISHes of QoS 0 in one turn.
class Reader : public testing::Test {
 protected:
  Reader() {
    receive(encoded(mqtt::Connect{.version = v3_1_1, .clean_start = true, .client_id = "dev-1"}, v3_1_1));
    tell(ClientConnected{.client = kDevice});
    reader_.end_turn(log_.next(), after(0ms));
  }

  void receive(const std::string& packet) { log_.add_received(number_, v3_1_1, as_bytes(packet)); }
  std::uint64_t publish(std::string_view topic, std::string_view payload) {
    receive(encoded(mqtt::Publish{.topic = topic, .payload = as_bytes(payload)}, v3_1_1));
    return log_.next() - 1;
  }
  void tell(const Event& event) {
    const std::uint64_t place = log_.add_other();
    log_.fill(place, 0);
    reader_.read(event, after(1ms), place);
  }
  void end_by_protocol_error() {
    tell(ClientDisconnected{.client = kDevice,
                            .cause = DisconnectCause::protocol_error,
                            .reason = ReasonCode::protocol_error,
                            .explanation = "something was wrong"});
  }
  [[nodiscard]] const std::vector<Finding>& findings() const { return reader_.lint().findings(); }

  const Client kDevice = client("dev-1", v3_1_1);
  core::PacketLog log_;
  LintReader reader_{log_, {.clock = LintClock::broker, .turns_are_told = true}};
  core::LogNumber number_ = log_.connections().add({.remote_address = std::string(kAddress)}, 1);
};

TEST_F(Reader, NamesTheLastOfPacketsThatAreAlike) {
  for (int i = 0; i < 9; ++i) publish("a/b", std::to_string(i));
  const std::uint64_t last = publish("a/b", "9");
  end_by_protocol_error();
  ASSERT_EQ(findings().size(), 1u);
  EXPECT_EQ(findings()[0].sequence, last);
}

TEST_F(Reader, NamesAPacketThatComesAfterThoseThatAreAlike) {
  publish("a/b", "1");
  publish("a/b", "2");
  receive(encoded(mqtt::Pingreq{}, v3_1_1));
  const std::uint64_t last = log_.next() - 1;
  end_by_protocol_error();
  ASSERT_EQ(findings().size(), 1u);
  EXPECT_EQ(findings()[0].sequence, last);
}

TEST_F(Reader, ReadsEachPacketOfAKindThatIsAFinding) {
  const std::uint64_t first = publish("a/\x01", "1");
  publish("a/\x01", "2");
  reader_.end_turn(log_.next(), after(1ms));
  ASSERT_EQ(findings().size(), 2u);
  EXPECT_EQ(findings()[0].sequence, first);
  EXPECT_EQ(findings()[1].sequence, first + 1);
}

TEST_F(Reader, ReadsAPacketWithAnotherTopic) {
  publish("a/b", "1");
  const std::uint64_t other = publish("a/\x01", "1");
  reader_.end_turn(log_.next(), after(1ms));
  ASSERT_EQ(findings().size(), 1u);
  EXPECT_EQ(findings()[0].sequence, other);
}

}  // namespace
}  // namespace pint::testkit::test
