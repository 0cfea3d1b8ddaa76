// What logged models can be searched by.
#pragma once

#include "libs/filter/grammar.h"

namespace rookery::tracking {

const filter::Grammar& LoggedModelGrammar();

}  // namespace rookery::tracking
