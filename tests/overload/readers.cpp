// Clients that do not read: messages, acknowledgements; and one that reads more slowly than another
// publishes.
#include <algorithm>
#include <string>

#include "overload/crowd.hpp"
#include "overload/stage.hpp"

namespace pint::overload {
namespace {

using test::WireClient;

constexpr std::size_t kPayloadBytes = 1'000;
constexpr std::size_t kBatch = 200;  // messages

// A PUBLISH of QoS 1 with this Packet Identifier.
Bytes publish_bytes(std::string_view topic, std::string_view payload, std::uint16_t packet_id) {
  return bytes_of(mqtt::Publish{.qos = QoS::at_least_once,
                                .topic = topic,
                                .packet_id = mqtt::PacketId{packet_id},
                                .payload = as_bytes(payload)},
                  ProtocolVersion::v5);
}

Bytes repeated(const Bytes& packet, std::size_t times) {
  Bytes all;
  for (std::size_t i = 0; i < times; ++i) all.insert(all.end(), packet.begin(), packet.end());
  return all;
}

}  // namespace

void unread_messages(Stage& stage) {
  const std::size_t count = stage.pick(20'000, 100'000);
  WireClient deaf(stage.port(), {.receive_buffer = 16 << 10});
  deaf.connect("deaf");
  deaf.subscribe("flood");
  WireClient reader(stage.port());
  reader.connect("reader");
  reader.subscribe("flood");
  WireClient publisher(stage.port());
  publisher.connect("publisher");
  const mqtt::Publish message{.topic = "flood", .payload = {}};
  const std::string payload(kPayloadBytes, 'x');
  mqtt::Publish filled = message;
  filled.payload = as_bytes(payload);
  const Bytes batch = repeated(bytes_of(filled, ProtocolVersion::v5), kBatch);

  std::size_t received = 0;
  for (std::size_t sent = 0; sent < count; sent += kBatch) {
    publisher.send(ByteView(batch));
    for (std::size_t i = 0; i < kBatch; ++i) {
      reader.expect<mqtt::Publish>();
      ++received;
    }
  }
  stage.serve_bystander();
  stage.did(grouped(count * kPayloadBytes / 1'000'000) +
            " MB at QoS 0 pass by a subscriber that never reads");
  stage.check("the subscriber beside it gets all " + grouped(count), received == count);
  const Figures figures = stage.figures();
  stage.check("what the other loses is counted", figures["dropped.outbox_full"] > 0);
  stage.check("and told in a few lines", figures["log_lines"] > 0 && figures["log_lines"] < kFewLines);
  stage.refused("drop (QoS 0)");
  deaf.reset();
  reader.close();
  publisher.close();
  stage.check_recovery({.peak = 12 * kMiB, .after = 3 * kMiB});
}

void unread_acknowledgements(Stage& stage) {
  constexpr std::size_t kMost =
      8'000'000;                 // messages; the kernel takes a million PUBACKs before the broker must wait
  constexpr int kStalled = 100;  // so often the bystander is served and the socket takes nothing
  WireClient rude(stage.port(), {.receive_buffer = 8 << 10});
  rude.connect("rude");
  const Bytes packet = publish_bytes("unread", "x", 1);
  const Bytes batch = repeated(packet, kBatch);
  std::size_t sent = 0;
  std::size_t rest = 0;  // of the batch
  int stalled = 0;
  while (sent < kMost * packet.size() && stalled < kStalled) {
    const ByteView left = ByteView(batch).subspan(batch.size() - (rest == 0 ? batch.size() : rest));
    const std::size_t taken = rude.send_some(left);
    sent += taken;
    rest = left.size() - taken;
    stalled = taken == 0 ? stalled + 1 : 0;
    if (taken == 0) stage.serve_bystander();
  }
  stage.check("it is not read any more, after " + grouped(sent / packet.size()) + " messages",
              stalled == kStalled);
  const std::size_t whole = sent / packet.size();
  for (std::size_t i = 0; i < whole; ++i) rude.expect<mqtt::Puback>();
  stage.did("a client publishes at QoS 1 without end and reads no PUBACK, and then reads");
  stage.serve_bystander();
  stage.check("then every PUBACK arrives, and no other", !rude.readable());
  rude.reset();
  stage.check_recovery({.peak = 6 * kMiB, .after = 2 * kMiB});
}

void slow_subscriber(Stage& stage) {
  const std::size_t count = stage.pick(20'000, 200'000);
  constexpr std::size_t kSlowness = 50;  // messages published for each one acknowledged
  WireClient slow(stage.port());
  slow.connect("slow");
  slow.subscribe("fast", QoS::at_least_once);
  WireClient publisher(stage.port());
  publisher.connect("publisher");
  std::size_t delivered = 0;
  const auto deliver_one = [&] {
    const auto message = slow.expect<mqtt::Publish>();
    slow.send(mqtt::Puback{.packet_id = message.packet_id});
    ++delivered;
  };
  for (std::size_t published = 0; published < count; published += kSlowness) {
    for (std::size_t i = 0; i < kSlowness; ++i) {
      publisher.send(ByteView(publish_bytes("fast", "x", static_cast<std::uint16_t>(i + 1))));
    }
    for (std::size_t i = 0; i < kSlowness; ++i) publisher.expect<mqtt::Puback>();
    deliver_one();
  }
  stage.serve_bystander();
  const std::size_t dropped = stage.figures()["dropped.queue_full"];
  while (delivered + dropped < count) deliver_one();
  slow.ping();
  stage.did(grouped(count) + " messages at QoS 1 for a subscriber that takes one of " + grouped(kSlowness) +
            "; then it takes the rest");
  stage.refused("drop of the newest; PUBACK to the publisher");
  stage.check("every message is delivered or counted as dropped",
              !slow.readable() && delivered + stage.figures()["dropped.queue_full"] == count);
  stage.check("the queue is hit", dropped > 0);
  slow.close();
  publisher.close();
  stage.check_recovery({.peak = 12 * kMiB, .after = 3 * kMiB});
}

}  // namespace pint::overload
