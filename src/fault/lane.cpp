#include "fault/lane.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"

namespace pint::fault {
namespace {

namespace effect = socket_effect;

constexpr std::uint64_t kPortionsPerSecond = 50;  // how finely a bandwidth divides time
constexpr std::uint64_t kSecond = 1'000'000'000;  // ns

// How long so many bytes are on the wire. Both factors are far below 2^32 in all that is sane: a portion is
// at most kBytesMax.
Duration transmission(std::size_t bytes, std::uint64_t bytes_per_second) {
  if (bytes_per_second == 0) return {};
  return Duration{static_cast<Duration::rep>(bytes * kSecond / bytes_per_second)};
}

// Far ahead is as good as never, and does not overflow.
Time later(Time time, Duration by) { return by < kNever - time ? time + by : kNever; }

bool happens(Random& random, double probability) {
  constexpr double kSteps = 9007199254740992.0;  // 2^53, what a double can count
  return static_cast<double>(random.next() >> 11) < probability * kSteps;
}

void change(std::uint8_t& byte, Random& random) {
  byte = static_cast<std::uint8_t>(byte ^ (1 + random.below(255)));
}

}  // namespace

void Lane::set_faults(const std::vector<std::pair<const SocketFault*, std::uint64_t>>& faults, Time now) {
  std::vector<Part> before = std::exchange(parts_, {});
  for (const auto& [fault, revision] : faults) {
    const auto known = std::ranges::find(before, revision, &Part::revision);
    if (known == before.end()) {
      parts_.push_back({.fault = fault, .revision = revision, .begun_at = entered_});
    } else {
      known->fault = fault;
      parts_.push_back(*known);
    }
  }
  gather_shape();
  const bool paced = shape_.bytes_per_second > 0 || shape_.pause > Duration::zero();
  if (!paced) free_at_ = std::min(free_at_, now);
  for (Portion& portion : queue_) {
    if (!paced) portion.sent = std::min(portion.sent, now);
    portion.due = std::min(portion.due, later(portion.sent, shape_.delay));
  }
  for (Part& part : parts_) {
    const auto* end = std::get_if<effect::EndAfter>(&part.fault->effect);
    if (end != nullptr && end->bytes == 0 && !ended_at_once_) {
      part.took_effect = true;
      end_now(end->by_reset ? LaneEnd::reset : LaneEnd::fin, now);
    }
  }
}

void Lane::gather_shape() {
  shape_ = {};
  for (Part& part : parts_) {
    const SocketEffect& does = part.fault->effect;
    if (const auto* latency = std::get_if<effect::Latency>(&does)) {
      shape_.delay += latency->delay + latency->jitter;
    } else if (const auto* bandwidth = std::get_if<effect::Bandwidth>(&does)) {
      const std::uint64_t bound = shape_.bytes_per_second;
      shape_.bytes_per_second =
          bound == 0 ? bandwidth->bytes_per_second : std::min(bound, bandwidth->bytes_per_second);
    } else if (const auto* slice = std::get_if<effect::Slice>(&does)) {
      shape_.slice = shape_.slice == 0 ? slice->bytes : std::min(shape_.slice, slice->bytes);
      shape_.pause = std::max(shape_.pause, slice->pause);
    } else if (std::holds_alternative<effect::Stall>(does) ||
               std::holds_alternative<effect::HalfOpen>(does)) {
      shape_.stalled = part.took_effect = true;
    }
  }
}

// Entering.

std::size_t Lane::portion_max() const {
  if (shape_.slice > 0) return shape_.slice;
  if (shape_.bytes_per_second == 0) return kBytesMax;
  return std::clamp<std::size_t>(shape_.bytes_per_second / kPortionsPerSecond, 1, kBytesMax);
}

std::size_t Lane::room(Time now) {
  if (shape_.stalled || ended_) return 0;
  if (free_at_ > now) {
    refused_ = true;
    return 0;
  }
  return std::min(portion_max(), kBytesMax - std::min(queued_, kBytesMax));
}

void Lane::enter(ByteView bytes, Time now) {
  if (ended_) return;
  const std::optional<LaneEnd> cut_off = cut(bytes);
  const std::size_t most = portion_max();
  while (!bytes.empty()) {
    const ByteView front = bytes.first(std::min(bytes.size(), most));
    bytes = bytes.subspan(front.size());
    Portion portion{.bytes = {front.begin(), front.end()}, .end = {}, .sent = {}, .due = {}};
    corrupt(portion.bytes);
    portion.sent = later(std::max(now, free_at_), transmission(front.size(), shape_.bytes_per_second));
    free_at_ = later(portion.sent, shape_.pause);
    entered_ += front.size();
    queue(std::move(portion));
  }
  if (cut_off) end(*cut_off, now);
}

// What bytes may still enter before a fault ends the connection; the end, if it is among them.
std::optional<LaneEnd> Lane::cut(ByteView& bytes) {
  std::optional<LaneEnd> found;
  for (Part& part : parts_) {
    const auto* end = std::get_if<effect::EndAfter>(&part.fault->effect);
    if (end == nullptr) continue;
    const std::uint64_t left = end->bytes - (entered_ - part.begun_at);
    if (left > bytes.size()) continue;
    bytes = bytes.first(static_cast<std::size_t>(left));
    part.took_effect = true;
    found = end->by_reset ? LaneEnd::reset : LaneEnd::fin;
  }
  return found;
}

void Lane::corrupt(Bytes& bytes) {
  for (Part& part : parts_) {
    if (const auto* some = std::get_if<effect::CorruptBytes>(&part.fault->effect)) {
      for (std::uint8_t& byte : bytes) {
        if (!happens(random_, some->probability)) continue;
        change(byte, random_);
        part.took_effect = true;
      }
    } else if (const auto* one = std::get_if<effect::CorruptByte>(&part.fault->effect)) {
      const std::uint64_t at = part.begun_at + one->offset;
      if (at < entered_ || at - entered_ >= bytes.size()) continue;
      change(bytes[static_cast<std::size_t>(at - entered_)], random_);
      part.took_effect = true;
    }
  }
}

// What has a shorter delay than what is before it is due at once then: nothing overtakes, as in TCP.
void Lane::queue(Portion portion) {
  portion.due = later(portion.sent, draw_delay());
  queued_ += portion.bytes.size();
  queue_.push_back(std::move(portion));
}

Duration Lane::draw_delay() {
  Duration sum{};
  for (Part& part : parts_) {
    if (std::holds_alternative<effect::Bandwidth>(part.fault->effect) ||
        std::holds_alternative<effect::Slice>(part.fault->effect)) {
      part.took_effect = true;
    }
    const auto* latency = std::get_if<effect::Latency>(&part.fault->effect);
    if (latency == nullptr) continue;
    part.took_effect = true;
    sum += latency->delay;
    if (latency->jitter > Duration::zero()) {
      const auto steps = static_cast<std::uint64_t>(latency->jitter.count()) + 1;
      sum += Duration{static_cast<Duration::rep>(random_.below(steps))};
    }
  }
  return sum;
}

void Lane::end(LaneEnd end, Time now) {
  if (std::exchange(ended_, true)) return;
  queue(
      {.bytes = {}, .end = end, .sent = std::max(now, queue_.empty() ? now : queue_.back().sent), .due = {}});
}

void Lane::end_now(LaneEnd end, Time now) {
  queue_.clear();
  queued_ = taken_ = 0;
  ended_ = ended_at_once_ = true;
  queue_.push_back({.bytes = {}, .end = end, .sent = now, .due = now});
}

// Leaving.

ByteView Lane::front(Time now) const {
  if (shape_.stalled || queue_.empty() || queue_.front().due > now) return {};
  return ByteView(queue_.front().bytes).subspan(taken_);
}

void Lane::pop(std::size_t size) {
  taken_ += size;
  queued_ -= size;
  PINT_ASSERT(taken_ <= queue_.front().bytes.size());
  if (taken_ < queue_.front().bytes.size()) return;
  queue_.pop_front();
  taken_ = 0;
}

std::optional<LaneEnd> Lane::end_due(Time now) const {
  if (queue_.empty() || queue_.front().due > now) return std::nullopt;
  return shape_.stalled && !ended_at_once_ ? std::nullopt : queue_.front().end;
}

// Time.

std::optional<Time> Lane::next_deadline() const {
  if (shape_.stalled && !ended_at_once_) return std::nullopt;
  std::optional<Time> first;
  if (!blocked_ && !queue_.empty()) first = queue_.front().due;
  if (refused_) first = std::min(first.value_or(kNever), free_at_);
  return first;
}

void Lane::tick(Time now) {
  if (free_at_ <= now) refused_ = false;
}

}  // namespace pint::fault
