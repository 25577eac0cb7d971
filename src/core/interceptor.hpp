// Interceptor: the seam for faults on packets. It is asked about every whole packet, both ways, before the
// packet takes effect; what it takes it may give back, at once or later, changed or not. Null costs one check
// a packet.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <pint/event.hpp>
#include <pint/message.hpp>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "core/ids.hpp"

namespace pint::core {

// A whole packet on its way. Borrowed for the duration of the call.
struct PassingPacket {
  ConnectionId connection;
  std::string_view client_id;  // empty until CONNECT is accepted
  ProtocolVersion version =
      ProtocolVersion::v5;  // of the connection; of no meaning for CONNECT, which brings its own
  Direction direction = Direction::received;
  ByteView bytes;
  std::string_view alias_topic;  // of a PUBLISH without a topic: what its Topic Alias stands for, if anything
  RemoteEnd remote;
};

// What the interceptor wants to happen in place of what it took. Not asked about again.
struct Return {
  enum class Kind : std::uint8_t {
    packet,       // these bytes go on their way: to the handlers, or into the outbox
    end,          // the transport ends with FIN, as if the network had failed
    end_by_reset  // … with RST. Either way what was sent before still goes out, and nothing follows it
  };
  ConnectionId connection;
  Kind kind = Kind::packet;
  Direction direction = Direction::received;
  Bytes bytes;
};

class Interceptor {
 public:
  virtual ~Interceptor() = default;

  // True: the packet is taken; the engine does nothing with it but to carry out what was added to `returns`,
  // in order.
  virtual bool take(const PassingPacket& packet, Time now, std::vector<Return>& returns) = 0;

  // Time. Whatever is due goes into `returns`.
  [[nodiscard]] virtual std::optional<Time> next_deadline() const = 0;
  virtual void tick(Time now, std::vector<Return>& returns) = 0;

  // The connection has ended: what is kept for it has nowhere to go.
  virtual void ended(ConnectionId connection) = 0;
};

}  // namespace pint::core
