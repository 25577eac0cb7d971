// Stub, and the part of TestBroker that is about stubs.
#include <pint/stub.hpp>

#include <stdexcept>

#include "testkit/record_text.hpp"
#include "testkit/stub_table.hpp"
#include "testkit/verification.hpp"
#include "testkit/workbench.hpp"

namespace pint {
namespace {

using testkit::Journal;
using testkit::StubTable;
using testkit::Workbench;

void with_stubs(Workbench& bench, const std::function<void(StubTable&)>& work) {
  bench.run([&](RunningBroker&) { work(bench.panel().stubs()); });
}

// A stub's record comes after its message's; only faults that were applied meanwhile may come between.
bool is_answered(const Journal& journal, const Record& message) {
  for (std::uint64_t next = message.sequence + 1; next <= journal.last(); ++next) {
    const RecordKind kind = journal.record(next).kind;
    if (kind != RecordKind::fault_applied) return kind == RecordKind::stub_called;
  }
  return false;
}

}  // namespace

const std::string& Stub::name() const { return stub_->name; }

std::size_t Stub::hits() const {
  std::size_t hits = 0;
  with_stubs(*bench_, [&](StubTable&) { hits = stub_->hits; });
  return hits;
}

void Stub::verify(Times times, std::optional<std::chrono::nanoseconds> within) const {
  bench_->refuse_in_handler("Stub::verify()");
  const testkit::Verified verified = testkit::verify(*bench_, stub_called(name()), times, within);
  if (!verified.verdict) throw TestFailure(verified.verdict.explanation);
  std::string failure;
  with_stubs(*bench_, [&](StubTable&) { failure = stub_->failure; });
  if (!failure.empty()) throw TestFailure(testkit::in_quotes(name()) + " failed: " + failure);
}

void Stub::remove() {
  with_stubs(*bench_, [&](StubTable& stubs) { stubs.remove(*stub_); });
}

Stub TestBroker::add_stub(const StubPlan& plan) {
  std::shared_ptr<testkit::AddedStub> added;
  with_stubs(*workbench_, [&](StubTable& stubs) { added = stubs.add(plan); });
  return {*workbench_, std::move(added)};
}

std::string TestBroker::scenario_state(std::string_view scenario) const {
  std::string state;
  with_stubs(*workbench_, [&](const StubTable& stubs) { state = stubs.state(scenario); });
  return state;
}

void TestBroker::set_scenario_state(std::string_view state, std::string_view scenario) {
  with_stubs(*workbench_, [&](StubTable& stubs) { stubs.set_state(scenario, state); });
}

std::vector<Record> TestBroker::unanswered(const Pattern& request) const {
  if (request.kind() != RecordKind::published) {
    throw std::invalid_argument("only messages are answered: unanswered() takes published(…), not \"" +
                                request.describe() + '"');
  }
  std::vector<Record> records;
  workbench_->read([&](const Journal& journal) {
    records = journal.query(request);
    std::erase_if(records, [&](const Record& message) { return is_answered(journal, message); });
  });
  return records;
}

}  // namespace pint
