"""The proof of an inspector: what the bank hands in beside the notebook gets what the bank says."""

from __future__ import annotations

from collections.abc import Mapping

from course.authoring.answers import HandedIn, read_bank
from course.authoring.proof import Proof
from course.authoring.source import Lesson
from course.inspectors import Verdict, inspector_of
from course.lessons import ANSWERS_FILE
from helpers.errors import CourseError


def prove_inspected(lesson: Lesson) -> list[Proof]:
    """Return a proof for each exercise of a lesson that its inspector judges; none where it has none.

    A file that must lose an exercise's points counts as a wrong answer to it, and so does one that a person
    must look at; every other file counts as a right one.

    Raises CourseError for a file of the bank that names another exercise, or cannot be made.
    """
    inspector = inspector_of(lesson.folder)
    if inspector is None:
        return []
    proofs = {name: Proof(lesson.name, name) for name in inspector.titles}
    path = lesson.folder / inspector.reference
    if not path.exists():
        for proof in proofs.values():
            proof.failures.append(f"{path.name} is missing: course build {lesson.name} --execute")
        return list(proofs.values())
    reference = path.read_bytes()
    the_reference = HandedIn("the lesson's own solution", bytes, frozenset(), frozenset())
    for handed_in in [the_reference, *read_bank(lesson.folder).handed_in]:
        unknown = sorted((handed_in.rejected | handed_in.looked_at) - set(proofs))
        if unknown:
            raise CourseError(
                f"{lesson.name}/{ANSWERS_FILE}: {handed_in.name} names {unknown[0]}, which no "
                "inspector judges"
            )
        files = {inspector.handed_in: _made(lesson.name, handed_in, reference)}
        verdicts = inspector.inspect(files, draw_seed=0).verdicts
        for proof in proofs.values():
            _count(proof, handed_in, verdicts)
    for name, proof in proofs.items():
        if not proof.num_wrong:
            proof.failures.append(f"{name}: nothing in the bank loses its points")
    return list(proofs.values())


def _made(lesson: str, handed_in: HandedIn, reference: bytes) -> bytes:
    """Return what is handed in. Raises CourseError when it cannot be made."""
    try:
        return handed_in.make(reference)
    except Exception as error:
        place = f"{lesson}/{ANSWERS_FILE}: {handed_in.name}"
        raise CourseError(f"{place} cannot be made: {type(error).__name__}: {error}") from error


def _count(proof: Proof, handed_in: HandedIn, verdicts: Mapping[str, Verdict]) -> None:
    """Count one file for one exercise, and write down what is wrong with its verdict."""
    name, verdict = proof.exercise, verdicts[proof.exercise]
    is_wrong = name in handed_in.rejected | handed_in.looked_at
    proof.num_wrong += is_wrong
    proof.num_right += not is_wrong
    wanted = _in_words(name in handed_in.rejected, name in handed_in.looked_at)
    found = _in_words(bool(verdict.against), bool(verdict.look))
    if wanted == found:
        proof.rejected += is_wrong
        proof.recognised += is_wrong
        proof.private_rejected += is_wrong
        proof.accepted += not is_wrong
        return
    why = " ".join([*verdict.against, verdict.look]).strip() or "nothing is said against it"
    proof.failures.append(f"{name}: {handed_in.name} must be {wanted}, and is {found}: {why}")


def _in_words(rejected: bool, looked_at: bool) -> str:
    return "rejected" if rejected else "looked at" if looked_at else "accepted"
