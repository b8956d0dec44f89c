"""Which files of the course some source reaches: what it imports, what that imports, and data they name."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

# The packages whose modules are followed; requirements.lock pins the others.
PACKAGES = ("helpers", "course")


class Source(NamedTuple):
    """What one file says of others.

    imports: full names of modules, or of what is in them.
    words: its strings that are one word.
    given: what else can be imported from it, with the full name of each.
    is_hull: whether it does nothing but import, as many an __init__.py.
    """

    imports: frozenset[str]
    words: frozenset[str]
    given: dict[str, str]
    is_hull: bool


def reached(top: Path, text: str, modules: Iterable[str] = ()) -> set[Path]:
    """Return the files that Python source reaches, and modules with it.

    An import inside a function counts as one at the top. A string that is a module's name counts as an
    import, because some processes are started by name. A string that is a data file's name, with or without
    suffix, counts as a use of the file where the source reaches its package. A package that only imports is
    looked through: code that imports `train` from it does not depend on its other modules.

    top: the folder of PACKAGES.
    text: Python source.
    modules: full names of further modules to begin with.

    Raises SyntaxError where a source is no Python.
    """
    start = _parsed(text)
    found: set[Path] = set()
    words = set(start.words)
    known = {*start.imports, *modules}
    waiting = list(known)
    while waiting:
        for path in files_of(top, waiting.pop()) - found:
            found.add(path)
            source = read(path)
            words |= source.words
            waiting += source.imports - known
            known |= source.imports
    folders = {path.parent for path in found}
    return found | {path for word in words for path in _data(top).get(word, ()) if path.parent in folders}


@functools.cache
def files_of(top: Path, name: str) -> frozenset[Path]:
    """Return the files of PACKAGES that an import of a full name runs, without packages that only import."""
    found: set[Path] = set()
    head, *rest = name.split(".")
    if head not in PACKAGES:
        return frozenset()
    place = top / head
    for part in [*rest, ""]:
        package = place / "__init__.py"
        if not package.is_file():
            module = place.with_suffix(".py")
            return frozenset(found | {module} if module.is_file() else found)
        source = read(package)
        if part in source.given and not (place / part).is_dir() and not (place / f"{part}.py").is_file():
            return frozenset(found | files_of(top, source.given[part]))
        if not source.is_hull or not part:
            found.add(package)
        place /= part
    return frozenset(found)


def read(path: Path) -> Source:
    """Return what a file of Python says. Raises OSError or SyntaxError where it cannot be read."""
    return _parsed(path.read_text(encoding="utf-8"))


@functools.lru_cache(maxsize=1000)  # by its text: what has changed is read anew
def _parsed(text: str) -> Source:
    tree = ast.parse(text)
    imports: set[str] = set()
    words: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imports |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            imports |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value.split()) == 1:
            words.add(node.value)
    imports |= {word for word in words if word.partition(".")[0] in PACKAGES}
    given = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    return Source(frozenset(imports), frozenset(words), given, all(map(_only_names, tree.body)))


def _only_names(statement: ast.stmt) -> bool:
    """Return whether a statement is an import, a docstring, or the list of what a module offers."""
    if isinstance(statement, ast.Assign):
        return ast.unparse(statement.targets[0]) == "__all__"
    docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return docstring or isinstance(statement, ast.Import | ast.ImportFrom)


@functools.cache
def _data(top: Path) -> dict[str, list[Path]]:
    """Return the data files of the packages, by their names and by these without suffix."""
    found: dict[str, list[Path]] = {}
    for package in PACKAGES:
        for path in (top / package).rglob("*.*"):
            if path.suffix not in (".py", ".pyc"):
                for word in {path.name, path.name.partition(".")[0]}:
                    found.setdefault(word, []).append(path)
    return found
