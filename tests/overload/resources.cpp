// What the machine or the configuration gives, used up; and that the broker goes on once there is some again.
#include <array>
#include <string>

#include "overload/crowd.hpp"
#include "overload/stage.hpp"

namespace pint::overload {
namespace {

using test::WireClient;

constexpr std::size_t kConnackBytes = 4;  // in 3.1.1
constexpr std::array<std::uint8_t, kConnackBytes> kAccepted{0x20, 0x02, 0x00, 0x00};

mqtt::Connack connect_and_stay(WireClient& client, std::string_view name, bool clean_start) {
  constexpr std::uint8_t kForEver[] = {0x11, 0xFF, 0xFF, 0xFF, 0xFF};  // Session Expiry Interval
  return client.connect(name, {.clean_start = clean_start, .properties = mqtt::PropertyView(kForEver)});
}

}  // namespace

void descriptors_exhausted(Stage& stage) {
  constexpr std::size_t kCount = 200;
  constexpr std::size_t kAtLeast = 30;  // of the 64 that the broker may have
  Crowd first(stage.port(), kCount / 2);
  Crowd second(stage.port(), kCount / 2);
  first.send_connects(ProtocolVersion::v3_1_1, "first");
  second.send_connects(ProtocolVersion::v3_1_1, "second");
  first.await_replies(kAtLeast, kConnackBytes);
  stage.await("the last descriptor",
              [](const Figures& figures) { return figures["limit.file_descriptors"] > 0; });
  stage.serve_bystander();
  second.receive();
  stage.did(grouped(kCount) + " connections to a broker that may have 64 descriptors");
  stage.check("who comes too late waits with the system", second.answered_with(kAccepted) == 0);
  first.close();
  second.await_replies(kAtLeast, kConnackBytes);
  stage.check("and is accepted once others have gone", second.answered_with(kAccepted) >= kAtLeast);
  stage.refused("nothing: no accept() until a descriptor is free, tried again every 100 ms");
  second.close();
  stage.serve_bystander();
  stage.check_recovery({.peak = 4 * kMiB, .after = 2 * kMiB});
}

void memory_limit(Stage& stage) {
  constexpr std::size_t kPayloadBytes = 10'000;
  const std::string payload(kPayloadBytes, 'x');
  {
    WireClient away(stage.port());
    connect_and_stay(away, "away", true);
    away.subscribe("kept", QoS::at_least_once);
    away.send(mqtt::Disconnect{});
    away.expect_close();
  }
  WireClient publisher(stage.port());
  publisher.connect("publisher");
  Figures figures;
  std::size_t published = 0;
  do {
    publisher.publish("kept", payload, QoS::at_least_once).expect<mqtt::Puback>();
    if (++published % 100 == 0) figures = stage.figures();
  } while (figures["dropped.memory_full"] == 0);
  WireClient refused(stage.port());
  const auto reason = refused.connect("refused").reason;
  stage.did("messages wait for a client that is away until `memory_bytes` (16 MiB) is reached");
  stage.check("one more CONNECT is refused", reason == ReasonCode::quota_exceeded);
  stage.check("its memory is at the limit and no further",
              figures["memory_bytes"] <= 17 * kMiB && figures["memory_bytes"] >= 15 * kMiB);
  stage.serve_bystander();
  stage.refused("CONNACK 0x97 (3.x: 3), drop");

  // What waits can only leave with the client it waits for, so that one is let in.
  WireClient back(stage.port());
  stage.check("but the client they wait for is accepted",
              connect_and_stay(back, "away", false).reason == ReasonCode::success);
  const std::size_t kept = published - stage.figures()["dropped.memory_full"];
  for (std::size_t i = 0; i < kept; ++i) {
    back.send(mqtt::Puback{.packet_id = back.expect<mqtt::Publish>().packet_id});
  }
  back.ping();
  WireClient accepted(stage.port());
  stage.check("and when it has them, so is everybody",
              accepted.connect("refused").reason == ReasonCode::success);
  back.reset();
  accepted.close();
  publisher.close();
  stage.check_recovery({.peak = 32 * kMiB, .after = 4 * kMiB});
}

}  // namespace pint::overload
