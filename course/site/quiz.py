"""Questions that answer in the page. The page holds the digest of an answer, as a notebook does.

The sentence for an answer, wrong or right, is encoded, so that nobody reads it by opening the page.
"""

from __future__ import annotations

import base64
import html
import json

from helpers.checks.exercises import Exercise

# What a page says where no script runs.
_NO_SCRIPT = "To answer in the page, allow its scripts."


def form(exercise: Exercise) -> str:
    """Return the form of a quiz question, in HTML: what is typed or chosen, and a line for the verdict.

    The choices themselves are the list above it, which the page's script makes choosable.
    """
    [expected] = exercise.visible
    asked = expected.asked or "text"
    wrong = {each.observations[expected.label]: _encoded(each.sentence) for each in exercise.misconceptions}
    label, name = html.escape(expected.label), html.escape(exercise.name)
    field = (
        ""
        if asked == "letter"
        # Without inputmode="decimal": a telephone's number pad has no minus.
        else '<label>Your answer <input name="answer" autocomplete="off"></label>'
    )
    return (
        f'<form class="quiz" id="{name}" data-label="{label}" data-digest="{expected.digest}" '
        f"data-wrong='{json.dumps(wrong)}' data-reason='{_encoded(exercise.reason or '')}' "
        f'data-asked="{asked}" aria-label="Answer to {label}">{field}'
        f'<button type="submit">Check</button> <output role="status"></output>'
        f"<noscript>{_NO_SCRIPT}</noscript></form>"
    )


def _encoded(sentence: str) -> str:
    return base64.b64encode(sentence.encode()).decode()
