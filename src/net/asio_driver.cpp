#include "net/asio_driver.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <utility>

namespace pint::net {

namespace asio = boost::asio;
using boost::system::error_code;

class AsioDriver::Watch : public std::enable_shared_from_this<Watch> {
 public:
  Watch(const Loop& loop, asio::io_context& context, Turn turn)
      : turn_(std::move(turn)), descriptor_(context, loop.native()), timer_(context) {}

  // The loop owns the descriptor: give it back rather than close it.
  ~Watch() { descriptor_.release(); }

  void begin() {
    watch_descriptor();
    post_turn();
  }

 private:
  void watch_descriptor() {
    descriptor_.async_wait(asio::posix::stream_descriptor::wait_read,
                           [weak = weak_from_this()](error_code error) {
                             const auto self = weak.lock();
                             if (!self || error) return;
                             self->take_turn();
                             self->watch_descriptor();
                           });
  }

  void post_turn() {
    if (std::exchange(posted_, true)) return;
    asio::post(timer_.get_executor(), [weak = weak_from_this()] {
      const auto self = weak.lock();
      if (!self) return;
      self->posted_ = false;
      self->take_turn();
    });
  }

  void take_turn() {
    const Duration timeout = turn_();
    if (timeout == Duration::zero())
      post_turn();
    else
      arm_timer(timeout);
  }

  // Deadlines move later with almost every packet (Keep Alive): a timer that is early finds nothing due and
  // is set again, which costs less than setting it in every turn.
  void arm_timer(Duration timeout) {
    if (timeout == kForever) return;
    const auto due = std::chrono::steady_clock::now() + timeout;
    if (armed_ && *armed_ <= due) return;
    armed_ = due;
    timer_.expires_at(due);
    timer_.async_wait([weak = weak_from_this()](error_code error) {
      const auto self = weak.lock();
      if (!self || error) return;
      self->armed_.reset();
      self->take_turn();
    });
  }

  Turn turn_;
  asio::posix::stream_descriptor descriptor_;
  asio::steady_timer timer_;
  std::optional<std::chrono::steady_clock::time_point> armed_;  // when the timer goes off
  bool posted_ = false;                                         // a turn waits in the context's queue
};

AsioDriver::AsioDriver(const Loop& loop, asio::io_context& context, Turn turn)
    : watch_(std::make_shared<Watch>(loop, context, std::move(turn))) {
  watch_->begin();
}

AsioDriver::~AsioDriver() = default;

}  // namespace pint::net
