// What tests do to a whole loop: let it hang, let it refuse connections, give it sockets of somebody else.
#include <utility>

#include "net/loop.hpp"

namespace pint::net {

// Hanging. Edges that come meanwhile are noted in the links, so that resume() knows what to do.

void Loop::pause() {
  paused_ = true;
  watch_listeners();
}

void Loop::resume() {
  if (!paused_) return;
  end_pause();
  watch_listeners();
}

// What clients have sent is read before time goes on, so that nobody is taken for silent who was not heard.
void Loop::end_pause() {
  if (!std::exchange(paused_, false)) return;
  for (Adopted& each : std::exchange(adopted_, {}))
    adopt(std::move(each.accepted), std::move(each.already_read));
  links_.for_each([this](LinkKey key, Link& link) {
    if (link.may_read()) enlist(key, link);
  });
  read_listed(0);
  links_.for_each([this](LinkKey, Link& link) {
    if (link.connection) flush(link.connection);
  });
}

// Refusing.

void Loop::down() {
  if (std::exchange(down_, true)) return;
  watch_listeners();
  for (Listener& listener : listeners_) listener.close_port();
}

void Loop::up() {
  if (!down_) return;
  for (Listener& listener : listeners_) {
    if (const std::error_code error = listener.reopen_port()) throw std::system_error(error, "listen");
  }
  down_ = false;
  watch_listeners();
}

void Loop::watch_listeners() {
  const bool wanted = !paused_ && !down_ && !(shaper_ != nullptr && shaper_->stops_accepting());
  if (std::exchange(listening_, wanted) == wanted) return;
  for (std::uint32_t i = 0; i < listeners_.size(); ++i) {
    if (wanted)
      watch(i);
    else
      poller_.remove(listeners_[i].descriptor());
  }
}

void Loop::watch(std::uint32_t listener) {
  const int descriptor = listeners_[listener].descriptor();
  poller_.remove(descriptor);  // it may rest, and its rest end twice
  if (poller_.add(descriptor, Token{listener}, Trigger::level)) rest(listener);
}

// Sharing.

void Loop::adopt(Listener::Accepted accepted, Bytes already_read) {
  if (down_) return reset_on_close(accepted.socket);
  if (paused_) {
    adopted_.push_back({std::move(accepted), std::move(already_read)});
    return;
  }
  const core::ConnectionId connection = admit(std::move(accepted));
  if (connection) arrive(connection, already_read);
}

}  // namespace pint::net
