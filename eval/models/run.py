"""Everything about the models in one run, as JSON and as a page to read."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from eval.data import DataError
from eval.models import encoding, finding, reading, speed
from eval.models.report import to_markdown
from eval.provenance import provenance
from rag.config import BUNDLED
from rag.train.data import available, records
from rag.types import Encoder, Reader

NEWS = "text-crud_news.jsonl"
COSINED = 500  # texts that both runtimes of the encoder get
TEXTS = 2000  # encoded to see how fast it goes

Show = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to measure; ``limit`` questions of a set at most."""

    data: Path | None = None
    qa: Sequence[Path] = ()
    pairs: Sequence[Path] = ()
    gold: Path | None = None
    corpus: Path | None = None
    others: Sequence[Path] = ()
    passages: int = finding.PASSAGES
    reader: str = BUNDLED
    encoder: str = BUNDLED
    limit: int = 500
    seed: int = 0
    speed: bool = True


def run(wanted: Wanted, out: Path, show: Show) -> dict[str, Any]:
    """Measure, write ``models.json`` and ``models.md`` into ``out``, and return the figures."""
    from rag.encode import open_encoder
    from rag.read import open_reader

    out.mkdir(parents=True, exist_ok=True)
    reader, encoder = open_reader(wanted.reader), open_encoder(wanted.encoder)
    result: dict[str, Any] = {
        "origin": {**provenance(), "reader": reader.name, "encoder": encoder.name, "seed": wanted.seed,
                   "most questions of a set": wanted.limit, **speed.surroundings()},
        "models": _sizes(wanted),
    }  # fmt: skip
    sets = reading.question_sets(wanted.data, wanted.qa, wanted.limit, wanted.seed)
    result["cold start"] = speed.cold_start(wanted.reader, wanted.encoder) if wanted.speed else {}
    result["reading"] = reading.measure(reader, sets, show)
    plain_reader, plain_encoder = _plain_reader(wanted.reader), _plain_encoder(wanted.encoder)
    if plain_reader and sets:
        result["same span"] = reading.agreement(reader, plain_reader, reading.spread(sets), show)
    texts = _texts(wanted, sets)
    if plain_encoder and texts:
        result["same vector"] = encoding.alike(encoder, plain_encoder, texts[:COSINED])
    result["encoding"] = _encoded(wanted, encoder)
    if wanted.gold and wanted.corpus:
        others = wanted.others or _news(wanted)
        result["finding"] = finding.measure(
            wanted.gold, wanted.corpus, others, wanted.passages, encoder, out / "work", show
        )
    if wanted.speed:
        result["speed"] = _speed(reader, plain_reader, encoder, sets, texts)
    (out / "models.json").write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (out / "models.md").write_text(to_markdown(result), encoding="utf-8")
    return result


def _encoded(wanted: Wanted, encoder: Encoder) -> dict[str, Any]:
    files = {str(file): file for file in wanted.pairs}
    if wanted.data:
        files |= {name: file for name in encoding.GRADED if (file := wanted.data / name).is_file()}
    others = [text for file in wanted.others for text in _texts_of(file)]
    return {
        name: encoding.measure(encoder, encoding.read(file), others, 4 * wanted.limit, wanted.seed)
        for name, file in files.items()
    }


def _speed(
    reader: Reader, plain: Reader | None, encoder: Encoder, sets: reading.Sets, texts: Sequence[str]
) -> dict[str, Any]:
    asked = [(q.text, q.context) for found in sets.values() for q in found if _long_chinese(q)]
    readers = {"as shipped": reader} | ({"eager PyTorch": plain} if plain else {})
    return {
        "reading": speed.reading(readers, list({context: (text, context) for text, context in asked}.values())),
        "encoding": speed.encoding(encoder, texts) if texts else {},
    }


def _long_chinese(question: reading.Question) -> bool:
    return question.lang == "zh" and len(question.context) >= speed.CHARACTERS


def _texts(wanted: Wanted, sets: reading.Sets) -> list[str]:
    """Return texts to encode: news where there are some, else the contexts of the questions."""
    if wanted.data and available(wanted.data, NEWS):
        return [record["text"] for record in islice(records(wanted.data, NEWS), TEXTS)]
    return list(dict.fromkeys(question.context for found in sets.values() for question in found))


def _texts_of(file: Path) -> list[str]:
    from eval.bench import distractors

    return [article["text"][: speed.ENCODED] for article in distractors.records([file])]


def _news(wanted: Wanted) -> list[Path]:
    if wanted.data is None:
        raise DataError("no texts to search among", mend="Name them with --others, or the data folder with --data.")
    file = next((file for file in (wanted.data / NEWS, wanted.data / f"{NEWS}.xz") if file.is_file()), None)
    if file is None:
        raise DataError(f"{NEWS} is missing", where=wanted.data, mend="Name other texts with --others.")
    return [file]


def _plain_reader(name: str) -> Reader | None:
    """Return the same weights in transformers, where the reader runs in onnxruntime."""
    from rag.read.opening import BUNDLED_READER, open_checkpoint

    folder = BUNDLED_READER if name == BUNDLED else Path(name)
    both = (folder / "model.onnx").is_file() and (folder / "model.safetensors").is_file()
    return open_checkpoint(str(folder), "plain") if both else None


def _plain_encoder(name: str) -> Encoder | None:
    from rag.encode import BUNDLED_FOLDER, SentenceEncoder, StaticEncoder, open_encoder

    folder = BUNDLED_FOLDER if name == BUNDLED else Path(name)
    return SentenceEncoder(str(folder)) if isinstance(open_encoder(name), StaticEncoder) else None


def _sizes(wanted: Wanted) -> dict[str, Any]:
    from rag.encode import BUNDLED_FOLDER
    from rag.read import BUNDLED_READER

    folders = {
        "reader": BUNDLED_READER if wanted.reader == BUNDLED else Path(wanted.reader),
        "encoder": BUNDLED_FOLDER if wanted.encoder == BUNDLED else Path(wanted.encoder),
    }
    return {name: speed.sizes(folder) for name, folder in folders.items() if (folder / "model.safetensors").is_file()}
