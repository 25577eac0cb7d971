// Connection: the client's end of one Network Connection. Its socket never blocks; what the socket does not
// take waits in `out`, and a packet that has not wholly arrived waits in `partial_`. The functions that say
// "await" do block, for setting up and for scenarios that need no speed of ours.
#pragma once

#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "actions/file_descriptor.hpp"
#include "base/bytes.hpp"
#include "bench/plan.hpp"
#include "bench/trouble.hpp"
#include "mqtt/decode.hpp"
#include "mqtt/frame.hpp"
#include "mqtt/packet.hpp"

namespace pint::bench {

class Connection {
 public:
  Connection(const Endpoint& broker, ProtocolVersion version, std::size_t index = 0);

  [[nodiscard]] int descriptor() const { return socket_.number(); }
  [[nodiscard]] ProtocolVersion version() const { return version_; }

  // What is to be sent. Append, then flush.
  Bytes& out() { return out_; }
  [[nodiscard]] std::size_t unsent() const { return out_.size() - out_begin_; }
  Connection& put(const mqtt::Packet& packet);
  // Write what the socket takes; true once nothing is left. Throws Trouble if the broker has closed.
  bool flush();

  // Read what has arrived, at most about `limit` bytes, and tell of each whole packet in it; true if the
  // socket has been emptied. `scratch` is a buffer that many connections may share. A Frame lives until the
  // visitor returns. Throws Trouble if the broker has closed or sends what is no MQTT.
  template <class Visitor>
  bool read(Bytes& scratch, std::size_t limit, Visitor on_frame) {
    drop_handed();
    const std::size_t kept = partial_.size();
    if (scratch.size() < kept + limit) scratch.resize(kept + limit);
    if (kept != 0) std::memcpy(scratch.data(), partial_.data(), kept);
    const ssize_t count = ::recv(socket_.number(), scratch.data() + kept, limit, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (count <= 0) throw_closed(count);
    const ByteView rest = visit(ByteView(scratch.data(), kept + static_cast<std::size_t>(count)), on_frame);
    partial_.assign(rest.begin(), rest.end());
    return static_cast<std::size_t>(count) < limit;
  }

  // Tell of each whole packet that came together with the one await_frame() gave: no event will tell of them.
  template <class Visitor>
  void read_held(Visitor on_frame) {
    drop_handed();
    if (partial_.empty()) return;
    const Bytes held = std::move(partial_);
    const ByteView rest = visit(held, on_frame);
    partial_.assign(rest.begin(), rest.end());
  }

  // CONNECT, and wait for its CONNACK, which must be a success.
  void await_connected(std::string_view client_id, bool clean_start = true,
                       std::uint32_t session_expiry_seconds = 0);
  // SUBSCRIBE to all of them in one packet, and wait for its SUBACK, which must grant every one.
  void await_subscribed(const std::vector<std::string>& topic_filters, QoS qos);
  // PINGREQ, and wait for PINGRESP: the broker has handled all before it. False if `patience` was not enough.
  [[nodiscard]] bool await_ping(std::chrono::milliseconds patience);
  // Flush all of it.
  void await_sent();
  // The next packet of this type, decoded as a T; others are passed over. It borrows until the next call.
  // Nothing if there is none for `patience`.
  template <class T>
  std::optional<T> await(PacketType type, std::chrono::milliseconds patience) {
    std::optional<mqtt::Frame> frame;
    do frame = await_frame(patience);
    while (frame && frame->type() != type);
    if (!frame) return std::nullopt;
    return decoded<T>(*frame);
  }
  [[nodiscard]] std::optional<mqtt::Frame> await_frame(std::chrono::milliseconds patience);

  template <class T>
  T decoded(const mqtt::Frame& frame) const {
    const Result<mqtt::Packet> packet = mqtt::decode(frame, version_);
    if (!packet) throw Trouble(std::string("the broker sent what is refused: ") + packet.refusal().why);
    return std::get<T>(*packet);
  }

  // The parts of the first two, for who has many connections to wait for.
  void put_connect(std::string_view client_id, bool clean_start, std::uint32_t session_expiry_seconds);
  void put_subscribe(const std::vector<std::string>& topic_filters, QoS qos);
  void await_connack();
  void await_suback(QoS qos);

 private:
  // Tell of each whole packet; what is left is the beginning of one.
  template <class Visitor>
  ByteView visit(ByteView bytes, Visitor& on_frame) const {
    while (const auto frame = next(bytes)) {
      bytes = bytes.subspan(frame->bytes.size());
      on_frame(*frame);
    }
    return bytes;
  }
  void drop_handed() {
    partial_.erase(partial_.begin(), partial_.begin() + static_cast<std::ptrdiff_t>(handed_));
    handed_ = 0;
  }
  [[nodiscard]] std::optional<mqtt::Frame> next(ByteView bytes) const;
  [[noreturn]] void throw_closed(ssize_t count) const;

  actions::FileDescriptor socket_;
  ProtocolVersion version_;
  Bytes out_;
  std::size_t out_begin_ = 0;
  Bytes partial_;
  std::size_t handed_ = 0;  // bytes at the front of partial_ that await_frame has handed out
};

// What a client waits for an answer that must come, before it gives up.
constexpr std::chrono::seconds kAnswerWithin{30};

}  // namespace pint::bench
