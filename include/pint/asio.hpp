// Run a broker on your own io_context instead of a thread of its own. The one public header that names Asio.
#pragma once

#include <boost/asio/io_context.hpp>

#include <pint/broker.hpp>

namespace pint {

// Start `broker` with its loop on `context`: handlers then run in whichever thread runs the context (one at a
// time: run it in one thread only). stop() must be called on that thread, or after the context has stopped;
// the context must outlive the broker. Throws like Broker::start().
void start_on(Broker& broker, boost::asio::io_context& context);

}  // namespace pint
