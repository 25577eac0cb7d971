#include "sim/schedule.hpp"

#include "sim/chance.hpp"

namespace pint::sim {

using namespace std::chrono_literals;

namespace {

struct Row {
  ActionKind kind;
  unsigned weight;
  Faults from;  // the least faults with which it happens
};

constexpr Row kRows[] = {
    {ActionKind::connect, 10, Faults::off},     {ActionKind::publish, 45, Faults::off},
    {ActionKind::subscribe, 14, Faults::off},   {ActionKind::unsubscribe, 4, Faults::off},
    {ActionKind::ping, 3, Faults::off},         {ActionKind::disconnect, 3, Faults::off},
    {ActionKind::cut, 4, Faults::light},        {ActionKind::vanish, 1, Faults::light},
    {ActionKind::crash, 1, Faults::light},      {ActionKind::stop_reading, 2, Faults::off},
    {ActionKind::read_on, 3, Faults::off},      {ActionKind::hold_answers, 2, Faults::off},
    {ActionKind::give_answers, 3, Faults::off}, {ActionKind::storm, 1, Faults::off},
    {ActionKind::misbehave, 1, Faults::light},  {ActionKind::application_publishes, 4, Faults::off},
    {ActionKind::rule, 1, Faults::off},         {ActionKind::application_disconnects, 1, Faults::light},
    {ActionKind::restart, 1, Faults::light},
};

ActionKind choose(Chance& chance, Faults faults) {
  unsigned total = 0;
  for (const Row& row : kRows) total += row.from <= faults ? row.weight : 0;
  std::uint64_t left = chance.below(total);
  for (const Row& row : kRows) {
    if (row.from > faults) continue;
    if (left < row.weight) return row.kind;
    left -= row.weight;
  }
  return ActionKind::connect;
}

// Mostly close together; sometimes long enough for something to expire.
Duration gap(Chance& chance) {
  if (chance.one_in(60)) return chance.below(60'000) * 1ms;
  if (chance.one_in(8)) return chance.below(3'000) * 1ms;
  return chance.below(20'000) * 1us;
}

}  // namespace

Schedule make_schedule(const Setup& setup) {
  Chance chance(setup.seed * 3 + 2);
  Schedule schedule;
  Time at{1'000s};
  for (unsigned client = 0; client < setup.clients; ++client) {
    schedule.push_back({at, ActionKind::connect, client, chance.next()});
  }
  while (schedule.size() < setup.steps) {
    at += gap(chance);
    const ActionKind kind = choose(chance, setup.faults);
    schedule.push_back({at, kind, static_cast<unsigned>(chance.below(setup.clients)), chance.next()});
  }
  return schedule;
}

}  // namespace pint::sim
