// Pipe: the network between one client and the broker for one connection: two queues of bytes with a latency,
// a reader that may be slow, and faults on bytes. It moves nothing by itself: the world asks what has
// arrived.
//
//   client ── send() ─▶ [chunks, each with its time] ─▶ arrived() ─▶ stream_ ── next_piece() ─▶ engine
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "core/ids.hpp"
#include "sim/chance.hpp"
#include "sim/setup.hpp"

namespace pint::sim {

class Pipe {
 public:
  Pipe(std::uint64_t serial, core::ConnectionId id, unsigned client, const Setup& setup, std::uint64_t salt);

  const std::uint64_t serial;
  const core::ConnectionId id;
  const unsigned client;

  // Client to broker.
  void send(ByteView bytes, Time now);
  void arrived(Time now);  // what is due moves into the stream
  // What the engine is to get next, so that it completes no more than one packet that others see; empty:
  // nothing.
  [[nodiscard]] ByteView next_piece(std::size_t maximum_packet_size);
  // The packet at the front is a PUBLISH.
  [[nodiscard]] bool begins_with_publish() const { return !stream_.empty() && stream_.front() >> 4 == 3; }
  void give(ByteView piece) { given_ += piece.size(); }
  // The packet at the front, which the engine has wholly got.
  [[nodiscard]] ByteView front_packet() const;
  void pop_packet();
  // The front of what the engine has got of the next packet.
  [[nodiscard]] ByteView unfinished() const { return ByteView(stream_).first(given_); }
  // The connection breaks: of what is under way to the broker, only the first part arrives.
  void break_off(Chance& chance);
  [[nodiscard]] bool all_arrived() const { return under_way_.empty() && given_ == stream_.size(); }

  // Broker to client.
  [[nodiscard]] std::size_t readable(std::size_t available) const;
  void transmit(ByteView bytes, Time now);
  [[nodiscard]] Bytes delivered(Time now);

  void read_at_once() { read_at_once_ = kNoLimit; }

  // When something arrives next.
  [[nodiscard]] Time next_deadline() const;

  bool reading = true;
  bool abandoned = false;               // the client is gone; the broker does not know
  std::optional<Time> held_since = {};  // it has not been read since then, although its own outbox is empty
  bool to_be_lost = false;              // once everything has arrived, the connection is gone
  std::uint64_t bytes_left;             // then the connection breaks
  std::size_t seen = 0;                 // of the outbox: bytes the oracle has been told of

 private:
  static constexpr std::size_t kNoLimit = ~std::size_t{0};
  struct Chunk {
    Time at;
    Bytes bytes;
  };
  void corrupt(Bytes& bytes);

  Chance chance_;
  Duration latency_;
  bool corrupts_;
  std::size_t read_at_once_;
  std::deque<Chunk> under_way_, to_client_;
  Bytes stream_;           // from the front of the packet that is not whole yet
  std::size_t given_ = 0;  // of the stream, to the engine
};

}  // namespace pint::sim
