// Connections: very many, all at once, and such as never say what they came for.
#include <sys/resource.h>

#include <algorithm>
#include <array>

#include "overload/crowd.hpp"
#include "overload/stage.hpp"

namespace pint::overload {
namespace {

constexpr std::size_t kConnackBytes = 4;  // in 3.1.1
constexpr std::array<std::uint8_t, kConnackBytes> kAccepted{0x20, 0x02, 0x00, 0x00};
constexpr std::size_t kIdleBytes = 1'024;  // for each connection, in user space

// How many connections the system lets this process have, and as well the broker's, which has its limit from
// us.
std::size_t descriptors_left() {
  constexpr std::size_t kOthers = 64;  // what both have open besides
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  return std::max<std::size_t>(files.rlim_cur, 2 * kOthers) - kOthers;
}

}  // namespace

void idle_connections(Stage& stage) {
  constexpr std::size_t kStay = 20;
  const std::size_t count = std::min(stage.pick(1'000, 20'000), descriptors_left());
  const std::size_t before = stage.broker().resident_bytes();
  Crowd crowd(stage.port(), count);
  crowd.send_connects(ProtocolVersion::v3_1_1, "idle");
  crowd.await_replies(count, kConnackBytes);
  const std::size_t each = (stage.broker().resident_bytes() - before) / count;
  stage.did(grouped(count) + " connections that then are idle; " + grouped(each) +
            " bytes of memory each; all end but " + std::to_string(kStay) + " among them");
  stage.check("all are accepted", crowd.answered_with(kAccepted) == count);
  stage.check("all are connected at once", stage.figures()["clients_connected"] == count + 2);
  stage.serve_bystander();
  crowd.close_but(kStay);
  // Those who stay may be anywhere in the broker's tables.
  stage.check_recovery({.peak = count * kIdleBytes + kMiB, .after = 2 * kMiB, .stay = kStay});
}

void connections_at_once(Stage& stage) {
  constexpr std::size_t kCount = 1'000;
  Crowd crowd(stage.port(), kCount);  // none waits for another
  stage.did(grouped(kCount) + " connections begun before the first CONNECT is sent");
  crowd.send_connects(ProtocolVersion::v3_1_1, "burst");
  crowd.await_replies(kCount, kConnackBytes);
  stage.check("all are accepted", crowd.answered_with(kAccepted) == kCount);
  stage.serve_bystander();
  crowd.close();
  stage.check_recovery({.peak = 4 * kMiB, .after = 2 * kMiB});
}

void silent_connections(Stage& stage) {
  constexpr std::size_t kCount = 500;
  Crowd crowd(stage.port(), kCount);
  stage.did(grouped(kCount) + " connections that never send CONNECT");
  stage.await("all to be accepted",
              [](const Figures& figures) { return figures["connections_accepted"] >= kCount + 2; });
  stage.serve_bystander();
  crowd.await_ends();
  stage.refused("close after `connect_timeout`");
  stage.check("each is counted", stage.figures()["limit.connect_timeout"] == kCount);
  stage.check_recovery({.peak = 4 * kMiB, .after = 2 * kMiB});
}

// Whatever comes in time, it is the whole CONNECT that counts.
void byte_by_byte(Stage& stage) {
  const std::size_t count = stage.pick(100, 1'000);
  Crowd crowd(stage.port(), count);
  const Bytes connect = connect_bytes(ProtocolVersion::v5, "slow");
  stage.did(grouped(count) + " connections that send CONNECT byte by byte and never its last");
  for (std::size_t at = 0; at + 1 < connect.size(); ++at) {
    for (std::size_t member = 0; member < count; ++member) {
      crowd.send(member, ByteView(connect).subspan(at, 1));
    }
    stage.serve_bystander();
  }
  crowd.await_ends();
  stage.refused("close after `connect_timeout`");
  stage.check("each is counted", stage.figures()["limit.connect_timeout"] == count);
  stage.check_recovery({.peak = 4 * kMiB, .after = 2 * kMiB});
}

}  // namespace pint::overload
