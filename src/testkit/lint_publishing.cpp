// The client's QoS 1 and 2 messages: Packet Identifiers, DUP, what is sent again when and in which order,
// PUBREL, Receive Maximum.
//
//   published ──PUBREC──▶ received ──PUBREL──▶ released
//       │                    │                    │
//       └─PUBACK, PUBREC≥0x80└──────── PUBCOMP ───┴──▶ done    (the broker's words are those it sent)
//
// An answer that was sent may be lost with its connection, and so may a packet the client sent. A message
// that was done on the connection before may therefore come again, and one that nobody has heard of may have
// DUP 1 if the client has lost a connection.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/hash.hpp"
#include "testkit/lint_concern.hpp"

namespace pint::testkit {
namespace {

using mqtt::PacketId;

std::string number(PacketId id) { return std::to_string(static_cast<unsigned>(id)); }

// What makes two PUBLISH packets the same message, as far as it can be told.
struct Content {
  std::uint64_t topic = 0;  // 0: a Topic Alias stands for it
  std::uint64_t payload = 0;
  QoS qos = QoS::at_most_once;

  explicit Content(const mqtt::Publish& publish)
      : topic(publish.topic.empty() ? 0 : hash_text(publish.topic) | 1),
        payload(hash_text(as_text(publish.payload))),
        qos(publish.qos) {}
  [[nodiscard]] bool same_as(const Content& other) const {
    const bool same_topic = topic == 0 || other.topic == 0 || topic == other.topic;
    return same_topic && payload == other.payload && qos == other.qos;
  }
};

enum class Stage : std::uint8_t { published, received, released, done };

struct Sent {
  Content content;
  Stage stage = Stage::published;
  bool refused = false;          // done by a PUBREC of 0x80 or more
  std::uint64_t order = 0;       // of the first PUBLISH
  std::uint64_t connection = 0;  // where the latest step was taken
  LintEvidence pubrec = {};
  Duration pubrec_time{};
};

class PublishingConcern : public LintConcern {
 public:
  void on_packet(const LintPacket& packet, LintConnection& connection, LintReport& report) override {
    if (packet.decoded == nullptr || !connection.accepted) return;
    connection_ = &connection;
    report_ = &report;
    if (packet.direction == Direction::received) {
      if (const auto* publish = std::get_if<mqtt::Publish>(packet.decoded)) on_publish(*publish);
      if (const auto* pubrel = std::get_if<mqtt::Pubrel>(packet.decoded)) on_pubrel(pubrel->packet_id);
      if (const auto* subscribe = std::get_if<mqtt::Subscribe>(packet.decoded))
        on_request(subscribe->packet_id);
      if (const auto* request = std::get_if<mqtt::Unsubscribe>(packet.decoded))
        on_request(request->packet_id);
      if (packet.type == PacketType::pingreq) check_waiting_pubrels(false);
    } else {
      if (const auto* puback = std::get_if<mqtt::Puback>(packet.decoded)) finish(puback->packet_id, false);
      if (const auto* pubcomp = std::get_if<mqtt::Pubcomp>(packet.decoded)) finish(pubcomp->packet_id, false);
      if (const auto* pubrec = std::get_if<mqtt::Pubrec>(packet.decoded)) on_pubrec(*pubrec, packet);
      if (const auto* suback = std::get_if<mqtt::Suback>(packet.decoded)) requests_.erase(suback->packet_id);
      if (const auto* answer = std::get_if<mqtt::Unsuback>(packet.decoded))
        requests_.erase(answer->packet_id);
    }
  }

  void on_accepted(LintConnection& connection, LintReport&) override {
    last_again_ = 0;
    open_.clear();
    requests_.clear();
    published_anew_ = false;
    awaiting_pubrel_.clear();  // what the client answers from here on it may answer in any form
    if (connection.session_present) return forget_old_answers();
    earlier_ = std::move(sent_);
    sent_.clear();
  }

  void on_ended(const LintEnding& ending, LintConnection& connection, LintReport& report) override {
    if (!ending.was_accepted) return;
    connection_ = &connection;
    report_ = &report;
    check_waiting_pubrels(ending.by_disconnect());
    if (ending.by_disconnect() && connection.session_present && published_anew_) check_all_resent();
    previous_ = connection.number;
  }

 private:
  using Sents = std::map<PacketId, Sent>;

  void on_publish(const mqtt::Publish& publish) {
    if (publish.qos == QoS::at_most_once) return;
    if (requests_.count(publish.packet_id) > 0) {
      report_->add(LintRuleId::packet_id_in_use,
                   "PUBLISH " + number(publish.packet_id) + " has the Packet Identifier of an open request");
    }
    count_open(publish.packet_id);
    const auto found = sent_.find(publish.packet_id);
    if (found == sent_.end()) return on_unknown(publish);
    if (found->second.stage == Stage::done) return on_done(publish, found->second);
    on_unfinished(publish, found->second);
  }

  // SUBSCRIBE and UNSUBSCRIBE take their Packet Identifiers from the same set.
  void on_request(PacketId id) {
    const auto message = sent_.find(id);
    const bool in_use = message != sent_.end() && message->second.stage != Stage::done;
    const bool repeated = !requests_.insert(id).second && connection_->version != ProtocolVersion::v3_1;
    if (!in_use && !repeated) return;
    report_->add(LintRuleId::packet_id_in_use,
                 "Packet Identifier " + number(id) + " was taken for a request, but it is not free");
  }

  // Nothing is known of the Packet Identifier.
  void on_unknown(const mqtt::Publish& publish) {
    if (publish.duplicate) {
      const auto earlier = earlier_.find(publish.packet_id);
      const bool stale = earlier != earlier_.end() && earlier->second.content.same_as(Content(publish));
      if (stale && connection_->v5()) {
        report_->add(LintRuleId::stale_session, "PUBLISH " + number(publish.packet_id) +
                                                    " belongs to the Session that the broker no longer has");
      } else if (!stale && connection_->first_of_client) {
        report_first_with_dup(publish);
      }
    }
    begin(publish);
  }

  void on_done(const mqtt::Publish& publish, Sent& sent) {
    const bool again = publish.duplicate && sent.content.same_as(Content(publish));
    const bool on_this = sent.connection == connection_->number;
    if (again && on_this && connection_->v5()) report_resent("PUBLISH", publish.packet_id);
    if (again) return repeat(publish, sent);  // its answer may have been lost, or crossed it
    if (publish.duplicate && (on_this || connection_->first_of_client)) report_first_with_dup(publish);
    begin(publish);
  }

  void on_unfinished(const mqtt::Publish& publish, Sent& sent) {
    const std::string words = "PUBLISH " + number(publish.packet_id);
    const bool on_this = sent.connection == connection_->number;
    const bool same = sent.content.same_as(Content(publish));
    if (!same || (!publish.duplicate && on_this && connection_->v5())) {
      report_->add(LintRuleId::packet_id_in_use,
                   words + " is a new message, but the one before with that Packet Identifier is still open");
      return begin(publish);
    }
    if (sent.stage == Stage::released) {
      report_->add(LintRuleId::publish_after_pubrel, words + " was sent again after its PUBREL");
    } else if (!publish.duplicate) {
      report_->add(LintRuleId::dup_missing, words + " was sent again with DUP 0");
    } else if (on_this && connection_->v5()) {
      report_resent("PUBLISH", publish.packet_id);
    }
    repeat(publish, sent);
  }

  void begin(const mqtt::Publish& publish) {
    published_anew_ = published_anew_ || !publish.duplicate;
    drop_waiting(publish.packet_id);
    const Sent sent{.content = Content(publish), .order = ++order_, .connection = connection_->number};
    sent_.insert_or_assign(publish.packet_id, sent);
  }

  void repeat(const mqtt::Publish& publish, Sent& sent) {
    if (sent.connection != connection_->number) {
      if (sent.order < last_again_) {
        report_->add(LintRuleId::resend_order, "PUBLISH " + number(publish.packet_id) +
                                                   " was sent again after one that was first sent later");
      } else {
        last_again_ = sent.order;
      }
    }
    drop_waiting(publish.packet_id);
    sent.stage = Stage::published;
    sent.refused = false;
    sent.connection = connection_->number;
  }

  void on_pubrec(const mqtt::Pubrec& pubrec, const LintPacket& packet) {
    const auto found = sent_.find(pubrec.packet_id);
    if (found == sent_.end()) return;
    if (is_failure(pubrec.reason)) return finish(pubrec.packet_id, true);
    Sent& sent = found->second;
    if (sent.content.qos != QoS::exactly_once || sent.stage != Stage::published) return;
    sent.stage = Stage::received;
    sent.connection = connection_->number;
    sent.pubrec = report_->evidence();
    sent.pubrec_time = packet.time;
    awaiting_pubrel_.emplace(packet.sequence, pubrec.packet_id);
  }

  void on_pubrel(PacketId id) {
    const auto found = sent_.find(id);
    const std::string words = "PUBREL " + number(id);
    if (found == sent_.end()) return on_unknown_pubrel(id, words);
    Sent& sent = found->second;
    const bool on_this = sent.connection == connection_->number;
    const bool answers_nothing =
        sent.stage == Stage::published || sent.refused || sent.content.qos != QoS::exactly_once;
    if (answers_nothing) {
      report_->add(LintRuleId::pubrel_unknown, words + " answers no PUBREC");
      return;
    }
    if (sent.stage == Stage::received) return release(id, sent, words);
    if (on_this && connection_->v5()) report_resent("PUBREL", id);
    sent.connection = connection_->number;
  }

  void on_unknown_pubrel(PacketId id, const std::string& words) {
    if (earlier_.count(id) == 0) {
      report_->add(LintRuleId::pubrel_unknown, words + " answers no PUBREC");
    } else if (connection_->v5()) {
      report_->add(LintRuleId::stale_session,
                   words + " belongs to the Session that the broker no longer has");
    }
  }

  void release(PacketId id, Sent& sent, const std::string& words) {
    if (sent.connection == connection_->number) {
      const std::uint64_t sequence = sent.pubrec.sequence;
      connection_->heard_until = std::max(connection_->heard_until, sequence);
      if (!awaiting_pubrel_.empty() && awaiting_pubrel_.begin()->first < sequence) {
        report_->add(LintRuleId::pubrel_order, words + " came before PUBREL " +
                                                   number(awaiting_pubrel_.begin()->second) +
                                                   ", whose PUBREC was sent earlier");
        awaiting_pubrel_.erase(awaiting_pubrel_.begin(), awaiting_pubrel_.lower_bound(sequence));
      }
      awaiting_pubrel_.erase(sequence);
    }
    drop_waiting(id);
    sent.stage = Stage::released;
    sent.connection = connection_->number;
  }

  void finish(PacketId id, bool refused) {
    open_.erase(id);
    drop_waiting(id);
    const auto found = sent_.find(id);
    if (found == sent_.end()) return;
    found->second.stage = Stage::done;
    found->second.refused = refused;
    found->second.connection = connection_->number;
  }

  // Receive Maximum counts messages of this connection, whatever the Session knows. [MQTT5 section 4.9]
  void count_open(PacketId id) {
    open_.insert(id);
    if (!connection_->v5() || !connection_->accepted) return;
    if (open_.size() <= connection_->receive_maximum) return;
    report_->add(LintRuleId::receive_maximum,
                 "PUBLISH " + number(id) + " makes " + std::to_string(open_.size()) +
                     " open messages; Receive Maximum is " + std::to_string(connection_->receive_maximum));
  }

  // PUBRECs that should have been answered by now; at the latest before the client left, if it has answered
  // something that was sent later. (Until then that may have overtaken PUBREL in the client.)
  void check_waiting_pubrels(bool has_left) {
    while (!awaiting_pubrel_.empty()) {
      const auto [sequence, id] = *awaiting_pubrel_.begin();
      const auto found = sent_.find(id);
      if (found != sent_.end() && found->second.pubrec.sequence == sequence) {
        const bool waited = connection_->time - found->second.pubrec_time >= kLintPatience;
        const bool left_it = has_left && connection_->heard_until > sequence;
        if (!waited && !left_it) return;
        report_->add(LintRuleId::pubrel_missing, "PUBREC " + number(id) + " was not answered with PUBREL",
                     found->second.pubrec);
      }
      awaiting_pubrel_.erase(awaiting_pubrel_.begin());
    }
  }

  void check_all_resent() {
    for (const auto& [id, sent] : sent_) {
      if (sent.stage == Stage::done || sent.connection == connection_->number) continue;
      const char* what = sent.stage == Stage::published ? "PUBLISH " : "PUBREL ";
      report_->add(LintRuleId::not_resent, what + number(id) +
                                               " was not sent on the connection that resumed " +
                                               "its Session, although new messages were");
    }
  }

  void drop_waiting(PacketId id) {
    const auto found = sent_.find(id);
    if (found == sent_.end()) return;
    const auto waiting = awaiting_pubrel_.find(found->second.pubrec.sequence);
    if (waiting != awaiting_pubrel_.end() && waiting->second == id) awaiting_pubrel_.erase(waiting);
  }

  // Answers older than the last connection have arrived, or their messages would have come again.
  void forget_old_answers() {
    std::erase_if(sent_, [&](const auto& entry) {
      return entry.second.stage == Stage::done && entry.second.connection < previous_;
    });
  }

  void report_first_with_dup(const mqtt::Publish& publish) {
    report_->add(publish.qos == QoS::at_least_once ? LintRuleId::dup_on_first_send
                                                   : LintRuleId::dup_on_first_send_qos_2,
                 "PUBLISH " + number(publish.packet_id) + " has DUP 1 and was never sent before");
  }
  void report_resent(const char* what, PacketId id) {
    report_->add(LintRuleId::resent_while_connected,
                 std::string(what) + ' ' + number(id) + " was sent again on the same connection");
  }

  LintConnection* connection_ = nullptr;  // of the call that is going on
  LintReport* report_ = nullptr;
  Sents sent_;                                         // of this Session
  Sents earlier_;                                      // of the Session before
  std::map<std::uint64_t, PacketId> awaiting_pubrel_;  // on this connection, by the sequence of PUBREC
  std::set<PacketId> open_;                            // on this connection, as Receive Maximum counts
  std::set<PacketId> requests_;  // SUBSCRIBE and UNSUBSCRIBE without an answer, on this connection
  std::uint64_t order_ = 0;
  std::uint64_t last_again_ = 0;  // the order of what was sent again last
  std::uint64_t previous_ = 0;    // the number of the connection that ended last
  bool published_anew_ = false;   // on this connection
};

}  // namespace

std::unique_ptr<LintConcern> make_publishing_concern() { return std::make_unique<PublishingConcern>(); }

}  // namespace pint::testkit
