#include "net/mailbox.hpp"

#include <pint/error.hpp>

#include "base/assert.hpp"

namespace pint::net {
namespace {

std::size_t size_of(const Message& message) {
  const Properties& properties = message.properties;
  std::size_t size = message.topic.size() + message.payload.size();
  for (const auto* text :
       {&properties.content_type, &properties.response_topic, &properties.correlation_data}) {
    if (*text) size += (*text)->size();
  }
  for (const UserProperty& property : properties.user_properties) {
    size += sizeof property + property.name.size() + property.value.size();
  }
  return size;
}

std::size_t size_of(const Command& command) {
  const auto* publish = std::get_if<Publish>(&command);
  return sizeof command + (publish ? size_of(publish->message) : 0);
}

}  // namespace

void Mailbox::open() {
  const std::lock_guard lock(mutex_);
  PINT_ASSERT(!open_);
  if (!waker_) waker_ = std::make_unique<const Waker>();
  open_ = true;
}

void Mailbox::close() {
  std::vector<Command> dropped;  // destroyed after the lock is gone: whoever waits for an answer wakes up
  const std::lock_guard lock(mutex_);
  open_ = false;
  dropped.swap(commands_);
  bytes_ = 0;
  filled_ = false;
}

std::error_code Mailbox::post(Command&& command, Bound bound, bool wake) {
  const std::size_t size = bound == Bound::counted ? size_of(command) : 0;
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    if (!open_) return Errc::not_running;
    if (bound == Bound::counted && bytes_ >= bytes_max_) return Errc::queue_full;
    was_empty = commands_.empty();
    commands_.push_back(std::move(command));
    bytes_ += size;
    filled_ = true;
  }
  if (was_empty && wake) waker_->wake();
  return {};
}

bool Mailbox::take(std::vector<Command>& commands) {
  PINT_ASSERT(commands.empty());
  if (empty()) return false;
  const std::lock_guard lock(mutex_);
  commands.swap(commands_);
  bytes_ = 0;
  filled_ = false;
  return !commands.empty();
}

}  // namespace pint::net
