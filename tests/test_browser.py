"""Does lesson 01 work where a learner meets it: in JupyterLab, as `make lab` starts it, in a browser?

Screenshots of every stage are left in tests/artifacts/ to look at; lesson.png is the README's picture.
"""

import ast
import contextlib
import inspect
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest
from bank_code import functions_in
from machine import free_port, is_answering
from playwright.sync_api import expect, sync_playwright

from course.authoring.answers import read_bank
from course.authoring.source import read_lesson
from course.plugins import read_plugin
from helpers import widgets

TOP = Path(__file__).resolve().parents[1]
ARTIFACTS = TOP / "tests" / "artifacts"
LESSON = "01-learning-rate"
EXERCISE = "gradient_step"
EVERY_SLIDER = [name for name in widgets.__all__ if name.endswith("_slider")]
PLOT = """\
import matplotlib.pyplot as plt
from helpers import plotting, widgets
plotting.use_style()
plotting.plot_losses({"a picture": [3, 2, 1]})
plt.show()"""
ONE_CELL, WHOLE_LESSON = 180_000, 600_000  # milliseconds to wait before a step has failed, on a busy machine

pytestmark = pytest.mark.timeout(1200)

# The first needs root, the others keep the browser from looking for its maker's servers.
BROWSER_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A learner's copy of the course, in which `make lab` finds its environment ready."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("Makefile", "requirements.lock", "pyproject.toml", "nbgrader_config.py"):
        shutil.copy2(TOP / name, folder)
    for name in ("jupyter", "notebooks"):
        shutil.copytree(TOP / name, folder / name, ignore=shutil.ignore_patterns(".*"))
    # Whatever Python runs this test takes the place of .venv, and is as new as the lock file asks.
    (folder / ".venv").mkdir()
    (folder / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    (folder / ".venv" / ".ready").touch()
    return folder


@pytest.fixture(scope="module")
def lab(course):
    """The address of JupyterLab, started by `make lab`."""
    port = free_port()
    token = secrets.token_hex(16)
    address = f"http://127.0.0.1:{port}"
    options = f"--no-browser --ServerApp.ip=127.0.0.1 --ServerApp.port={port}"
    log = course / "lab.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            ["make", "lab", f"LAB_OPTIONS={options}"],
            cwd=course,
            env=os.environ | {"JUPYTER_TOKEN": token},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        # How long it takes is the machine's affair; what never answers ends by the time limit of these tests.
        while not is_answering(f"{address}/api/status?token={token}"):
            if server.poll() is not None:
                pytest.fail(f"make lab ended:\n{log.read_text()}")
            time.sleep(0.5)
        yield f"{address}/lab?token={token}"
    finally:
        # The whole session: make, the server and its kernels.
        os.killpg(server.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def page(chromium, lab):
    """A browser's page with JupyterLab loaded; it remembers what it asked of other machines."""
    expect.set_options(timeout=ONE_CELL)
    ARTIFACTS.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=BROWSER_OPTIONS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(ONE_CELL)
        page.requests_outside = []
        page.on("request", lambda request: _note_outsider(page, request.url))
        page.goto(lab)
        page.locator("#jp-main-dock-panel").wait_for()
        page.locator(".jp-DirListing-item").first.wait_for()
        yield page
        take_picture(page, "last")  # of a failure, this is what was on the screen
        browser.close()


def _note_outsider(page, url):
    if not re.match(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:", url):
        page.requests_outside.append(url)


@pytest.fixture(scope="module")
def notebook(page):
    """Lesson 01, opened by hand from the folder that JupyterLab shows, and run as far as it goes unsolved."""
    page.locator(".jp-DirListing-item", has_text=LESSON).dblclick()
    page.locator(".jp-DirListing-item", has_text=f"{LESSON}.ipynb").dblclick()
    wait_until_idle(page)
    page.locator(".lm-MenuBar-item", has_text=re.compile("^Run$")).click()
    # What each lesson's head names for a learner whom a failing check has stopped.
    go_on = read_plugin(Path(__file__).parents[1], "solutions/house_rules.py", ["GO_ON"]).GO_ON
    expect(page.locator(".lm-Menu-item", has_text=go_on.partition(" > ")[2])).to_be_visible()
    page.locator(".lm-Menu-item[data-command='runmenu:run-all']").click()
    notebook = page.locator(".jp-NotebookPanel:visible .jp-Notebook")
    verdict(notebook).wait_for(timeout=WHOLE_LESSON)
    wait_until_idle(page)
    return notebook


def wait_until_idle(page, timeout=ONE_CELL):
    # The status bar, and not the notebook's own indicator, which is idle before there is a kernel, too.
    page.locator("#jp-main-statusbar").get_by_text("| Idle").wait_for(timeout=timeout)


def cell_with(notebook, pattern):
    """The first code cell whose source matches the pattern."""
    source = notebook.page.locator(".jp-InputArea", has_text=re.compile(pattern))
    return notebook.locator(".jp-CodeCell", has=source).first


def verdict(notebook):
    """What the exercise's checks say."""
    return cell_with(notebook, rf"check\(.*{EXERCISE},").locator(".jp-Cell-outputArea")


def type_answer(notebook, answer):
    """Put an answer of the bank into the exercise's cell, as a learner would; run it and its checks."""
    statements = ast.parse(Path(inspect.getfile(answer.value)).read_text(encoding="utf-8")).body
    (function,) = [each for node in statements for each in functions_in(node) if each.name == answer.name]
    function.name = EXERCISE
    keyboard = notebook.page.keyboard
    cell_with(notebook, rf"def {EXERCISE}\(").locator(".cm-content").click()
    keyboard.press("ControlOrMeta+a")
    keyboard.insert_text(ast.unparse(function))
    keyboard.press("Shift+Enter")
    keyboard.press("Shift+Enter")


def show(locator, block="center"):
    """Scroll to an element; at least twice, since what comes into view on the way takes another height.

    On a busy machine it takes that height late, and moves the element out of view again.
    """
    for attempt in range(100):
        locator.evaluate("(element, block) => element.scrollIntoView({block})", block)
        locator.page.wait_for_timeout(300)
        with contextlib.suppress(AssertionError):
            expect(locator).to_be_in_viewport(timeout=1000)
            if attempt > 0:
                return
    expect(locator).to_be_in_viewport()


def take_picture(page, name):
    page.screenshot(path=ARTIFACTS / f"{name}.png")


@pytest.fixture(scope="module")
def answers():
    """The bank's answers to the exercise."""
    folder = TOP / "solutions" / LESSON
    return [a for a in read_bank(folder, read_lesson(folder).exercises).answers if a.exercise == EXERCISE]


@pytest.fixture(scope="module")
def uphill(answers):
    """The wrong answer that adds the gradient."""
    (answer,) = [answer for answer in answers if "uphill" in answer.name]
    return answer


@pytest.fixture(scope="module")
def right(answers):
    """A right answer that is spelled differently from the lesson's own."""
    return next(answer for answer in answers if answer.is_right)


def test_is_the_desk_clear_when_the_course_opens(page):
    page.wait_for_timeout(3000)  # what pops up does so after the start
    take_picture(page, "1-opened")
    assert page.locator(".jp-Dialog, .Toastify__toast").count() == 0
    text = page.locator("body").inner_text()
    for tool in ("Nbgrader", "Create Assignment", "Jupytext"):  # what an instructor or an author would see
        assert tool not in text


def test_does_an_unsolved_exercise_say_so_kindly(notebook):
    show(verdict(notebook))
    take_picture(notebook.page, "2-unsolved")
    expect(verdict(notebook)).to_contain_text("✗")
    expect(verdict(notebook)).to_contain_text("not started yet")
    expect(verdict(notebook)).not_to_contain_text("Traceback")


def test_is_a_misconception_named_and_a_right_answer_accepted(notebook, uphill, right):
    type_answer(notebook, uphill)
    expect(verdict(notebook)).to_contain_text(uphill.sentence)  # whatever the line breaks
    expect(verdict(notebook)).to_contain_text("✗")
    take_picture(notebook.page, "3-misconception")
    # The README's picture: from the heading of the exercise to the verdict, without the file browser.
    heading = notebook.locator(".jp-MarkdownCell", has_text=f"Exercise 1: {EXERCISE}")
    show(heading, block="start")
    notebook.page.locator(".jp-NotebookPanel:visible").screenshot(path=ARTIFACTS / "lesson.png")

    type_answer(notebook, right)
    expect(verdict(notebook)).to_contain_text("✓")
    expect(verdict(notebook)).to_contain_text("when this is graded")
    expect(verdict(notebook)).not_to_contain_text("✗")
    show(verdict(notebook))
    take_picture(notebook.page, "4-right")


def test_does_the_picture_follow_the_slider(notebook):
    cell = cell_with(notebook, r"slider\(")
    picture, sentence = cell.locator(".jupyter-widgets img"), cell.get_by_role("status")
    show(picture)
    picture_before, sentence_before = picture.screenshot(), sentence.inner_text()
    take_picture(notebook.page, "5-slider")
    cell.locator(".noUi-handle").focus()
    for _ in range(5):
        notebook.page.keyboard.press("ArrowRight")
    expect(sentence).not_to_have_text(sentence_before)
    deadline = time.monotonic() + ONE_CELL / 1000
    while picture.screenshot() == picture_before:
        assert time.monotonic() < deadline, "the slider moved, and the picture stayed as it was"
    take_picture(notebook.page, "6-slider-moved")


@pytest.mark.slow
def test_does_validate_tell_solved_from_unsolved(notebook, right):
    page = notebook.page
    type_answer(notebook, right)
    expect(verdict(notebook)).to_contain_text("✓")
    page.locator(".jp-NotebookPanel:visible .jp-Toolbar").get_by_text("Validate").click()
    dialog = page.locator(".jp-Dialog")
    expect(dialog).to_contain_text("Validation Results", timeout=WHOLE_LESSON)
    take_picture(page, "7-validated")
    # It shows the cells that fail: those of the other exercises, and not the one that is solved.
    expect(dialog).to_contain_text("✗")
    expect(dialog).to_contain_text("check(")
    expect(dialog).not_to_contain_text(f"{EXERCISE},")
    dialog.get_by_role("button", name="Ok").click()


@pytest.fixture(scope="module")
def every_slider(course, lab, page):
    """A notebook with a picture and every slider of the course, one a cell, in a page of its own and run."""
    cells = [PLOT, *(f"widgets.{name}()" for name in EVERY_SLIDER)]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, course / "notebooks" / "every-slider.ipynb")
    own_page = page.context.browser.new_page(viewport={"width": 1280, "height": 900})
    own_page.set_default_timeout(ONE_CELL)
    own_page.on("request", lambda request: _note_outsider(page, request.url))
    # In a workspace of its own: the other one opens the lesson again, and whether that is idle says nothing.
    own_page.goto(lab.replace("/lab?", "/lab/workspaces/sliders/tree/every-slider.ipynb?"))
    wait_until_idle(own_page)
    own_page.locator(".lm-MenuBar-item", has_text=re.compile("^Run$")).click()
    own_page.locator(".lm-Menu-item[data-command='runmenu:run-all']").click()
    yield own_page.locator(".jp-NotebookPanel:visible .jp-Notebook")
    own_page.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_SLIDER)
def test_does_every_slider_of_the_course_move_its_picture(every_slider, name):
    cell = cell_with(every_slider, rf"widgets\.{name}\(")
    picture, sentence = cell.locator(".jupyter-widgets img"), cell.get_by_role("status")
    picture.wait_for(timeout=WHOLE_LESSON)
    picture.scroll_into_view_if_needed()
    picture_before, sentence_before = picture.get_attribute("src"), sentence.inner_text()
    cell.locator(".noUi-handle").first.focus()
    every_slider.page.keyboard.press("ArrowRight")
    expect(sentence).not_to_have_text(sentence_before)
    expect(picture).not_to_have_attribute("src", picture_before)
    cell.screenshot(path=ARTIFACTS / f"{name}.png")


@pytest.mark.slow
def test_is_the_picture_of_a_slider_as_sharp_as_the_others(every_slider):
    pictures = every_slider.locator(".jp-OutputArea-output img")
    expect(pictures).to_have_count(1 + len(EVERY_SLIDER))  # one is not a slider's
    for picture in pictures.element_handles():
        drawn, shown = picture.evaluate("image => [image.naturalWidth, image.getBoundingClientRect().width]")
        assert shown == drawn


@pytest.fixture(scope="module")
def without_kernel(every_slider, lab, course):
    """The same notebook, saved, and opened again after its kernel has ended."""
    page = every_slider.page
    # Not the text as it is seen: JupyterLab hides the cells that are out of view.
    sentences = [sentence.text_content() for sentence in every_slider.get_by_role("status").all()]
    page.keyboard.press("ControlOrMeta+s")
    server, token = lab.split("/lab?token=")
    # Read where it lies: a server that is asked for a file while it grows closes the connection.
    while b"widget-state" not in (course / "notebooks" / "every-slider.ipynb").read_bytes():
        time.sleep(0.5)  # what is never saved ends by the time limit of these tests
    for session in json.loads(ask(f"{server}/api/sessions", token)):
        if session["path"] == "every-slider.ipynb":
            ask(f"{server}/api/sessions/{session['id']}", token, "DELETE")
    page.goto(lab.replace("/lab?", "/lab/workspaces/dead/tree/every-slider.ipynb?"))
    wait_until_idle(page)
    return page.locator(".jp-NotebookPanel:visible .jp-Notebook"), sentences


def ask(address, token, method="GET"):
    request = urllib.request.Request(address, headers={"Authorization": f"token {token}"}, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read()


@pytest.mark.slow
def test_does_every_slider_whose_kernel_is_gone_show_what_it_showed(without_kernel):
    notebook, sentences = without_kernel
    for name, sentence in zip(EVERY_SLIDER, sentences, strict=True):
        cell = cell_with(notebook, rf"widgets\.{name}\(")
        show(cell)
        expect(cell.get_by_role("status")).to_have_text(sentence)
        picture = cell.locator(".jupyter-widgets img")
        assert picture.evaluate("image => image.naturalWidth") == 720
    take_picture(notebook.page, "8-without-kernel")
    expect(notebook).not_to_contain_text("Error displaying widget")


@pytest.mark.slow
def test_does_an_exported_page_show_the_pictures_of_its_sliders(without_kernel, lab):
    server, token = lab.split("/lab?token=")
    page = ask(f"{server}/nbconvert/html/every-slider.ipynb", token).decode()
    assert page.count('src="data:image/png') == 1 + len(EVERY_SLIDER)
    assert '<script type="application/vnd.jupyter.widget-view+json">' not in page


def test_was_no_other_machine_asked(page):
    assert page.requests_outside == []
