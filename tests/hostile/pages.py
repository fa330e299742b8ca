"""Web pages, Markdown, plain texts, tables and JSON made to be slow, deep or misleading."""

# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Iterator

from . import Case, mutated, truncated

_SENTENCE = "村口的桥修好了，大家都很高兴。"
_PAGE = (
    "<html><head><title>村口的桥</title><meta name=author content=老陈></head><body><h1>村口的桥</h1><p>"
    + f"{_SENTENCE}</p><ul><li>一</li><li>二</li></ul><table><tr><th>年</th><th>米</th></tr><tr><td>1</td><td>2</td>"
    + "</tr></table><p>" + _SENTENCE * 5 + "</p></body></html>"
)  # fmt: skip
_NOTE = (
    f"# 村口的桥\n\n作者：老陈\n\n{_SENTENCE * 5}\n\n| 年 | 米 |\n|---|---|\n| 1 | 2 |\n\n- 一\n- 二\n\n> {_SENTENCE}\n"
)
_TABLE = "标题,作者,正文\n" + f"村口的桥,老陈,{_SENTENCE}\n" * 5
_RECORDS = (
    '[{"title": "村口的桥", "author": "老陈", "text": "' + _SENTENCE * 3 + '", "tags": ["a", {"b": [1, 2.5, null]}]}]'
)


def cases() -> Iterator[Case]:
    """Yield pages, texts, tables and records."""
    yield from _pages()
    yield from _texts()
    yield from _tables()
    for name, text, changes in (("p.html", _PAGE, 200), ("m.md", _NOTE, 150), ("t.csv", _TABLE, 100), ("r.json", _RECORDS, 100)):  # fmt: skip
        yield from mutated(name, text.encode(), changes, 5)
        yield from truncated(name, text.encode(), 25)


def _pages() -> Iterator[Case]:
    bodies = {
        "deep": "<div>" * 100_000 + _SENTENCE,
        "deep-tables": "<table><tr><td>" * 3_000 + _SENTENCE,
        "deep-spans": "<p>" + "<span>" * 50_000 + _SENTENCE,
        "deep-lists": "<ul><li>" * 5_000 + _SENTENCE,
        "attributes": "<p " + " ".join(f"a{n}=1" for n in range(1_000_000)) + f">{_SENTENCE}</p>",
        "one-attribute": f'<p title="{"x" * 5_000_000}">{_SENTENCE}</p>',
        "open-script": f"<p>{_SENTENCE}</p><script>" + "while(1){}" * 1_000,
        "open-comment": f"<p>{_SENTENCE}</p><!--" + "-" * 100_000,
        "open-tag": f"<p>{_SENTENCE}</p><p " + "a" * 100_000,
        "base": f'<base href="http://127.0.0.1:9/"><img src=x><p>{_SENTENCE}</p>',
        "refresh": f'<meta http-equiv="refresh" content="0;url=http://127.0.0.1:9/"><p>{_SENTENCE}</p>',
        "svg": f"<svg><foreignObject><p>{_SENTENCE}</p></foreignObject></svg><math><mtext>x</mtext></math><p>{_SENTENCE}",
        "links": f'<a href="javascript:alert(1)">{_SENTENCE}</a><a href="data:text/html,x">x</a>' * 2_000,
        "data": f'<img src="data:image/png;base64,{"A" * 3_000_000}"><p>{_SENTENCE}</p>',
        "entities": f"<p>{_SENTENCE}{'&amp;' * 500_000}</p>",
        "bad-entities": "<p>&#x110000;&#xd800;&#0;&#99999999999999999999;&nosuch;</p>" + _SENTENCE,
        "doctype": f'<!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/passwd">]><p>{_SENTENCE}&a;</p>',
        "rows": "<table>" + "<tr><td>a</td><td>b</td></tr>" * 20_000 + "</table>",
        "cells": "<table><tr>" + "<td>a</td>" * 20_000 + "</tr></table>",
        "breaks": f"<p>{_SENTENCE}<br>" * 20_000,
        "headings": "".join(f"<h{n % 6 + 1}>第{n}章</h{n % 6 + 1}>" for n in range(10_000)),
        "nothing": "<html><head></head><body><script>1</script></body></html>",
        "formatting": "<b><i><u>" * 2_000 + _SENTENCE + "</u></b></i>" * 2_000,
    }
    for name, body in bodies.items():
        yield Case(f"{name}.html", body.encode())
    codecs = ("rot13", "base64", "zlib", "bz2", "hex", "punycode", "idna", "unicode_escape", "raw_unicode_escape",
              "undefined", "utf-7", "mbcs", "../etc/passwd", "utf-16", "iso-2022-jp", "hz", "cp037", "x-user-defined")  # fmt: skip
    for codec in codecs:
        page = f'<meta charset="{codec}"><p>{_SENTENCE * 3}</p>'.encode("gb18030")
        yield Case(f"charset-{codec.replace('/', '-')}.html", page)
        yield Case(f"charset-{codec.replace('/', '-')}-long.html", page * 3_000)


def _texts() -> Iterator[Case]:
    shapes = {
        "one-letter": "a" * 300_000 + "!",
        "one-character": "桥" * 300_000,
        "one-sentence": _SENTENCE * 20_000,
        "no-stop": ("村口的桥修好了，" * 20_000),
        "only-punctuation": "，。！？；：" * 30_000,
        "only-spaces": " " * 500_000,
        "only-full-width-spaces": "\u3000" * 300_000,
        "spaces-and-an-end": " " * 300_000 + "桥",
        "only-line-ends": "\n" * 500_000,
        "short-lines": "桥\n" * 50_000,
        "dots": "目录\n" + "".join(f"第{n}条……………………{n}\n" for n in range(5_000)),
        "dashes": "—" * 200_000,
        "numbers": "1.\n" * 30_000,
        "parts": "".join(f"第{n}章 桥\n" for n in range(10_000)),
        "bylines": "桥的修建\n作者：老陈\n" * 5_000,
        "names": "张三 李四 王五\n" * 10_000,
        "spaced": "村 口 的 桥 修 好 了\n" * 10_000,
        "brackets": "（" * 100_000,
        "quotes": "“" * 100_000,
        "marks": "a\u0301" * 100_000,
        "joined-signs": "\U0001f468\u200d" * 50_000,
        "right-to-left": "\u202e桥" * 50_000,
        "tags": "\U000e0041" * 50_000,
        "pages": "村口的桥\n\f" * 10_000,
        "words": " ".join(f"w{n}" for n in range(60_000)),
        "hyphens": "brid-\n" * 30_000,
        "dates": "2023年第2期 2023年2月3日\n" * 10_000,
        "distinct": "".join(chr(0x4E00 + n % 20_000) for n in range(100_000)),
    }
    for name, text in shapes.items():
        yield Case(f"{name}.txt", text.encode())
    marked = {
        "stars": "*" * 100_000 + "a",
        "star-words": "*a " * 30_000,
        "links": "[" * 50_000 + "a",
        "link-pairs": "[a](b" * 20_000,
        "images": "![a" * 20_000,
        "quotes": ">" * 50_000 + "a",
        "quote-lines": "".join(f"{'> ' * (n % 200)}桥\n" for n in range(5_000)),
        "comments": "<!--" * 20_000,
        "headings": "".join(f"{'#' * (n % 6 + 1)} 第{n}节\n\n桥。\n\n" for n in range(5_000)),
        "hashes": "#" * 100_000,
        "fences": "```\n" * 20_001 + "桥",
        "table": "|" + "a|" * 20_000 + "\n|" + "-|" * 20_000 + "\n",
        "rows": "| 年 | 米 |\n|---|---|\n" + "| 1 | 2 |\n" * 20_000,
        "open-front-matter": "---\n" + "title: 桥\n" * 20_000,
        "front-matter": "---\n" + "&a [" * 10_000 + "\n---\n桥",
        "footnotes": "[^a]: 桥\n" * 20_000,
        "tags": "<div>" * 20_000,
        "rules": "---\n" * 30_000,
        "under": "桥\n===\n" * 10_000,
    }
    for name, text in marked.items():
        yield Case(f"md-{name}.md", text.encode())


def _tables() -> Iterator[Case]:
    tables = {
        "columns": ",".join(f"c{n}" for n in range(100_000)) + "\n" + "1," * 100_000 + "\n",
        "rows": "标题,正文\n" + f"桥,{_SENTENCE}\n" * 20_000,
        "open-quote": '标题,正文\n"' + "桥,\n" * 200_000,
        "quotes": '"' * 300_000,
        "long-field": "标题,正文\n桥," + "桥" * 500_000 + "\n",
        "zeros": "标题,正文\n桥\0,\0\n" + _TABLE,
        "formulas": "标题,正文\n=cmd|' /C calc'!A0,@SUM(1)\n",
        "ragged": "".join("桥," * (n % 50) + "\n" for n in range(5_000)),
        "semicolons": _TABLE.replace(",", ";"),
        "no-line-end": "标题,正文\r桥,好\r",
        "nothing": ",,,,\n" * 1_000,
    }
    for name, text in tables.items():
        yield Case(f"{name}.csv", text.encode())
    records = {
        "deep-list": "[" * 100_000,
        "deep-whole": "[" * 5_000 + "]" * 5_000,
        "deep-keys": '{"a":' * 100_000 + "1" + "}" * 100_000,
        "long-number": '[{"title": "桥", "text": ' + "9" * 1_000_000 + "}]",
        "no-number": '[{"title": NaN, "text": -Infinity, "body": 1e999}]',
        "twice": '[{"text": "桥", "text": "' + _SENTENCE + '"}]',
        "half-pair": '[{"title": "\\ud800", "text": "\\udfff' + _SENTENCE + '"}]',
        "zeros": '[{"title": "a\\u0000b", "text": "' + _SENTENCE + '\\u0000"}]',
        "many-keys": "{" + ",".join(f'"k{n}": "桥"' for n in range(100_000)) + "}",
        "many-records": "[" + ",".join(['{"title": "桥", "text": "' + _SENTENCE + '"}'] * 10_000) + "]",
        "only-null": "null",
        "only-text": '"' + _SENTENCE + '"',
        "wrong-types": '[{"title": ["桥"], "text": {"a": 1}, "date": [], "author": {"name": null}}, 1, null, []]',
        "paths": '[{"title": "../../etc/passwd", "text": "' + _SENTENCE + '", "source": "/etc/passwd", "id": "../x"}]',
    }
    for name, text in records.items():
        yield Case(f"{name}.json", text.encode())
        yield Case(f"{name}.jsonl", text.encode() + b"\n{broken\n" + text.encode())
