#include "sim/mutation.hpp"

#include <iterator>

namespace pint::sim {
namespace {

constexpr const char* kNames[] = {
#include "mutants/core/mutation_names.inc"
};

int on = -1;

}  // namespace

bool mutation_on(int index) { return index == on; }
void switch_mutation_on(int index) { on = index; }
std::span<const char* const> mutation_names() { return kNames; }

}  // namespace pint::sim
