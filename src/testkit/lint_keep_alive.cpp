// Silences that are too long, and pings that are too many.
#include <string>

#include "testkit/lint_concern.hpp"

namespace pint::testkit {
namespace {

// Many clients look at their clock once a second; being late by that is no fault worth telling.
constexpr Duration kGranularity = std::chrono::seconds{1};
constexpr int kPingsInARow = 10;

class KeepAliveConcern : public LintConcern {
 public:
  void on_packet(const LintPacket& packet, LintConnection& connection, LintReport& report) override {
    if (packet.direction == Direction::sent) return;
    const Duration silence = packet.time - last_;
    last_ = packet.time;
    if (!connection.accepted || connection.keep_alive == Duration::zero()) return;
    check_silence(silence, connection, report);
    count_pings(packet, silence, connection, report);
  }

  // The broker may lose its patience by the test's clock. Only a client that was silent by its own is blamed.
  void on_ended(const LintEnding& ending, LintConnection& connection, LintReport& report) override {
    if (!ending.was_accepted || ending.cause != DisconnectCause::keep_alive_timeout) return;
    check_silence(ending.time - last_, connection, report);
  }

 private:
  static void check_silence(Duration silence, const LintConnection& connection, LintReport& report) {
    const Duration keep_alive = connection.keep_alive;
    if (silence <= keep_alive) return;
    const bool overrun = silence > keep_alive + keep_alive / 2;
    if (!overrun && silence <= keep_alive + kGranularity) return;
    report.add(
        overrun ? LintRuleId::keep_alive_overrun : LintRuleId::keep_alive_late,
        "the client sent nothing for " + span_text(silence) + ", and Keep Alive is " + span_text(keep_alive));
  }

  void count_pings(const LintPacket& packet, Duration silence, const LintConnection& connection,
                   LintReport& report) {
    const bool hasty = packet.type == PacketType::pingreq && silence < connection.keep_alive / 10;
    pings_ = hasty ? pings_ + 1 : 0;
    if (pings_ < kPingsInARow) return;
    pings_ = 0;
    report.add(LintRuleId::ping_flood, std::to_string(kPingsInARow) + " PINGREQ in a row, the last " +
                                           span_text(silence) + " after the one before, and Keep Alive is " +
                                           span_text(connection.keep_alive));
  }

  Duration last_{};
  int pings_ = 0;
};

}  // namespace

std::unique_ptr<LintConcern> make_keep_alive_concern() { return std::make_unique<KeepAliveConcern>(); }

}  // namespace pint::testkit
