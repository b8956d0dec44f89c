"""The log of a capstone's search: what its lines say, read without trust in whoever wrote them.

    {"event": "begin", "number": "20261234", "data": "...", "versions": {...}, "chain": "..."}
    {"event": "stage", "stage": 0, "method": "random", "space": {...}, "fixed": {}, "num_trials": 12, ...}
    {"event": "training", "trial": 0, "again": 0, "stage": 0, "parameters": {...}, "val_losses": [...], ...}
    {"event": "choice", "trial": 7, "because": "...", "chain": "..."}
    {"event": "test", "trial": 7, "accuracies": [...], "chain": "..."}

Each line's chain is a digest of the line and of the chain before it. That shows what was cut out or put in by
accident. It stops nobody who computes digests.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias

from helpers.capstone.task import LOG_FILE, OUTER_SPACE, own_number
from helpers.checks.observation import clip
from helpers.errors import CourseError
from helpers.journal import whole_lines
from helpers.search.space import Choice, Dimension, Real, Space

MOST_BYTES = 2_000_000  # an honest log has 60 kB
MOST_TEXT = 2_000
_MOST_LINES = 1_000  # an honest log has 40
_MOST_EPOCHS = 1_000
BY_HAND = "by hand"
METHODS = ("random", "quasi-random", "grid", "tpe", BY_HAND)


@dataclass(frozen=True)
class Stage:
    """A part of the search: trials that one method draws from one space, or one trial by hand.

    space: None by hand.
    fixed: the values of the dimensions that the space leaves out; by hand, of all.
    because: the reason, by hand.
    """

    stage: int
    method: str
    space: Space | None
    fixed: dict[str, Any]
    num_trials: int
    seed: int
    because: str = ""

    @property
    def definition(self) -> tuple:
        """What another call must say to mean this stage."""
        return self.method, self.space, tuple(sorted(self.fixed.items()))


@dataclass(frozen=True)
class Training:
    """A trial's training, or with `again` from 1 on one of its repeats with another seed.

    configuration: every field of the network's configuration, as JSON has it.
    """

    trial: int
    again: int
    stage: int
    parameters: dict[str, Any]
    configuration: dict[str, Any]
    seed: int
    state: str
    train_losses: tuple[float, ...]
    val_losses: tuple[float, ...]
    val_accuracies: tuple[float, ...]
    seconds: float

    @property
    def val_loss(self) -> float:
        """The validation loss at the end; infinite for a training that diverged."""
        return self.val_losses[-1] if self.state == "complete" and self.val_losses else math.inf

    @property
    def val_accuracy(self) -> float:
        """The validation accuracy at the end; 0 for a training that diverged."""
        return self.val_accuracies[-1] if self.state == "complete" and self.val_accuracies else 0.0


@dataclass(frozen=True)
class Chosen:
    """Which trial is handed in, and why."""

    trial: int
    because: str


@dataclass(frozen=True)
class Opening:
    """A look at the test part: the chosen trial's test accuracies, one a seed."""

    trial: int
    accuracies: tuple[float, ...]


Event: TypeAlias = Stage | Training | Chosen | Opening


@dataclass(frozen=True)
class SearchLog:
    """All that a log says, in its order.

    number: the text that its seeds follow from.
    data: the digest of what was trained on.
    events: stages, trainings, choices and openings.
    breaks: the lines that do not follow from the line before, from 1.
    """

    number: str
    data: str
    versions: dict[str, str]
    events: tuple[Event, ...]
    breaks: tuple[int, ...] = ()

    @cached_property
    def stages(self) -> list[Stage]:
        """The stages, each with the most trials that it was asked for."""
        found: dict[int, Stage] = {}
        for event in self.events:
            if isinstance(event, Stage):
                known = found.get(event.stage, event)
                found[event.stage] = replace(known, num_trials=max(known.num_trials, event.num_trials))
        return list(found.values())

    @cached_property
    def trials(self) -> list[Training]:
        """The first training of each trial, in the order of the log."""
        return [event for event in self.events if isinstance(event, Training) and not event.again]

    @cached_property
    def repeats(self) -> list[Training]:
        """The trainings with further seeds."""
        return [event for event in self.events if isinstance(event, Training) and event.again]

    @property
    def choice(self) -> Chosen | None:
        """The last choice, None before the first."""
        return next((event for event in reversed(self.events) if isinstance(event, Chosen)), None)

    @property
    def openings(self) -> list[Opening]:
        """The looks at the test part."""
        return [event for event in self.events if isinstance(event, Opening)]

    def finalists(self) -> dict[int, list[Training]]:
        """Return the trials that were trained with more than one seed: trial -> all its trainings."""
        found: dict[int, list[Training]] = {}
        for training in [*self.trials, *self.repeats]:
            found.setdefault(training.trial, []).append(training)
        return {trial: trainings for trial, trainings in found.items() if len(trainings) > 1}


def chained(event: Mapping[str, Any], before: str) -> dict[str, Any]:
    """Return an event with its chain. before: the chain of the event before it, or empty."""
    plain = {key: value for key, value in event.items() if key != "chain"}
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    # What stands in a stranger's line need not be text.
    digest = hashlib.sha256(f"{before}\n{text}".encode(errors="surrogatepass"))
    return plain | {"chain": digest.hexdigest()[:16]}


def log_bytes(events: Iterable[Mapping[str, Any]]) -> bytes:
    """Return events as a log of them, each chained to the one before; `parse_log` reads it."""
    lines, before = [], ""
    for event in events:
        lines.append(chained(event, before))
        before = lines[-1]["chain"]
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def parse_log(content: bytes) -> SearchLog:
    """Return what the bytes of a log say.

    A last line that was cut off is as if it were not there, and so are empty lines at the end.

    Raises CourseError, one line, for what no search has written.
    """
    if len(content) > MOST_BYTES:
        raise CourseError(f"{LOG_FILE} has {len(content) / 1e6:.1f} MB: that is no log of twenty trials")
    try:
        text = whole_lines(content).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CourseError(f"{LOG_FILE} is no text") from None
    lines = text.replace("\r\n", "\n").split("\n")[:-1]  # behind the last line's end stands nothing
    if len(lines) > _MOST_LINES:
        raise CourseError(f"{LOG_FILE} has {len(lines)} lines: that is no log of twenty trials")
    events = []
    for number, line in enumerate(lines, start=1):
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            event = None
        if not isinstance(event, dict):
            raise CourseError(f"line {number} of {LOG_FILE} is damaged")
        events.append(event)
    return as_log(events)


def as_log(events: list[dict[str, Any]]) -> SearchLog:
    """Return what a log's lines say.

    Raises CourseError that names the line which says nothing, or something else than it may.
    """
    if not events or events[0].get("event") != "begin":
        raise CourseError(f"{LOG_FILE} does not begin as the log of a capstone does")
    breaks, before = [], ""
    decoded: list[Event] = []
    for number, event in enumerate(events, start=1):
        try:
            if chained(event, before)["chain"] != event.get("chain"):
                breaks.append(number)
            before = str(event.get("chain", ""))
            if number > 1:
                decoded.append(decoded_event(event))
            else:
                head = _number_of(event), _text(event, "data"), _texts(event, "versions")
        except RecursionError:  # brackets in brackets, some thousand deep
            raise CourseError(f"line {number} of {LOG_FILE} is damaged") from None
        except Unlike as error:
            raise CourseError(
                f"line {number} of {LOG_FILE} is not as a search writes it: {clip(str(error), 200)}"
            ) from None
    return SearchLog(*head, tuple(decoded), tuple(breaks))


class Unlike(Exception):
    """An event is not as it should be; the message says what of it."""


def decoded_event(event: dict[str, Any]) -> Event:
    """Return what an event says that is none of a log's first line.

    Raises Unlike for what no search writes.
    """
    kind = _text(event, "event")
    if kind not in _KINDS:
        raise Unlike(f"an event called {kind!r}")
    return _KINDS[kind](event)


def space_data(space: Space) -> dict[str, dict[str, Any]]:
    """Return a space as the log holds it; `_space_of` reads it."""
    return {
        name: {"options": list(dimension.options)}
        if isinstance(dimension, Choice)
        else {"low": dimension.low, "high": dimension.high, "log": dimension.log}
        for name, dimension in space.items()
    }


def _space_of(data: Mapping[str, Any]) -> Space:
    """Return the space that `space_data` wrote; raises what a foreign entry makes Python raise."""
    dimensions = {
        name: Choice(tuple(entry["options"]))
        if "options" in entry
        else Real(entry["low"], entry["high"], entry["log"] is True)
        for name, entry in sorted(data.items(), key=_place_in_outer_space)
    }
    return Space(**dimensions)


def outside(space: Mapping[str, Dimension]) -> str | None:
    """Return in words what of a space lies outside of the capstone's; None when nothing does."""
    for name, dimension in space.items():
        outer = OUTER_SPACE.get(name)
        if outer is None:
            return f"{name!r}, which is none of {', '.join(OUTER_SPACE)}"
        if isinstance(outer, Choice):
            if not isinstance(dimension, Choice):
                return f"{name} as another kind of dimension than a Choice"
            foreign = [option for option in dimension.options if not _is_option(option, outer)]
            if foreign:
                shown = clip(repr(foreign[0]), 60)
                return f"{name}={shown}, which is none of {', '.join(map(str, outer.options))}"
        elif not isinstance(dimension, Real):
            return f"{name} as another kind of dimension than a Real"
        elif not outer.low <= dimension.low <= dimension.high <= outer.high:
            return f"{name} from {dimension.low} to {dimension.high}, beyond {outer.low:g} to {outer.high:g}"
    return None


def foreign_value(values: Mapping[str, Any]) -> str | None:
    """Return in words which value is none that the capstone's space holds; None when each is one."""
    for name, value in values.items():
        outer, shown = OUTER_SPACE.get(name), clip(repr(value), 60)
        if outer is None:
            return f"{name!r}, which is none of {', '.join(OUTER_SPACE)}"
        if isinstance(outer, Choice):
            if not _is_option(value, outer):
                return f"{name}={shown}, which is none of {', '.join(map(str, outer.options))}"
        elif not (_is_float(value) and outer.low <= value <= outer.high):
            return f"{name}={shown}, which is no number from {outer.low:g} to {outer.high:g}"
    return None


def _is_option(value: Any, outer: Dimension) -> bool:
    assert isinstance(outer, Choice)
    return any(type(value) is type(option) and value == option for option in outer.options)


def _is_float(value: Any) -> bool:
    return _is_number(value) and abs(value) < math.inf  # true of 10**400, which is no float


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _stage(event: dict[str, Any]) -> Stage:
    method = _text(event, "method")
    if method not in METHODS:
        raise Unlike(f"its method is {method!r}")
    by_hand = method == BY_HAND
    space = None if by_hand else _space(event)
    fixed = _values(event, "fixed")
    missing = set(OUTER_SPACE) - set(fixed) - set(space or ())
    if missing or set(fixed).intersection(space or ()):
        raise Unlike("its space and its fixed values do not give each hyperparameter once")
    because = _text(event, "because") if by_hand else ""
    num_trials = _count(event, "num_trials", least=1, most=1 if by_hand else _MOST_LINES)
    return Stage(_count(event, "stage"), method, space, fixed, num_trials, _count(event, "seed"), because)


def _space(event: dict[str, Any]) -> Space:
    try:
        space = _space_of(_dict(event, "space"))
    except (TypeError, KeyError, ValueError, OverflowError):
        raise Unlike("its space is none") from None
    beyond = outside(space)
    if beyond:
        raise Unlike(f"its space has {beyond}")
    return space


def _place_in_outer_space(item: tuple[str, Any]) -> int:
    """Return the place by which dimensions are ordered: what a plan draws depends on their order."""
    names = list(OUTER_SPACE)
    return names.index(item[0]) if item[0] in names else len(names)


def training_of(event: dict[str, Any]) -> Training:
    """Return what the event of a training says.

    Raises Unlike for what no search writes.
    """
    state = _text(event, "state")
    if state not in ("complete", "diverged"):
        raise Unlike(f"its state is {state!r}")
    parameters = _values(event, "parameters")
    if set(parameters) != set(OUTER_SPACE):
        raise Unlike("its parameters are not those of the capstone")
    train_losses, val_losses = _numbers(event, "train_losses"), _numbers(event, "val_losses")
    val_accuracies = _numbers(event, "val_accuracies")
    if not 0 < len(train_losses) == len(val_losses) == len(val_accuracies):
        raise Unlike("its curves differ in length, or are empty")
    return Training(
        _count(event, "trial"),
        _count(event, "again"),
        _count(event, "stage"),
        parameters,
        _dict(event, "configuration"),
        _count(event, "seed"),
        state,
        train_losses,
        val_losses,
        val_accuracies,
        _number(event, "seconds"),
    )


def _chosen(event: dict[str, Any]) -> Chosen:
    return Chosen(_count(event, "trial"), _text(event, "because"))


def _opening(event: dict[str, Any]) -> Opening:
    return Opening(_count(event, "trial"), _numbers(event, "accuracies"))


_KINDS: dict[str, Callable[[dict[str, Any]], Event]] = {
    "stage": _stage,
    "training": training_of,
    "choice": _chosen,
    "test": _opening,
}


def _number_of(event: Mapping[str, Any]) -> str:
    """Return the text that the seeds follow from: one that `own_number` can have returned."""
    number = _text(event, "number")
    try:
        is_own = own_number(number) == number
    except CourseError:
        is_own = False
    if not is_own:
        raise Unlike(f"{number!r} is not how a search writes who somebody is")
    return number


def _text(event: Mapping[str, Any], name: str) -> str:
    value = event.get(name)
    if not isinstance(value, str) or len(value) > MOST_TEXT:
        raise Unlike(f"{name} is no text")
    return value


def _texts(event: Mapping[str, Any], name: str) -> dict[str, str]:
    found = _dict(event, name)
    return {key: _text(found, key) for key in found}


def _dict(event: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = event.get(name)
    if not isinstance(value, dict) or len(value) > 100:
        raise Unlike(f"{name} is missing")
    return value


def _values(event: Mapping[str, Any], name: str) -> dict[str, Any]:
    values = _dict(event, name)
    foreign = foreign_value(values)
    if foreign:
        raise Unlike(f"{name} has {foreign}")
    return values


def _count(event: Mapping[str, Any], name: str, least: int = 0, most: int = 2**31 - 1) -> int:
    value = event.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise Unlike(f"{name} is no whole number from {least} to {most}")
    return value


def _number(event: Mapping[str, Any], name: str) -> float:
    [value] = _as_floats(name, [event.get(name)])
    if not math.isfinite(value):
        raise Unlike(f"{name} is no number")
    return value


def _numbers(event: Mapping[str, Any], name: str) -> tuple[float, ...]:
    values = event.get(name)
    if not isinstance(values, list) or len(values) > _MOST_EPOCHS:
        raise Unlike(f"{name} is no list of numbers")
    return _as_floats(name, values)  # not finite where a training diverged


def _as_floats(name: str, values: list[Any]) -> tuple[float, ...]:
    if not all(map(_is_number, values)):
        raise Unlike(f"{name} is not made of numbers")
    try:
        return tuple(map(float, values))
    except OverflowError:
        raise Unlike(f"{name} has a number beyond all bounds") from None
