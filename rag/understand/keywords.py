"""Keywords as the question that they stand for: 寿宁 听证会 主持人 asks who, "Ludu bridge length" how much."""

from __future__ import annotations

import re

from rag.text import fold, language

_ASKED = re.compile(
    r"什么|哪|谁|多少|几[个家名人次条年月天]|怎么|如何|为何|是否|吗|呢|何[时处人]|[?？]|"
    r"\b(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did)\b"
)
_CHINESE = (
    (
        "是谁",
        "主持人|作者|负责人|主任|局长|市长|县长|区长|书记|组长|主编|校长|馆长|队长|发起人|记者|撰稿人|编辑|姓名|带队人|"
        "秘书长",
    ),
    ("是什么时候", "时间|日期|年份|年代|生日|[^ ]{0,6}(?:时间|日期)"),
    ("在哪里", "地点|地址|位置|会场|[^ ]{0,4}(?:地点|地址)"),
    (
        "是多少",
        "数量|人数|面积|长度|高度|总?投资|总?金额|造价|价格|票价|[^ ]{0,4}(?:费用|工资|补贴|率)|比例|总数|数|件数|次数|"
        "票数",
    ),
    ("是什么原因", "原因|理由"),
    ("是怎么做的", "办法|做法|措施|流程|步骤|方法|经验"),
    ("是什么意思", "定义|含义|意思|概念"),
    ("有哪些", "名单|清单|种类|类别|内容|项目|指标|要求"),
)
_ENGLISH = (
    ("Who is", "author|editor|chairman|chair|mayor|director|head|librarian|writer|secretary"),
    ("When was", "date|year|time|opening date"),
    ("Where is", "location|place|address|venue|site"),
    ("How much is", "number|cost|price|budget|population|area|length|fee|fine|share|rate|percentage|total"),
    ("Why is", "reason|cause|reasons|causes"),
    ("What is", "definition|meaning"),
)
_MAX_WORDS = 8


def as_question(query: str) -> str | None:
    """Return keywords as a question; None for what is one already, or where no keyword tells what is asked."""
    words = query.split()
    if not 2 <= len(words) <= _MAX_WORDS or _ASKED.search(fold(query)):
        return None
    if language(query) == "en":
        last = fold(words[-1])
        opening = next((said for said, keys in _ENGLISH if re.fullmatch(keys, last)), None)
        return f"{opening} the {' '.join(words[-1:])} of {' '.join(words[:-1])}?" if opening else None
    for place, word in reversed(list(enumerate(words))):
        ending = next((said for said, keys in _CHINESE if re.fullmatch(keys, fold(word))), None)
        if ending:
            others = "".join(words[:place] + words[place + 1 :])
            return f"{others}的{word}{ending}？"
    return None
