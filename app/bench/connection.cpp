// Sending, and the calls that block.
#include "bench/connection.hpp"

#include <poll.h>

#include "base/result.hpp"
#include "bench/endpoint.hpp"
#include "mqtt/encode.hpp"

namespace pint::bench {
namespace {

constexpr std::size_t kAwaitBytes = 512;  // for answers; what comes in bulk is read()

// Wait for an event of poll(2); false if none came in time.
bool wait_for(int descriptor, short events, std::chrono::milliseconds patience) {
  pollfd waiting{.fd = descriptor, .events = events, .revents = 0};
  int ready = 0;
  do ready = ::poll(&waiting, 1, static_cast<int>(patience.count()));
  while (ready < 0 && errno == EINTR);
  return ready > 0;
}

Trouble no_answer(const char* packet) {
  return Trouble(std::string("the broker does not answer ") + packet + " within " +
                 std::to_string(kAnswerWithin.count()) + " s");
}

}  // namespace

Connection::Connection(const Endpoint& broker, ProtocolVersion version, std::size_t index)
    : socket_(open_socket(broker, index)), version_(version) {}

Connection& Connection::put(const mqtt::Packet& packet) {
  mqtt::encode(out_, packet, version_);
  return *this;
}

bool Connection::flush() {
  while (unsent() != 0) {
    const ssize_t count = ::send(socket_.number(), out_.data() + out_begin_, unsent(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && (errno == EAGAIN || errno == ENOTCONN)) return false;
    if (count < 0) throw_closed(count);
    out_begin_ += static_cast<std::size_t>(count);
  }
  out_.clear();
  out_begin_ = 0;
  return true;
}

void Connection::await_sent() {
  while (!flush()) {
    if (!wait_for(socket_.number(), POLLOUT, kAnswerWithin))
      throw Trouble("the broker has read nothing for " + std::to_string(kAnswerWithin.count()) + " s");
  }
}

void Connection::put_connect(std::string_view client_id, bool clean_start,
                             std::uint32_t session_expiry_seconds) {
  mqtt::PropertyList properties;
  if (version_ == ProtocolVersion::v5 && session_expiry_seconds != 0)
    properties.add(mqtt::PropertyId::session_expiry_interval, session_expiry_seconds);
  put(mqtt::Connect{.version = version_,
                    .clean_start = clean_start,
                    .properties = properties.view(),
                    .client_id = client_id});
}

void Connection::await_connected(std::string_view client_id, bool clean_start,
                                 std::uint32_t session_expiry_seconds) {
  put_connect(client_id, clean_start, session_expiry_seconds);
  await_connack();
}

void Connection::await_connack() {
  await_sent();
  const auto connack = await<mqtt::Connack>(PacketType::connack, kAnswerWithin);
  if (!connack) throw no_answer("CONNECT");
  if (connack->reason != ReasonCode::success)
    throw Trouble("the broker refuses a connection: " + std::string(name_of(connack->reason)));
}

void Connection::await_subscribed(const std::vector<std::string>& topic_filters, QoS qos) {
  put_subscribe(topic_filters, qos);
  await_suback(qos);
}

void Connection::put_subscribe(const std::vector<std::string>& topic_filters, QoS qos) {
  mqtt::Subscribe subscribe{.packet_id = mqtt::PacketId{1}};
  for (const std::string& filter : topic_filters)
    subscribe.requests.push_back({.topic_filter = filter, .options = {.qos = qos}});
  put(subscribe);
}

void Connection::await_suback(QoS qos) {
  await_sent();
  const auto suback = await<mqtt::Suback>(PacketType::suback, kAnswerWithin);
  if (!suback) throw no_answer("SUBSCRIBE");
  for (const ReasonCode reason : suback->reasons) {
    if (reason != static_cast<ReasonCode>(qos)) throw Trouble("the broker does not grant a subscription");
  }
}

bool Connection::await_ping(std::chrono::milliseconds patience) {
  put(mqtt::Pingreq{});
  await_sent();
  return await<mqtt::Pingresp>(PacketType::pingresp, patience).has_value();
}

std::optional<mqtt::Frame> Connection::await_frame(std::chrono::milliseconds patience) {
  drop_handed();
  for (;;) {
    if (const auto frame = next(partial_)) {
      handed_ = frame->bytes.size();
      return frame;
    }
    if (!wait_for(socket_.number(), POLLIN, patience)) return std::nullopt;
    const std::size_t kept = partial_.size();
    partial_.resize(kept + kAwaitBytes);
    const ssize_t count = ::recv(socket_.number(), partial_.data() + kept, kAwaitBytes, 0);
    partial_.resize(kept + static_cast<std::size_t>(std::max(count, ssize_t{0})));
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) throw_closed(count);
  }
}

std::optional<mqtt::Frame> Connection::next(ByteView bytes) const {
  const auto frame = mqtt::next_frame(bytes, mqtt::kMaxPacketBytes);
  if (!frame) throw Trouble(std::string("the broker sent what is no packet: ") + frame.refusal().why);
  return *frame;
}

void Connection::throw_closed(ssize_t count) const {
  if (count < 0) throw trouble_with("the broker has gone");
  throw Trouble("the broker has closed a connection");
}

}  // namespace pint::bench
