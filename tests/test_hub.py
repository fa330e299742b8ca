"""rag.hub: what was fetched before is taken first, and asked for once."""

import pytest

from rag.errors import ModelError
from rag.hub import first_line, loaded


def asking(answers, asked):
    def load(here):
        asked.append(here)
        if isinstance(answer := answers[here], Exception):
            raise answer
        return answer

    return load


MISSING = OSError("nothing here")


@pytest.mark.parametrize(
    ("answers", "asked", "got"),
    [({True: "kept"}, [True], "kept"), ({True: MISSING, False: "fetched"}, [True, False], "fetched")],
)
def test_what_was_fetched_before_needs_no_network(answers, asked, got, monkeypatch):
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    log = []
    assert loaded("some/model", asking(answers, log), ModelError) == got
    assert log == asked


def test_a_folder_is_never_looked_for_elsewhere(tmp_path, monkeypatch):
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    log = []
    with pytest.raises(ModelError, match="nothing here"):
        loaded(str(tmp_path), asking({True: MISSING, False: "fetched"}, log), ModelError)
    assert log == [True]


def test_offline_no_hub_is_asked(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    log = []
    with pytest.raises(ModelError, match="never fetched"):
        loaded("some/model", asking({True: MISSING, False: "fetched"}, log), ModelError)
    assert log == [True]


def test_what_neither_has_is_refused_for_the_last_reason(monkeypatch):
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    with pytest.raises(ModelError, match="no network"):
        loaded("some/model", asking({True: MISSING, False: OSError("no network")}, []), ModelError)


@pytest.mark.parametrize(
    ("error", "said"),
    [(OSError("\n no such file. \nmore"), "no such file"), (AssertionError(), "AssertionError"), ("why", "why")],
)
def test_an_error_is_told_in_one_line(error, said):
    assert first_line(error) == said
