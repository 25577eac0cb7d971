// Outbox: the bytes on their way to one connection, in order. Small pieces are copied into the tail chunk;
// large payloads are referenced. An empty Outbox owns nothing. The host asks for a gather list, writes, and
// consumes what was taken.
//
//   head_ -> [chunk: own bytes] -> [chunk: reference into a StoredMessage] -> [chunk: own bytes] <- tail_
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"
#include "base/memory_meter.hpp"
#include "core/stored_message.hpp"

namespace pint::core {

// Chunks wait here to be used again, so that a busy broker does not allocate for QoS 0. One pool an engine;
// it outlives its outboxes.
class ChunkPool;

class Outbox {
 public:
  explicit Outbox(ChunkPool& pool) : pool_(&pool) {}
  ~Outbox() { clear(); }
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  [[nodiscard]] bool empty() const { return bytes_ == 0; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

  // Room for `size` bytes in one piece, which the caller fills at once; they are part of the outbox from here
  // on.
  [[nodiscard]] std::uint8_t* extend(std::size_t size);
  void append(ByteView bytes);
  // `bytes` lie in `owner`, which is kept until they are sent.
  void append_shared(MessageRef owner, ByteView bytes);

  // The pieces at the front, at most out.size() of them; returns how many. Valid until the next non-const
  // call.
  std::size_t gather(std::span<ByteView> out) const;
  // Forget `size` bytes at the front: they were sent.
  void consume(std::size_t size);
  void clear();

 private:
  friend class ChunkPool;
  struct Chunk;
  [[nodiscard]] std::size_t next_capacity() const;
  ChunkPool* pool_;
  Chunk* head_ = nullptr;
  Chunk* tail_ = nullptr;
  std::size_t bytes_ = 0;
};

class ChunkPool {
 public:
  static constexpr std::size_t kSizes = 3;  // that recur
  explicit ChunkPool(MemoryMeter& meter) : meter_(&meter) {}
  ~ChunkPool();
  ChunkPool(const ChunkPool&) = delete;
  ChunkPool& operator=(const ChunkPool&) = delete;

 private:
  friend class Outbox;
  [[nodiscard]] Outbox::Chunk* take(std::size_t capacity);
  void give_back(Outbox::Chunk* chunk);
  struct FreeList {
    Outbox::Chunk* first = nullptr;
    std::size_t count = 0;
  };
  MemoryMeter* meter_;
  std::array<FreeList, kSizes> free_{};
};

}  // namespace pint::core
