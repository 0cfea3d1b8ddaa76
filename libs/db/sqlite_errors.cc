#include "libs/db/sqlite_errors.h"

#include <cerrno>

namespace rookery::db {

Fault SqliteFault(int code, int system_errno) {
  switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return Fault::kUniqueKeyTaken;
    case SQLITE_IOERR_NOMEM:
      return Fault::kOutOfMemory;
    case SQLITE_IOERR_CORRUPTFS:
      return Fault::kDamaged;
    default:
      break;
  }
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
      return Fault::kConstraint;
    case SQLITE_TOOBIG:
      return Fault::kTooLarge;
    case SQLITE_INTERRUPT:
      return Fault::kTimeout;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return Fault::kBusy;
    case SQLITE_FULL:
      return Fault::kDiskFull;
    case SQLITE_READONLY:
      return Fault::kReadOnly;
    case SQLITE_NOMEM:
      return Fault::kOutOfMemory;
    case SQLITE_IOERR:
      // A file's size limit (EFBIG) and a quota are full disks to whoever must free space.
      return system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG
                 ? Fault::kDiskFull
                 : Fault::kDiskError;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Fault::kDamaged;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return Fault::kUnreachable;
    default:
      return Fault::kBug;
  }
}

}  // namespace rookery::db
