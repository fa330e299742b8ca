"""How often the right passage of real questions is found, by words, by vectors and by both, among other articles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from eval.bench import distractors
from eval.bench.ablation import FUSED, WORDS, rankings, texts_alone
from eval.bench.retrieval import answerable, figures, indexed, rank_all, score
from eval.judge import DEPTH
from eval.significance import paired_difference
from rag.types import Encoder, Passage

PASSAGES = 20_000  # of other articles

Show = Callable[[str, int, int], None]


def measure(
    gold: Path, corpus: Path, others: Sequence[Path], passages: int, encoder: Encoder, work: Path, show: Show
) -> dict[str, Any]:
    """Index ``corpus`` with about ``passages`` passages of ``others`` in ``work`` and ask the questions of ``gold``.

    Returns the figures by language and ranking, as `eval.bench.ablation` names them, and what the whole gains over BM25
    in R@5. An index that is there already is brought up to date.
    """
    from rag.config import Settings
    from rag.index import open_index

    paths = [corpus]
    if others:
        folder = work / f"others-{passages}"
        if not folder.exists():
            work.mkdir(parents=True, exist_ok=True)
            distractors.write(distractors.until(distractors.records(others), passages), folder)
        paths.append(folder)
    questions = answerable(gold)
    held = indexed(paths, work / "index", encoder, show)
    with open_index(work / "index") as index:
        depth, alone = Settings().depth, texts_alone(index, work / "texts-alone")

        def ranked(text: str) -> dict[str, list[Passage]]:
            return rankings(index, alone, encoder, text, depth=depth, k=DEPTH)

        ranks = rank_all(questions, ranked, lambda done: show("gold questions", done, len(questions)))
    gains = {}
    for lang in sorted({question.lang for question in questions}):
        ids = [question.id for question in questions if question.lang == lang]
        before, after = ({id_: [score(ranks[name][id_], "R@5")] for id_ in ids} for name in (WORDS, FUSED))
        gains[lang] = paired_difference(before, after)._asdict()
    return {"passages": held, "figures": figures(questions, ranks), "gain of both over BM25, R@5": gains}
