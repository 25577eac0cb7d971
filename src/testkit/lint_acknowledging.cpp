// The broker's QoS 1 and 2 messages, as the client answers them: each, in its kind, in order.
//
//   sent ──PUBACK──▶ gone            sent ──PUBREC──▶ received ──PUBCOMP──▶ gone
//
// A client may take its time for PUBACK and PUBREC, because applications may acknowledge by hand. That one is
// missing is therefore said only when the connection is over, and only if the client had ten seconds, or left
// with DISCONNECT after having answered something that was sent later.
#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "testkit/lint_concern.hpp"

namespace pint::testkit {
namespace {

using mqtt::PacketId;

std::string number(PacketId id) { return std::to_string(static_cast<unsigned>(id)); }

struct Delivery {
  QoS qos = QoS::at_least_once;
  bool received = false;  // PUBREC came
  LintEvidence publish;
  Duration time{};
};

class AcknowledgingConcern : public LintConcern {
 public:
  void on_packet(const LintPacket& packet, LintConnection& connection, LintReport& report) override {
    if (packet.decoded == nullptr || !connection.accepted) return;
    connection_ = &connection;
    report_ = &report;
    if (packet.sent(PacketType::publish)) {
      on_publish(std::get<mqtt::Publish>(*packet.decoded), packet);
    } else if (packet.sent(PacketType::pubrel)) {
      on_pubrel(std::get<mqtt::Pubrel>(*packet.decoded).packet_id);
    } else if (packet.received(PacketType::puback)) {
      on_first_answer("PUBACK", std::get<mqtt::Puback>(*packet.decoded).packet_id, QoS::at_least_once, false);
    } else if (packet.received(PacketType::pubrec)) {
      const auto& pubrec = std::get<mqtt::Pubrec>(*packet.decoded);
      on_first_answer("PUBREC", pubrec.packet_id, QoS::exactly_once, !is_failure(pubrec.reason));
    } else if (packet.received(PacketType::pubcomp)) {
      on_pubcomp(std::get<mqtt::Pubcomp>(*packet.decoded).packet_id);
    }
    if (packet.direction == Direction::received) last_heard_ = packet.time;
  }

  void on_accepted(LintConnection& connection, LintReport&) override {
    waiting_.clear();
    told_.clear();
    pubrels_.clear();
    answers_ = 0;
    if (!connection.session_present) {
      deliveries_.clear();
      before_.clear();
    } else {
      for (const auto& [id, delivery] : deliveries_) before_.insert(id);
    }
  }

  void on_ended(const LintEnding& ending, LintConnection& connection, LintReport& report) override {
    if (!ending.was_accepted) return;
    std::size_t missing = 0;
    const Delivery* first = nullptr;
    PacketId first_id{};
    for (const auto& [sequence, id] : waiting_) {
      const Delivery& delivery = deliveries_.at(id);
      const bool left_it = ending.by_disconnect() && connection.heard_until > sequence;
      if (!left_it && last_heard_ - delivery.time < kLintPatience) continue;
      ++missing;
      if (first != nullptr) continue;
      first = &delivery;
      first_id = id;
    }
    if (first == nullptr) return;
    const bool never = answers_ == 0 && ending.by_client();
    report.add(never ? LintRuleId::never_acknowledges : LintRuleId::acknowledgement_missing,
               "PUBLISH " + number(first_id) + " from the broker was not acknowledged" +
                   (missing == 1 ? "" : ", nor were " + std::to_string(missing - 1) + " after it"),
               first->publish);
  }

 private:
  void on_publish(const mqtt::Publish& publish, const LintPacket& packet) {
    if (publish.qos == QoS::at_most_once) return;
    stop_waiting(publish.packet_id);
    deliveries_[publish.packet_id] = {publish.qos, false, report_->evidence(), packet.time};
    waiting_.emplace(packet.sequence, publish.packet_id);
  }

  // After a reconnect only PUBREL comes again: PUBREC must have come.
  void on_pubrel(PacketId id) {
    Delivery& delivery = deliveries_[id];
    delivery.qos = QoS::exactly_once;
    delivery.received = true;
    pubrels_[id] = report_->evidence().sequence;
  }

  void on_first_answer(const char* what, PacketId id, QoS qos, bool goes_on) {
    ++answers_;
    const std::string words = std::string(what) + ' ' + number(id);
    const auto found = deliveries_.find(id);
    if (found == deliveries_.end()) return on_unknown(words, id);
    Delivery& delivery = found->second;
    if (delivery.qos != qos) {
      report_->add(LintRuleId::acknowledgement_kind,
                   words + " answers a message of QoS " + text_of(delivery.qos));
      stop_waiting(id);
      return;
    }
    if (delivery.received) {
      if (before_.count(id) > 0) return;
      report_->add(LintRuleId::acknowledgement_unknown, words + " came a second time");
      return;
    }
    check_order(words, qos, delivery.publish.sequence);
    stop_waiting(id);
    connection_->heard_until = std::max(connection_->heard_until, delivery.publish.sequence);
    if (goes_on) {
      delivery.received = true;
    } else {
      deliveries_.erase(found);
    }
  }

  void on_pubcomp(PacketId id) {
    ++answers_;
    const auto found = deliveries_.find(id);
    if (found == deliveries_.end() || !found->second.received) return on_unknown("PUBCOMP " + number(id), id);
    const auto pubrel = pubrels_.find(id);
    if (pubrel != pubrels_.end()) {
      connection_->heard_until = std::max(connection_->heard_until, pubrel->second);
      pubrels_.erase(pubrel);
    }
    deliveries_.erase(found);
  }

  // Answers to what came on an earlier connection are late, not wrong.
  void on_unknown(const std::string& words, PacketId id) {
    if (before_.count(id) > 0) return;
    report_->add(LintRuleId::acknowledgement_unknown, words + " answers nothing that waits for it");
  }

  // Older messages of the same QoS that still wait were to be answered first. Each is told once.
  void check_order(const std::string& words, QoS qos, std::uint64_t sequence) {
    const auto end = waiting_.lower_bound(sequence);
    const auto older = std::find_if(waiting_.begin(), end, [&](const auto& entry) {
      return deliveries_.at(entry.second).qos == qos && told_.count(entry.first) == 0;
    });
    if (older == end) return;
    for (auto at = older; at != end; ++at) told_.insert(at->first);
    report_->add(
        qos == QoS::at_least_once ? LintRuleId::puback_order : LintRuleId::pubrec_order,
        words + " came before that of PUBLISH " + number(older->second) + ", which was sent earlier");
  }

  void stop_waiting(PacketId id) {
    const auto found = deliveries_.find(id);
    if (found == deliveries_.end()) return;
    const auto waiting = waiting_.find(found->second.publish.sequence);
    if (waiting == waiting_.end() || waiting->second != id) return;
    told_.erase(waiting->first);
    waiting_.erase(waiting);
  }

  LintConnection* connection_ = nullptr;  // of the call that is going on
  LintReport* report_ = nullptr;
  std::map<PacketId, Delivery> deliveries_;    // of the Session, not yet acknowledged to the end
  std::map<std::uint64_t, PacketId> waiting_;  // on this connection for PUBACK or PUBREC, by sequence
  std::map<PacketId, std::uint64_t> pubrels_;  // sequence of the latest PUBREL
  std::set<std::uint64_t> told_;               // of waiting_: passed over, and reported
  std::set<PacketId> before_;                  // open when an earlier connection of the Session ended
  std::size_t answers_ = 0;                    // on this connection
  Duration last_heard_{};
};

}  // namespace

std::unique_ptr<LintConcern> make_acknowledging_concern() { return std::make_unique<AcknowledgingConcern>(); }

}  // namespace pint::testkit
