"""What is meant by "it", "she" and "there" in an English question, and what it is about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.converse.english_parts import AUXILIARY, COUNTED, MONTHS
from rag.converse.lean import without_existential
from rag.converse.talk import Talk
from rag.converse.terms import OPENERS, Term, kinds_in, names_of
from rag.query import content_words
from rag.text import fold

_NAME = r"[A-Z][\w-]*(?: [A-Z][\w-]*)*"
_SUBJECT = re.compile(
    r"\b(?:was|were|is|are|did|does|do|has|have|had|can|could|will|would|replace|rebuild|repair|pass|build|open)\s+"
    r"((?:[Tt]he|[Aa]n?)(?: (?!in\b|of\b|at\b|on\b|by\b|for\b|from\b|have\b|been\b|take\b|to\b|be\b)[A-Za-z-]+(?<!ed))"
    rf"{{1,3}}?(?:(?: of| in| at) {_NAME})?)(?=\s+(?:\w+ed|\w+en|built|held|have|be|in|at|on|to|of|"
    r"get|take|give|need|cost)\b|\s*\?|$)"
)
_NAMED = re.compile(
    rf"\b{AUXILIARY} ([a-z-]+s (?:in|of|at) {_NAME})|"
    rf"\b((?:the|a|an) (?:(?!of\b|in\b|at\b|on\b|by\b|for\b|to\b|and\b|with\b|from\b)[a-z-]+ ){{0,3}}{_NAME}"
    rf"(?: [a-z]+(?: of the| of) {_NAME})?)",
)
_STUDY = re.compile(rf"\b{AUXILIARY} (the [a-z]+ (?:of|on|under) [a-z]+(?: [a-z]+)*?)(?= [a-z]+(?: [a-z]+s)?\s*\?)")
_THING = re.compile(rf"(?<!\bin )(?<!\bat )(?<!\bof )(?<!\bon )(?<!\bfrom )\b{_NAME}(?: \d+)?")
_TAIL = re.compile(
    rf"\b((?:in|of|at|on|for|under|by|from) (?:(?:the|a|an) )?(?:[a-z-]+ ){{0,3}}?{_NAME}(?: \d+)?)([^?]*)[ ?]*$"
)
_IT = re.compile(r"\b(?:it|they|them|its|their)\b", re.IGNORECASE)
_PERSON = re.compile(r"\b(?:he|she|him|her|his|hers)\b", re.IGNORECASE)
_OWNERS = ("its", "their", "his", "hers")
_WHOLE_NAME = re.compile(rf"^(?:[Tt]he )?{_NAME}$")


def subject_of(question: str) -> str:
    """Return the thing that an English ``question`` is about, "the siren in Lower Bresk", or "" where none is seen."""
    found = _STUDY.search(question) or _SUBJECT.search(question) or _NAMED.search(question)
    if found:
        thing = next(group for group in found.groups() if group)
        # "did the study interview?": the last word is the verb
        verb = re.search(r"\b(?:did|does|do) the [a-z]+ ([a-z]+)\s*\?", question)
        return thing.removesuffix(f" {verb[1]}") if verb else thing
    things = [match.group() for match in _THING.finditer(question) if match.group().split()[0].lower() not in OPENERS]
    return things[-1] if things else ""


def about(topic: str, rest: str) -> str:
    """Return ``rest`` with ``topic`` for what points to it: "And the harbour, when was it built?"."""
    found = _PERSON.search(rest) or _IT.search(rest)
    return _put(topic, rest, found) if found else f"{rest.rstrip(' ?')} of {topic}?"


def _put(thing: str, question: str, found: re.Match[str]) -> str:
    after = question[found.end() :]
    owner = "'s" if found[0].lower() in _OWNERS or _owns(found[0], after) else ""
    return question[: found.start()] + thing + owner + after


def _behind(full: str, names: Sequence[Term]) -> str:
    """Return the words of ``full`` that tell where or of what, "in the Radio Times list", or "" where it has none."""
    found = _TAIL.search(full)
    if found:
        whole = re.match(r"(?: [a-z]+)? (?:of|in|at|on|for)\b", found[2])
        return re.sub(rf" ?\b(?:in|on|by|since) {MONTHS}\b.*", "", found.group().rstrip(" ?") if whole else found[1])
    subject = subject_of(full)
    if names_of(subject):
        return f"of {subject}"
    return f"of {names[0].text}" if names else ""


def in_place(question: str, terms: Sequence[Term], talk: Talk) -> tuple[str, list[Term]]:
    """Put the subject for the last "it" or "they"; the first "it" of "what would it cost to replace it" is nothing."""
    rest, own, asked = list(terms), set(content_words(question)), question
    names = kinds_in(rest, "name", "place")
    if names and re.search(r"\bthere\b", without_existential(question)):
        question = re.sub(r"\bthere\b(?=[^a-z]*$)", f"in {names[0].text}", question, count=1)
        rest = [term for term in rest if term.text not in question]
    who, what = _meant(question, talk, names)
    for pattern, thing in ((_PERSON, who), (_IT, what)):
        found = list(pattern.finditer(question))
        if found and thing and not own & set(content_words(thing)):
            question = _put(thing, question, found[-1])
            rest = [term for term in rest if fold(term.text) not in fold(thing)]
    if question == asked and not names_of(question) and not re.search(r"\bthere\b", question):
        behind = _behind(talk.full, names)
        question = f"{question.rstrip(' ?')} {behind}?" if behind else question
    return question, rest


def _meant(question: str, talk: Talk, names: Sequence[Term]) -> tuple[str, str]:
    """Return whom "she" and what "it" or "they" means, "" where that is not seen."""
    answer = talk.given[-1].strip() if talk.given and _WHOLE_NAME.match(talk.given[-1].strip()) else ""
    people = [term.text for term in names if " " in term.text]
    who = answer if re.match(r"(?i)who\b", talk.full) and answer else next(iter(people), "")
    what = answer if answer and re.match(r"(?i)(?:which|what)\b", talk.full) else subject_of(talk.full)
    counted = COUNTED.match(talk.full)
    many = f"the {counted[2].strip()}" if counted and counted[2].rstrip().endswith("s") else ""
    if many and (re.search(r"\bthe(?:m|ir)\b", question) or (counted and counted[3] in ("was", "were", "are", "have"))):
        what = many if re.search(r"\bthe(?:m|y|ir)\b", question) else what
    return who, what


def _owns(word: str, after: str) -> bool:
    """Tell "her" of "her house" from that of "to repair her"."""
    return word.lower() == "her" and bool(re.match(r" (?!in\b|at\b|on\b|for\b|to\b|from\b|by\b|with\b)[a-z]", after))
