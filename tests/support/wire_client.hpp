// WireClient: the other end of a Network Connection, for tests with real sockets. It blocks, but never longer
// than ten seconds: then it throws, which fails the test and says what was waited for. It sends what it is
// told, legal or not, and answers nothing by itself.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "mqtt/packet.hpp"
#include "net/descriptor.hpp"

namespace pint::test {

struct WireError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct WireOptions {
  ProtocolVersion version = ProtocolVersion::v5;
  std::string address = "127.0.0.1";
  int receive_buffer = 0;  // bytes the kernel may hold for us; 0: as it likes
  int send_buffer = 0;     // the same, on their way to the broker
};

class WireClient {
 public:
  using Options = WireOptions;
  explicit WireClient(std::uint16_t port, const Options& options = {});

  // Sending.
  WireClient& send(const mqtt::Packet& packet);
  WireClient& send(ByteView bytes);
  // As much as the socket takes without waiting; returns how much.
  std::size_t send_some(ByteView bytes);

  // Receiving: the next packet, which must be a T. It borrows from this client until the next packet.
  template <class T>
  T expect() {
    const mqtt::Packet packet = receive();
    if (const T* wanted = std::get_if<T>(&packet)) return *wanted;
    throw WireError("an unexpected " + std::string(mqtt::name_of(mqtt::type_of(packet))) + " arrived");
  }
  [[nodiscard]] mqtt::Packet receive();
  // The end of the transport, and no packet before it.
  void expect_close();
  // The same, by RST or by FIN.
  void expect_reset();
  void expect_fin();
  // Whether something (or the end) has arrived.
  [[nodiscard]] bool readable() const;
  // Whether a whole packet has. Ends the borrowing of the one before.
  [[nodiscard]] bool packet_arrived();

  // What every test does.
  mqtt::Connack connect(std::string_view client_id, mqtt::Connect connect = {});
  WireClient& subscribe(std::string_view topic_filter, QoS qos = QoS::at_most_once);
  // QoS 1 and 2 get Packet Identifier 1; the acknowledgement is not waited for.
  WireClient& publish(std::string_view topic, std::string_view payload, QoS qos = QoS::at_most_once,
                      bool retain = false);
  // PINGREQ, and wait for PINGRESP: the broker has handled all that was sent before.
  WireClient& ping();

  // Endings.
  void close_sending();  // FIN, still receiving
  void close();
  void reset();  // RST

  // The local end, as the broker's events tell it: "127.0.0.1:40122".
  [[nodiscard]] std::string local_address() const;

 private:
  [[nodiscard]] std::size_t receive_some(std::uint8_t* out, std::size_t size);
  [[nodiscard]] std::size_t await_packet();
  [[nodiscard]] ByteView pending() const { return ByteView(arrived_).subspan(given_); }

  net::Descriptor socket_;
  ProtocolVersion version_;
  Bytes arrived_;
  std::size_t given_ = 0;  // bytes at its front that were given out; the last packet is among them
};

}  // namespace pint::test
