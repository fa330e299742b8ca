"""The lock of an open file as the system offers it: ``flock``, or ``LockFileEx`` on Windows."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    import ctypes
    import msvcrt
    from ctypes import wintypes

    _AT_ONCE, _EXCLUSIVE, _TAKEN = 1, 2, 33
    _BEYOND = 0x7FFF0000  # Windows keeps others from reading what is locked, so lock a byte that no file reaches

    class _Overlapped(ctypes.Structure):
        _fields_ = (
            ("internal", ctypes.c_size_t),
            ("internal_high", ctypes.c_size_t),
            ("offset", wintypes.DWORD),
            ("offset_high", wintypes.DWORD),
            ("event", wintypes.HANDLE),
        )

    def try_lock(handle: int, *, shared: bool) -> bool:
        """Take the lock until ``handle`` is closed; False at once when someone else has it."""
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        place = _Overlapped(offset=_BEYOND)
        how = _AT_ONCE | (0 if shared else _EXCLUSIVE)
        file = wintypes.HANDLE(msvcrt.get_osfhandle(handle))
        if kernel.LockFileEx(file, how, 0, 1, 0, ctypes.byref(place)):
            return True
        if ctypes.get_last_error() != _TAKEN:
            raise ctypes.WinError(ctypes.get_last_error())
        return False

else:
    import fcntl

    def try_lock(handle: int, *, shared: bool) -> bool:
        """Take the lock until ``handle`` is closed; False at once when someone else has it."""
        try:
            fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
