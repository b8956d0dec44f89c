"""The inspector of the capstone: reads the log as a stranger's bytes, and trains some of it again.

What can be recomputed (plans, seeds, configurations) decides by itself. A training that does not repeat takes
no point: near the edge of stability processors differ, so a person sees both curves and decides. The band of
the result comes from trainings made here.
"""

from __future__ import annotations

import functools
import hashlib
import io
import json
import math
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from course.inspection.registry import under_its_name
from course.inspection.second_part import SecondPart, read_second_part
from course.inspection.verdicts import Inspection, Verdict, for_all
from helpers.capstone.bands import band_of, place_in_words
from helpers.capstone.log import MOST_BYTES, SearchLog, Training, parse_log
from helpers.capstone.review import TITLES, Aspect, review
from helpers.capstone.task import LOG_FILE, MOST_FINALISTS, NUM_SEEDS, train, training_seed, with_test_part
from helpers.data import Dataset
from helpers.errors import CourseError
from helpers.training import Run

# On one kind of processor a training repeats bit for bit. Between two kinds the seventh digit differs, and in
# about one training of eight a relu unit then lets an example through in one of them only, within the first
# three epochs: that moved losses by up to 0.05 there (54 trainings, AVX2 against AVX). So of the trainings
# that are compared half must agree exactly, and all nearly: no curve that was made up is among them.
FIRST_EPOCHS, IN_FIRST, NEAR_IN_FIRST = 3, 1e-4, 0.1
IN_ACCURACY, IN_LOSS = 0.02, 0.05  # at the end
LEAST_EXACT = 0.5
# Trained again beside the chosen trial, its repeats, and one repeat of each other finalist. Of those that are
# drawn one is said to have failed, where there is such a one.
NUM_NEXT, NUM_DRAWN, NUM_FAILED = 2, 2, 1
# Validation accuracies at the end. Below the first a training failed: those repeat less well, so one of them
# is held against a log only where it reaches the second here. That is out of a processor's reach, and even of
# a seed's: of 86 configurations at the edge of stability, five seeds each, where one seed reached WELL none
# ended below 0.57.
LEARNED, WELL = 0.4, 0.64
_BANDS = 3
# What a log that nobody foresaw may end in: then a person looks, and the rest of the notebook is graded.
_STUMBLES = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def inspect(files: Mapping[str, bytes], extra: bytes = b"", draw_seed: int | None = None) -> Inspection:
    """Return what is to be said of a capstone.

    files: what lay beside the notebook, by name.
    extra: what `course second-test` has made, or empty: then the packaged test part counts.
    draw_seed: decides which trials are drawn; None for chance.
    """
    content = _log_among(files)
    if content is None:
        missing = f"{LOG_FILE} was not handed in beside the notebook"
        return Inspection(for_all(map(str, TITLES), Verdict(against=(f"{missing}.",))), missing)
    second = read_second_part(extra)
    marks = {"log": hashlib.sha256(content).hexdigest()[:16]}
    try:
        log = parse_log(content)
        against = {aspect: tuple(sentences) for aspect, sentences in review(log).items()}
    except CourseError as error:
        unreadable = Verdict(against=(f"{str(error)[:1].upper()}{str(error)[1:]}.",))
        return Inspection(for_all(map(str, TITLES), unreadable), marks=marks)
    except _STUMBLES as error:
        why = f"the log could not be reviewed ({type(error).__name__})"
        return Inspection(for_all(map(str, TITLES), Verdict(look=why)), "", marks, (f"T{why[1:]}.",))
    verdicts = {aspect: Verdict(against=sentences) for aspect, sentences in against.items()}
    rng = random.Random(draw_seed)
    of_others = _repeats_of_others(log, rng)
    counted = [_again(training, second) for training in _to_train(log, of_others, rng)]
    beside = [_again(training, second) for training in of_others]
    verdicts[Aspect.LOG] = _with_repeats(verdicts[Aspect.LOG], counted, beside)
    verdicts[Aspect.RESULT] = _result(log, second)
    notes = tuple(f"{name} to be looked at: {each.look}." for name, each in verdicts.items() if each.look)
    return Inspection(verdicts, "", marks | {"number": log.number}, notes)


def _log_among(files: Mapping[str, bytes]) -> bytes | None:
    """Return the log, also under the name that a browser or a platform has given it."""
    log = under_its_name(LOG_FILE, files).get(LOG_FILE)
    return None if log is None else log[: MOST_BYTES + 1]


@dataclass(frozen=True)
class _Again:
    """A training of the log, and the same one made here."""

    training: Training
    run: Run

    @property
    def failed(self) -> bool:
        """Whether it failed, as the log says."""
        return _failed(self.training)

    @property
    def is_exact(self) -> bool:
        """Whether the first epochs are those of one training on one kind of processor."""
        return self._agrees(IN_FIRST)

    @property
    def is_near(self) -> bool:
        """Whether both can be one training on two kinds of processors."""
        mine, theirs = self.run, self.training
        if self.failed:
            return mine.diverged or bool(mine.val_accuracies[-1] < WELL)
        return (
            self._agrees(NEAR_IN_FIRST)
            and _agree(mine.val_losses[-1:], theirs.val_losses[-1:], IN_LOSS)
            and _agree(mine.val_accuracies[-1:], theirs.val_accuracies[-1:], IN_ACCURACY)
        )

    def _agrees(self, within: float) -> bool:
        """Return whether the losses of the first epochs agree."""
        mine, theirs = self.run, self.training
        first = slice(0, FIRST_EPOCHS)
        return (
            not mine.diverged
            and len(mine.val_losses) == len(theirs.val_losses)
            and _agree(mine.val_losses[first], theirs.val_losses[first], within)
            and _agree(mine.train_losses[first], theirs.train_losses[first], within)
        )


def _agree(one: Iterable[float], other: Iterable[float], within: float) -> bool:
    return all(abs(a - b) <= within for a, b in zip(one, other, strict=True))  # never for what is no number


def _failed(training: Training) -> bool:
    return training.val_accuracy < LEARNED


def _repeats_of_others(log: SearchLog, rng: random.Random) -> list[Training]:
    """Return a repeat of each finalist that is not chosen, one that failed where there is one."""
    repeats: dict[int, list[Training]] = {}
    for each in log.repeats:
        if not (log.choice and each.trial == log.choice.trial):
            repeats.setdefault(each.trial, []).append(each)
    finalists = list(repeats.values())[: MOST_FINALISTS - 1]
    return [rng.choice([each for each in mine if _failed(each)] or mine) for mine in finalists]


def _to_train(log: SearchLog, of_others: list[Training], rng: random.Random) -> list[Training]:
    """Return what else is trained again: the chosen trial, its repeats, the next best, some that are drawn.

    of_others: repeats that are trained again anyway.
    """
    chosen = log.choice.trial if log.choice else None
    mine = [training for training in [*log.trials, *log.repeats] if training.trial == chosen][:NUM_SEEDS]
    others = sorted(
        (training for training in log.trials if training.trial != chosen), key=lambda each: each.val_loss
    )
    rest = [*others[NUM_NEXT:], *log.repeats]
    rest = [each for each in rest if each.trial != chosen and each not in of_others]
    failed = [each for each in rest if _failed(each)]
    learned = [each for each in rest if each.val_accuracy >= LEARNED]
    num_failed = min(NUM_FAILED, len(failed))
    drawn = rng.sample(learned, min(NUM_DRAWN - num_failed, len(learned))) + rng.sample(failed, num_failed)
    return mine + others[:NUM_NEXT] + drawn


def _again(training: Training, second: SecondPart) -> _Again:
    return _Again(training, _trained(json.dumps(training.parameters, sort_keys=True), training.seed, second))


@functools.lru_cache(maxsize=64)
def _trained(parameters: str, seed: int, second: SecondPart) -> Run:
    """Return a training with its accuracies on the test part that counts. parameters: as JSON."""
    return replace(train(json.loads(parameters), seed, _data(second)), weights=())


@functools.lru_cache(maxsize=2)
def _data(second: SecondPart) -> Dataset:
    return with_test_part(*second.arrays()) if second.content else with_test_part()


def _with_repeats(verdict: Verdict, counted: list[_Again], beside: list[_Again]) -> Verdict:
    """Return the verdict on the log, marked where a training does not repeat.

    counted: of those that learned half must be exact. beside: must be near, as the others.
    """
    again = counted + beside
    said = (f"The grader trained again: {_names(again)}.",) if again else ()
    learned = [each for each in counted if not each.failed]
    exact = [each for each in learned if each.is_exact]
    near = all(each.is_near for each in again)
    if verdict.against or (near and len(exact) >= LEAST_EXACT * len(learned)):
        return replace(verdict, said=said)
    others = [each for each in again if not (each.is_near and (each.failed or each.is_exact))]
    look = f"trained again, the curves of {_names(others)} are others"
    return replace(verdict, said=said, look=look, picture=_picture(others))


def _result(log: SearchLog, second: SecondPart) -> Verdict:
    """Return the verdict on the result: a third of the points for each band, by trainings made here."""
    chosen = next((each for each in log.trials if log.choice and each.trial == log.choice.trial), None)
    if chosen is None:
        return Verdict(against=("No trial is chosen, so there is no result.",))
    parameters = json.dumps(chosen.parameters, sort_keys=True)
    seeds = [training_seed(log.number, chosen.trial, again) for again in range(NUM_SEEDS)]
    runs = [_trained(parameters, seed, second) for seed in seeds]
    accuracy = float(np.mean([0.0 if run.diverged else run.test_accuracy or 0.0 for run in runs]))
    part = "a second test part" if second.content else "the packaged test part"
    said = (
        f"Trained by the grader with {NUM_SEEDS} seeds, on {part}: {place_in_words(accuracy, second.shift)}."
    )
    return Verdict(said=(said,), share=band_of(accuracy, second.shift) / _BANDS)


def _picture(others: list[_Again]) -> bytes:
    """Return the curves of the log and those made here, as a person compares them: PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    shown = others[:4]
    figure = Figure(figsize=(3.2 * len(shown), 2.6), layout="constrained")
    FigureCanvasAgg(figure)
    for ax, each in zip(figure.subplots(1, len(shown), squeeze=False)[0], shown, strict=True):
        ax.plot(np.clip(each.training.val_losses, 0, 10), label="in the log")
        ax.plot(np.clip(each.run.val_losses, 0, 10), "--", label="trained again")
        last = each.run.val_losses[-1] if len(each.run.val_losses) else math.nan
        ax.set(
            title=_name(each.training), xlabel=f"epoch (ends at {last:.3f} here)", ylabel="validation loss"
        )
        ax.legend(fontsize="small")
    made = io.BytesIO()
    figure.savefig(made, format="png", dpi=80)
    return made.getvalue()


def _names(again: list[_Again]) -> str:
    """Return in words which trainings these are, trial by trial."""
    repeats: dict[int, list[int]] = {}
    for each in again:
        repeats.setdefault(each.training.trial, []).append(each.training.again)
    words = []
    for trial, numbers in repeats.items():
        name = f"trial {trial}" if 0 in numbers else ""
        of = [str(number) for number in sorted(numbers) if number]
        kind = f"repeat{'s' * (len(of) > 1)} {', '.join(of)}"
        words.append(f"{name} with {kind}" if name and of else name or f"{kind} of trial {trial}")
    return "; ".join(words)


def _name(training: Training) -> str:
    return f"trial {training.trial}" + (f", repeat {training.again}" if training.again else "")
