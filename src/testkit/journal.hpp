// The journal: the last records of a broker, oldest first, within two bounds. Appending is on every message's
// way, so that packets and plain messages are kept as bytes and become Records when somebody asks; everything
// else, which is rare, is a Record from the beginning.
//
//   entries_:      first() [ packet | message | packet | record | packet … ] last()     the oldest go
//   bytes_:                [ ...... | ....... | ...... |        | ...... … ]
//   connections_:              |                   |                |
//                            {client, version, aliases}         {client, version, aliases}
//
// Sketch: appending a small packet is one hash lookup and 150 bytes written in order; 30 ns.
//
// Single-threaded: used on the broker thread, or under the owner's lock. Asking for what was dropped throws
// std::out_of_range with a sentence: an answer without it would be a wrong one.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pint/event.hpp>
#include <pint/journal.hpp>
#include <pint/pattern.hpp>

#include "base/ring.hpp"
#include "base/time.hpp"
#include "testkit/journal_bytes.hpp"
#include "testkit/journal_connections.hpp"

namespace pint::testkit {

// The bounds; at least one record is kept, whatever its size.
struct JournalBounds {
  std::size_t records = 100'000;
  std::size_t bytes = std::size_t{256}
                      << 20;  // of memory, roughly: packets, texts and the records themselves
};

// When something happened: broker time since start, and the time of day.
struct Moment {
  Duration at{};
  std::chrono::system_clock::time_point wall{};
};

// What a fault did, and to whom.
struct AppliedFault {
  std::string name;
  std::string what;  // "PUBACK dropped"
  std::string client_id = {};
  std::string remote_address = {};
  // Somebody may have got what was never sent to them; if not, packets were only lost, late or out of order.
  bool makes_up = true;
};

// A stub that was called, and what it made of it: "answers resp/1".
struct StubCall {
  std::string name;
  std::string what;
};

class Journal {
 public:
  explicit Journal(JournalBounds bounds = {}) : bounds_(bounds) {}

  // Moments never go back. The texts of the event are taken.
  void append(Event&& event, const Moment& moment);
  void append_rule_call(std::string_view rule_filter, const Message& message, const Moment& moment);
  void append_stub_call(StubCall call, const Record& request, const Moment& moment);
  void append_fault(AppliedFault fault, const Moment& moment);

  // Forget all records: nobody asks for them any more. The numbers go on.
  void clear();

  [[nodiscard]] std::uint64_t begin() const { return begin_; }  // the first one since clear()
  [[nodiscard]] std::uint64_t first() const { return first_; }  // last() + 1 if nothing is held
  [[nodiscard]] std::uint64_t last() const { return first_ + entries_.size() - 1; }  // 0 before the first one
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] std::size_t bytes() const { return weight_; }

  // One record. Precondition: sequence <= last().
  [[nodiscard]] Record record(std::uint64_t sequence) const;
  // From this one on; all() is since(begin()).
  [[nodiscard]] std::vector<Record> since(std::uint64_t sequence) const;
  [[nodiscard]] std::vector<Record> all() const { return since(begin_); }
  // Whatever is still there, without asking for more.
  [[nodiscard]] std::vector<Record> held() const { return since(first_); }

  // Those that match, of all since begin(), or of those after pattern.after_sequence(). What a predicate
  // throws passes through.
  [[nodiscard]] std::vector<Record> query(const Pattern& pattern) const;
  // The first one from `sequence` on that matches: to go on where the last look ended.
  [[nodiscard]] std::optional<Record> find(const Pattern& pattern, std::uint64_t sequence = 1) const;

 private:
  enum class Form : std::uint8_t { received_packet, sent_packet, message, record };
  struct Entry {
    Moment moment = {};
    const char* bytes =
        nullptr;  // packets: as on the wire, then the topic its alias stands for; messages: packed
    std::uint32_t size = 0;
    std::uint16_t alias_topic_bytes = 0;
    Form form = Form::record;
    Id<JournalConnection> connection = {};  // packets
    std::unique_ptr<Record> record = {};    // everything else
    [[nodiscard]] std::string_view kept() const { return {bytes, size}; }
  };

  void append_packet(const PacketSeen& packet, const Moment& moment);
  void append_message(const MessagePublished& event, const Moment& moment);
  void append_record(std::unique_ptr<Record> record, const Moment& moment);
  // A new last entry with room for so many bytes.
  Entry& push(Form form, const Moment& moment, std::size_t size, char*& bytes);
  void keep_within_bounds();
  void drop_oldest();
  [[nodiscard]] static std::size_t weight_of(const Entry& entry);
  [[nodiscard]] const Entry& entry_at(std::uint64_t sequence) const;
  [[nodiscard]] Record record_of(const Entry& entry, std::uint64_t sequence) const;
  [[nodiscard]] static bool kind_matches(const Pattern& pattern, const Entry& entry);
  void fill_packet(Record& record, const Entry& entry) const;
  [[nodiscard]] std::uint64_t next_match(const Pattern& pattern, std::uint64_t sequence, Record& found) const;
  void require(std::uint64_t sequence) const;

  JournalBounds bounds_;
  Ring<Entry> entries_;
  JournalBytes bytes_;
  JournalConnections connections_;
  std::uint64_t first_ = 1;
  std::uint64_t begin_ = 1;
  std::size_t weight_ = 0;
  bool dropped_for_bytes_ = false;  // which bound to name in the error
};

}  // namespace pint::testkit
