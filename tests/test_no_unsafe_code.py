"""Nothing that strangers send is ever run: no call of the package makes code, objects or shell commands out of data.

Each exception has its line and its reason here; a new one must be argued for in this table.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "comity"
# What makes code or objects of data: by module, the functions that do ("*" is all).
UNSAFE = {
    "builtins": {"eval", "exec", "compile", "__import__"},
    "pickle": {"load", "loads", "Unpickler"},
    "cPickle": {"*"},
    "cloudpickle": {"*"},
    "dill": {"*"},
    "joblib": {"load"},
    "marshal": {"load", "loads"},
    "shelve": {"*"},
    "jsonpickle": {"*"},
    "torch": {"load"},
    "yaml": {"load", "load_all", "unsafe_load", "full_load", "unsafe_load_all", "full_load_all"},
    "os": {"system", "popen", "execv", "execve", "execvp", "spawnl", "spawnv"},
    "subprocess": {"*"},
    "pty": {"*"},
    "code": {"*"},
    "xml.etree.ElementTree": {"*"},
    "xml.dom.minidom": {"*"},
    "xml.sax": {"*"},
    "multiprocessing.connection": {"Listener", "Client"},
}
ALLOWED = {
    (
        "engine/pool.py",
        "pickle.loads",
    ): "batches of our own worker processes, over pipes that we made and nobody else has",
}


def unsafe_calls(source: str) -> Iterator[tuple[int, str]]:
    """The line and the full name of each unsafe call in a module."""
    tree = ast.parse(source)
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update({(one.asname or one.name).split(".")[0]: one.name for one in node.names})
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.update({one.asname or one.name: f"{node.module}.{one.name}" for one in node.names})
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = _name(node.func, names)
            module, _, function = name.rpartition(".")
            if function in UNSAFE.get(module or "builtins", ()) or "*" in UNSAFE.get(module, ()):
                yield node.lineno, name
            if function == "load" and any(
                keyword.arg == "allow_pickle"
                and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value)
                for keyword in node.keywords
            ):
                yield node.lineno, f"{name}(allow_pickle)"
            if any(
                keyword.arg == "shell" and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value)
                for keyword in node.keywords
            ):
                yield node.lineno, f"{name}(shell)"


def _name(node: ast.expr, names: dict[str, str]) -> str:
    """`p.loads`, where p is pickle, → "pickle.loads"."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([names.get(node.id, node.id), *reversed(parts)])


def test_the_package_runs_nothing_that_it_is_given() -> None:
    found = {
        (path.relative_to(PACKAGE).as_posix(), name): line
        for path in sorted(PACKAGE.rglob("*.py"))
        for line, name in unsafe_calls(path.read_text(encoding="utf-8"))
    }
    assert {key: line for key, line in found.items() if key not in ALLOWED} == {}
    assert set(ALLOWED) <= set(found), "an exception that nothing needs any more"


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import pickle\npickle.load(f)", "pickle.load"),
        ("from pickle import loads as l\nl(b)", "pickle.loads"),
        ("import yaml as y\ny.load(f)", "yaml.load"),
        ("eval(x)", "eval"),
        ("import subprocess\nsubprocess.run(x)", "subprocess.run"),
        ("run(x, shell=True)", "run(shell)"),
        ("import numpy as np\nnp.load(f, allow_pickle=True)", "numpy.load(allow_pickle)"),
        ("from os import system\nsystem('x')", "os.system"),
        ("import marshal\nmarshal.loads(x)", "marshal.loads"),
        ("import xml.etree.ElementTree as E\nE.parse(f)", "xml.etree.ElementTree.parse"),
    ],
)
def test_an_unsafe_call_is_seen_under_any_name(source: str, name: str) -> None:
    assert [found for _, found in unsafe_calls(source)] == [name]


@pytest.mark.parametrize(
    "source", ["import re\nre.compile(x)", "import json\njson.loads(x)", "import numpy\nnumpy.load(f)"]
)
def test_what_only_sounds_alike_is_let_be(source: str) -> None:
    assert list(unsafe_calls(source)) == []


def test_no_template_marks_a_strangers_words_as_safe() -> None:
    templates = [path for path in PACKAGE.rglob("*") if path.suffix in (".j2", ".html") and "vendor" not in path.parts]
    assert templates
    for path in templates:
        text = path.read_text(encoding="utf-8")
        assert "autoescape false" not in text, path
        # Our own charts alone, which vl-convert drew and `tests/web/test_web_hostile.py` looks into.
        assert set(re.findall(r"\w+\s*\|\s*safe\b", text)) <= {"drawing|safe"}, path
