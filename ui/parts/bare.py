"""A page that is whole in itself, beside the chat: nothing is loaded, no script runs."""

from __future__ import annotations

from ui.parts.markup import escape
from ui.words import say

STYLE = """
:root{color-scheme:light dark;--paper:#f7f5f0;--card:#fffdf9;--ink:#22252a;--line:#d9d4c8;--teal:#0f766e;--bad:#a4262c}
@media(prefers-color-scheme:dark){:root{--paper:#15171a;--card:#1d2024;--ink:#e8e6e1;--line:#3a3f45;--teal:#2dd4bf;--bad:#f1959b}}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--paper);color:var(--ink);
font:16px/1.6 -apple-system,"Segoe UI","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",system-ui,sans-serif}
main{width:min(22rem,calc(100vw - 2rem));background:var(--card);border:1px solid var(--line);border-radius:12px;
padding:2rem;box-sizing:border-box}
h1{margin:0 0 1.2rem;font-size:1.4rem}h1 span{font-weight:400;opacity:.75}
label{display:block;margin:.9rem 0 .25rem}
input{width:100%;box-sizing:border-box;font:inherit;color:inherit;background:var(--paper);border:1px solid var(--line);
border-radius:8px;padding:.55rem .7rem}
button{width:100%;margin-top:1.4rem;font:inherit;font-weight:600;padding:.6rem;border:0;border-radius:8px;
background:var(--teal);color:var(--card);cursor:pointer}
:focus-visible{outline:3px solid var(--teal);outline-offset:2px}
p{overflow-wrap:anywhere}a{color:var(--teal)}
[role=alert]{color:var(--bad);margin:0 0 .6rem}
"""


def bare_html(lang: str, title: str, body: str) -> str:
    """Return the page; ``body`` is HTML, ``title`` is text."""
    return (
        f'<!doctype html><html lang="{say(lang, "tag")}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Wenju · {escape(title)}</title><style>{STYLE}</style></head><body><main>"
        f"<h1>Wenju <span>{escape(title)}</span></h1>{body}</main></body></html>"
    )
