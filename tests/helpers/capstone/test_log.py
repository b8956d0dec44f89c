"""What a log says is read without trust: a line that no search writes is named, and nothing else happens."""

import hashlib
import json
import random

import pytest
from capstones import BY_HAND, REFERENCE, Trainings, events_of, log_of
from timing import least_cpu_seconds

from helpers.capstone import OUTER_SPACE, Capstone, work
from helpers.capstone.log import chained, foreign_value, log_bytes, outside, parse_log, space_data
from helpers.capstone.review import review
from helpers.errors import CourseError
from helpers.search import Choice, Integer, Real, Space


@pytest.fixture(scope="module")
def reference():
    return REFERENCE.read_bytes()


def refused(content):
    """The one line that says why bytes are no log."""
    with pytest.raises(CourseError) as caught:
        parse_log(content)
    said = str(caught.value)
    assert "\n" not in said
    assert said.isprintable()
    assert len(said) < 400
    return said


def judged(content):
    """What is said of bytes: sentences by aspect, or the one line that says why they are no log."""
    try:
        return review(parse_log(content))
    except CourseError as error:
        return str(error) if "\n" not in str(error) else pytest.fail("more than a line")


def with_line(content, number, line):
    """The bytes with another line in the place of one, from 1."""
    lines = content.split(b"\n")
    lines[number - 1] = line if isinstance(line, bytes) else json.dumps(line).encode()
    return b"\n".join(lines)


def test_does_the_reference_say_what_its_lines_say(reference):
    log, events = parse_log(reference), events_of(reference)
    trainings = [event for event in events if event["event"] == "training"]
    assert log.number == events[0]["number"]
    assert log.breaks == ()
    assert [each.trial for each in log.trials] == list(range(20))
    assert len(log.repeats) == sum(event["again"] > 0 for event in trainings) == 12
    assert [each.val_losses for each in [*log.trials, *log.repeats]] == [
        tuple(event["val_losses"]) for event in trainings
    ]
    assert {trial: len(group) for trial, group in log.finalists().items()} == dict.fromkeys(
        {event["trial"] for event in trainings if event["again"]}, 5
    )
    assert log.choice.trial == events[-2]["trial"]
    assert log.openings[0].accuracies == tuple(events[-1]["accuracies"])


def test_is_the_chain_what_its_description_says(reference):
    before = ""
    for line in reference.decode().splitlines():
        event = json.loads(line)
        chain = event.pop("chain")
        text = json.dumps(event, sort_keys=True, separators=(",", ":"))
        assert chain == hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()[:16]
        before = chain


def test_is_every_line_that_was_changed_by_hand_a_break(reference):
    lines = reference.splitlines()
    for number in (1, 2, 9, len(lines)):
        event = json.loads(lines[number - 1])
        event["note"] = "mine"
        assert parse_log(with_line(reference, number, event)).breaks == (number,)
    without = b"\n".join([*lines[:7], *lines[8:], b""])
    assert parse_log(without).breaks == (8,)


def test_do_line_ends_a_mark_and_a_cut_off_end_change_nothing(reference):
    log = parse_log(reference)
    assert parse_log(b"\xef\xbb\xbf" + reference.replace(b"\n", b"\r\n")) == log
    for cut_off in (b'{"event": "tra', b"{", b"\xed\x95", b'{"event": "tra'.rjust(20), b"[]", b"7"):
        assert parse_log(reference + cut_off) == log
    for end in (b"", b"\n\n", b"\r\n", b"\n\r\n\n", b"\n\n{"):  # as editors leave it
        assert parse_log(reference.rstrip(b"\n") + end) == log
    compact = b"".join(
        json.dumps(event, separators=(",", ":"), sort_keys=True).encode() + b"\n"
        for event in events_of(reference)
    )
    assert parse_log(compact) == log


def test_is_a_longer_part_one_stage(reference):
    events = events_of(reference)
    longer = [*events[:4], dict(events[1], num_trials=14), *events[4:]]
    assert [stage.num_trials for stage in log_of(longer).stages] == [14, 8]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "does not begin as the log of a capstone"),
        (b"\n", "line 1 of search.jsonl is damaged"),
        (b"{}\n", "does not begin as the log of a capstone"),
        (b"\xff\xfe\n", "is no text"),
        (b"x" * 2_000_001, "2.0 MB: that is no log of twenty trials"),
        (b"{}\n" * 5_000, "5000 lines: that is no log of twenty trials"),
        (b"[" * 100_000 + b"\n", "line 1 of search.jsonl is damaged"),
    ],
)
def test_are_bytes_that_are_no_log_told_in_one_line(content, said):
    assert said in refused(content)


# Number of a line in the reference (1 begin, 2 stage, 3 training, -2 choice, -1 test), field, value.
WRONG = [
    (line, field, value)
    for line, fields in {
        1: {"number": 7, "data": None, "versions": "new"},
        2: {"event": "start", "stage": -1, "method": "guess", "space": [], "fixed": None, "num_trials": 1e3},
        3: {"trial": "0", "again": True, "stage": None, "seed": 2**31, "state": "well", "seconds": "long"},
        -2: {"trial": -1, "because": None},
        -1: {"trial": 1.0, "accuracies": "0.7"},
    }.items()
    for field, value in fields.items()
]


@pytest.mark.parametrize(
    ("line", "field", "value"), WRONG, ids=[f"{line} {field}" for line, field, _ in WRONG]
)
def test_is_a_field_that_no_search_writes_named_with_its_line(reference, line, field, value):
    events = events_of(reference)
    number = line if line > 0 else len(events) + 1 + line
    for changed in (events[number - 1] | {field: value}, _without(events[number - 1], field)):
        said = refused(with_line(reference, number, changed))
        assert f"line {number} of search.jsonl" in said
        shown = {"event": "start", "method": "guess", "state": "well"}.get(field, field)
        assert f" {field} " in said or shown in said


def _without(event, field):
    return {key: value for key, value in event.items() if key != field}


@pytest.mark.parametrize(
    "parameters",
    [
        {"learning_rate": 10**400},
        {"learning_rate": 2.0},
        {"learning_rate": float("nan")},
        {"learning_rate": True},
        {"learning_rate": None},
        {"dropout": 0.0},
        {"units": 64.0},
        {"units": [64]},
        {"optimizer": "Adam"},
        {"optimizer": "x" * 100_000},
        {"optimizer": "a\nb\x1b[2J\ud800"},
        {"x" * 100_000: 1},
        {"a\nb\x1b[2J\ud800": 1},
        {"batch_size": {"deep": [[[[]]]]}},
    ],
)
def test_is_a_value_outside_of_the_capstones_space_told_in_one_line(reference, parameters):
    event = events_of(reference)[2]
    event["parameters"] |= parameters
    assert "line 3" in refused(with_line(reference, 3, event))
    assert foreign_value(event["parameters"])


@pytest.mark.parametrize(
    "dimension",
    [
        {"low": 1e-4, "high": 1e308, "log": True},
        {"low": -1e308, "high": 1e308, "log": False},
        {"low": 10**400, "high": 10**401, "log": True},
        {"low": 0.1, "high": 0.1, "log": True},
        {"low": "0.1", "high": 1, "log": True},
        {"low": 0.1, "log": True},
        {"options": ["momentum", "adam"]},
        {"options": "ab"},
        {"options": [[1], [1]]},
        {"options": {"a": 1, "b": 2}},
        {"options": 3},
        "options",
        ["low", "high", "log"],
        None,
        7,
    ],
)
def test_is_a_range_that_no_search_has_told_in_one_line(reference, dimension):
    event = events_of(reference)[1]
    event["space"]["learning_rate"] = dimension
    assert "line 2" in refused(with_line(reference, 2, event))


def test_are_all_numbers_of_a_curve_numbers(reference):
    for value in (None, "1", [1], True, 10**400, {"a": 1}):
        event = events_of(reference)[2]
        event["val_losses"][3] = value
        assert "val_losses" in refused(with_line(reference, 3, event))


@pytest.mark.parametrize(
    "number", ["", "  ", "A", " a", "a  b", "x" * 101, "a\n", "a\x1b[2J", "\ud800", "\u200b"]
)
def test_is_a_number_that_no_capstone_writes_refused(reference, number):
    assert "who somebody is" in refused(with_line(reference, 1, events_of(reference)[0] | {"number": number}))


def test_does_the_last_of_two_equal_keys_count(reference):
    lines = reference.split(b"\n")
    doubled = lines[2].replace(b'{"event": "training"', b'{"trial": 19, "event": "training"', 1)
    assert parse_log(b"\n".join([*lines[:2], doubled, *lines[3:]])) == parse_log(reference)


def test_is_a_space_read_as_it_was_written():
    for space in (OUTER_SPACE, Space(dropout=Real(0.1, 0.2)), Space(units=Choice((128, 64)))):
        event = {"method": "random", "stage": 0, "num_trials": 1, "seed": 0}
        event |= {"space": space_data(space), "fixed": {n: v for n, v in BY_HAND.items() if n not in space}}
        head = {"event": "begin", "number": "7", "data": "", "versions": {}}
        [stage] = log_of([head, event | {"event": "stage"}]).stages
        assert stage.space == space
        assert [stage.space[name] for name in space] == [space[name] for name in space]


@pytest.mark.parametrize(
    ("space", "word"),
    [
        (Space(width=Real(1, 2)), "width"),
        (Space(dropout=Integer(1, 2)), "dropout as another kind"),
        (Space(batch_size=Integer(32, 128)), "batch_size as another kind"),
        (Space(units=Choice((64, 256))), "units=256"),
        (Space(units=Choice((64.0, 128.0))), "units=64.0"),
        (Space(learning_rate=Real(1e-5, 1)), "learning_rate from 1e-05"),
        (Space(dropout=Real(0.1, 0.61)), "dropout from 0.1 to 0.61, beyond 0.01 to 0.6"),
        (Space(dropout=Real(0.1, 0.1 * 6)), "dropout from 0.1 to 0.6000000000000001, beyond 0.01 to 0.6"),
    ],
)
def test_is_what_lies_outside_named(space, word):
    assert word in outside(space)
    assert outside(OUTER_SPACE) is None


# --- hostile bytes ---


def _retyped(rng, value):
    """Something else in the place of a value."""
    strange = [
        None, True, -1, 0, 1, 19, 2**31, 10**400, 1e308, -1e-320, float("nan"), float("inf"), "", "trial",
        "a\nb", "\ud800", "9" * 3000, [], [[]], [None], {}, {"options": []}, {"event": "test"},
    ]  # fmt: skip
    return rng.choice(strange)


def _places(value, path=()):
    """All places in a JSON value."""
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from _places(value[key], (*path, key))
    elif isinstance(value, list):
        for key in range(min(len(value), 2)):
            yield from _places(value[key], (*path, key))


def _mutated(rng, events):
    """The events with one to three changes: of a value, a key, or a whole line."""
    events = json.loads(json.dumps(events))
    for _ in range(rng.randint(1, 3)):
        if not events:
            return events
        place = rng.randrange(len(events))
        kind = rng.choice(["drop", "twice", "swap", "value", "value", "value", "key", "kin"])
        other = rng.randrange(len(events))
        if kind == "drop":
            del events[place : place + rng.choice([1, 1, 5, 30])]
        elif kind == "twice":
            events.insert(other, json.loads(json.dumps(events[place])))
        elif kind == "swap":
            events[place], events[other] = events[other], events[place]
        elif isinstance(events[place], dict) and events[place]:
            if kind == "kin":  # the value of another line's field of the same name
                key = rng.choice(list(events[place]))
                if isinstance(events[other], dict) and key in events[other]:
                    events[place][key] = events[other][key]
                continue
            path = rng.choice([path for path in _places(events[place]) if path])
            target = events[place]
            for step in path[:-1]:
                target = target[step]
            if kind == "key":
                del target[path[-1]]
            else:
                target[path[-1]] = _retyped(rng, target[path[-1]])
    return events


@pytest.mark.parametrize("seed", range(4))
def test_does_no_change_of_a_log_end_in_anything_but_a_verdict_or_a_line(reference, seed):
    rng = random.Random(seed)
    events = events_of(reference)
    counts = {"line": 0, "verdict": 0}
    for _ in range(60):
        mutated = _mutated(rng, events)
        content = (
            log_bytes(mutated)
            if rng.random() < 0.7 and all(isinstance(event, dict) for event in mutated)
            else "".join(json.dumps(event) + "\n" for event in mutated).encode()
        )
        said = judged(content)
        counts["line" if isinstance(said, str) else "verdict"] += 1
        if isinstance(said, str):
            continue
        assert all(
            isinstance(sentence, str) and "\n" not in sentence for each in said.values() for sentence in each
        )
    assert min(counts.values()) > 5


@pytest.mark.parametrize("seed", range(3))
def test_do_bytes_that_were_changed_anywhere_end_in_a_verdict_or_a_line(reference, seed):
    rng = random.Random(seed)
    for _ in range(60):
        content = bytearray(reference)
        for _ in range(rng.choice([1, 3, 50])):
            content[rng.randrange(len(content))] = rng.choice(b'0123456789-+eE.,:[]{}"\\nulNa\n\xff\x00')
        assert judged(bytes(content))


def _many_stages(reference, method, space, num_stages, num_trials):
    begin, stage = events_of(reference)[:2]
    stage = dict(stage, method=method, space=space_data(space), num_trials=num_trials)
    stage["fixed"] = {name: value for name, value in BY_HAND.items() if name not in space}
    return [begin, *(dict(stage, stage=number) for number in range(num_stages))]


def _trainings(reference, num):
    model = _without(events_of(reference)[2], "chain")
    short = {name: [1.0] for name in ("train_losses", "val_losses", "val_accuracies")}
    return [model | short | {"trial": number} for number in range(num)]


HOSTILE = {
    "many grids": lambda r: _many_stages(r, "grid", OUTER_SPACE, 999, 1000),
    "a few grids": lambda r: _many_stages(r, "grid", OUTER_SPACE, 20, 1000),
    "many plans": lambda r: [*_many_stages(r, "quasi-random", OUTER_SPACE, 400, 1000), *_trainings(r, 500)],
    "many trials by tpe": lambda r: [*_many_stages(r, "tpe", OUTER_SPACE, 1, 1000), *_trainings(r, 900)],
    "many repeats": lambda r: [
        *_many_stages(r, "random", OUTER_SPACE, 1, 20), *_trainings(r, 20),
        *(dict(event, trial=0, again=number) for number, event in enumerate(_trainings(r, 900), start=1)),
    ],
    "many choices": lambda r: [
        *events_of(r)[:-2], *({"event": "choice", "trial": 3, "because": "x" * 1500} for _ in range(900))
    ],
    "many openings": lambda r: [*events_of(r), *[events_of(r)[-1]] * 900],
    "long curves": lambda r: [
        *events_of(r)[:2], *(dict(event, val_losses=[1e308] * 999, val_accuracies=[-1e308] * 999,
                                  train_losses=[0] * 999) for event in _trainings(r, 80))
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_is_a_log_that_is_made_to_take_long_judged_in_two_seconds(reference, name):
    content = log_bytes(HOSTILE[name](reference))
    review(parse_log(reference))  # what is imported and kept once takes its own time
    assert least_cpu_seconds(lambda: review(parse_log(content))) < 2


def test_is_a_log_of_the_most_that_may_be_read_in_two_seconds(reference):
    head = reference.splitlines()[0]
    for line in (
        b"{" + b'"a":1,' * 300_000 + b'"b":1}',
        b'{"n":[' + b"7" * 4000 + b"," * 1,
        b"[" * 1_900_000,
    ):
        content = head + b"\n" + line[:1_900_000] + b"\n"
        assert least_cpu_seconds(lambda content=content: refused(content)) < 2


def test_does_a_capstone_write_what_is_read_again(tmp_path, monkeypatch):
    monkeypatch.setattr(work, "train", Trainings())
    mine = Capstone("가나다 7", tmp_path / "search.jsonl")
    mine.try_by_hand("왜냐하면\u2028…", **BY_HAND)
    content = (tmp_path / "search.jsonl").read_bytes()
    log = parse_log(content)
    assert (log.number, log.breaks, len(log.trials)) == ("가나다 7", (), 1)
    assert log.stages[0].because == "왜냐하면\u2028…"
    assert log_bytes(events_of(content)) == content
    assert chained(events_of(content)[0], "")["chain"] == events_of(content)[0]["chain"]
