"""What the rooms promise one another: who may import whom, what stays light, what is never called."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import rag

ROOT = Path(__file__).parents[1]

# every module imports only from lines above its own, or from its own room
LAYERS = (
    ("types", "errors"),
    ("text",),
    ("dates",),
    ("references",),
    ("filters", "parallel"),
    ("config", "hub", "requirements"),
    ("articles", "encode", "index", "passages", "sample"),
    ("query",),
    ("retrieve", "read"),
    ("answer", "converse", "understand"),
    ("quote",),
    ("assistant", "serialize"),
    ("serialize_search",),
    ("wiring", "integrations", "train"),
    ("commands", "cli"),
)
RANK = {room: rank for rank, rooms in enumerate(LAYERS) for room in rooms}
PAGE_LAYERS = (
    ("words", "look", "archive", "kept"),
    ("parts",),
    ("rooms",),
    ("chat",),
    ("app", "rest"),
    ("server",),
    ("site",),
    ("serve",),
    ("screenshots",),
)
PAGE_RANK = {room: rank for rank, rooms in enumerate(PAGE_LAYERS) for room in rooms}
HEAVY = {
    "numpy", "torch", "faiss", "transformers", "sentence_transformers", "gradio", "tantivy", "tokenizers",
    "onnxruntime", "pydantic", "jieba", "rjieba", "pandas", "fastapi", "lxml", "docx", "pypdfium2",
}  # fmt: skip
BANNED_MODULES = {"pickle", "cPickle", "marshal", "shelve", "joblib", "dill", "cloudpickle"}
BANNED_CALLS = {
    "eval", "exec", "torch.load", "yaml.load", "yaml.unsafe_load", "os.system", "os.popen", "gr.load", "gradio.load",
}  # fmt: skip
BANNED_KEYWORDS = {"allow_pickle", "trust_remote_code", "shell", "weights_only"}


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imported(path: Path) -> set[str]:
    """Return the dotted names that a module imports anywhere, in functions and for type checkers too."""
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def room(dotted: str, package: str, ranks: dict[str, int]) -> str | None:
    parts = dotted.split(".")
    return parts[1] if parts[0] == package and len(parts) > 1 and parts[1] in ranks else None


def dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


@pytest.mark.parametrize("path", modules("rag", "ui"), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_imports_run_one_way(path: Path) -> None:
    package, own = path.relative_to(ROOT).with_suffix("").parts[:2]
    if own == "__init__":
        return  # rag's hands out names from every room, lazily
    ranks = RANK if package == "rag" else PAGE_RANK
    assert own in ranks, f"{own} needs a place in {'LAYERS' if package == 'rag' else 'PAGE_LAYERS'}"
    used = {found for name in imported(path) if (found := room(name, package, ranks)) and found != own}
    assert {other for other in used if ranks[other] > ranks[own]} == set()


@pytest.mark.parametrize("path", modules("rag"), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_the_library_knows_neither_page_nor_evaluation(path: Path) -> None:
    allowed = {"rag/commands/serve.py"}
    outside = {name for name in imported(path) if name.split(".")[0] in ("ui", "eval", "tests")}
    assert not outside or path.relative_to(ROOT).as_posix() in allowed


@pytest.mark.parametrize(
    ("library", "homes"),
    [
        ("faiss", {"rag/index"}),
        ("tantivy", {"rag/index"}),
        ("gradio", {"ui"}),
        ("sentence_transformers", {"rag/encode/sentence.py", "rag/train"}),
        ("transformers", {"rag/read/opening.py", "rag/train"}),
    ],
)
def test_each_large_library_has_one_home(library: str, homes: set[str]) -> None:
    for path in modules("rag", "ui"):
        if library in {name.split(".")[0] for name in imported(path)}:
            place = path.relative_to(ROOT)
            assert {place.as_posix(), *(parent.as_posix() for parent in place.parents)} & homes, place


@pytest.mark.parametrize("module", ["rag", "rag.cli", "rag.types", "rag.config", "rag.text", "rag.errors", "rag.query"])
def test_light_modules_import_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(*sorted({HEAVY!r} & sys.modules.keys()))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert out.stdout.split() == []


def test_help_of_every_command_imports_nothing_heavy() -> None:
    code = (
        "import sys, contextlib, io; from rag.cli import COMMANDS, main\n"
        "for command in ((), *((name,) for name in COMMANDS)):\n"
        "    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        "        main([*command, '--help'])\n"
        f"print(*sorted({HEAVY!r} & sys.modules.keys()))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert out.stdout.split() == []


def test_every_public_name_can_be_had_and_the_list_is_sorted() -> None:
    assert rag.__all__ == sorted(rag.__all__)
    for name in rag.__all__:
        assert getattr(rag, name).__name__ == name


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'open_sesame'"):
        rag.open_sesame  # noqa: B018


@pytest.mark.parametrize("path", modules("rag", "ui", "eval"), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_nothing_that_runs_code_from_data_is_called(path: Path) -> None:
    assert {name.split(".")[0] for name in imported(path)} & BANNED_MODULES == set()
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call):
            continue
        assert dotted(node.func) not in BANNED_CALLS, f"line {node.lineno}"
        for keyword in node.keywords:
            harmless = isinstance(keyword.value, ast.Constant) and keyword.value.value is False
            assert keyword.arg not in BANNED_KEYWORDS or harmless, f"line {node.lineno}: {keyword.arg}"


@pytest.mark.parametrize("path", modules("rag"), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_only_the_command_line_prints(path: Path) -> None:
    place = path.relative_to(ROOT).as_posix()
    prints = [n.lineno for n in ast.walk(tree(path)) if isinstance(n, ast.Call) and dotted(n.func) == "print"]
    assert not prints or place == "rag/cli.py" or place.startswith("rag/commands/")


@pytest.mark.parametrize("path", modules("rag"), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_only_settings_and_the_command_line_read_the_environment(path: Path) -> None:
    place = path.relative_to(ROOT).as_posix()
    reads = [n.lineno for n in ast.walk(tree(path)) if isinstance(n, ast.Attribute) and dotted(n) == "os.environ"]
    # rag.hub looks at a variable of the library for hubs, to explain why nothing was fetched
    # and the process that reads files is given no more of the environment than it needs
    allowed = ("rag/cli.py", "rag/config.py", "rag/commands/", "rag/train/")
    allowed += ("rag/hub.py", "rag/articles/process/child.py")
    assert not reads or place.startswith(allowed), f"lines {reads}"


def test_the_version_stands_once() -> None:
    import tomllib

    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == rag.__version__
