// The journal: the last records of a broker, oldest first, within two bounds. The engine writes packets and
// messages into its log, where they stay as bytes until somebody asks for them as Records; everything else,
// which is rare, is a Record from the beginning and has its place in the log.
//
//   log_:      first() [ packet | packet | message | place | packet | place … ] last() |  not told yet
//   records_:                                         record            record
//   turns_:            ^ moment            ^ moment        ^ moment
//
// What the engine writes is not there for readers until the turn in which it happened has ended, and then
// takes its moment from tell(): a turn is when everything in it happened.
//
// Single-threaded: used on the broker thread, or under the owner's lock. Asking for what was dropped throws
// std::out_of_range with a sentence: an answer without it would be a wrong one.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pint/event.hpp>
#include <pint/journal.hpp>
#include <pint/pattern.hpp>

#include "base/time.hpp"
#include "core/packet_log.hpp"
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
  friend bool operator==(const Moment&, const Moment&) = default;
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
  explicit Journal(JournalBounds bounds = {}) : log_({.entries = bounds.records, .bytes = bounds.bytes}) {}

  // For an engine to write into, and what it has written to be read as it is.
  [[nodiscard]] core::PacketLog& log() { return log_; }
  [[nodiscard]] const core::PacketLog& log() const { return log_; }
  // The event that has this place in the log. The texts of the event are taken.
  void place(std::uint64_t sequence, Event&& event);
  // What has been written up to now happened at this moment, and is there for readers. Moments never go back.
  void tell(const Moment& moment);
  // The first record that was not told yet.
  [[nodiscard]] std::uint64_t untold() const { return untold_; }
  // Give what stubs have made of messages that were not told yet, in order, places right behind these.
  struct Answered {
    std::uint64_t sequence = 0;  // of the message
    StubCall call;
  };
  void insert_stub_calls(std::vector<Answered> answered);

  // What is not the engine's, at the end. Without a moment it is told with the rest of its turn.
  void append(Event&& event, const Moment& moment);
  void append(Event&& event);
  void append_rule_call(std::string_view rule_filter, const Message& message, const Moment& moment);
  void append_fault(AppliedFault fault, const Moment& moment);
  void append_fault(AppliedFault fault);

  // Forget all records: nobody asks for them any more. The numbers go on.
  void clear();

  [[nodiscard]] std::uint64_t begin() const { return begin_; }        // the first one since clear()
  [[nodiscard]] std::uint64_t first() const { return log_.first(); }  // last() + 1 if nothing is held
  [[nodiscard]] std::uint64_t last() const {
    return std::max(untold_, first()) - 1;
  }  // 0 before the first one
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(last() + 1 - first()); }
  [[nodiscard]] std::size_t bytes() const { return log_.bytes(); }

  // One record. Precondition: sequence <= last().
  [[nodiscard]] Record record(std::uint64_t sequence) const;
  // Whether it is a message that was published.
  [[nodiscard]] bool is_message(std::uint64_t sequence) const;
  // The same before it is told, without a time. Precondition: it was written, or its place filled.
  [[nodiscard]] Record untold_record(std::uint64_t sequence) const;
  // From this one on; all() is since(begin()).
  [[nodiscard]] std::vector<Record> since(std::uint64_t sequence) const;
  [[nodiscard]] std::vector<Record> all() const { return since(begin_); }
  // Whatever is still there, without asking for more.
  [[nodiscard]] std::vector<Record> held() const { return since(first()); }

  // Those that match, of all since begin(), or of those after pattern.after_sequence(). What a predicate
  // throws passes through.
  [[nodiscard]] std::vector<Record> query(const Pattern& pattern) const;
  // The first one from `sequence` on that matches: to go on where the last look ended.
  [[nodiscard]] std::optional<Record> find(const Pattern& pattern, std::uint64_t sequence = 1) const;

 private:
  struct Placed {
    std::uint64_t sequence = 0;
    Record record;
  };
  struct Turn {
    std::uint64_t first = 0;  // its first record
    Moment moment;
  };

  void append_record(Record&& record);
  void place_record(std::uint64_t sequence, Record&& record);
  void forget_dropped();
  [[nodiscard]] const Record* placed(std::uint64_t sequence) const;
  [[nodiscard]] const Moment& moment_of(std::uint64_t sequence) const;
  void fill(Record& record, std::uint64_t sequence) const;
  [[nodiscard]] bool kind_matches(const Pattern& pattern, std::uint64_t sequence) const;
  [[nodiscard]] std::uint64_t next_match(const Pattern& pattern, std::uint64_t sequence, Record& found) const;
  void require(std::uint64_t sequence) const;

  core::PacketLog log_;
  JournalConnections connections_;
  std::deque<Placed> records_;  // by sequence
  std::deque<Turn> turns_;      // by sequence; the last one goes on until untold_
  std::uint64_t untold_ = 1;
  std::uint64_t begin_ = 1;
};

}  // namespace pint::testkit
