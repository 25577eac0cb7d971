// The handle: each call runs on the broker thread, and what it throws there is thrown to the caller.
#include <pint/fault.hpp>

#include <exception>
#include <utility>

#include "testkit/fault_plan.hpp"

namespace pint {
namespace {

template <class Call>
auto run(const Faults::Executor& executor, Call call) {
  std::optional<decltype(call())> result;
  std::exception_ptr thrown;
  executor([&] {
    try {
      result = call();
    } catch (...) {
      thrown = std::current_exception();
    }
  });
  if (thrown) std::rethrow_exception(thrown);
  return std::move(result).value();
}

}  // namespace

std::string Faults::add(Fault fault) {
  return run(executor_, [&] { return plan_->add(std::move(fault)); });
}

bool Faults::remove(std::string_view name) {
  return run(executor_, [&] { return plan_->remove(name); });
}

void Faults::clear() {
  run(executor_, [&] {
    plan_->clear();
    return true;
  });
}

std::size_t Faults::release(std::string_view name) {
  return run(executor_, [&] { return plan_->release(name); });
}

void Faults::next(PacketType type, std::vector<Outcome> outcomes, std::string_view client) {
  run(executor_, [&] {
    plan_->next(type, std::move(outcomes), client);
    return true;
  });
}

std::uint64_t Faults::applied(std::string_view name) const {
  return run(executor_, [&] { return plan_->applied(name); });
}

std::vector<FaultState> Faults::list() const {
  return run(executor_, [&] { return plan_->list(); });
}

}  // namespace pint
