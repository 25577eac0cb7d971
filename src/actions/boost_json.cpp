// The one place where Boost.JSON is compiled: as source, so that no Boost library has to be linked.
#include <boost/json/src.hpp>
