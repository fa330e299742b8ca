"""Vocabulary and first vectors of the reader, from plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

if TYPE_CHECKING:
    import numpy.typing as npt

SPECIALS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
VOCABULARY = 12_000  # some 6,500 Han characters, marks, and Latin word pieces
RARE = 5  # a Han character seen less often is [UNK]: its match features still work


def build_tokenizer(texts: Iterable[str]) -> Tokenizer:
    """Train a word-piece tokenizer: Han characters and digits one by one, Latin words in pieces.

    Pairs come out as ``[CLS] question [SEP] passage [SEP]``; offsets count characters of the text as given.
    """
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.BertNormalizer(strip_accents=False, lowercase=True)]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.BertPreTokenizer(), pre_tokenizers.Digits(individual_digits=True)]
    )
    trainer = trainers.WordPieceTrainer(
        vocab_size=VOCABULARY,
        min_frequency=RARE,
        limit_alphabet=7_500,
        special_tokens=list(SPECIALS),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.BertProcessing(
        ("[SEP]", SPECIALS.index("[SEP]")), ("[CLS]", SPECIALS.index("[CLS]"))
    )
    return tokenizer


def neighbour_vectors(
    tokenizer: Tokenizer, texts: Iterable[str], dim: int, *, window: int = 4, seed: int = 0
) -> npt.NDArray[np.float32]:
    """Return one row a token, (vocabulary, dim): tokens used alike lie alike.

    Positive pointwise mutual information of tokens within ``window`` of each other, context counts
    smoothed to the power 0.75, truncated SVD with the singular values' square roots (Levy, Goldberg
    and Dagan, TACL 2015). Rows are scaled to a mean square of 1; a token never seen has zeros.
    """
    from scipy.sparse import coo_matrix, csr_matrix
    from scipy.sparse.linalg import svds

    size = tokenizer.get_vocab_size()
    counts = csr_matrix((size, size), dtype=np.float32)
    for ids in _chunks(tokenizer, texts):
        for shift in range(1, window + 1):
            left, right = ids[:-shift], ids[shift:]
            weight = np.full(len(left), 1.0 / shift, dtype=np.float32)
            counts = counts + coo_matrix((weight, (left, right)), shape=(size, size)).tocsr()
    counts = counts + counts.T
    total = counts.sum()
    row = np.asarray(counts.sum(axis=1)).ravel() / total
    smoothed = row**0.75 / (row**0.75).sum()
    cells = counts.tocoo()
    value = np.log((cells.data / total) / (row[cells.row] * smoothed[cells.col]))
    keep = value > 0
    ppmi = coo_matrix((value[keep], (cells.row[keep], cells.col[keep])), shape=(size, size)).tocsr()
    left_vectors, strengths, _ = svds(ppmi.astype(np.float32), k=dim, rng=np.random.default_rng(seed))
    vectors = left_vectors * np.sqrt(strengths)
    norms = np.sqrt((vectors**2).mean(axis=1, keepdims=True))
    return np.where(norms > 0, vectors / np.maximum(norms, 1e-6), 0.0).astype(np.float32)


def _chunks(tokenizer: Tokenizer, texts: Iterable[str], characters: int = 4_000_000) -> Iterator[npt.NDArray[np.int64]]:
    """Yield token ids of the texts run together, some millions at a time, to bound memory."""
    batch: list[str] = []
    held = 0
    for text in texts:
        batch.append(text)
        held += len(text)
        if held >= characters:
            yield _ids(tokenizer, batch)
            batch, held = [], 0
    if batch:
        yield _ids(tokenizer, batch)


def _ids(tokenizer: Tokenizer, texts: list[str]) -> npt.NDArray[np.int64]:
    encodings = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
    return np.concatenate([np.array(e.ids, dtype=np.int64) for e in encodings])
