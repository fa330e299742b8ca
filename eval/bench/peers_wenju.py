"""Wenju as its users run it: a folder of files, an index that follows them."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from eval.bench.indexing import StageClock
from eval.bench.scale_material import Material
from rag.config import Settings
from rag.index import open_index, update_index
from rag.retrieve import HybridRetriever
from rag.text import simplified
from rag.types import Encoder

_ADDED = "added-"  # begins the names of the files that are added


class Wenju:
    """The whole search: both legs, fusion, near copies folded, the passages read from the store."""

    def __init__(self, home: Path, material: Material, encoder: Encoder) -> None:
        self.home, self._material, self.encoder = home, material, encoder
        self.stages: dict[str, float] = {}

    def build(self) -> None:
        shutil.rmtree(self.home, ignore_errors=True)
        for added in self._material.files.glob(f"{_ADDED}*"):
            added.unlink()
        self.home.parent.mkdir(parents=True, exist_ok=True)
        clock = StageClock()
        self._update(clock)
        self.stages = clock.stop()

    def _update(self, clock: StageClock) -> None:
        settings = Settings()
        files = self._material.files
        update_index([files], self.home, self.encoder, max_chars=settings.max_chars, progress=clock)

    def open(self) -> None:
        self.index = open_index(self.home)
        self._retriever = HybridRetriever(self.index, self.encoder, depth=Settings().depth)

    def search(self, query: str, k: int) -> list[str]:
        return [hit.passage.text for hit in self._retriever.retrieve(query, k)]

    def add(self) -> None:
        number = sum(1 for _ in self._material.files.glob(f"{_ADDED}*"))
        article = f"补充材料之{number + 1}\n\n{self._material.article()}\n"
        (self._material.files / f"{_ADDED}{number}.txt").write_text(article, encoding="utf-8")
        clock = StageClock()
        self._update(clock)
        self.stages = clock.stop()


class WenjuLeg(Wenju):
    """One leg of the same index and no more than its best passages, as a store of that kind would be asked."""

    def __init__(self, home: Path, material: Material, encoder: Encoder, *, words: bool) -> None:
        super().__init__(home, material, encoder)
        self._words = words

    def search(self, query: str, k: int) -> list[str]:
        if self._words:
            found = self.index.search_words(query, k)
        else:
            found = self.index.search_vectors(self.encoder.encode_queries([simplified(query)])[0], k)
        return [one.passage.text for one in self.index.passages([row for row, _ in found])]

    def scan_ms(self, queries: Sequence[str], k: int) -> float:
        """Return the median milliseconds of processor time of the vector leg alone, its passages not read."""
        times = []
        for vector in self.encoder.encode_queries([simplified(query) for query in queries]):
            begun = time.process_time()
            self.index.search_vectors(vector, k)
            times.append(1000 * (time.process_time() - begun))
        return median(times)
