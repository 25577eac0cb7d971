// Packets: announced and never sent, larger than allowed, and with the longest and deepest topics there are.
#include <string>
#include <vector>

#include "overload/crowd.hpp"
#include "overload/stage.hpp"

namespace pint::overload {
namespace {

using test::WireClient;

constexpr std::size_t kLongestTopic = 65'535;

// The beginning of a PUBLISH whose Remaining Length is the largest there is: 268,435,455.
constexpr std::uint8_t kHugePublish[] = {0x30, 0xFF, 0xFF, 0xFF, 0x7F, 0x00, 0x01, 't'};

std::string levels_of(std::string_view level, std::size_t count) {
  std::string topic(level);
  for (std::size_t i = 1; i < count; ++i) topic.append("/").append(level);
  return topic;
}

// Whether a retained message to `topic` reaches a subscriber of `topic_filter`, stored and live.
bool passes(Stage& stage, const std::string& topic, const std::string& topic_filter) {
  WireClient publisher(stage.port());
  publisher.connect("publisher");
  publisher.publish(topic, "stored", QoS::at_least_once, true).expect<mqtt::Puback>();
  WireClient subscriber(stage.port());
  subscriber.connect("subscriber");
  subscriber.subscribe(topic_filter);
  bool good = subscriber.expect<mqtt::Publish>().topic == topic;
  publisher.publish(topic, "live", QoS::at_least_once).expect<mqtt::Puback>();
  good = subscriber.expect<mqtt::Publish>().topic == topic && good;
  publisher.publish(topic, "", QoS::at_least_once, true).expect<mqtt::Puback>();
  return good;
}

}  // namespace

void announced_packet(Stage& stage) {
  constexpr std::size_t kCount = 100;
  Crowd crowd(stage.port(), kCount);
  crowd.send_connects(ProtocolVersion::v3_1_1, "announcer");
  crowd.await_replies(kCount, 1);
  const std::string some(1'000, 'x');
  for (std::size_t i = 0; i < kCount; ++i) {
    crowd.send(i, kHugePublish);
    crowd.send(i, as_bytes(some));
  }
  stage.serve_bystander();
  stage.did(grouped(kCount) + " clients announce a packet of 256 MiB each, send 1 kB of it and no more");
  stage.check("nothing is set aside for what does not come",
              stage.figures()["memory_bytes"] < kCount * 64'000);
  stage.check("nobody is sent away for it", crowd.ended() == 0);
  crowd.close();
  stage.check_recovery({.peak = 8 * kMiB, .after = 2 * kMiB});
}

void packet_over_limit(Stage& stage) {
  constexpr std::size_t kCount = 50;  // of each version
  bool told = true;
  for (const ProtocolVersion version : {ProtocolVersion::v3_1_1, ProtocolVersion::v5}) {
    for (std::size_t i = 0; i < kCount; ++i) {
      WireClient client(stage.port(), {.version = version});
      client.connect("large-" + std::to_string(i));
      client.send(ByteView(kHugePublish));
      if (version == ProtocolVersion::v5) {
        told = client.expect<mqtt::Disconnect>().reason == ReasonCode::packet_too_large && told;
      }
      client.expect_close();
    }
  }
  stage.did(grouped(2 * kCount) +
            " clients announce a packet above `maximum_packet_size`, and send none of it");
  stage.refused("DISCONNECT 0x95, at once; 3.x: close");
  stage.check("5.0 clients are told why", told);
  stage.check("each is counted", stage.figures()["limit.maximum_packet_size"] == 2 * kCount);
  stage.check_recovery({.peak = 4 * kMiB, .after = 2 * kMiB});
}

void long_topic(Stage& stage) {
  const std::string topic(kLongestTopic, 't');
  stage.did("a topic of 65,535 bytes, retained and subscribed to");
  stage.check("it passes, by its own name", passes(stage, topic, topic));
  stage.check("and by `#`", passes(stage, topic, "#"));
  stage.serve_bystander();
  stage.check_recovery({.peak = 6 * kMiB, .after = 3 * kMiB});
}

void deep_topic(Stage& stage) {
  constexpr std::size_t kLevels = 10'000;
  const std::string topic = levels_of("a", kLevels);
  stage.did("a topic of 10,000 levels, retained and subscribed to");
  stage.check("it passes, by its own name", passes(stage, topic, topic));
  stage.check("by 10,000 `+`", passes(stage, topic, levels_of("+", kLevels)));
  stage.check("and by 9,999 `+` and `#`", passes(stage, topic, levels_of("+", kLevels - 1) + "/#"));
  stage.serve_bystander();
  stage.check_recovery({.peak = 12 * kMiB, .after = 6 * kMiB});
}

}  // namespace pint::overload
