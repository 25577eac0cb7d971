// A device that does what clients must not: what exactly, its faults say. It speaks 3.1.1 or 5.0 on a thread
// of its own, answers what it must, and is back at once whenever its connection ends.
#pragma once

#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include <pint/device_scenario.hpp>

#include "support/wire_client.hpp"

namespace pint::test {

struct Carelessness {
  ProtocolVersion version = ProtocolVersion::v3_1_1;
  bool comes_back = true;
  bool pings = false;            // once, and does not care for the answer
  bool subscribes_once = false;  // on its first connection only
  bool clean_start = false;
  bool acknowledges = true;  // what it gets at QoS 1
  bool fears_large = false;  // ends its connection at a payload above 50,000 bytes
  // What it sends again after its connection has ended: nothing, or its last message, thus.
  enum class Resends : std::uint8_t { nothing, without_dup, with_new_packet_id, rightly } resends = {};
  bool resends_at_once = false;  // and on the same connection
};

class CarelessDevice {
 public:
  explicit CarelessDevice(Carelessness carelessness) : careless_(carelessness) {}
  CarelessDevice(const CarelessDevice&) = delete;
  CarelessDevice& operator=(const CarelessDevice&) = delete;

  [[nodiscard]] DeviceUnderTest under_test() {
    return {.client = "dev-1",
            .start =
                [this](std::uint16_t port) {
                  thread_ = std::jthread([this, port](const std::stop_token& stop) { run(stop, port); });
                },
            .stop = [this] { stop(); },
            .publish = [this](QoS qos) { publish(qos); },
            .subscribe = [] {}};  // it does so by itself
  }

 private:
  using Resends = Carelessness::Resends;

  void run(const std::stop_token& stop, std::uint16_t port) {
    bool first = true;
    while (!stop.stop_requested() && (first || careless_.comes_back)) {
      try {
        begin(stop, port, first);
        first = false;
        while (true) answer(client_->receive());
      } catch (const WireError&) {
        first = false;  // the connection has ended, or nobody listens any more
      }
    }
  }
  void begin(const std::stop_token& stop, std::uint16_t port, bool first) {
    const std::lock_guard lock(mutex_);
    if (stop.stop_requested()) throw WireError("too late");
    client_ = std::make_unique<WireClient>(port, WireOptions{.version = careless_.version});
    client_->send(mqtt::Connect{
        .version = careless_.version, .clean_start = careless_.clean_start, .client_id = "dev-1"});
    if (first || !careless_.subscribes_once) {
      client_->send(mqtt::Subscribe{.packet_id = mqtt::PacketId{9},
                                    .properties = {},
                                    .requests = {{.topic_filter = "cmd/#", .options = {.qos = QoS{1}}}}});
    }
    if (careless_.pings) client_->send(mqtt::Pingreq{});
    if (!first && !payload_.empty()) resend();
  }
  void resend() {
    if (careless_.resends == Resends::nothing) return;
    if (careless_.resends == Resends::with_new_packet_id) ++packet_id_;
    send_message(careless_.resends == Resends::rightly);
  }
  void send_message(bool duplicate) {
    client_->send(mqtt::Publish{.duplicate = duplicate,
                                .qos = qos_,
                                .topic = "dev-1/temp",
                                .packet_id = mqtt::PacketId{packet_id_},
                                .properties = {},
                                .payload = as_bytes(payload_)});
  }
  void answer(const mqtt::Packet& packet) {
    const std::lock_guard lock(mutex_);
    if (const auto* publish = std::get_if<mqtt::Publish>(&packet)) {
      if (careless_.fears_large && publish->payload.size() > 50'000) throw WireError("too large");
      if (careless_.acknowledges) client_->send(mqtt::Puback{.packet_id = publish->packet_id});
    } else if (const auto* pubrec = std::get_if<mqtt::Pubrec>(&packet)) {
      client_->send(mqtt::Pubrel{.packet_id = pubrec->packet_id});
    }
  }
  void publish(QoS qos) {
    const std::lock_guard lock(mutex_);
    qos_ = qos;
    payload_ = "21.5";
    send_message(false);
    if (careless_.resends_at_once) resend();
  }
  void stop() {
    thread_.request_stop();
    {
      const std::lock_guard lock(mutex_);
      if (client_) client_->close_sending();  // the broker answers with its own end
    }
    thread_.join();
  }

  const Carelessness careless_;
  std::mutex mutex_;  // of all below
  std::unique_ptr<WireClient> client_;
  QoS qos_ = QoS::at_least_once;
  std::string payload_;  // empty: it has published nothing
  std::uint16_t packet_id_ = 1;
  std::jthread thread_;
};

}  // namespace pint::test
