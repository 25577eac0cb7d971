// Inbox: what a handler on the broker thread has told, in order, for the thread of the test to take. It waits
// for at most ten seconds. Make it before the Broker, whose handlers must not outlive it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <utility>

namespace pint::test {

template <class T>
class Inbox {
 public:
  void put(T item) {
    const std::lock_guard lock(mutex_);
    items_.push_back(std::move(item));
    arrived_.notify_one();  // under the lock: whoever takes the last item may destroy the Inbox
  }

  T take() {
    std::unique_lock lock(mutex_);
    if (!arrived_.wait_for(lock, std::chrono::seconds{10}, [this] { return !items_.empty(); })) {
      throw std::runtime_error("nothing was told within ten seconds");
    }
    T item = std::move(items_.front());
    items_.pop_front();
    return item;
  }

  [[nodiscard]] bool empty() const {
    const std::lock_guard lock(mutex_);
    return items_.empty();
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<T> items_;
};

}  // namespace pint::test
