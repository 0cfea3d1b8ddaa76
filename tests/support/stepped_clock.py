"""The wall clock of one running program is set, and nobody else's.

A static program cannot be preloaded into, and it asks for the time without a system call: by the
kernel's code that is mapped into each process (the vDSO). That mapping is the process's own, so
what is written there is seen by it alone. Monotonic clocks stay as they are, as when an
administrator sets the clock. What a thread has asked the kernel to wait for is not moved: a wait
until a wall time that was reckoned an hour ahead lasts an hour, as it would after a step back.
"""

import contextlib
import platform
import re
import signal
import struct
from pathlib import Path

from tests.support.waiting import wait_for

# For x86-64: an offset in seconds, then what adds it to the kernel's answers.
CODE = bytes.fromhex(
    "0000000000000000"  # offset: .quad 0
    # clock_gettime: mov $228,%eax; syscall; test %edi,%edi; jz 1f; cmp $5,%edi; jne 2f
    # 1: mov offset(%rip),%rcx; add %rcx,(%rsi)   (0 is CLOCK_REALTIME, 5 its coarse form)
    # 2: ret
    "b8e40000000f0585ff740583ff05750a488b0de1ffffff48010ec3"
    # gettimeofday: mov $96,%eax; syscall; test %rdi,%rdi; jz 2f
    # mov offset(%rip),%rcx; add %rcx,(%rdi); 2: ret
    "b8600000000f054885ff740a488b0dcaffffff48010fc3"
    # time: mov $201,%eax; syscall; add offset(%rip),%rax; test %rdi,%rdi; jz 2f
    # mov %rax,(%rdi); 2: ret
    "b8c90000000f05480305b8ffffff4885ff7403488907c3"
)
ENTRIES = {"__vdso_clock_gettime": 8, "__vdso_gettimeofday": 35, "__vdso_time": 58}
DYNSYM = 11


def can_step():
    return platform.machine() == "x86_64" and platform.system() == "Linux"


class SteppedClock:
    """Of a tests.support.program.Program that runs; of its next life there is another."""

    def __init__(self, program):
        self._program = program
        self._proc = Path(f"/proc/{program.pid}")
        maps = (self._proc / "maps").read_text()
        begin, end = re.search(r"^(\w+)-(\w+) .*\[vdso\]$", maps, re.M).groups()
        self._begin, self._end = int(begin, 16), int(end, 16)
        with self._stopped():
            self._patch()

    def set(self, seconds):
        """Its wall clock is so many seconds ahead of the machine's from now on."""
        self._write(self._code, struct.pack("<q", seconds))

    def _patch(self):
        with (self._proc / "mem").open("rb") as memory:
            memory.seek(self._begin)
            image = memory.read(self._end - self._begin)
        # Behind the image the page is empty.
        used = len(image.rstrip(b"\0")) + 64 & ~63
        assert used + len(CODE) <= len(image), "the vDSO has no room"
        self._code = self._begin + used
        self._write(self._code, CODE)
        functions = symbols(image)
        for name, at in ENTRIES.items():
            entry = functions[name]
            # jmp rel32
            jump = b"\xe9" + struct.pack("<i", used + at - (entry + 5))
            self._write(self._begin + entry, jump)

    def _write(self, address, data):
        with (self._proc / "mem").open("r+b", buffering=0) as memory:
            memory.seek(address)
            assert memory.write(data) == len(data)

    @contextlib.contextmanager
    def _stopped(self):
        """With all threads stopped, none of them in what is to be written."""
        while True:
            self._program.signal(signal.SIGSTOP)
            try:
                wait_for(lambda: is_stopped(self._program))
                if not any(self._begin <= at < self._end for at in self._counters()):
                    yield
                    return
            finally:
                self._program.signal(signal.SIGCONT)

    def _counters(self):
        # "number ARGUMENTS stack-pointer program-counter", or "-1" and the last two.
        for call in self._proc.glob("task/*/syscall"):
            yield int(call.read_text().split()[-1], 16)


def is_stopped(program):
    """Whether a SIGSTOP has reached all of its threads."""
    stats = Path(f"/proc/{program.pid}").glob("task/*/stat")
    return all(stat.read_text().rpartition(")")[2].split()[0] == "T" for stat in stats)


def symbols(image):
    """The addresses of an ELF image's dynamic symbols."""
    table, entry_size, count = (
        struct.unpack_from("<Q", image, 0x28)[0],
        *struct.unpack_from("<HH", image, 0x3A),
    )
    sections = [
        struct.unpack_from("<IIQQQQIIQQ", image, table + i * entry_size) for i in range(count)
    ]
    found = {}
    for _, kind, _, _, offset, size, link, _, _, each in sections:
        if kind != DYNSYM:
            continue
        names = sections[link][4]
        for at in range(offset, offset + size, each):
            name, _, _, _, value, _ = struct.unpack_from("<IBBHQQ", image, at)
            end = image.index(b"\0", names + name)
            found[image[names + name : end].decode()] = value
    return found
