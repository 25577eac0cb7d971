// Mutations: mistakes made on purpose in copies of src/core (see make_mutants.py), to see that the simulation
// notices them. Exactly one is on, or none.
#pragma once

#include <span>

namespace pint::sim {

[[nodiscard]] bool mutation_on(int index);
void switch_mutation_on(int index);  // -1: none
[[nodiscard]] std::span<const char* const> mutation_names();

}  // namespace pint::sim
