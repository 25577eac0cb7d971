// The broker's process: serve one scenario's broker until the driver closes the control socket.
#pragma once

#include "overload/scenario.hpp"

namespace pint::overload {

// Answers on `control`: first the port; then to each line "figures", "jump SECONDS" or "trim" what it asks
// for. Returns the exit code.
int serve(const Scenario& scenario, Scale scale, int control);

}  // namespace pint::overload
