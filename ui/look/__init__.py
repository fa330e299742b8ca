"""How the page looks: our styles and scripts, put into its head, and the seal."""

from __future__ import annotations

from pathlib import Path

STYLES = tuple(Path(__file__).with_name(name) for name in ("style.css", "reader.css", "rooms.css", "manage.css"))
SCRIPTS = tuple(Path(__file__).with_name(name) for name in ("page.js", "manage.js"))
ICON = Path(__file__).with_name("favicon.svg")


def head() -> str:
    """Return what stands in the head of the page; Gradio's css= would prefix every selector, those on :root too."""
    styles = "".join(f"<style>{path.read_text('utf-8')}</style>" for path in STYLES)
    return styles + "".join(f"<script>{path.read_text('utf-8')}</script>" for path in SCRIPTS)
