#include "core/outbox.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <utility>

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

// A reply fits into the small size; a burst goes on in large ones. Behind a reference most often only the
// head of the next message follows, and then another reference. Whatever is larger is allocated to measure.
enum Size : std::size_t { head, small, large };
constexpr std::array<std::size_t, ChunkPool::kSizes> kCapacity{128, 1'024, 32'768};
constexpr std::array<std::size_t, ChunkPool::kSizes> kKept{256, 256, 32};  // that wait for use at most

// The class of the chunks that have room for so much; kSizes if none has, or if nothing is wanted.
std::size_t size_with_room(std::size_t capacity) {
  if (capacity == 0) return ChunkPool::kSizes;
  return static_cast<std::size_t>(std::ranges::lower_bound(kCapacity, capacity) - kCapacity.begin());
}

}  // namespace

// One class more than the chunk before has, and the smallest behind a reference: a receiver that does not
// read would otherwise hold a large chunk for the head of each large payload, many times what counts as its
// bytes.
std::size_t Outbox::next_capacity() const {
  if (head_ == nullptr) return kCapacity[small];
  if (tail_->capacity == 0) return kCapacity[head];
  return tail_->capacity <= kCapacity[head] ? kCapacity[small] : kCapacity[large];
}

std::uint8_t* Outbox::extend(std::size_t size) {
  if (tail_ == nullptr || tail_->free() < size) {
    Chunk* chunk = pool_->take(std::max(size, next_capacity()));
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
  const std::size_t size = size_with_room(capacity);
  if (size < kSizes && free_[size].first != nullptr) {
    Outbox::Chunk* chunk = free_[size].first;
    free_[size].first = std::exchange(chunk->next, nullptr);
    --free_[size].count;
    chunk->front = chunk->room();
    return chunk;
  }
  const std::size_t rounded = size < kSizes ? kCapacity[size] : capacity;
  auto* chunk = new (::operator new(sizeof(Outbox::Chunk) + rounded)) Outbox::Chunk;
  chunk->capacity = static_cast<std::uint32_t>(rounded);
  chunk->front = chunk->room();
  meter_->bytes += rounded;
  return chunk;
}

void ChunkPool::give_back(Outbox::Chunk* chunk) {
  chunk->owner = {};
  const std::size_t size = size_with_room(chunk->capacity);
  if (size < kSizes && free_[size].count < kKept[size]) {
    chunk->next = std::exchange(free_[size].first, chunk);
    ++free_[size].count;
    return;
  }
  meter_->bytes -= chunk->capacity;
  chunk->~Chunk();
  ::operator delete(chunk);
}

ChunkPool::~ChunkPool() {
  for (FreeList& list : free_) {
    while (list.first != nullptr) {
      Outbox::Chunk* chunk = std::exchange(list.first, list.first->next);
      chunk->~Chunk();
      ::operator delete(chunk);
    }
  }
}

}  // namespace pint::core
