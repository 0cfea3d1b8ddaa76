// What runs and experiments can be searched by.
#pragma once

#include "libs/filter/grammar.h"

namespace rookery::tracking {

const filter::Grammar& RunGrammar();
const filter::Grammar& ExperimentGrammar();

}  // namespace rookery::tracking
