"""The socket of the server: which address it is bound to, and how that address is opened from here."""

from __future__ import annotations

import ipaddress
import socket

from rag.errors import ConfigError


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def listen(host: str, port: int) -> socket.socket:
    """Return a bound socket; raises ConfigError in one sentence when that cannot be had."""
    name = host.strip("[]")
    family = socket.AF_INET6 if ":" in name else socket.AF_INET
    # asyncio sends at once (TCP_NODELAY) only where the protocol is named; else each answer waits 40 ms for the client
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    # lets a restarted server have its port back at once; on Windows it would let two servers share one
    if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((name, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        raise ConfigError(
            f"Cannot listen on {host} port {port}: {getattr(error, 'strerror', None) or error}",
            mend="Stop the program that uses it, or choose another port with --port.",
        ) from None
    return listener


def url_of(host: str, listener: socket.socket) -> str:
    """Return an address that this machine can open, whatever was bound."""
    name = host.strip("[]")
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(name, name)
    return f"http://{f'[{name}]' if ':' in name else name}:{listener.getsockname()[1]}/"
