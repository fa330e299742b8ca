"""Every sentence of the page, in Chinese and English, and which of the two to speak."""

from __future__ import annotations

import re
from collections.abc import Mapping

DEFAULT = "zh"

WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "tag": "zh-CN",
        "tagline": "问档案，得原文",
        "new": "新对话",
        "theme_tip": "在浅色与深色之间切换",
        "ask_label": "问题",
        "ask_placeholder": "问这批文章一个问题，按回车发送",
        "conversation": "对话",
        "welcome": "想知道什么？",
        "welcome_how": "答案只用文章里的原话，连同所在的段落一起给出；文章里没有的，就说没有。",
        "examples": "试着问",
        "articles": "{n} 篇文章",
        "files": "{n} 个文件",
        "paragraphs": "{n} 段",
        "issues": "{n} 期",
        "dates": "{first} 至 {last}",
        "searching": "正在查找……",
        "answered": "原文里的答案",
        "related": "没有足够把握的答案",
        "related_how": "最接近问题的段落列在这里，请自行判断。",
        "not_found": "这批文章里没有找到",
        "not_found_how": "没有一段文字回答了这个问题。可以换个说法，或写出地名、年份、人名再试。",
        "failed": "这个问题没有查成",
        "failed_how": "程序出了意外，详情已写入日志。请再试一次。",
        "sure_high": "很有把握",
        "sure_good": "比较有把握",
        "sure_some": "有些把握",
        "sure_low": "把握不大",
        "sure_tip": "估计最佳答案正确的概率为 {n}",
        "from": "出自{title}第 {paragraph} 段",
        "from_more": "另有 {n} 处出处",
        "items": "共 {n} 项",
        "carried": "沿用上文",
        "took": "用时 {n} 秒",
        "took_ms": "用时 {n} 毫秒",
        "show": "显示这一问的段落",
        "jump": "看出处",
        "sources": "出处",
        "sources_for": "问：{question}",
        "sources_empty": "答案的出处会显示在这里：文章、作者、期号、页码，以及标出原话的段落。",
        "sources_none": "没有可以引用的段落。",
        "nearest": "最接近的段落",
        "more_sources": "其他出处（{n}）",
        "more_nearest": "更多接近的段落（{n}）",
        "alternatives": "其他候选（{n}）",
        "hits": "检索到的段落（{n}）",
        "column": "栏目：{value}",
        "page": "第 {value} 页",
        "paragraph": "第 {value} 段",
        "file": "源文件",
        "file_page": "文件第 {value} 页",
        "dated": "“{word}”按刊期推算为 {value}",
        "untitled": "（无标题）",
    },
    "en": {
        "tag": "en",
        "tagline": "Ask the archive, get its own words",
        "new": "New conversation",
        "theme_tip": "Switch between light and dark",
        "ask_label": "Question",
        "ask_placeholder": "Ask these articles a question, Enter sends",
        "conversation": "Conversation",
        "welcome": "What would you like to know?",
        "welcome_how": "Answers are the articles’ own words, shown in the paragraph they stand in. "
        "What the articles do not say is not answered.",
        "examples": "Try asking",
        "articles": "{n} article{s}",
        "files": "{n} file{s}",
        "paragraphs": "{n} paragraph{s}",
        "issues": "{n} issue{s}",
        "dates": "{first} to {last}",
        "searching": "Searching…",
        "answered": "Answer, in the source’s words",
        "related": "No answer that is sure enough",
        "related_how": "These paragraphs come closest to the question; please judge for yourself.",
        "not_found": "Not found in these articles",
        "not_found_how": "No passage answers this question. Try other words, or name the place, year or person.",
        "failed": "This question could not be looked up",
        "failed_how": "Something unexpected went wrong; the log has the details. Please try again.",
        "sure_high": "very likely right",
        "sure_good": "likely right",
        "sure_some": "possibly right",
        "sure_low": "uncertain",
        "sure_tip": "Estimated probability that the best answer is right: {n}",
        "from": "From {title}, paragraph {paragraph}",
        "from_more": "{n} more source{s}",
        "items": "{n} item{s}",
        "carried": "Carried over",
        "took": "{n} s",
        "took_ms": "{n} ms",
        "show": "Show its paragraphs",
        "jump": "See the sources",
        "sources": "Sources",
        "sources_for": "Question: {question}",
        "sources_empty": "The sources of an answer appear here: article, author, issue, page, "
        "and the paragraph with its words marked.",
        "sources_none": "There is no paragraph to cite.",
        "nearest": "Nearest paragraphs",
        "more_sources": "Other sources ({n})",
        "more_nearest": "More near paragraphs ({n})",
        "alternatives": "Other candidates ({n})",
        "hits": "Passages retrieved ({n})",
        "column": "column: {value}",
        "page": "p. {value}",
        "paragraph": "paragraph {value}",
        "file": "Source file",
        "file_page": "file page {value}",
        "dated": "“{word}”, by the date of the issue: {value}",
        "untitled": "(untitled)",
    },
}


def say(lang: str, key: str, **values: object) -> str:
    """Return the sentence ``key`` with ``values`` put in; plain text, to be escaped by whoever shows it.

    ``n`` decides the English plural.
    """
    return WORDS[lang][key].format(s="" if str(values.get("n")) == "1" else "s", **values)


def preferred(accept_language: str | None) -> str:
    """Return "zh" or "en", whichever an Accept-Language header wants more; DEFAULT when it names neither."""
    ranked: list[tuple[float, int, str]] = []
    for position, item in enumerate((accept_language or "").split(",")):
        tag, _, parameters = item.strip().partition(";")
        base = tag.split("-")[0].strip().lower()
        weight = re.fullmatch(r"q=([01](?:\.\d{0,3})?)", parameters.strip())
        quality = float(weight[1]) if weight else 1.0
        if base in WORDS and quality > 0:
            ranked.append((-quality, position, base))
    return min(ranked)[2] if ranked else DEFAULT
