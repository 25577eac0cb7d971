#include "core/packet_log.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/assert.hpp"
#include "core/publish_bytes.hpp"
#include "mqtt/frame.hpp"

namespace pint::core {

PacketLog::PacketLog(PacketLogBounds bounds) : bounds_(bounds) {
  bounds_.entries = std::max<std::size_t>(bounds_.entries, 1);
}

// Writing.

void PacketLog::add_received_with_properties(LogNumber connection, ByteView publish) {
  add_copy(Form::received, connection, publish, {},
           connections_.at(connection).alias_topic(Direction::received, publish));
}

void PacketLog::add_no_publish(Form form, LogNumber connection, ByteView packet) {
  const std::uint8_t first = packet.empty() ? std::uint8_t{0} : packet[0];
  const bool connect = first >> 4 == static_cast<unsigned>(PacketType::connect);
  if (connect && form == Form::received) connections_.at(connection).learn_from_connect(packet);
  if (packet.size() > kInlineBytes) return add_copy(form, connection, packet, {}, {});
  Entry& entry = slot(next_++);
  entry = {.weight_before = weight_,
           .size = static_cast<std::uint32_t>(packet.size()),
           .connection = connection,
           .first = first,
           .form = form};
  if (!packet.empty()) std::memcpy(&entry.bytes, packet.data(), packet.size());
  weigh(0);
}

void PacketLog::add_sent(LogNumber connection, ByteView head, ByteView payload,
                         std::string_view alias_topic) {
  prepare();
  if (head.empty() || !PublishBytes::is(head[0])) return add_no_publish(Form::sent, connection, head);
  if (!alias_topic.empty()) return add_copy(Form::sent, connection, head, payload, alias_topic);
  const std::size_t packet_id_at = PublishBytes::packet_id_at(head);
  Sent& sent = sent_[PublishBytes::qos_of(head[0])];
  for (const std::uint64_t model : {last_received_, sent.newest, sent.older}) {
    if (model < oldest_model() || !alike(slot(model), packet_id_at, head, payload)) continue;
    Entry& entry = add_like(slot(model), Form::sent, connection);
    entry.first = head[0];
    entry.has_packet_id = packet_id_at != 0;
    if (entry.has_packet_id) entry.packet_id = PublishBytes::u16_at(head.data() + packet_id_at);
    return weigh(0);
  }
  sent = {.newest = next_, .older = sent.newest};
  add_copy(Form::sent, connection, head, payload, {});
}

// The block of its packet knows nothing of this entry, and might be written again before the entry goes.
void PacketLog::add_message_anew(const Entry& packet, std::uint32_t receivers) {
  const std::string_view alias = alias_topic(packet);
  add_copy(Form::message, packet.connection, {packet.bytes, packet.size}, {}, alias);
  slot(next_ - 1).size = receivers;
}

// An entry that says nothing yet.
void PacketLog::add_place() {
  prepare();
  slot(next_++) = {.weight_before = weight_};
  weigh(0);
}

std::uint64_t PacketLog::add_other() {
  add_place();
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
  if (next_ - first_ > bounds_.entries && first_ < seen_before_) {
    first_ = std::min<std::uint64_t>(next_ - bounds_.entries, seen_before_);
    dropped_for_bytes_ = false;
  }
  if (weight_ - weight_gone_ > bounds_.bytes) drop_for_bytes();
}

void PacketLog::make_places_after(const std::vector<std::uint64_t>& numbers) {
  forget_models();
  bytes_.make_places_after(numbers);
  const std::uint64_t end = next_;
  for (std::uint64_t& open : open_)
    open += static_cast<std::uint64_t>(std::ranges::lower_bound(numbers, open) - numbers.begin());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    add_place();
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
  bytes_.clear(next_);
  forget_models();
}

void PacketLog::forget_models() {
  last_received_ = form_ = form_entry_ = 0;
  sent_ = {};
}

// What was seen may go beyond the bounds until seen_before() looks at them, as long as there is room for it.
void PacketLog::make_room() {
  if (capacity_ >= bounds_.entries && first_ < seen_before_) return drop_one(false);
  constexpr std::size_t kAtFirst = 256;
  const std::size_t capacity = std::max(kAtFirst, capacity_ * 2);
  auto larger = std::make_unique<Entry[]>(capacity);
  for (std::uint64_t number = first_; number < next_; ++number) {
    larger[static_cast<std::size_t>(number) & (capacity - 1)] = slot(number);
  }
  entries_ = std::move(larger);
  capacity_ = capacity;
  mask_ = capacity - 1;
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
  const bool in_place =
      entry.form != Form::message && entry.size <= kInlineBytes && !PublishBytes::is(entry.first);
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
  const std::size_t at = PublishBytes::packet_id_at(as_bytes(packet));
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
