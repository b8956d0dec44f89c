"""Report wordings that made readers read a sentence twice, in the named files or in all that people read.

Vale would do this; its Python and npm packages fetch its program from elsewhere when they first run.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
PAGES = ("*.md", "docs/*.md", "pages/*.md", "course/example/*.md", "course/site/words/*.md")
LESSONS = ("solutions/[0-9]*/[0-9]*.py", "solutions/[0-9]*/answers.py")
MAX_WORDS, MAX_BRACKET = 30, 12
# What it looks for in a sentence, and what to write.
WORDINGS = {
    r"(?:^|[;:,] )[Ww]ho (?![^?]*\?)": "name the person: 'students who', 'if you', 'to ...'",
    r"\b[Ww]hoever\b": "name the person: 'a student who', 'anyone who'",
    r"\b(?:is|are|was|were) none\b": "say what there is: 'has no ...', 'there is no ...'",
    r"\b[Mm]easured beside\b|\bbeside (?:this|the) lesson\b": "say where it was measured: 'in a longer run'",
    r"\bshall\b": "'must', 'will', or the verb alone",
    r"\ball the same\b|\bas a rule\b": "'still', 'usually'",
}
# More than twice in a paragraph: the reader no longer knows which thing is meant.
POINTERS = r"\b(?:the two|the other|the one|its own)\b"


def paragraphs(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and text of each paragraph of prose: no code, tables, formulas, links' targets."""
    text = path.read_text(encoding="utf-8")
    if path.name == "answers.py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.endswith("."):
                yield node.lineno, node.value
        return
    if path.suffix == ".py":
        text = re.sub(r"^(?!#).*$|^# %%.*$", "", text, flags=re.M)
        text = re.sub(r"^# ?", "", text, flags=re.M)
    text = re.sub(r"^```.*?^```|^ *\|.*?$", lambda code: "\n" * code[0].count("\n"), text, flags=re.M | re.S)
    line = 1
    for block in re.split(r"(\n\s*\n|\n(?=\s*(?:[-*#]|\d+\.) ))", text):
        if block.strip():
            yield line, re.sub(r"`[^`]*`|\$[^$]*\$", "X", re.sub(r"\]\([^)]*\)|!\[", "]", block))
        line += block.count("\n")


def faults(text: str) -> Iterator[str]:
    """Yield what a paragraph does, with its words."""
    if len(re.findall(POINTERS, text)) > 2:
        yield f"names things by 'the one', 'the other', 'its own' more than twice: {text.strip()[:50]!r}"
    for sentence in re.split(r"(?<=[.!?:;])[*_\")]*\s+(?=\W*[A-Z0-9])", " ".join(text.split())):
        for wording, instead in WORDINGS.items():
            if found := re.search(wording, sentence):
                yield f"{sentence[max(0, found.start() - 15) : found.end() + 20].strip()!r}: {instead}"
        if len(sentence.split()) > MAX_WORDS:
            yield f"a sentence of {len(sentence.split())} words: {sentence[:50]!r}"
        for bracket in re.findall(r"(?<!\])\(([^()]*)\)", sentence):
            if len(bracket.split()) > MAX_BRACKET:
                yield f"a bracket of {len(bracket.split())} words: {bracket[:50]!r}"


def main(names: list[str]) -> int:
    """Print all faults of the named files, or of all that a person reads; 1 if there are any."""
    paths = [Path(name) for name in names] or sorted(
        path for glob in PAGES + LESSONS for path in TOP.glob(glob)
    )
    said = [
        f"{path}:{line}: {fault}"
        for path in paths
        for line, text in paragraphs(path)
        for fault in faults(text)
    ]
    print("\n".join(said), end="\n" if said else "")
    return bool(said)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
