// LintReader: lets a lint read what a packet log has, packet by packet and in order, and leaves out what
// cannot tell it anything: PUBLISHes of QoS 0 that go to clients, and those from clients that are, but for
// their payload, what the client has just sent in the same turn without a finding. Floods are made of these,
// and the journal would otherwise cost as much as the broker itself.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/packet_log.hpp"
#include "testkit/lint.hpp"

namespace pint::testkit {

class LintReader {
 public:
  LintReader(const core::PacketLog& log, LintOptions options) : log_(log), lint_(options) {}

  [[nodiscard]] Lint& lint() { return lint_; }
  [[nodiscard]] const Lint& lint() const { return lint_; }

  // The packets before this one that were not read yet.
  void read_before(std::uint64_t sequence, const Moment& moment);
  // An event, whose place this is.
  void read(const Event& event, const Moment& moment, std::uint64_t sequence);
  // The packets before this one, and the turn is over.
  void end_turn(std::uint64_t sequence, const Moment& moment);

 private:
  // The last PUBLISH of a connection that was in order, if it has sent nothing else since, in this turn.
  struct Last {
    std::uint64_t turn = 0;
    std::uint64_t repeated = 0;  // the latest of the same kind; 0: none
    std::string_view head;       // from the topic to the payload
    std::uint8_t first = 0;
  };

  void read_packet(const core::PacketLog::Entry& entry, const Moment& moment);
  [[nodiscard]] bool is_repeated(const core::PacketLog::Entry& entry);
  [[nodiscard]] PacketSeen packet_of(const core::PacketLog::Entry& entry) const;
  [[nodiscard]] Last& last_of(core::LogNumber connection);
  void tell_repeated(Last& last, const Moment& moment);
  void tell_all_repeated(const Moment& moment);

  const core::PacketLog& log_;
  Lint lint_;
  std::uint64_t next_ = 1;
  std::uint64_t turn_ = 1;
  std::vector<Last> last_;                  // by LogNumber
  std::vector<core::LogNumber> repeaters_;  // those that have repeated something since they were told
};

}  // namespace pint::testkit
