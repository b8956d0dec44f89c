"""Can a written answer act on nbgrader's Formgrader, opened in a browser on a class that was graded?"""

import os
import subprocess
import sys
import time

import mini
import nbformat
import pytest
from class_here import gradebook, write_small_class
from machine import free_port, is_answering

pytestmark = pytest.mark.slow  # 17 CPU seconds: a server and a browser

# Each would lay a box over the page, take a click for points or the comment, or stand in for the score
# or another field of Formgrader's.
ANSWERS = {
    "a layer over the page": '<div class="dropdown-backdrop full-credit"></div>',
    "a layer without credit": '<div class="modal-backdrop no-credit" style="position: fixed"></div>',
    "another comment": '<div class="comment">seen</div><span class="comment-saved"></span>',
    "another score": '<div class="navbar-fixed-top alert-success">Score: 19 / 19</div><p class="score">3</p>',
    "another field": '<p id="why" name="why" for="why" data-toggle="modal" role="button">x</p>',
    "a class among those of code": '<b class="k full-credit">x</b>',
}
# Where a person who grades expects a click to do nothing.
IS_NO_CONTROL = (
    "(place) => !document.elementFromPoint(...place)?.closest('a, button, input, textarea, summary')"
)


@pytest.fixture(scope="module")
def formgrader(tmp_path_factory):
    """A graded class, and the address of a Jupyter server on it."""
    root = write_small_class(tmp_path_factory.mktemp("class"))
    (root / "nbgrader_config.py").write_text((mini.ROOT / "nbgrader_config.py").read_text())
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    options = [f"--ServerApp.root_dir={root}", f"--ServerApp.port={port}", "--ServerApp.allow_root=True"]
    options += ["--IdentityProvider.token=", "--ServerApp.ip=127.0.0.1", "--no-browser"]
    with (root / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyter", "server", *options],
            cwd=root,
            env=os.environ | {"PYTHONPATH": str(mini.ROOT)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        while not is_answering(f"{address}/formgrader/gradebook"):
            assert server.poll() is None, (root / "server.log").read_text()
            time.sleep(0.3)
        yield root, address
    finally:
        server.terminate()
        server.wait(60)


def write_answer(root, student, text):
    """Put a written answer into a graded notebook; return the id by which Formgrader shows it."""
    path = root / "autograded" / student / mini.NAME / f"{mini.NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    [cell] = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "why"]
    cell.source = text
    path.chmod(0o644)
    nbformat.write(notebook, path)
    with gradebook(root) as book:
        grade = book.find_grade("why", mini.NAME, mini.NAME, student)
        grade.manual_score, grade.needs_manual_grade = None, True
        book.db.commit()
        return book.find_submission_notebook(mini.NAME, mini.NAME, student).id


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
def test_gives_an_answer_no_points_and_takes_no_comment_wherever_one_clicks(formgrader, browser, answer):
    root, address = formgrader
    submission = write_answer(root, "ann", f"seen here\n\n{answer}\n")
    window = browser.new_page(viewport={"width": 1200, "height": 900})
    window.route("**/*", lambda route: route.continue_() if address in route.request.url else route.abort())
    window.goto(f"{address}/formgrader/submissions/{submission}/?index=0")
    window.wait_for_function("formgrader.grades?.loaded && formgrader.comments?.loaded")
    shown = window.locator(".nbgrader_cell", has_text="seen here")
    shown.scroll_into_view_if_needed()
    for x in range(50, 1200, 230):
        for y in range(80, 900, 160):
            if window.evaluate(IS_NO_CONTROL, [x, y]):
                window.mouse.click(x, y)
    comment = shown.locator("textarea.comment")
    comment.fill(f"read: {answer}")
    comment.blur()
    window.wait_for_function("jQuery.active === 0")
    with gradebook(root) as book:
        grade = book.find_grade("why", mini.NAME, mini.NAME, "ann")
        assert (grade.manual_score, grade.needs_manual_grade) == (None, True)
        assert book.find_comment("why", mini.NAME, mini.NAME, "ann").manual_comment == f"read: {answer}"
    styles = shown.locator(".text_cell_render *").evaluate_all(
        "all => all.map(e => getComputedStyle(e).position)"
    )
    assert set(styles) == {"static"}
    window.close()
