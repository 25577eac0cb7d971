// StoredMessage: an Application Message that somebody keeps: retained, queued, inflight, or large. One
// allocation holds header and bytes; any number of Sessions share it. Counted without atomics: an engine
// lives on one thread.
//
//   | StoredMessage | topic | properties | payload |
//
// `properties` is the run a 5.0 subscriber receives, without what differs per receiver: Topic Alias,
// Subscription Identifiers, and Message Expiry Interval, which is `expires_at`.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>

#include <pint/message.hpp>

#include "base/bytes.hpp"
#include "base/memory_meter.hpp"
#include "base/time.hpp"
#include "mqtt/property.hpp"

namespace pint::core {

// A message that borrows: what a StoredMessage is made from, and what fan-out carries around.
struct MessageView {
  std::string_view topic;
  ByteView payload;
  mqtt::PropertyView properties = {};
  Time expires_at = kNever;
  QoS qos = QoS::at_most_once;
  bool retain = false;
};

class MessageRef;

class StoredMessage {
 public:
  // Copies everything the view borrows. `meter` counts the bytes and outlives the message.
  [[nodiscard]] static MessageRef make(const MessageView& message, MemoryMeter& meter);

  [[nodiscard]] std::string_view topic() const { return as_text({tail(), topic_size_}); }
  [[nodiscard]] mqtt::PropertyView properties() const {
    return mqtt::PropertyView({tail() + topic_size_, properties_size_});
  }
  [[nodiscard]] ByteView payload() const { return {tail() + topic_size_ + properties_size_, payload_size_}; }
  [[nodiscard]] Time expires_at() const { return expires_at_; }
  [[nodiscard]] QoS qos() const { return qos_; }
  [[nodiscard]] bool retain() const { return retain_; }
  [[nodiscard]] bool expired(Time now) const { return now >= expires_at_; }
  [[nodiscard]] MessageView view() const {
    return {topic(), payload(), properties(), expires_at_, qos_, retain_};
  }
  // What it costs, for limits.
  [[nodiscard]] std::size_t bytes() const {
    return sizeof(StoredMessage) + topic_size_ + properties_size_ + payload_size_;
  }

 private:
  friend class MessageRef;
  StoredMessage(const MessageView& message, MemoryMeter& meter);
  static void destroy(StoredMessage* message);
  [[nodiscard]] const std::uint8_t* tail() const { return reinterpret_cast<const std::uint8_t*>(this + 1); }

  MemoryMeter* meter_;
  Time expires_at_;
  std::uint32_t references_ = 0;
  std::uint32_t payload_size_;
  std::uint32_t properties_size_;
  std::uint16_t topic_size_;
  QoS qos_;
  bool retain_;
};

// A counted reference. Null when default-made or moved from.
class MessageRef {
 public:
  MessageRef() = default;
  explicit MessageRef(StoredMessage* message) : message_(message) {
    if (message_) ++message_->references_;
  }
  MessageRef(const MessageRef& other) : MessageRef(other.message_) {}
  MessageRef(MessageRef&& other) noexcept : message_(std::exchange(other.message_, nullptr)) {}
  MessageRef& operator=(MessageRef other) noexcept {
    std::swap(message_, other.message_);
    return *this;
  }
  ~MessageRef() {
    if (message_ && --message_->references_ == 0) StoredMessage::destroy(message_);
  }

  explicit operator bool() const { return message_ != nullptr; }
  const StoredMessage* operator->() const { return message_; }
  const StoredMessage& operator*() const { return *message_; }

 private:
  StoredMessage* message_ = nullptr;
};

// The Message Expiry Interval to send now: what is left, in whole seconds, rounded up so that a message is
// never told to be older than it is. [MQTT-3.3.2-6]
[[nodiscard]] std::chrono::seconds remaining_expiry(Time expires_at, Time now);

// An owning copy for the application.
[[nodiscard]] Message to_message(const MessageView& view, Time now);

}  // namespace pint::core
