"""Texts in every encoding a journal may come in, whole and with broken bytes."""

# ruff: noqa: E501

from __future__ import annotations

import codecs
import random
from collections.abc import Iterator

from . import Case

SIMPLIFIED = (
    "村口的桥\n\n去年秋天，村里把旧桥拆了，请来县里的工程队重新修建。新桥长二十四米，宽六米，可以同时过两辆车。"
    "修桥的钱一半由县财政拨付，一半由村民自己筹集，谁家出了多少，都写在村委会门口的公告上。\n\n"
    "“以前下大雨，孩子们上学要绕十里路。”村民老陈说，“现在好了，出门就是桥。”他每天早上都要到桥上走一走，看看河水涨了没有。\n\n"
    "到了今年春天，桥头又开了一家小店，卖些种子、化肥和日用品。店主是从外地打工回来的年轻人，他说生意虽然不大，但是够一家人生活。\n"
)
TRADITIONAL = (
    "村口的橋\n\n去年秋天，村裡把舊橋拆了，請來縣裡的工程隊重新修建。新橋長二十四米，寬六米，可以同時過兩輛車。"
    "修橋的錢一半由縣財政撥付，一半由村民自己籌集，誰家出了多少，都寫在村委會門口的公告上。\n\n"
    "「以前下大雨，孩子們上學要繞十里路。」村民老陳說，「現在好了，出門就是橋。」他每天早上都要到橋上走一走，看看河水漲了沒有。\n"
)
JAPANESE = (
    "村の橋\n\n去年の秋、村では古い橋を取り壊し、新しい橋をかけた。長さは二十四メートル、幅は六メートルで、車が二台すれちがうことができる。"
    "費用の半分は県が出し、残りの半分は村の人たちが出しあった。\n\n雨の日には子どもたちが遠回りをしなければならなかったが、今はもうその心配はない。\n"
)
KOREAN = (
    "마을 다리\n\n지난해 가을 마을에서는 낡은 다리를 헐고 새 다리를 놓았다. 길이는 이십사 미터이고 너비는 육 미터로 차 두 대가 "
    "동시에 지나갈 수 있다. 비용의 절반은 군에서 내고 나머지는 마을 사람들이 모았다.\n\n비가 오면 아이들이 먼 길을 돌아서 학교에 가야 했지만 "
    "이제는 그런 걱정이 없다.\n"
)
WESTERN = (
    "The bridge\n\nLast autumn the village pulled its old bridge down and built a new one. It is twenty-four metres long, "
    "and the café beside it — “Chez Aurélie” — is naïvely busy. Half of the money came from the county, half from the people.\n\n"
    "When it rained, the children had to walk ten miles. “Now it’s easy,” says Señora Muñoz.\n"
)
RARE = (
    "村口的桥\n\n古书里写作\U00020000、\U0002a6d7和\U0003106c，今天的人多半不认得。全角的数字是２０２３，括号是（）。\n"
    * 3
)

_CHINESE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "gb18030")
_TEXTS = {
    "simplified": (SIMPLIFIED, (*_CHINESE, "gbk")),
    "traditional": (TRADITIONAL, (*_CHINESE, "big5", "big5hkscs")),
    "japanese": (JAPANESE, ("utf-8", "utf-16", "shift_jis", "euc_jp")),
    "korean": (KOREAN, ("utf-8", "utf-16", "euc_kr")),
    "western": (WESTERN, ("utf-8", "utf-16", "cp1252")),
    "rare": (RARE, _CHINESE),
}
LINE_ENDS = {"cr": "\r", "crlf": "\r\n", "nel": "\x85", "ls": "\u2028", "ps": "\u2029", "mixed": "\r\n\r"}


def broken(data: bytes, share: float, seed: int) -> bytes:
    """Return ``data`` with this share of its bytes changed at random, the byte order mark left alone."""
    chance = random.Random(seed)
    changed = bytearray(data)
    for place in range(4, len(data)):
        if chance.random() < share:
            changed[place] = chance.randrange(256)
    return bytes(changed)


def cases() -> Iterator[Case]:
    """Yield every text in every encoding: whole, 1 and 10 per cent broken, with zeros, and with other line ends."""
    for language, (text, encodings) in _TEXTS.items():
        for encoding in encodings:
            name = f"{language}-{encoding}"
            whole = text.encode(encoding)
            yield Case(f"{name}.txt", whole, text)
            yield Case(f"{name}.md", whole, text)
            for percent in (1, 10):
                for seed in range(2):
                    yield Case(f"{name}-broken-{percent}-{seed}.txt", broken(whole, percent / 100, seed))
            yield Case(f"{name}-zeros.txt", text.replace("。", "。\0").encode(encoding))
            yield Case(f"{name}-odd.txt", whole[:-1])
        for end, mark in LINE_ENDS.items():
            yield Case(f"{language}-{end}.txt", text.replace("\n", mark).encode("utf-8"), text)
    yield from _pages()
    yield Case("surrogates.txt", (SIMPLIFIED + "\ud800\udc00 \udfff").encode("utf-8", "surrogatepass"))
    yield Case("surrogates-16.txt", codecs.BOM_UTF16_LE + (SIMPLIFIED + "\ud800").encode("utf-16-le", "surrogatepass"))
    yield Case("two-marks.txt", codecs.BOM_UTF8 * 2 + SIMPLIFIED.encode(), SIMPLIFIED)
    yield Case("two-encodings.txt", SIMPLIFIED.encode() + TRADITIONAL.encode("big5"))


def _pages() -> Iterator[Case]:
    for language, (text, encodings) in _TEXTS.items():
        for encoding in encodings:
            if "16" not in encoding and "32" not in encoding:
                charset = encoding.removesuffix("-sig")
                body = "".join(f"<p>{part}</p>" for part in text.split("\n") if part)
                page = f'<html><head><meta charset="{charset}"></head><body>{body}</body></html>'
                yield Case(f"{language}-{encoding}.html", page.encode(encoding), text)
