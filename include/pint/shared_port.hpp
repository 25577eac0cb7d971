// SharedPort: one listening port for several brokers, which do not see each other. Whose a client is, its
// name says: the broker with the longest prefix of its user name or Client Identifier serves it.
//
//   pint::SharedPort port;
//   pint::Broker left, right;                      left.start(); right.start();
//   const auto left_place = port.add("left-", left);
//   const auto right_place = port.add("right-", right);
//   // a client "left-7" that connects to port.url() is left's
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <pint/options.hpp>

namespace pint {

class Broker;

// Copies are the same port, which closes with the last of them and of the places behind it.
class SharedPort {
 public:
  // Listen, and accept on a thread of its own. Throws Error that names the listener and the mend.
  explicit SharedPort(const Listener& where = Listener::tcp(0));

  [[nodiscard]] std::uint16_t port() const;
  // "mqtt://127.0.0.1:40122".
  [[nodiscard]] std::string url() const;

  // A broker's place behind the port. With it ends that connections come; those that came stay.
  class [[nodiscard]] Place {
   public:
    Place() = default;
    Place(Place&&) noexcept = default;
    Place& operator=(Place&&) noexcept = default;
    ~Place() = default;

   private:
    friend class SharedPort;
    explicit Place(std::shared_ptr<void> held) : held_(std::move(held)) {}
    std::shared_ptr<void> held_;
  };

  // Let connections of clients whose user name or Client Identifier begins with `prefix` be this broker's; ""
  // is every client that is nobody else's. If both names match prefixes of the same length, the user name
  // decides. The broker must outlive the place; while it is not running, its clients get CONNACK 0x88 (3.x:
  // 3). A client that is nobody's gets CONNACK 0x85 (3.x: 2); one whose first packet is no CONNECT, is larger
  // than 512 KiB or takes more than ten seconds is closed without a word. Thread-safe. Throws
  // std::invalid_argument if the prefix is taken.
  Place add(std::string prefix, Broker& broker);

  // For the test kit, whose brokers have their own way to take a connection.
  class Implementation;
  [[nodiscard]] Implementation& implementation() const { return *implementation_; }

 private:
  std::shared_ptr<Implementation> implementation_;
};

}  // namespace pint
