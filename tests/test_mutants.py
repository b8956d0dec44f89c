"""Do the checks of the lessons see what nobody foresaw? A fixed sample; `make bench` asks all mutants."""

import mini

from course.authoring.measuring import MOST_FALSELY, WANTED_OF_EACH, measure

SOLUTIONS = mini.ROOT / "solutions"
WITH_CASES = [name for name in mini.LESSONS if "@cases(" in (SOLUTIONS / name / "answers.py").read_text()]
# Mutants of each exercise, and drawn cases that decide which of them are wrong.
SAMPLE, DECIDING = 7, 50


class Lesson:
    """What every lesson with cases is asked."""

    def test_are_mutants_of_its_right_answers_rejected_and_told_the_truth(self):
        tallies = measure(SOLUTIONS / self.name, SAMPLE, DECIDING)
        survivors = [f"{tally.exercise}: {line}" for tally in tallies for line in tally.survivors]
        falsely = [f"{tally.exercise}: {line}" for tally in tallies for line in tally.falsely_told]
        wrong = sum(tally.wrong for tally in tallies)
        assert wrong >= 3 * len(tallies)
        # One of a small sample may slip through; which ones, `course prove --mutants` prints.
        assert len(survivors) <= max(1, (1 - WANTED_OF_EACH) * wrong), "\n".join(survivors)
        assert len(falsely) <= max(1, MOST_FALSELY * wrong), "\n".join(falsely)


globals().update(mini.class_of_each(Lesson, WITH_CASES))
