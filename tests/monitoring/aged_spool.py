"""A spool as if it had been written earlier: docs/formats/spool.md."""

import struct
import zlib

# Where the fields of a segment's header are.
SIZE_AT, CRC_AT, NUMBER_AT, BEGUN_AT = 16, 20, 24, 64
# Of a record's, which has 48 bytes and begins at a multiple of 8.
MAGIC = b"\x52\x53"
RECORD_CRC_AT, PAYLOAD_BYTES_AT, RECEIVED_AT = 4, 8, 40
RECORD_BYTES = 48
ALIGNMENT = 8


def age(spool, seconds):
    """All that is in the spool was received so many seconds before."""
    for file in spool.glob("0*.log"):
        segment = bytearray(file.read_bytes())
        _age_records(segment, seconds)
        _age_header(segment, seconds)
        file.write_bytes(segment)


def _age_header(segment, seconds):
    (size,) = struct.unpack_from("<I", segment, SIZE_AT)
    _move_back(segment, BEGUN_AT, seconds)
    crc = zlib.crc32(segment[CRC_AT + 4 : size], zlib.crc32(segment[:CRC_AT]))
    struct.pack_into("<I", segment, CRC_AT, crc)


def _age_records(segment, seconds):
    (at,) = struct.unpack_from("<I", segment, SIZE_AT)
    while _is_record(segment, at):
        _move_back(segment, at + RECEIVED_AT, seconds)
        struct.pack_into("<I", segment, at + RECORD_CRC_AT, _crc_of_record(segment, at))
        (payload,) = struct.unpack_from("<I", segment, at + PAYLOAD_BYTES_AT)
        at += -(-(RECORD_BYTES + payload) // ALIGNMENT) * ALIGNMENT


def _is_record(segment, at):
    """Behind the last one there may be some of the file's earlier life."""
    if segment[at : at + 2] != MAGIC:
        return False
    (crc,) = struct.unpack_from("<I", segment, at + RECORD_CRC_AT)
    return crc == _crc_of_record(segment, at)


def _crc_of_record(segment, at):
    place = segment[NUMBER_AT : NUMBER_AT + 8] + struct.pack("<Q", at)
    before = zlib.crc32(place + segment[at : at + RECORD_CRC_AT])
    return zlib.crc32(segment[at + PAYLOAD_BYTES_AT : at + RECORD_BYTES], before)


def _move_back(segment, at, seconds):
    (time_ns,) = struct.unpack_from("<q", segment, at)
    struct.pack_into("<q", segment, at, time_ns - seconds * 1_000_000_000)
