#include "core/outbox.hpp"

#include <algorithm>
#include <new>

#include "base/assert.hpp"

namespace pint::core {

// Own bytes follow the header; a reference has no room of its own and points into its owner.
struct Outbox::Chunk {
  Chunk* next = nullptr;
  const std::uint8_t* front = nullptr;  // first byte not yet sent
  std::uint32_t size = 0;               // bytes from front
  std::uint32_t capacity = 0;           // 0: a reference
  MessageRef owner;

  [[nodiscard]] std::uint8_t* room() { return reinterpret_cast<std::uint8_t*>(this + 1); }
  [[nodiscard]] std::size_t used() { return static_cast<std::size_t>(front - room()) + size; }
  [[nodiscard]] std::size_t free() { return capacity == 0 ? 0 : capacity - used(); }
};

namespace {

// A reply fits into the small size; a burst goes on in large ones. Whatever is larger is allocated to
// measure.
constexpr std::size_t kSmall = 1'024;
constexpr std::size_t kLarge = 32'768;
constexpr std::size_t kSmallKept = 256;  // at most 256 KiB of small ones and 1 MiB of large ones wait for use
constexpr std::size_t kLargeKept = 32;

}  // namespace

std::uint8_t* Outbox::extend(std::size_t size) {
  if (tail_ == nullptr || tail_->free() < size) {
    const std::size_t wanted = std::max(size, head_ == nullptr ? kSmall : kLarge);
    Chunk* chunk = pool_->take(wanted);
    (head_ == nullptr ? head_ : tail_->next) = chunk;
    tail_ = chunk;
  }
  std::uint8_t* at = tail_->room() + tail_->used();
  tail_->size += static_cast<std::uint32_t>(size);
  bytes_ += size;
  return at;
}

void Outbox::append(ByteView bytes) {
  if (bytes.empty()) return;
  std::memcpy(extend(bytes.size()), bytes.data(), bytes.size());
}

void Outbox::append_shared(MessageRef owner, ByteView bytes) {
  if (bytes.empty()) return;
  Chunk* chunk = pool_->take(0);
  chunk->front = bytes.data();
  chunk->size = static_cast<std::uint32_t>(bytes.size());
  chunk->owner = std::move(owner);
  (head_ == nullptr ? head_ : tail_->next) = chunk;
  tail_ = chunk;
  bytes_ += bytes.size();
}

std::size_t Outbox::gather(std::span<ByteView> out) const {
  std::size_t count = 0;
  for (const Chunk* chunk = head_; chunk != nullptr && count < out.size(); chunk = chunk->next) {
    if (chunk->size > 0) out[count++] = {chunk->front, chunk->size};
  }
  return count;
}

void Outbox::consume(std::size_t size) {
  PINT_ASSERT(size <= bytes_);
  bytes_ -= size;
  while (size > 0) {
    const std::size_t part = std::min<std::size_t>(size, head_->size);
    head_->front += part;
    head_->size -= static_cast<std::uint32_t>(part);
    size -= part;
    if (head_->size > 0) break;
    Chunk* done = head_;
    head_ = done->next;
    pool_->give_back(done);
  }
  if (head_ == nullptr) tail_ = nullptr;
}

void Outbox::clear() {
  consume(bytes_);
  PINT_ASSERT(head_ == nullptr);
}

Outbox::Chunk* ChunkPool::take(std::size_t capacity) {
  const std::size_t rounded = capacity == 0 ? 0 : capacity <= kSmall ? kSmall : std::max(capacity, kLarge);
  Outbox::Chunk*& list = rounded == kSmall ? small_ : large_;
  if ((rounded == kSmall || rounded == kLarge) && list != nullptr) {
    Outbox::Chunk* chunk = list;
    list = chunk->next;
    --(rounded == kSmall ? small_count_ : large_count_);
    chunk->next = nullptr;
    chunk->front = chunk->room();
    return chunk;
  }
  auto* chunk = new (::operator new(sizeof(Outbox::Chunk) + rounded)) Outbox::Chunk;
  chunk->capacity = static_cast<std::uint32_t>(rounded);
  chunk->front = chunk->room();
  meter_->bytes += rounded;
  return chunk;
}

void ChunkPool::give_back(Outbox::Chunk* chunk) {
  chunk->owner = {};
  const bool small = chunk->capacity == kSmall;
  const bool kept =
      (small && small_count_ < kSmallKept) || (chunk->capacity == kLarge && large_count_ < kLargeKept);
  if (kept) {
    Outbox::Chunk*& list = small ? small_ : large_;
    chunk->next = list;
    list = chunk;
    ++(small ? small_count_ : large_count_);
    return;
  }
  meter_->bytes -= chunk->capacity;
  chunk->~Chunk();
  ::operator delete(chunk);
}

ChunkPool::~ChunkPool() {
  for (Outbox::Chunk* list : {small_, large_}) {
    while (list != nullptr) {
      Outbox::Chunk* next = list->next;
      list->~Chunk();
      ::operator delete(list);
      list = next;
    }
  }
}

}  // namespace pint::core
