// Rules that go wrong, and a clock that does.
#include <string>

#include "overload/stage.hpp"

namespace pint::overload {
namespace {

using test::WireClient;

// QoS 1, one after the other: when this returns, rules have had all of them.
void publish_many(Stage& stage, std::string_view topic, std::size_t count, std::size_t payload_bytes) {
  WireClient publisher(stage.port());
  publisher.connect("publisher");
  const std::string payload(payload_bytes, 'x');
  for (std::size_t i = 0; i < count; ++i) {
    publisher.publish(topic, payload, QoS::at_least_once).expect<mqtt::Puback>();
  }
  publisher.ping();
  publisher.send(mqtt::Disconnect{});
  publisher.expect_close();
}

}  // namespace

void rule_loop(Stage& stage) {
  const std::size_t count = stage.pick(1'000, 100'000);
  constexpr std::size_t kHops = 16;
  publish_many(stage, "ring/a", count, 10);
  stage.serve_bystander();
  const Figures figures = stage.await("the end of all rounds",
                                      [&](const Figures& now) { return now["dropped.rule_loop"] == count; });
  stage.did(grouped(count) + " messages into two `topic:` rules that feed each other");
  stage.refused("drop after `rule_hops`");
  stage.check("each ends after 16 rounds", figures["rules_called"] == count * (kHops + 1));
  stage.check_recovery({.peak = 4 * kMiB, .after = 2 * kMiB});
}

void throwing_handler(Stage& stage) {
  const std::size_t count = stage.pick(1'000, 100'000);
  publish_many(stage, "thrown/x", count, 10);
  stage.serve_bystander();
  stage.did(grouped(count) + " messages to a handler that throws each time");
  stage.check("each failure is counted", stage.figures()["handlers_failed"] == count);
  const std::uint64_t lines = stage.figures()["log_lines"];
  stage.check("and told in a few lines", lines > 0 && lines < kFewLines);
  stage.check_recovery({.peak = 4 * kMiB, .after = 2 * kMiB});
}

void full_disk(Stage& stage) {
  const std::size_t count = stage.pick(1'000, 100'000);
  publish_many(stage, "log/x", count, 100);
  stage.serve_bystander();
  stage.did(grouped(count) + " messages to a `file:` rule on a disk that is full (`/dev/full`)");
  stage.refused("loss for the file");
  stage.check("one line is logged, not one a message", stage.figures()["rule_log_lines"] == 1);
  stage.check_recovery({.peak = 4 * kMiB, .after = 2 * kMiB});
}

void dead_command(Stage& stage) {
  const std::size_t count = stage.pick(30'000, 100'000);
  constexpr std::size_t kBuffers = 32 * kMiB;  // of two rules
  // A text that has doubled leaves half of it behind, with a C library that does not trim threads' arenas.
  constexpr std::size_t kLeft = kBuffers / 2;
  publish_many(stage, "log/x", count, 1'000);
  stage.serve_bystander();
  stage.did(
      grouped(count) +
      " messages of 1 kB to two `exec:` rules, of a command that ends at once and one that never reads");
  stage.refused("loss for the command, above 16 MiB each");
  // The first end is told, and that each of the two is too slow; further ends as the command is started
  // again.
  const std::uint64_t lines = stage.figures()["rule_log_lines"];
  stage.check("few lines are logged, not one a message", lines >= 3 && lines < 30);
  stage.check_recovery({.peak = 2 * kBuffers + 8 * kMiB, .after = kBuffers + kLeft + 8 * kMiB});
}

void clock_jump(Stage& stage) {
  constexpr std::int64_t kTenYears = 315'576'000;                      // s
  constexpr std::uint8_t kOneHour[] = {0x11, 0x00, 0x00, 0x0E, 0x10};  // Session Expiry Interval
  WireClient away(stage.port());
  away.connect("away", {.properties = mqtt::PropertyView(kOneHour)});
  away.send(mqtt::Disconnect{});
  away.expect_close();
  WireClient quiet(stage.port());
  quiet.connect("quiet", {.keep_alive = 60});
  stage.broker().jump(kTenYears);
  stage.serve_bystander();
  const bool told = quiet.expect<mqtt::Disconnect>().reason == ReasonCode::keep_alive_timeout;
  quiet.expect_close();
  stage.did("the clock goes ten years forward at once");
  stage.refused("DISCONNECT 0x8D for who has Keep Alive");
  stage.check("Keep Alive has passed", told);
  stage.check("a Session of an hour has expired", stage.figures()["sessions_expired"] == 1);
  stage.check_recovery({.peak = 2 * kMiB, .after = 2 * kMiB});
}

}  // namespace pint::overload
