// Messages for tests that hold for all messages.
#pragma once

#include <google/protobuf/message.h>

#include <random>

namespace rookery::transcode::testing {

// Fills about half of the fields of `message`, an empty one, with values that are extreme as often
// as not: zeros, limits, NaN-free doubles of any size, strings with escapes and any Unicode. Leaves
// out messages of google.protobuf.
void RandomMessage(std::mt19937* random, google::protobuf::Message* message);

}  // namespace rookery::transcode::testing
