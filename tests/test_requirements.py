import re
import tomllib
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from rag.errors import ConfigError
from rag.requirements import MINIMUM, outdated, refuse_outdated

ROOT = Path(__file__).parents[1]


def installed(**versions):
    def version(name):
        if name.replace("-", "_") not in versions:
            raise PackageNotFoundError(name)
        return versions[name.replace("-", "_")]

    return version


def numbers(version):
    return tuple(int(part) for part in re.match(r"[0-9.]+", version).group().strip(".").split("."))


def test_this_environment_meets_every_minimum():
    assert outdated() == []


def test_an_older_package_is_named_with_both_versions():
    assert outdated(installed(gradio="6.19.9", torch="2.13.0+cpu")) == ["gradio 6.19.9 is older than 6.20.0"]


@pytest.mark.parametrize("version", ["6.20.0", "6.20", "6.100.1", "7.0.0rc1"])
def test_versions_are_compared_as_numbers(version):
    expected = [] if version != "6.20" else ["gradio 6.20 is older than 6.20.0"]
    assert outdated(installed(gradio=version)) == expected


def test_serving_is_refused_in_one_sentence():
    with pytest.raises(ConfigError, match=r"starlette 0\.40\.0 is older than 0\.49\.1.*[Ss]erving"):
        refuse_outdated(installed(starlette="0.40.0"))


def test_the_pinned_versions_meet_every_minimum():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = dict(line.split("==") for line in lines if "==" in line)
    for name, least in MINIMUM.items():
        if name in pins:
            assert numbers(pins[name]) >= numbers(least), name


def test_no_dependency_may_be_older_than_its_minimum():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    floors = dict(re.match(r"([\w.-]+)>=([\d.]+)", line).groups() for line in project["dependencies"])
    for name, least in MINIMUM.items():
        if name in floors:
            assert numbers(floors[name]) >= numbers(least), name


def test_every_dependency_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(line for extra in extras for line in extra)]
    names = {re.split(r"[><=\[ ]", line)[0].lower() for line in wanted}
    pinned = {line.split("==")[0].lower() for line in (ROOT / "constraints.txt").read_text().splitlines()}
    assert names - pinned == {"wenju"}  # one extra takes in another
