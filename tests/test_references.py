from __future__ import annotations

from dataclasses import dataclass

import pytest

from rag.cli import main
from rag.references import STYLES, reference


@dataclass(frozen=True)
class Printed:
    title: str = "一座桥的账本"
    authors: tuple[str, ...] = ("林知远",)
    journal: str | None = "云泽人大"
    issue: str | None = "2024·1"
    date: str | None = None
    page: str | None = "12"


def texts(**fields: object) -> tuple[str, str]:
    printed = Printed(**fields)  # type: ignore[arg-type]
    return reference(printed, "gbt7714").text, reference(printed, "footnote").text


def test_an_article_of_an_issue() -> None:
    assert texts() == (
        "林知远. 一座桥的账本[J]. 云泽人大, 2024(1): 12.",
        "林知远：《一座桥的账本》，《云泽人大》2024年第1期，第12页。",
    )


@pytest.mark.parametrize(
    ("issue", "expected"),
    [
        ("2024年第3期", "2024(3)"),
        ("2024年第3期（总第128期）", "2024(3)"),
        ("2023年第5-6期", "2023(5-6)"),
        ("第12卷第3期 2022年", "2022, 12(3)"),
        ("Vol. 3, No. 2 (2021)", "2021, 3(2)"),
        ("总第128期", "(总第128期)"),
        ("2024-03", "2024"),
    ],
)
def test_year_volume_and_issue_are_read_from_what_is_printed(issue: str, expected: str) -> None:
    assert texts(issue=issue)[0] == f"林知远. 一座桥的账本[J]. 云泽人大, {expected}: 12."


def test_a_day_without_an_issue_is_a_newspaper() -> None:
    assert texts(issue=None, date="2024年3月1日", page="2") == (
        "林知远. 一座桥的账本[N]. 云泽人大, 2024-03-01(2).",
        "林知远：《一座桥的账本》，《云泽人大》2024年3月1日，第2页。",
    )


def test_more_than_three_authors_and_english_ones() -> None:
    assert texts(authors=("甲", "乙", "丙", "丁"))[0].startswith("甲, 乙, 丙, 等. ")
    gb, note = texts(title="A Bridge", authors=("Ada Fox", "Bo Lin"), journal="The Ferry", issue="No. 31", date="2020")
    assert gb == "Ada Fox, Bo Lin. A Bridge[J]. The Ferry, 2020(31): 12."
    assert note == "Ada Fox and Bo Lin, “A Bridge”, The Ferry, no. 31, 2020, p. 12."


def test_what_is_not_known_is_named_and_not_made_up() -> None:
    bare = Printed(authors=(), journal=None, issue=None, page=None)
    made = reference(bare, "gbt7714")
    assert (made.text, made.missing) == ("一座桥的账本[Z].", ("author", "journal", "year", "page"))
    assert reference(Printed(issue="2024"), "footnote").missing == ("issue",)
    assert reference(Printed(), "bibtex").missing == ()


def test_bibtex_escapes_and_keeps_names_whole() -> None:
    made = reference(Printed(title="100% & more_{x}", authors=("Office of the Clerk", "Ada Fox")), "bibtex").text
    assert r"title = {{100\% \& more\_\{x\}}}" in made
    assert "author = {{Office of the Clerk} and Ada Fox}" in made
    assert made.startswith("@article{officeoftheclerk2024100,")


def test_the_command_prints_every_style(indexed, capsys) -> None:
    assert main(["cite", "青石河治理三年记", "--index", str(indexed)]) == 0
    printed = capsys.readouterr()
    assert "青石河治理三年记[" in printed.out
    assert "@" in printed.out
    assert "not known: " in printed.err
    for style in STYLES:
        assert main(["cite", "青石河治理三年记", "--style", style, "--index", str(indexed)]) == 0
        assert capsys.readouterr().err == ""
