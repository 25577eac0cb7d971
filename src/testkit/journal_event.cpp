#include "testkit/journal_event.hpp"

#include <string>
#include <utility>
#include <variant>

#include "base/assert.hpp"
#include "testkit/journal_message.hpp"

namespace pint::testkit {
namespace {

void add(std::string& text, std::string_view part) { (text += text.empty() ? "" : ", ") += part; }

void set_client(Record& record, Client&& client) {
  record.client_id = std::move(client.client_id);
  record.remote_address = std::move(client.remote_address);
  record.version = client.version;
}

std::string session_expiry_text(std::chrono::seconds expiry) {
  constexpr std::chrono::seconds kNever{4'294'967'295};
  return expiry == kNever ? "session never expires"
                          : "session expiry " + std::to_string(expiry.count()) + " s";
}

// One function for each kind of event.
struct Filler {
  Record& record;

  void operator()(ClientConnected&& event) const {
    record.kind = RecordKind::connected;
    set_client(record, std::move(event.client));
    if (event.session_present) add(record.detail, "session present");
    add(record.detail, event.clean_start ? "clean start" : "no clean start");
    add(record.detail, "keep alive " + std::to_string(event.keep_alive.count()) + " s");
    add(record.detail, session_expiry_text(event.session_expiry));
  }
  void operator()(ClientDisconnected&& event) const {
    record.kind = RecordKind::disconnected;
    set_client(record, std::move(event.client));
    record.reason = event.reason;
    record.detail = name_of(event.cause);
    if (!event.explanation.empty()) (record.detail += ": ") += event.explanation;
    if (event.session_kept) add(record.detail, "session kept");
  }
  void operator()(ConnectRefused&& event) const {
    record.kind = RecordKind::refused;
    set_client(record, std::move(event.client));
    record.reason = event.reason;
    record.detail = std::move(event.explanation);
  }
  void operator()(ClientSubscribed&& event) const {
    record.kind = RecordKind::subscribed;
    record.client_id = std::move(event.client_id);
    record.topic_filter = std::move(event.topic_filter);
    record.qos = event.qos;
    if (event.replaced) record.detail = "replaced";
  }
  void operator()(ClientUnsubscribed&& event) const {
    record.kind = RecordKind::unsubscribed;
    record.client_id = std::move(event.client_id);
    record.topic_filter = std::move(event.topic_filter);
  }
  void operator()(MessagePublished&& event) const {
    record.kind = RecordKind::published;
    record.client_id = std::move(event.client_id);
    record.topic = std::move(event.message.topic);
    record.payload = std::move(event.message.payload);
    record.qos = event.message.qos;
    record.retain = event.message.retain;
    record.properties = std::move(event.message.properties);
    record.duplicate = event.duplicate;
    record.detail = receivers_text(event.receivers);
  }
  void operator()(MessageDropped&& event) const {
    record.kind = RecordKind::dropped;
    record.client_id = std::move(event.client_id);
    record.topic = std::move(event.topic);
    record.qos = event.qos;
    record.detail = name_of(event.cause);
  }
  void operator()(WillPublished&& event) const {
    record.kind = RecordKind::will_published;
    record.client_id = std::move(event.client_id);
    record.topic = std::move(event.topic);
  }
  void operator()(SessionEnded&& event) const {
    record.kind = RecordKind::session_ended;
    record.client_id = std::move(event.client_id);
    if (event.expired) record.detail = "expired";
  }
  void operator()(LimitReached&& event) const {
    record.kind = RecordKind::limit_reached;
    record.client_id = std::move(event.client_id);
    record.name = std::move(event.limit);
  }
  void operator()(HandlerFailed&& event) const {
    record.kind = RecordKind::handler_failed;
    record.name = std::move(event.handler);
    record.detail = std::move(event.explanation);
  }
  void operator()(PacketSeen&&) const { PINT_ASSERT(!"a packet is no event of its own kind"); }
};

}  // namespace

void fill(Record& record, Event&& event) { std::visit(Filler{record}, std::move(event)); }

}  // namespace pint::testkit
