// Any bytes, read as a segment of a spool.
#pragma once

#include <string>
#include <string_view>

#include "libs/base/status.h"

namespace rookery::spool::fuzz {

// What a text begins with: which bytes of the spool the rest of it replaces. The spool has two
// segments, each with records of two lanes.
enum : char {
  kOfFirst = 1,    // those of the first segment; else of the last
  kHead = 2,       // its head, too; else what follows it
  kAsItIs = 4,     // else its checksums are made to fit, which a fuzzer never guesses
  kEndsThere = 8,  // the file ends where the text does; else zeros follow, as in a new segment
};

// The segment's bytes as such a text, up to the last that is not zero.
std::string AsText(char replaces, std::string_view segment);
// The segments of a spool that nobody damaged, the first one first.
std::string UndamagedSegment(bool first);

// Opens the spool that has the text in it, as `inspect` and as a sidecar do, and reads and appends
// as a sidecar does. Whatever the bytes are, it must open (or be of a later version or another
// producer, and say so) and come to an end. With checksums as they are, which is all that a disk
// can do, it must tell what it reads in order and nothing twice, too, and go on with numbers that
// no record has. INTERNAL, with what was found, if that is not so.
Status ReadAnything(std::string_view text);

}  // namespace rookery::spool::fuzz
