// AsioDriver: turns a loop on somebody else's io_context instead of a thread of its own. It watches the
// poller's set, so the context sees one descriptor however many connections there are. Its .cpp is the only
// one that includes Asio.
#pragma once

#include <functional>
#include <memory>

#include "net/loop.hpp"

namespace boost::asio {
class io_context;
}

namespace pint::net {

class AsioDriver {
 public:
  // Call `turn` on the context whenever the loop has something to do, beginning now. `turn` calls
  // loop.turn(false).
  AsioDriver(Loop& loop, boost::asio::io_context& context, std::function<void()> turn);
  // No turn begins from here on. On the context's thread, or when nobody runs it.
  ~AsioDriver();

 private:
  class Watch;
  std::shared_ptr<Watch> watch_;  // handlers that the context still holds find it gone
};

}  // namespace pint::net
