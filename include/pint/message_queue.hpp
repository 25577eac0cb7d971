// MessageQueue: a rule's messages, waiting for any thread to take them.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>

#include <pint/message.hpp>

namespace pint {

// Thread-safe, bounded. Share it between a Rule and whoever waits: std::make_shared<MessageQueue>().
class MessageQueue {
 public:
  // capacity: messages it holds; a message that finds it full is dropped and counted. Default 100,000.
  explicit MessageQueue(std::size_t capacity = 100'000) : capacity_(capacity) {}

  // Add a message; false if the queue was full or closed. Called by the broker.
  bool push(Message message);

  // Wait for the next message, in order of arrival; nothing when `within` passed or the queue is closed and
  // empty.
  [[nodiscard]] std::optional<Message> pop(std::chrono::milliseconds within);

  // Take the next message if there is one.
  [[nodiscard]] std::optional<Message> try_pop();

  // Let every waiting and future pop() return at once when nothing is left, and refuse what is pushed from
  // here on. Called when its broker stops; for a broker that starts again, give a new queue.
  void close();

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::size_t dropped() const;  // messages that found the queue full

 private:
  std::optional<Message> take_front();  // with mutex_ held

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Message> messages_;
  std::size_t dropped_ = 0;
  bool closed_ = false;
};

}  // namespace pint
