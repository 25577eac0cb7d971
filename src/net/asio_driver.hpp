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
  // Takes a turn, loop.turn(false), and gives loop.timeout() after it. The driver itself does not touch the
  // loop, because who else may touch it is the caller's to know.
  using Turn = std::function<Duration()>;
  // Call `turn` on the context whenever the loop has something to do, beginning now.
  AsioDriver(const Loop& loop, boost::asio::io_context& context, Turn turn);
  // No turn begins from here on. On the context's thread, or when nobody runs it.
  ~AsioDriver();

 private:
  class Watch;
  std::shared_ptr<Watch> watch_;  // handlers that the context still holds find it gone
};

}  // namespace pint::net
