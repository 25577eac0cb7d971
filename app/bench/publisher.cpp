// A PUBLISH is encoded once; each message is a copy with its stamp and Packet Identifier patched in.
#include "bench/publisher.hpp"

#include <algorithm>

#include "mqtt/encode.hpp"

namespace pint::bench {
namespace {

constexpr std::size_t kWriteBytes = 64 << 10;

// Each publisher's part of the window, and at least one message.
std::uint64_t window_of_each(const Plan& plan) {
  if (plan.window == 0 || plan.rate != 0) return Publisher::kNoBound;
  return std::max(plan.window / plan.publisher_count(), std::uint64_t{1});
}

}  // namespace

Publisher::Publisher(Connection connection, const std::string& topic, const Plan& plan, std::uint64_t index)
    : connection_(std::move(connection)),
      schedule_{.interval_ns = plan.rate == 0 ? 0 : 1e9 / static_cast<double>(plan.rate),
                .publishers = plan.publisher_count()},
      index_(index),
      qos_(plan.qos),
      window_(window_of_each(plan)),
      inflight_(plan.qos == QoS::at_most_once ? kNoBound : plan.inflight) {
  const Bytes payload = unstamped_payload(plan.payload_bytes);
  const mqtt::Publish publish{
      .qos = qos_,
      .topic = topic,
      .packet_id = qos_ == QoS::at_most_once ? mqtt::PacketId::none : mqtt::PacketId{1},
      .payload = payload};
  packet_id_at_ = mqtt::encode_publish_head(packet_, publish, connection_.version()).packet_id_at;
  payload_at_ = packet_.size();
  packet_.insert(packet_.end(), payload.begin(), payload.end());
  stamped_ = payload.size() >= kStampBytes;
}

void Publisher::begin(std::uint64_t messages, std::uint64_t now_ns) {
  quota_ = messages == kNoBound ? kNoBound : sent_ + messages;
  phase_began_at_ = sent_;
  phase_began_ns_ = now_ns;
  due_ = schedule_.interval_ns == 0 ? kNoBound : sent_;
}

std::uint64_t Publisher::allowed() const {
  const std::uint64_t windowed = window_ == kNoBound ? kNoBound : delivered_ + window_;
  const std::uint64_t until = std::min({quota_, due_, windowed});
  if (until <= sent_) return 0;
  return std::min(until - sent_, inflight_ - std::min(unacknowledged_, inflight_));
}

void Publisher::produce(std::uint64_t now_ns) {
  const std::uint64_t at_once = std::max(kWriteBytes / packet_.size(), std::size_t{1});
  const std::uint64_t count = std::min(allowed(), at_once);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t turn = (sent_ - phase_began_at_) * schedule_.publishers + index_;
    append(schedule_.interval_ns == 0 ? now_ns : schedule_.due_ns(phase_began_ns_, turn));
  }
}

void Publisher::append(std::uint64_t sent_ns) {
  Bytes& out = connection_.out();
  const std::size_t at = out.size();
  out.insert(out.end(), packet_.begin(), packet_.end());
  if (stamped_) write_stamp(out.data() + at + payload_at_, {.sequence = sent_, .sent_ns = sent_ns});
  if (qos_ != QoS::at_most_once) {
    // Identifiers follow each other, and the inflight bound keeps the next one from being in use.
    const std::uint64_t id = sent_ % 65'535 + 1;
    out[at + packet_id_at_] = static_cast<std::uint8_t>(id >> 8);
    out[at + packet_id_at_ + 1] = static_cast<std::uint8_t>(id);
    ++unacknowledged_;
  }
  ++sent_;
}

void Publisher::on_frame(const mqtt::Frame& frame) {
  switch (frame.type()) {
    case PacketType::puback:
    case PacketType::pubcomp:
      if (unacknowledged_ == 0) throw Trouble("the broker acknowledges what was not sent");
      --unacknowledged_;
      return;
    case PacketType::pubrec: {
      const auto pubrec = connection_.decoded<mqtt::Pubrec>(frame);
      connection_.put(mqtt::Pubrel{.packet_id = pubrec.packet_id});
      return;
    }
    case PacketType::disconnect: throw Trouble("the broker disconnects a publisher");
    default: return;
  }
}

}  // namespace pint::bench
