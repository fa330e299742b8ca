"""Made-up titles and section headings in the manner of congress journals: parallel phrases of verb and object."""

from __future__ import annotations

from random import Random

from eval.bench import issue_names as names

NUMERALS = "一二三四五六七八九十"
VERBS = (
    *("强化", "夯实", "聚焦", "健全", "完善", "拓宽", "创新", "深化", "提升", "压实", "筑牢", "坚持", "突出"),
    *("紧扣", "拓展", "激发", "搭建", "优化", "落实", "推动", "做实", "用好", "把准", "凝聚"),
)
OBJECTS = (
    *("政治引领", "履职基础", "监督实效", "代表联络站建设", "立法质量", "议案建议办理", "中心任务", "民生关切"),
    *("制度机制", "履职平台", "代表活力", "责任链条", "基层治理", "选举任免", "跟踪问效", "队伍建设", "组织保障"),
    *("备案审查", "预算审查监督", "执法检查", "专题询问", "小微权力清单", "乡村振兴", "营商环境", "学习培训"),
    *("全过程人民民主", "调查研究", "法治宣传", "主责主业", "宣传阵地", "为民初心", "作风建设"),
)
NOUNS = (
    *("意见征集", "票决制", "述职评议", "代表小组活动", "街道议政会", "专项审议", "闭会期间履职"),
    *("基层立法联系点", "“家站”建设", "人大信访"),
)
TITLES = (
    *("{p} {p}",) * 3, "{p}，{p}", "{w}：{p}", "{w}人大常委会：{p} {p}", "关于{n}的调查与思考",
    "对{n}工作的几点思考", "浅谈{n}", "{n}的{w}实践", "以“{k}个{v}”{p}", "在{p}中展现人大作为",
    "让{n}落到实处", "“{k}化”{p} 助推{o}上台阶", "{w}{n}观察", "{n}如何{p}？", "{o}工作要在“实”字上下功夫",
    "{w}人大常委会{p}", "走进{w}代表联络站", "从{n}看{o}", "一位乡镇人大主席的{n}手记", "{k}措并举{p}",
)  # fmt: skip


def phrase(rng: Random) -> str:
    """Return a verb with an object."""
    return rng.choice(VERBS) + rng.choice(OBJECTS)


def title(rng: Random) -> str:
    """Return a title of 5 to 30 characters; a space parts half-titles."""
    facts = {"w": names.place(rng), "n": rng.choice(NOUNS), "k": rng.choice(NUMERALS[1:6]), "v": rng.choice(VERBS)}
    text = rng.choice(TITLES)
    while "{p}" in text:
        text = text.replace("{p}", phrase(rng), 1)
    return text.format(o=rng.choice(OBJECTS), **facts)


def heading(rng: Random, form: str, n: int) -> str:
    """Return the n-th section heading, counted from 0, numbered in the form; "bare" has no number."""
    mark = {"chinese": f"{NUMERALS[n]}、", "nested": f"{NUMERALS[n]}、", "arabic": f"{n + 1}. ", "bare": ""}
    join = rng.choice(("，", "，", " "))
    text = phrase(rng) if rng.random() < 0.35 else phrase(rng) + join + rng.choice((phrase(rng), f"着力{phrase(rng)}"))
    return f"{mark.get(form, f'（{NUMERALS[n]}）')}{text}"


def lead(rng: Random, form: str, n: int) -> str:
    """Return words that open the n-th paragraph of a row: no heading, since text follows on the line."""
    return {"ordinal": f"{NUMERALS[n]}是{phrase(rng)}。", "bracket": f"（{NUMERALS[n]}）{phrase(rng)}。"}.get(form, "")
