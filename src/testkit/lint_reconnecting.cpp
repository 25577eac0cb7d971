// How a client comes back after a failure: at once, at even intervals, or at intervals that grow and are not
// those of every other client.
//
// Two rows of intervals (from the end of a connection to the next CONNECT) are kept: those before attempts
// that came to nothing, where back-off is due, and those before young connections, where a client may well
// begin anew with its shortest interval, but not with none.
#include <string>

#include "testkit/lint_concern.hpp"
#include "testkit/waits.hpp"

namespace pint::testkit {
namespace {

constexpr std::size_t kIntervals = 5;  // enough to tell a habit from an accident
constexpr Duration kYoung = std::chrono::seconds{10};
constexpr Duration kAtOnce = std::chrono::milliseconds{100};

class ReconnectingConcern : public LintConcern {
 public:
  void on_packet(const LintPacket& packet, LintConnection&, LintReport& report) override {
    if (!packet.received(PacketType::connect) || !away_) return;
    away_ = false;
    const Duration interval = packet.time - left_at_;
    if (failed_) {
      if (after_failures_.size() <= kIntervals) after_failures_.push_back(interval);
      judge_attempts(report);
    } else {
      at_once_ = interval < kAtOnce ? at_once_ + 1 : 0;
      if (at_once_ < kIntervals) return;
      at_once_ = 0;
      report.add(LintRuleId::reconnect_at_once, "back " + span_text(interval) +
                                                    " after its connection was lost, " +
                                                    std::to_string(kIntervals) + " times in a row");
    }
  }

  void on_accepted(LintConnection& connection, LintReport&) override {
    accepted_at_ = connection.time;
    after_failures_.clear();
  }

  void on_ended(const LintEnding& ending, LintConnection&, LintReport&) override {
    if (ending.was_accepted && ending.cause == DisconnectCause::taken_over) return;  // it is back already
    away_ = true;
    left_at_ = ending.time;
    failed_ = !ending.was_accepted;
    const bool settled = ending.was_accepted && ending.time - accepted_at_ >= kYoung;
    if (!settled && !ending.by_disconnect()) return;
    away_ = false;
    at_once_ = 0;
    after_failures_.clear();
  }

 private:
  void judge_attempts(LintReport& report) {
    if (after_failures_.size() != kIntervals) return;  // once for each row of failures: later ones are capped
    const std::string text = "waited " + text_of(after_failures_) + " between attempts that failed";
    if (!back_off(after_failures_)) {
      report.add(LintRuleId::reconnect_no_back_off, text);
    } else if (lack_jitter(after_failures_)) {
      report.add(LintRuleId::reconnect_no_jitter, text);
    }
  }

  bool away_ = false;
  bool failed_ = false;  // the last connection came to nothing
  Duration left_at_{};
  Duration accepted_at_{};
  std::size_t at_once_ = 0;
  Waits after_failures_;
};

}  // namespace

std::unique_ptr<LintConcern> make_reconnecting_concern() { return std::make_unique<ReconnectingConcern>(); }

}  // namespace pint::testkit
