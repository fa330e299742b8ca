"""How much one file may cost: bytes, memory, time, and what it may unfold to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes are in bytes, times in seconds; each holds for one file, whatever it holds inside.

    ``memory`` is the address space of the process that reads it, ``cpu_seconds`` what it may compute and ``seconds``
    what may pass by the clock. A member of an archive may be at most ``ratio`` times larger than it is packed, once
    it is larger than ``ratio_from``.
    """

    file_bytes: int = 50_000_000  # a journal issue is under one megabyte; what is larger is an archive or a scan
    memory: int = 1 << 30
    cpu_seconds: int = 60
    seconds: int = 120
    open_files: int = 64
    written_bytes: int = 1 << 20  # nothing is written by reading; a library may want a scratch file
    answer_bytes: int = 64_000_000  # of articles, as JSON; the one who asked holds them all at once
    unpacked_bytes: int = 200_000_000
    member_bytes: int = 64_000_000
    members: int = 2_000
    ratio: int = 100
    ratio_from: int = 1_000_000
    xml_depth: int = 256


LIMITS = Limits()
