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
// Sketch: a packet is 32 bytes of entry and a copy of its bytes, or a comparison with those of the last one;
// 5 to 10 ns. Single-threaded.
#pragma once

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
  // The packet is head and payload. `alias_topic`: of a PUBLISH without a topic.
  void add_sent(LogNumber connection, ByteView head, ByteView payload, std::string_view alias_topic);
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

  // The connections. Those of an engine are found by its ids, and others are added by hand.
  [[nodiscard]] LoggedConnections& connections() { return connections_; }
  [[nodiscard]] const LoggedConnections& connections() const { return connections_; }
  struct Place {
    std::uint32_t generation = 0;  // of the ConnectionId; 0: none
    LogNumber number{};
    ProtocolVersion version{};
    bool named = false;  // the Client Identifier is known
  };
  // Null if it has not said anything.
  [[nodiscard]] Place* find(ConnectionId id) {
    if (id.index >= places_.size() || places_[id.index].generation != id.generation) return nullptr;
    return &places_[id.index];
  }
  Place& add(ConnectionId id, LoggedConnection connection);
  void end(ConnectionId id);

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

  // A run of bytes that later packets may have too.
  struct Run {
    const std::uint8_t* bytes = nullptr;
    std::uint64_t block = 0;
    std::uint32_t size = 0;          // of the packet
    std::uint32_t packet_id_at = 0;  // 0: it has none
  };
  struct Recent {
    std::array<Run, 2> runs;  // two, for receivers of both versions
    std::size_t newest = 0;
  };

  // A new last entry. Those that are too many go.
  Entry& push(Form form, LogNumber connection) {
    if (next_ - first_ >= entries_at_most_) make_room();
    Entry& entry = slot(next_++);
    entry = {.weight_before = weight_, .connection = connection, .form = form};
    return entry;
  }
  // So many bytes were written for the last entry.
  void weigh(std::size_t size) {
    weight_ += sizeof(Entry) + size;
    if (weight_ - weight_gone_ > bounds_.bytes) drop_for_bytes();
  }
  void make_room();
  void grow(std::size_t there);
  void drop_one(bool for_bytes);
  void drop_for_bytes();
  [[nodiscard]] Entry& slot(std::uint64_t number) {
    return entries_[static_cast<std::size_t>(number) & mask_];
  }
  void store(Entry& entry, ByteView head, ByteView payload, std::string_view alias_topic);
  [[nodiscard]] bool share(const Run& run, Entry& entry, ByteView head, ByteView payload) const;
  void remember(const Entry& entry, std::size_t packet_id_at);
  [[nodiscard]] std::string_view run_of(const Entry& entry) const;

  PacketLogBounds bounds_;
  std::unique_ptr<Entry[]> entries_;  // by number & mask_
  std::size_t mask_ = 0;              // their number, a power of two, less one
  std::size_t entries_at_most_ = 0;   // before there must be made room: there is none, or the bound
  std::uint64_t first_ = 1;
  std::uint64_t next_ = 1;
  std::uint64_t seen_before_ = 1;
  std::deque<std::uint64_t> open_;  // places that were not filled yet
  std::uint64_t weight_ = 0;        // of all entries there ever were
  std::uint64_t weight_gone_ = 0;   // of entries that are gone: so much at least
  bool dropped_for_bytes_ = false;
  PacketLogBytes bytes_;
  LoggedConnections connections_;
  std::vector<Place> places_;          // by the index of the ConnectionId
  std::array<Recent, 4> recent_ = {};  // by QoS
  std::uint64_t last_received_ = 0;    // the last PUBLISH
  std::uint64_t last_received_block_ = 0;
};

}  // namespace pint::core
