"""From what a trial prints to the value that counts, as Katib's collectors read it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import re2

from helpers.katib.model import Objective

DEFAULT_FILTER = r"([\w|-]+)\s*=\s*([+-]?\d*(\.\d+)?([Ee][+-]?\d+)?)"
METRIC_STRATEGIES = ("min", "max", "latest")
# What Go reads as a number and a metric may be: no blanks, no other digits than 0 to 9. (Go also takes
# underscores between digits, and hexadecimal numbers; here those are none.)
_NUMBER = re.compile(
    r"[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|inf(inity)?|nan)", re.ASCII | re.IGNORECASE
)


@dataclass(frozen=True)
class Observed:
    """All values that a trial reported of one metric, in their order. What is no number is NaN."""

    name: str
    values: tuple[float, ...]

    def value(self, strategy: str) -> float:
        """Return the one that counts: "min", "max" or "latest"; NaN where there is none, and by another word.

        A value that is no number never counts as lowest or highest. (In Katib it does where an expression of
        your own hands on "nan" as the first one.)
        """
        if strategy not in METRIC_STRATEGIES:
            return math.nan
        numbers = [value for value in self.values if not math.isnan(value)]
        if strategy == "latest" or not numbers:
            return self.values[-1] if self.values else math.nan
        return min(numbers) if strategy == "min" else max(numbers)


def read_text(
    lines: Iterable[str], metric_names: Sequence[str], filters: Sequence[str] = ()
) -> Iterator[tuple[str, str]]:
    """Yield name and value, texts, of each metric in each line.

    A line in which no metric's name stands is not looked at. Keras's own `val_loss: 0.5` is not found: the
    expression wants `val_loss=0.5`, with or without blanks around it.

    filters: expressions whose first group is the name and second the value; Katib's own without any.
    """
    options = re2.Options()
    options.log_errors = False
    expressions = [re2.compile(expression, options=options) for expression in filters or (DEFAULT_FILTER,)]
    for line in lines:
        if any(name in line for name in metric_names):
            for expression in expressions:
                for match in expression.finditer(line):
                    if match.re.groups < 2:
                        continue
                    name, value = (match[1] or "").strip(), (match[2] or "").strip()
                    if name in metric_names:
                        yield name, value


def observe(found: Iterable[tuple[str, str]], objective: Objective) -> dict[str, Observed] | None:
    """Return what a trial reported of each metric by name; None where the objective's is not among it."""
    values: dict[str, list[float]] = {}
    for name, text in found:
        values.setdefault(name, []).append(float(text) if _NUMBER.fullmatch(text) else math.nan)
    if objective.objective_metric_name not in values:
        return None
    return {name: Observed(name, tuple(numbers)) for name, numbers in values.items()}
