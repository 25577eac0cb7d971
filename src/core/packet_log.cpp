#include "core/packet_log.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/assert.hpp"
#include "mqtt/frame.hpp"

namespace pint::core {
namespace {

bool is_publish(std::uint8_t first) { return first >> 4 == static_cast<unsigned>(PacketType::publish); }
bool is_connect(std::uint8_t first) { return first >> 4 == static_cast<unsigned>(PacketType::connect); }
unsigned qos_of(std::uint8_t first) { return first >> 1 & 0x03u; }

// Where a PUBLISH above QoS 0 has its Packet Identifier; 0 for all else, and for what is cut short.
std::size_t packet_id_at(ByteView head) {
  if (!is_publish(head[0]) || qos_of(head[0]) == 0) return 0;
  const std::size_t topic = mqtt::body_at(head);
  if (topic + 2 > head.size()) return 0;
  const std::size_t at = topic + 2 + (static_cast<std::size_t>(head[topic]) << 8 | head[topic + 1]);
  return at + 2 <= head.size() ? at : 0;
}

std::uint16_t u16_at(const std::uint8_t* bytes) {
  return static_cast<std::uint16_t>(bytes[0] << 8 | bytes[1]);
}

bool equal(const std::uint8_t* a, const std::uint8_t* b, std::size_t size) {
  return size == 0 || std::memcmp(a, b, size) == 0;
}

}  // namespace

PacketLog::PacketLog(PacketLogBounds bounds) : bounds_(bounds) {
  bounds_.entries = std::max<std::size_t>(bounds_.entries, 1);
}

// The way of every packet. These are inline because -fPIC keeps the compiler from merging other functions.

inline void PacketLog::remember(const Entry& entry, std::size_t packet_id_at) {
  Recent& recent = recent_[qos_of(entry.first)];
  recent.newest ^= 1;
  recent.runs[recent.newest] = {.bytes = entry.bytes,
                                .block = bytes_.block(),
                                .size = entry.size,
                                .packet_id_at = static_cast<std::uint32_t>(packet_id_at)};
}

inline void PacketLog::store(Entry& entry, ByteView head, ByteView payload, std::string_view alias_topic) {
  if (entry.size <= kInlineBytes && !is_publish(entry.first)) {
    if (!head.empty()) std::memcpy(&entry.bytes, head.data(), head.size());
    return weigh(0);
  }
  const std::size_t size = entry.size + alias_topic.size();
  std::uint8_t* run = bytes_.push(size, next_, first_);
  std::memcpy(run, head.data(), head.size());
  if (!payload.empty()) std::memcpy(run + head.size(), payload.data(), payload.size());
  entry.bytes = run;
  if (!alias_topic.empty()) {
    std::memcpy(run + entry.size, alias_topic.data(), alias_topic.size());
    entry.alias_topic_bytes = static_cast<std::uint16_t>(alias_topic.size());
  } else if (is_publish(entry.first)) {
    remember(entry, packet_id_at(head));
  }
  weigh(size);
}

// Whether this run is the packet, but for what an entry says itself.
inline bool PacketLog::share(const Run& run, Entry& entry, ByteView head, ByteView payload) const {
  if (run.size != entry.size || run.block != bytes_.block()) return false;
  const std::size_t id_at = run.packet_id_at;
  const std::size_t rest = id_at == 0 ? 1 : id_at + 2;  // behind what the entry says
  if (rest > head.size() || !equal(run.bytes + rest, head.data() + rest, head.size() - rest)) return false;
  if (!payload.empty() && !equal(run.bytes + head.size(), payload.data(), payload.size())) return false;
  entry.bytes = run.bytes;
  if (id_at == 0) return true;
  if (!equal(run.bytes + 1, head.data() + 1, id_at - 1)) return false;
  entry.has_packet_id = true;
  entry.packet_id = u16_at(head.data() + id_at);
  return true;
}

// Writing.

void PacketLog::add_received(LogNumber connection, ProtocolVersion version, ByteView packet) {
  Entry& entry = push(Form::received, connection);
  entry.first = packet.empty() ? std::uint8_t{0} : packet[0];
  entry.size = static_cast<std::uint32_t>(packet.size());
  if (!is_publish(entry.first)) {
    if (is_connect(entry.first)) connections_.at(connection).learn_from_connect(packet);
    return store(entry, packet, {}, {});
  }
  std::string_view alias_topic;
  if (version == ProtocolVersion::v5) {
    alias_topic = connections_.at(connection).alias_topic(Direction::received, packet);
  }
  store(entry, packet, {}, alias_topic);
  last_received_ = next_ - 1;
  last_received_block_ = bytes_.block();
}

void PacketLog::add_sent(LogNumber connection, ByteView head, ByteView payload,
                         std::string_view alias_topic) {
  Entry& entry = push(Form::sent, connection);
  entry.first = head.empty() ? std::uint8_t{0} : head[0];
  entry.size = static_cast<std::uint32_t>(head.size() + payload.size());
  if (is_publish(entry.first) && alias_topic.empty()) {
    const Recent& recent = recent_[qos_of(entry.first)];
    if (share(recent.runs[recent.newest], entry, head, payload)) return weigh(0);
    if (share(recent.runs[recent.newest ^ 1], entry, head, payload)) return weigh(0);
  }
  store(entry, head, payload, alias_topic);
}

void PacketLog::add_message(std::uint32_t receivers) {
  PINT_ASSERT(last_received_ >= first_);
  const Entry from = slot(last_received_);  // making room may move it
  Entry& entry = push(Form::message, from.connection);
  entry.bytes = from.bytes;
  entry.size = receivers;
  entry.alias_topic_bytes = from.alias_topic_bytes;
  entry.first = from.first;
  if (last_received_block_ == bytes_.block()) return weigh(0);
  // Its block knows nothing of this entry, and might be written again before the entry goes.
  const std::size_t size = from.size + from.alias_topic_bytes;
  std::uint8_t* copy = bytes_.push(size, next_, first_);
  std::memcpy(copy, from.bytes, size);
  entry.bytes = copy;
  weigh(size);
}

std::uint64_t PacketLog::add_other() {
  push(Form::other, {});
  weigh(0);
  open_.push_back(next_ - 1);
  return next_ - 1;
}

void PacketLog::fill(std::uint64_t number, std::size_t weight) {
  const auto open = std::ranges::find(open_, number);
  PINT_ASSERT(open != open_.end());
  open_.erase(open);
  weight_ += weight;
  if (weight_ - weight_gone_ > bounds_.bytes) drop_for_bytes();
}

char* PacketLog::keep(std::uint64_t number, std::size_t size) {
  // The last entry is not the one these bytes are for.
  std::uint8_t* bytes = bytes_.push(size, next_ + 1, first_);
  Entry& entry = slot(number);
  entry.form = Form::kept;
  entry.bytes = bytes;
  entry.size = static_cast<std::uint32_t>(size);
  fill(number, size);
  return reinterpret_cast<char*>(bytes);
}

void PacketLog::seen_before(std::uint64_t number) {
  seen_before_ = number;
  while (next_ - first_ > bounds_.entries && first_ < seen_before_) drop_one(false);
  if (weight_ - weight_gone_ > bounds_.bytes) drop_for_bytes();
}

void PacketLog::make_places_after(const std::vector<std::uint64_t>& numbers) {
  const std::uint64_t end = next_;
  for (std::uint64_t& open : open_)
    open += static_cast<std::uint64_t>(std::ranges::lower_bound(numbers, open) - numbers.begin());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    push(Form::other, {});
    weigh(0);
    open_.push_back(numbers[i] + i + 1);
  }
  std::ranges::sort(open_);
  std::uint64_t to = next_;
  std::uint64_t from = end;
  for (std::size_t left = numbers.size(); left > 0; --left) {
    while (from > numbers[left - 1] + 1) {
      if (--from < first_) return;
      const std::uint64_t weight_before = slot(--to).weight_before;
      slot(to) = slot(from);
      slot(to).weight_before = weight_before;
    }
    Entry& place = slot(--to);
    place = {.weight_before = place.weight_before};
  }
}

void PacketLog::clear() {
  first_ = seen_before_ = first_open();
  weight_gone_ = first_ == next_ ? weight_ : slot(first_).weight_before;
  if (first_ != next_) return;
  bytes_.clear();
  recent_ = {};
}

PacketLog::Place& PacketLog::add(ConnectionId id, LoggedConnection connection) {
  if (places_.size() <= id.index) places_.resize(id.index + 1);
  places_[id.index] = {.generation = id.generation,
                       .number = connections_.add(std::move(connection), first_)};
  return places_[id.index];
}

void PacketLog::end(ConnectionId id) {
  Place* place = find(id);
  if (place == nullptr) return;
  connections_.end(place->number, next_);
  *place = {};
}

void PacketLog::make_room() {
  if (next_ - first_ >= bounds_.entries && first_ < seen_before_) return drop_one(false);
  const std::size_t there = entries_ ? mask_ + 1 : 0;
  if (next_ - first_ == there) grow(there);
}

void PacketLog::grow(std::size_t there) {
  constexpr std::size_t kAtFirst = 256;
  const std::size_t mask = std::max(kAtFirst, there * 2) - 1;
  auto larger = std::make_unique<Entry[]>(mask + 1);
  for (std::uint64_t number = first_; number < next_; ++number) {
    larger[static_cast<std::size_t>(number) & mask] = slot(number);
  }
  entries_ = std::move(larger);
  mask_ = mask;
  entries_at_most_ = std::min(mask_ + 1, bounds_.entries);
}

void PacketLog::drop_one(bool for_bytes) {
  ++first_;
  dropped_for_bytes_ = for_bytes;
}

void PacketLog::drop_for_bytes() {
  weight_gone_ = slot(first_).weight_before;
  while (weight_ - weight_gone_ > bounds_.bytes && next_ - first_ > 1 && first_ < seen_before_) {
    drop_one(true);
    weight_gone_ = slot(first_).weight_before;
  }
}

// Reading.

std::size_t PacketLog::bytes() const {
  if (first_ == next_) return 0;
  return static_cast<std::size_t>(weight_ - at(first_).weight_before);
}

const PacketLog::Entry& PacketLog::at(std::uint64_t number) const {
  PINT_ASSERT(number >= first_ && number < next_);
  return const_cast<PacketLog*>(this)->slot(number);
}

std::string_view PacketLog::run_of(const Entry& entry) const {
  const bool in_place = entry.form != Form::message && entry.size <= kInlineBytes && !is_publish(entry.first);
  const void* bytes = in_place ? static_cast<const void*>(&entry.bytes) : entry.bytes;
  // A message's entry has the number of receivers in place of the size, which the packet says itself.
  constexpr std::size_t kFixedHeader = 5;  // at most; no more of it is looked at than there is
  const std::size_t size =
      entry.form == Form::message ? mqtt::announced_size({entry.bytes, kFixedHeader}) : entry.size;
  return {static_cast<const char*>(bytes), size};
}

std::string PacketLog::packet(const Entry& entry) const {
  std::string packet(run_of(entry));
  if (packet.empty()) return packet;
  packet[0] = static_cast<char>(entry.first);
  if (!entry.has_packet_id) return packet;
  const std::size_t at = packet_id_at(as_bytes(packet));
  packet[at] = static_cast<char>(entry.packet_id >> 8);
  packet[at + 1] = static_cast<char>(entry.packet_id);
  return packet;
}

std::string_view PacketLog::alias_topic(const Entry& entry) const {
  if (entry.alias_topic_bytes == 0) return {};
  return {reinterpret_cast<const char*>(entry.bytes) + run_of(entry).size(), entry.alias_topic_bytes};
}

std::string_view PacketLog::kept(const Entry& entry) const {
  return {reinterpret_cast<const char*>(entry.bytes), entry.size};
}

}  // namespace pint::core
