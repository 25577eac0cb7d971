#include "sim/pipe.hpp"

#include <algorithm>
#include <chrono>

#include "mqtt/frame.hpp"

namespace pint::sim {

using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kNeverBreaks = ~std::uint64_t{0};

// Acknowledgements and PINGREQ: they concern nobody but the client, so that several may come at once.
bool concerns_one(ByteView packet) {
  const unsigned type = packet.front() >> 4;
  return (type >= 4 && type <= 7) || type == 12;
}

// The whole packet at the front, or nothing.
ByteView whole_packet(ByteView bytes) {
  const std::size_t size = mqtt::announced_size(bytes);
  return size == 0 || size > bytes.size() ? ByteView{} : bytes.first(size);
}

}  // namespace

Pipe::Pipe(std::uint64_t pipe_serial, core::ConnectionId connection, unsigned of_client, const Setup& setup,
           std::uint64_t salt)
    : serial(pipe_serial), id(connection), client(of_client), chance_(salt) {
  latency_ = chance_.pick<Duration>({0ms, 1ms, 20ms, 150ms});
  const bool breaks = setup.faults != Faults::off && chance_.one_in(8);
  bytes_left = breaks ? 1 + chance_.below(3'000) : kNeverBreaks;
  corrupts_ = setup.faults == Faults::heavy && chance_.one_in(3);
  read_at_once_ = chance_.one_in(4) ? 1 + chance_.below(400) : kNoLimit;
}

void Pipe::corrupt(Bytes& bytes) {
  if (!corrupts_ || bytes.empty() || !chance_.one_in(30)) return;
  bytes[chance_.below(bytes.size())] ^= static_cast<std::uint8_t>(1u << chance_.below(8));
}

void Pipe::send(ByteView bytes, Time now) {
  Bytes copy(bytes.begin(), bytes.end());
  corrupt(copy);
  // Cut into two portions now and then, the second a little later.
  const std::size_t first = chance_.one_in(5) ? chance_.below(copy.size() + 1) : copy.size();
  const Time at = std::max(now + latency_, under_way_.empty() ? Time{} : under_way_.back().at);
  under_way_.push_back({at, Bytes(copy.begin(), copy.begin() + static_cast<std::ptrdiff_t>(first))});
  if (first == copy.size()) return;
  under_way_.push_back(
      {at + chance_.below(4) * 1ms, Bytes(copy.begin() + static_cast<std::ptrdiff_t>(first), copy.end())});
}

void Pipe::arrived(Time now) {
  while (!under_way_.empty() && under_way_.front().at <= now) {
    const Bytes& bytes = under_way_.front().bytes;
    stream_.insert(stream_.end(), bytes.begin(), bytes.end());
    under_way_.pop_front();
  }
}

ByteView Pipe::next_piece(std::size_t maximum_packet_size) {
  const ByteView stream(stream_);
  if (given_ == stream_.size()) return {};
  // What cannot be a packet goes to the engine as it is.
  const auto frame = mqtt::next_frame(stream, maximum_packet_size);
  if (!frame || !frame->has_value()) return stream.subspan(given_);
  std::size_t end = whole_packet(stream).size();
  for (;;) {
    const ByteView next = whole_packet(stream.subspan(end));
    if (next.empty() || !concerns_one(stream.subspan(0, 1)) || !concerns_one(next) || corrupts_ ||
        chance_.one_in(3)) {
      break;
    }
    end += next.size();
  }
  // Sometimes with the front of the next packet.
  if (chance_.one_in(3)) {
    const ByteView rest = stream.subspan(end);
    // But for one that will be refused: after a PUBLISH that finds a receiver full that comes later.
    const auto next = mqtt::next_frame(rest, maximum_packet_size);
    const std::size_t announced = next ? mqtt::announced_size(rest) : 1;
    const std::size_t most = announced == 0 ? 1 : announced - 1;
    end += std::min(rest.size(), chance_.below(most + 1));
  }
  return stream.subspan(given_, end - given_);
}

ByteView Pipe::front_packet() const { return whole_packet(ByteView(stream_).first(given_)); }

void Pipe::pop_packet() {
  const std::size_t size = front_packet().size();
  stream_.erase(stream_.begin(), stream_.begin() + static_cast<std::ptrdiff_t>(size));
  given_ -= size;
}

void Pipe::break_off(Chance& chance) {
  Bytes rest;
  for (const Chunk& chunk : under_way_) rest.insert(rest.end(), chunk.bytes.begin(), chunk.bytes.end());
  under_way_.clear();
  rest.resize(chance.below(rest.size() + 1));
  stream_.insert(stream_.end(), rest.begin(), rest.end());
  to_be_lost = true;
}

std::size_t Pipe::readable(std::size_t available) const {
  if (abandoned || !reading) return 0;
  // A slow reader leaves the rest until what it took has arrived.
  if (read_at_once_ != kNoLimit && !to_client_.empty()) return 0;
  return std::min(available, read_at_once_);
}

void Pipe::transmit(ByteView bytes, Time now) {
  Bytes copy(bytes.begin(), bytes.end());
  corrupt(copy);
  const Duration pace = read_at_once_ == kNoLimit ? Duration::zero() : Duration{20ms};
  const Time at = std::max(now + latency_ + pace, to_client_.empty() ? Time{} : to_client_.back().at);
  to_client_.push_back({at, std::move(copy)});
}

Bytes Pipe::delivered(Time now) {
  Bytes out;
  while (!to_client_.empty() && to_client_.front().at <= now) {
    out.insert(out.end(), to_client_.front().bytes.begin(), to_client_.front().bytes.end());
    to_client_.pop_front();
  }
  return out;
}

Time Pipe::next_deadline() const {
  const Time to_broker = under_way_.empty() ? kNever : under_way_.front().at;
  const Time to_client = to_client_.empty() ? kNever : to_client_.front().at;
  return std::min(to_broker, to_client);
}

}  // namespace pint::sim
