// PacketLog: what the engine writes down while it works, for a host that wants to know everything that
// happened: each packet as the bytes it had, each message of a client, and the places of events among them.
// Nothing is decoded, described or allocated for a packet; whoever reads does that. Null in Seams: one check.
//
//   entries_:  first() [ received | sent | sent | message | event | sent … ] next()      the oldest go
//   bytes_:              [ ......           |                       | .. … ]
//
// The same bytes are kept once: a PUBLISH that goes out as it came in, or to many, differs in its first byte
// and its Packet Identifier at most, and those stand in the entry. Packets of up to 8 bytes stand there
// whole.
//
// Sketch: a packet is 32 bytes of entry and a copy of its bytes, or a comparison with those of the packet
// that brought the message. Single-threaded.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <pint/event.hpp>

#include "base/bytes.hpp"
#include "core/ids.hpp"
#include "core/logged_connection.hpp"
#include "core/packet_log_bytes.hpp"
#include "mqtt/packet.hpp"

namespace pint::core {

// At least one entry is kept, whatever its size.
struct PacketLogBounds {
  std::size_t entries = 100'000;
  std::size_t bytes = std::size_t{256} << 20;  // of the entries and what they are about, roughly
};

class PacketLog {
 public:
  enum class Form : std::uint8_t {
    received,
    sent,
    message,  // published by a client, by the packet whose bytes these are
    kept,     // whatever the reader has put into keep()
    other,    // an event's place, or something of the reader's
  };
  struct Entry {
    const std::uint8_t* bytes = nullptr;  // of more than kInlineBytes; otherwise in their place
    std::uint64_t weight_before = 0;      // of all entries before this one
    std::uint32_t size = 0;               // message: the number of receivers
    LogNumber connection{};
    std::uint16_t packet_id = 0;          // with has_packet_id: in place of the one in bytes
    std::uint16_t alias_topic_bytes = 0;  // behind the packet: what its Topic Alias stands for
    std::uint8_t first = 0;               // the packet's first byte, in place of the one in bytes
    Form form = Form::other;
    bool has_packet_id = false;
  };

  explicit PacketLog(PacketLogBounds bounds = {});

  // Writing.
  void add_received(LogNumber connection, ProtocolVersion version, ByteView packet);
  // The packet is head and payload, which only a PUBLISH has apart. `alias_topic`: of a PUBLISH without a
  // topic.
  void add_sent(LogNumber connection, ByteView head, ByteView payload, std::string_view alias_topic);
  // The form of a message that receivers get alike but for the Packet Identifier. Only for the first of them
  // its bytes are looked at, and for none of them if it is the packet last received, as it came.
  struct SharedForm {
    std::uint64_t number = 0;  // of its own among all there ever were; never 0
    bool as_it_came = false;
    ByteView payload = {};  // of the packet, behind its head
  };
  void add_sent_in_form(const SharedForm& form, LogNumber connection, ByteView head,
                        mqtt::PacketId packet_id);
  // The packet last received, which was a PUBLISH, has published its message.
  void add_message(std::uint32_t receivers);
  // A place among the packets, which stays open until it is filled; gives its number, which may rise.
  std::uint64_t add_other();
  // The reader has something for this place, of so many bytes.
  void fill(std::uint64_t number, std::size_t weight);
  // The same, and they are kept here: room for them.
  [[nodiscard]] char* keep(std::uint64_t number, std::size_t size);
  // The reader has seen everything before this number. What it has not seen is held whatever the bounds say.
  void seen_before(std::uint64_t number);
  // Make a place as of add_other() after each of these entries, whose numbers rise: later ones move up, open
  // places too.
  void make_places_after(const std::vector<std::uint64_t>& numbers);
  // Forget all entries before the first open place; the numbers go on.
  void clear();

  [[nodiscard]] LoggedConnections& connections() { return connections_; }
  [[nodiscard]] const LoggedConnections& connections() const { return connections_; }

  // Reading. Numbers are 1, 2, 3 … without gaps.
  [[nodiscard]] std::uint64_t first() const { return first_; }
  [[nodiscard]] std::uint64_t next() const { return next_; }
  [[nodiscard]] std::uint64_t first_open() const { return open_.empty() ? next_ : open_.front(); }
  [[nodiscard]] std::size_t bytes() const;
  [[nodiscard]] bool dropped_for_bytes() const { return dropped_for_bytes_; }  // rather than for their number
  [[nodiscard]] const Entry& at(std::uint64_t number) const;
  // The packet, or that of the message.
  [[nodiscard]] std::string packet(const Entry& entry) const;
  [[nodiscard]] std::string_view alias_topic(const Entry& entry) const;
  [[nodiscard]] std::string_view kept(const Entry& entry) const;

 private:
  static constexpr std::size_t kInlineBytes = sizeof(Entry::bytes);

  // Room for one more entry, so that next_ has a slot.
  void prepare() {
    if (next_ - first_ == capacity_) make_room();
  }
  // The last entry was written but for its weight, and so many bytes for it.
  void weigh(std::size_t size) {
    weight_ += sizeof(Entry) + size;
    if (weight_ - weight_gone_ > bounds_.bytes) drop_for_bytes();
  }
  void make_room();
  void drop_one(bool for_bytes);
  void drop_for_bytes();
  [[nodiscard]] Entry& slot(std::uint64_t number) {
    return entries_[static_cast<std::size_t>(number) & mask_];
  }
  // The oldest entry whose bytes a new one may refer to.
  [[nodiscard]] std::uint64_t oldest_model() const { return std::max(first_, bytes_.first_of_block()); }
  [[nodiscard]] static bool alike(const Entry& model, std::size_t packet_id_at, ByteView head,
                                  ByteView payload);
  void forget_models();
  // New last entries, for which there must be room: what add_like() gives is still to be weighed.
  Entry& add_like(const Entry& model, Form form, LogNumber connection);
  void add_copy(Form form, LogNumber connection, ByteView head, ByteView payload,
                std::string_view alias_topic);
  void add_received_with_properties(LogNumber connection, ByteView publish);
  void add_no_publish(Form form, LogNumber connection, ByteView packet);
  void add_message_anew(const Entry& packet, std::uint32_t receivers);
  void add_place();
  [[nodiscard]] std::string_view run_of(const Entry& entry) const;

  PacketLogBounds bounds_;
  std::unique_ptr<Entry[]> entries_;  // by number & mask_
  std::size_t capacity_ = 0;          // a power of two, or none yet
  std::size_t mask_ = 0;              // one less
  std::uint64_t first_ = 1;
  std::uint64_t next_ = 1;
  std::uint64_t seen_before_ = 1;
  std::deque<std::uint64_t> open_;  // places that were not filled yet
  std::uint64_t weight_ = 0;        // of all entries there ever were
  std::uint64_t weight_gone_ = 0;   // of entries that are gone: so much at least
  bool dropped_for_bytes_ = false;
  PacketLogBytes bytes_;
  LoggedConnections connections_;
  // Models: PUBLISH packets that later ones may be like. Numbers of entries, 0: none.
  struct Sent {
    std::uint64_t newest = 0;
    std::uint64_t older = 0;  // for receivers of both versions
  };
  std::uint64_t last_received_ = 0;
  std::array<Sent, 4> sent_ = {};  // by QoS, and without a Topic Alias
  std::uint64_t form_ = 0;         // the number of the form last sent, and its last entry
  std::uint64_t form_entry_ = 0;
};

}  // namespace pint::core

#include "core/packet_log_writing.hpp"  // IWYU pragma: export
