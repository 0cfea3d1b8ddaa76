// What registered models and model versions can be searched by.
#pragma once

#include "libs/filter/grammar.h"

namespace rookery::registry {

const filter::Grammar& RegisteredModelGrammar();
const filter::Grammar& ModelVersionGrammar();

}  // namespace rookery::registry
