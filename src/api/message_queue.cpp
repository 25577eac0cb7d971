#include <pint/message_queue.hpp>

#include <utility>

namespace pint {

bool MessageQueue::push(Message message) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    if (messages_.size() >= capacity_) {
      ++dropped_;
      return false;
    }
    messages_.push_back(std::move(message));
  }
  arrived_.notify_one();
  return true;
}

std::optional<Message> MessageQueue::pop(std::chrono::milliseconds within) {
  std::unique_lock lock(mutex_);
  arrived_.wait_for(lock, within, [this] { return closed_ || !messages_.empty(); });
  return take_front();
}

std::optional<Message> MessageQueue::try_pop() {
  const std::lock_guard lock(mutex_);
  return take_front();
}

void MessageQueue::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  arrived_.notify_all();
}

std::size_t MessageQueue::size() const {
  const std::lock_guard lock(mutex_);
  return messages_.size();
}

std::size_t MessageQueue::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

std::optional<Message> MessageQueue::take_front() {
  if (messages_.empty()) return std::nullopt;
  std::optional<Message> front(std::move(messages_.front()));
  messages_.pop_front();
  return front;
}

}  // namespace pint
