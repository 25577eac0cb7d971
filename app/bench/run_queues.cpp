// Scenario queues: Sessions stay while their clients are away; QoS 1 messages wait for them; the clients come
// back and get them. Session i has a topic of its own, so that no message is shared.
#include <vector>

#include "bench/gathering.hpp"
#include "bench/stamp.hpp"

namespace pint::bench {
namespace {

constexpr std::uint32_t kExpirySeconds = 3'600;
constexpr std::uint64_t kUnacknowledged = 100;

class Sessions {
 public:
  explicit Sessions(Subject& subject)
      : subject_(subject),
        payload_(unstamped_payload(std::max(subject.plan.payload_bytes, std::uint64_t{kStampBytes}))) {}

  // Each subscribes and leaves.
  void leave() {
    for (std::uint64_t i = 0; i < subject_.plan.connections; ++i) {
      Connection client = connect(i, false);
      client.await_subscribed({topic(i)}, QoS::at_least_once);
      client.put(mqtt::Disconnect{}).await_sent();
      subject_.progress.tick(Clock::now(), [&] { return with_commas(static_cast<double>(i)) + " Sessions"; });
    }
  }

  // All messages, in turn for each Session.
  void publish(std::uint64_t messages) {
    Connection publisher(subject_.endpoint, subject_.plan.version);
    publisher.await_connected(subject_.prefix + "/from");
    for (std::uint64_t sent = 0; sent < messages;) {
      const std::uint64_t until = std::min(sent + kUnacknowledged, messages);
      const std::uint64_t batch = until - sent;
      for (; sent < until; ++sent) put_message(publisher, sent);
      publisher.await_sent();
      for (std::uint64_t i = 0; i < batch; ++i) {
        if (!publisher.await<mqtt::Puback>(PacketType::puback, kAnswerWithin))
          throw Trouble("the broker does not acknowledge");
      }
    }
  }

  // Each comes back, gets what is its own, and ends its Session.
  Findings come_back(std::uint64_t messages) {
    Findings findings;
    for (std::uint64_t i = 0; i < subject_.plan.connections; ++i) {
      const std::uint64_t sessions = subject_.plan.connections;
      const std::uint64_t wanted = messages / sessions + (i < messages % sessions ? 1 : 0);
      std::vector<Connection> client;
      client.push_back(connect(i, false));
      SequenceCheck check;
      const auto take = [&](const mqtt::Publish& message) {
        if (is_whole(message.payload, payload_))
          check.take(read_stamp(message.payload).sequence);
        else
          ++findings.unknown;
        client[0].put(mqtt::Puback{.packet_id = message.packet_id});
      };
      Gathering(client).gather(wanted, subject_.plan.patience,
                               [&](std::size_t, const mqtt::Publish& message) { take(message); });
      findings += check.findings(wanted);
      client.clear();
      connect(i, true).put(mqtt::Disconnect{}).await_sent();
    }
    return findings;
  }

 private:
  [[nodiscard]] std::string topic(std::uint64_t session) const {
    return subject_.prefix + "/q/" + std::to_string(session);
  }

  Connection connect(std::uint64_t session, bool clean_start) {
    Connection client(subject_.endpoint, subject_.plan.version);
    client.await_connected(subject_.prefix + '/' + std::to_string(session), clean_start,
                           clean_start ? 0 : kExpirySeconds);
    return client;
  }

  void put_message(Connection& publisher, std::uint64_t number) {
    const std::uint64_t sessions = subject_.plan.connections;
    write_stamp(payload_.data(), {.sequence = number / sessions});
    const std::string name = topic(number % sessions);
    publisher.put(mqtt::Publish{.qos = QoS::at_least_once,
                                .topic = name,
                                .packet_id = mqtt::PacketId{static_cast<std::uint16_t>(number % 65'535 + 1)},
                                .payload = payload_});
  }

  Subject& subject_;
  Bytes payload_;
};

}  // namespace

void run_queues(Subject& subject, Report& report) {
  const Plan& plan = subject.plan;
  Connection first(subject.endpoint, plan.version);  // what the first connection costs is not counted
  first.await_connected(subject.prefix + "/first");
  Sessions sessions(subject);
  Measurement leaving(subject);
  sessions.leave();
  leaving.end();
  Measurement queueing(subject);
  sessions.publish(plan.messages);
  queueing.end();
  Measurement returning(subject);
  const Findings findings = sessions.come_back(plan.messages);
  returning.end();

  const auto count = static_cast<double>(plan.connections);
  const auto messages = static_cast<double>(plan.messages);
  report.put("sessions", "Sessions", count)
      .put("messages", "messages that wait, in all", messages)
      .put("payload_bytes", "payload, bytes", static_cast<double>(plan.payload_bytes));
  if (returning.known()) {
    report.put("bytes_per_session", "broker's memory, bytes/Session", leaving.grown_bytes() / count, 1)
        .put("bytes_per_message", "broker's memory, bytes/message", queueing.grown_bytes() / messages, 1)
        .put("cpu_ns_per_message_queued", "broker's CPU, ns/message queued", queueing.cpu_ns() / messages, 1)
        .put("cpu_ns_per_message_returned", "broker's CPU, ns/message got", returning.cpu_ns() / messages, 1);
  }
  report.put_findings(findings, true);
}

}  // namespace pint::bench
