#include "testkit/socket_faults.hpp"

#include <stdexcept>
#include <string>

#include "testkit/socket_fault_check.hpp"

namespace pint {
namespace {

// As it goes into the plan: possible, and with a name.
SocketFault checked(SocketFault fault) {
  testkit::check(fault);
  if (fault.name.empty()) {
    const std::string words = to_string(fault.effect);
    fault.name = words.substr(0, words.find(' '));
  }
  return fault;
}

}  // namespace

SocketFaults::SocketFaults(std::shared_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}

void SocketFaults::add(SocketFault fault) {
  Implementation& broker = *implementation_;
  fault = checked(std::move(fault));
  bool added = false;
  broker.on_broker_thread_([&] {
    added = broker.shaper_.add(fault);
    if (added) broker.changed_();
  });
  if (added) return;
  throw std::invalid_argument(
      "a socket fault named \"" + fault.name +
      "\" is there already: set() changes it, and another .name makes it a second one");
}

void SocketFaults::set(SocketFault fault) {
  Implementation& broker = *implementation_;
  fault = checked(std::move(fault));
  broker.on_broker_thread_([&] {
    broker.shaper_.set(fault);
    broker.changed_();
  });
}

bool SocketFaults::remove(std::string_view name) {
  Implementation& broker = *implementation_;
  bool removed = false;
  broker.on_broker_thread_([&] {
    removed = broker.shaper_.remove(name);
    if (removed) broker.changed_();
  });
  return removed;
}

void SocketFaults::clear() {
  Implementation& broker = *implementation_;
  broker.on_broker_thread_([&] {
    broker.shaper_.clear();
    broker.changed_();
  });
}

std::vector<SocketFault> SocketFaults::list() const {
  Implementation& broker = *implementation_;
  std::vector<SocketFault> faults;
  broker.on_broker_thread_([&] { faults = broker.shaper_.list(); });
  return faults;
}

}  // namespace pint
