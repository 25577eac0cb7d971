// What is behind a FaultAction.
#pragma once

#include <functional>
#include <string>

#include <pint/fault.hpp>

#include "base/time.hpp"
#include "testkit/fault_table.hpp"

namespace pint {

// Which members mean something depends on the kind.
struct FaultAction::Terms {
  testkit::FaultKind kind = testkit::FaultKind::drop;
  Duration delay{};  // reorder: how long to wait for the next one at most
  Duration jitter{};
  bool may_reorder = false;
  unsigned copies = 0;
  ReasonCode reason = ReasonCode::success;
  ConnectionEnd end = ConnectionEnd::fin;
  PacketFields fields = {};
  std::string bytes = {};
  std::string says = {};
  std::function<std::string(std::string_view)> change = {};
};

namespace testkit {

// Throw std::invalid_argument, with a sentence that names what is wrong, unless the fault can be.
void require_possible(const Fault& fault);
// "sent PUBACK, client dev-*: drop, at most 1 times".
[[nodiscard]] std::string describe(const Fault& fault);

}  // namespace testkit
}  // namespace pint
