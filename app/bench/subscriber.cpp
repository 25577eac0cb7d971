// Who sent a message is in its Topic Name; which one it is, in its payload.
#include "bench/subscriber.hpp"

#include <charconv>

namespace pint::bench {
namespace {

constexpr std::size_t kReadBytes = 256 << 10;
constexpr int kSlowReceiveBuffer = 32 << 10;  // else the kernel takes megabytes for a slow reader

}  // namespace

Subscriber::Subscriber(Connection connection, std::string topics, std::uint64_t first,
                       std::uint64_t publishers, const Plan& plan)
    : connection_(std::move(connection)),
      topics_(std::move(topics)),
      first_(first),
      streams_(publishers),
      payload_(unstamped_payload(plan.payload_bytes)),
      rate_(plan.subscriber_rate) {
  if (rate_ != 0) {
    ::setsockopt(connection_.descriptor(), SOL_SOCKET, SO_RCVBUF, &kSlowReceiveBuffer,
                 sizeof kSlowReceiveBuffer);
  }
}

void Subscriber::begin(std::uint64_t now_ns) {
  began_ns_ = now_ns;
  read_ = 0;
}

std::size_t Subscriber::readable_bytes(std::uint64_t now_ns) const {
  if (rate_ == 0) return kReadBytes;
  const double seconds = static_cast<double>(now_ns - began_ns_) / 1e9;
  const auto allowed = static_cast<std::uint64_t>(seconds * static_cast<double>(rate_));
  return allowed <= read_ ? 0 : std::min((allowed - read_) * (payload_.size() + 16), kReadBytes);
}

std::optional<Arrival> Subscriber::take(const mqtt::Frame& frame) {
  const Result<mqtt::Publish> publish = mqtt::decode_publish(frame, connection_.version());
  if (!publish) throw Trouble(std::string("the broker sent what is refused: ") + publish.refusal().why);
  ++read_;
  if (publish->qos != QoS::at_most_once) acknowledge(*publish);
  const std::optional<std::uint64_t> publisher = publisher_of(publish->topic);
  if (!publisher || !is_whole(publish->payload, payload_)) {
    ++unknown_;
    return std::nullopt;
  }
  SequenceCheck& stream = streams_[*publisher - first_];
  const std::uint64_t before = stream.received();
  Arrival arrival{.publisher = *publisher, .stamp = {.sequence = before}};
  if (payload_.size() >= kStampBytes) arrival.stamp = read_stamp(publish->payload);
  stream.take(arrival.stamp.sequence);
  arrival.first_time = stream.received() != before;
  return arrival;
}

void Subscriber::acknowledge(const mqtt::Publish& publish) {
  if (publish.qos == QoS::at_least_once) {
    connection_.put(mqtt::Puback{.packet_id = publish.packet_id});
  } else {
    connection_.put(mqtt::Pubrec{.packet_id = publish.packet_id});
    ++unreleased_;
  }
}

void Subscriber::on_other(const mqtt::Frame& frame) {
  if (frame.type() == PacketType::disconnect) throw Trouble("the broker disconnects a subscriber");
  if (frame.type() != PacketType::pubrel) return;
  const auto pubrel = connection_.decoded<mqtt::Pubrel>(frame);
  connection_.put(mqtt::Pubcomp{.packet_id = pubrel.packet_id});
  if (unreleased_ != 0) --unreleased_;
}

std::optional<std::uint64_t> Subscriber::publisher_of(std::string_view topic) const {
  if (!topic.starts_with(topics_)) return std::nullopt;
  std::uint64_t publisher = 0;
  const auto [end, error] =
      std::from_chars(topic.data() + topics_.size(), topic.data() + topic.size(), publisher);
  const bool known = error == std::errc{} && end == topic.data() + topic.size();
  if (!known || publisher < first_ || publisher - first_ >= streams_.size()) return std::nullopt;
  return publisher;
}

}  // namespace pint::bench
