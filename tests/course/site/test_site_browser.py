"""Does the site work where a reader meets it: in a browser, from a folder or a plain host, without a network?

Screenshots are left in tests/artifacts/site-*.png to look at.
"""

import html
import json
import re
import string
import time
import unicodedata
import urllib.parse
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect
from site_built import ARTIFACTS, LOOKS, PARTS, misfits, serious_faults, visiting, visiting_files
from tiers import sampled

from course.authoring.source import read_lesson
from course.directory import find_lessons
from helpers import widgets
from helpers.checks.exercises import asked_kind, digest, read_exercises
from helpers.search.bank import load_bank
from helpers.training import SCHEDULES, quadratic_loss, quadratic_trajectory, scheduled_rates

TOP = Path(__file__).resolve().parents[3]
LESSONS = find_lessons(TOP / "solutions")
NAMES = [folder.name for folder in LESSONS]
PAGES = [f"{name}.html" for name in (*NAMES, "index", "glossary", "play", "bank", "search")]
# One of each kind: lessons come from one template, and the narrow window below shows all of them.
KINDS = [f"{name}.html" for name in (NAMES[1], "index", "glossary", "play", "bank", "search")]

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def as_files(browser, site):
    """A visitor of the site in its folder, opened as files."""
    with visiting_files(browser, site) as visitor:
        yield visitor


@pytest.mark.parametrize(
    ("width", "scheme", "pages"),
    [
        pytest.param(320, "dark", PAGES, marks=pytest.mark.slow),
        (320, "dark", KINDS),
        (1280, "light", KINDS),
    ],
)
def test_does_every_page_fit_the_window_in_light_and_dark(as_files, width, scheme, pages):
    for name, page in as_files.through(pages, width=width, scheme=scheme):
        assert misfits(page, width, scheme) == [], name
        if name in ("index.html", "play.html", "bank.html", f"{NAMES[1]}.html"):
            page.screenshot(path=ARTIFACTS / f"site-{name[:-5]}-{width}-{scheme}.png")


@pytest.mark.parametrize("scheme", sampled(LOOKS, "light"))
def test_finds_axe_no_serious_fault(as_files, scheme):
    through = as_files.through(KINDS, scheme=scheme)
    assert [(name, fault) for name, page in through for fault in serious_faults(page, scheme)] == []


@pytest.mark.slow
def test_stand_lessons_and_terms_whole_on_a_telephone(as_files):
    for name, page in as_files.through(["index.html", "glossary.html"], width=390):
        box = page.locator(".rows .table")
        assert box.evaluate("(box) => box.scrollWidth <= box.clientWidth"), name
        # Rows are a table to whoever only hears them, however they are laid out.
        rows = page.get_by_role("row").count() - 1
        assert page.get_by_role("rowheader").count() == rows, name
        assert page.get_by_role("cell").count() == 3 * rows, name
        assert page.get_by_role("columnheader").count() == 4, name
        assert serious_faults(page, "light") == [], name


@pytest.mark.slow
def test_finds_axe_no_serious_fault_on_a_telephone_where_scripts_make_the_page(as_files):
    through = as_files.through(["bank.html", "play.html", "search.html"], width=320)
    assert [(name, fault) for name, page in through for fault in serious_faults(page, "light")] == []


@pytest.mark.slow
def test_does_every_page_of_a_plain_host_work_in_a_subfolder(browser, in_a_subfolder):
    with visiting(browser, in_a_subfolder) as visitor:
        for _, page in visitor.through(KINDS):
            expect(page.locator("h1")).to_be_visible()
        page = visitor.open("search.html?q=%ED%95%99%EC%8A%B5")
        expect(page.locator(".results li").first).to_be_visible()


def test_goes_a_keyboard_through_the_page(window):
    page = window("index.html")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.locator(".find input").focus()
    page.keyboard.insert_text("dropout")
    page.locator(".found li").first.wait_for()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".found a").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("dropout|play"))


def test_is_light_and_dark_chosen_and_remembered(window):
    page = window("index.html")
    page.locator(".mode").focus()
    page.keyboard.press("Enter")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != "rgb(255, 255, 255)"
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark


def test_is_paper_white_whatever_the_screen_is(as_files):
    colours = "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    code = "getComputedStyle(document.querySelector('.highlight .k, .highlight .kn')).color"
    for scheme in LOOKS:
        page = as_files.open(f"{NAMES[1]}.html", scheme=scheme)
        on_screen = page.evaluate(colours), page.evaluate(code)
        page.emulate_media(media="print", color_scheme=scheme)
        printed = page.evaluate(colours), page.evaluate(code)
        page.locator(".mode").evaluate("button => button.click()")  # chosen, against the system
        chosen = page.evaluate(colours), page.evaluate(code)
        page.context.close()
        if scheme == "light":
            on_paper = printed
            assert printed == on_screen
        assert printed == chosen == on_paper, scheme


def test_is_the_list_of_pages_there_when_a_narrow_window_becomes_wide(as_files):
    page = as_files.open("index.html", width=390)
    pages = page.locator(".lessons a")
    expect(pages.first).to_be_hidden()
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(pages.first).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 900})
    expect(pages.first).to_be_hidden()
    page.context.close()


def test_does_whoever_hears_a_lesson_know_where_code_ends_and_output_begins(as_files):
    page = as_files.open(f"{NAMES[1]}.html")
    for kind, name in ((".cell_input", "Code"), (".cell_output", "Output")):
        boxes = page.locator(f"main {kind} pre")
        assert boxes.count() > 5
        for box in boxes.all():
            assert box.get_attribute("role") == "group"
            assert box.get_attribute("aria-label") == name
    # A list of landmarks is short.
    assert page.get_by_role("region").count() == 0
    page.context.close()


@pytest.mark.parametrize("chosen", ["light", "dark"])
def test_are_drawings_to_be_seen_where_the_machine_forces_its_colours(as_files, chosen):
    page = as_files.open("play.html", scheme="dark" if chosen == "light" else "light")
    page.locator(".mode").click()
    page.emulate_media(color_scheme="dark" if chosen == "light" else "light", forced_colors="active")
    expect(page.locator(".mode")).to_be_hidden()
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    fills = page.locator(".chart text").evaluate_all("all => all.map((one) => getComputedStyle(one).fill)")
    page.locator("[data-moving=valley]").screenshot(path=ARTIFACTS / f"forced-{chosen}.png")
    page.context.close()
    assert len(fills) > 100
    assert {fill for fill in fills if _contrast(fill, ground) < 4.5} == set()


def _contrast(one, other):
    """The contrast of two colours such as "rgb(0, 0, 0)", from 1 to 21. Source: WCAG 2.2, contrast ratio."""
    lights = []
    for color in (one, other):
        parts = np.array(numbers(color)[:3]) / 255
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        lights.append(linear @ [0.2126, 0.7152, 0.0722] + 0.05)
    return max(lights) / min(lights)


def test_does_tab_stop_only_at_what_can_be_scrolled(as_files):
    all_scroll = """() => [...document.querySelectorAll("main [role=group][tabindex]")].every(
        box => box.scrollWidth > box.clientWidth + 1)"""
    page = as_files.open(f"{NAMES[1]}.html", width=390)
    counts = []
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(all_scroll)
        counts.append(page.locator("main [role=group][tabindex]").count())
    page.context.close()
    assert counts[0] > counts[1]


def test_does_a_search_close_when_tab_leaves_it(window):
    page = window("index.html")
    page.locator(".find input").fill("rate")
    results = page.locator(".found a")
    results.first.wait_for()
    for _ in range(results.count()):
        page.keyboard.press("Tab")
        expect(page.locator(".found")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(".found")).to_be_hidden()


# English, Korean, a part of a Korean word, with a particle, with a space in a compound or without one.
_LETTER_BY_LETTER = unicodedata.normalize("NFD", "학습률")  # as macOS types and pastes it
SEARCHES = {
    "learning rate": "learning rate",
    "학습률": "학습률",
    "습률": "학습률",
    "학습률을": "학습률",
    "학습률과의": "학습률",
    "가중치들로만": "가중치",
    "과대적합": "overfitting",
    "가중치초기화": "가중치 초기화",
    "드롭아웃은": "드롭아웃",
    "RANGE test": "range test",
    "모멘텀": "모멘텀",
    "정규화": "정규화",
    "muP": "mup",
    "과적합(overfitting)": "과적합",
    "dropout?": "dropout",
    "학습률,": "학습률",
    "드롭아웃하는": "드롭아웃",
    "파인튜닝": "미세 조정",
    "러닝 레이트": "learning rate",
    "정확도": "accuracy",
    # Whole questions: what stands nowhere in them does not count.
    "과적합이란 무엇인가": "과적합",
    "배치 크기 학습률 관계": "배치",
    "드롭아웃하기": "드롭아웃",
    "가중치 감소": "weight decay",
    "얼리 스토핑": "early stopping",
    _LETTER_BY_LETTER: "학습률",
}


@pytest.mark.parametrize(
    "query",
    sampled(
        SEARCHES,
        "learning rate",
        "학습률과의",
        "muP",
        "과적합이란 무엇인가",
        "얼리 스토핑",
        _LETTER_BY_LETTER,
    ),
)
def test_does_a_search_find_what_is_there(window, query):
    page = window(f"search.html?q={urllib.parse.quote(query)}")
    first = page.locator(".results li a").first
    first.wait_for()
    assert SEARCHES[query] in first.inner_text().lower()
    target = first.get_attribute("href")
    first.click()
    page.wait_for_url("**/" + target)
    assert SEARCHES[query] in page.locator("main").inner_text().lower()


# A part of a word counts less than a whole one: muP stands in "warmup".
FIRST = {"muP": "16-", "모멘텀을": "03-", "배치 정규화": "07-", "사전 학습": "16-", "Nesterov": "03-"}


@pytest.mark.parametrize("query", sampled(FIRST, "muP"))
def test_finds_a_search_the_lesson_of_a_term_first(window, query):
    page = window(f"search.html?q={urllib.parse.quote(query)}")
    first = page.locator(".results li a").first
    first.wait_for()
    assert first.get_attribute("href").startswith(FIRST[query])


def test_says_a_search_that_it_found_nothing(window):
    page = window("index.html")
    page.locator(".find input").fill("zzzz")
    expect(page.locator(".found")).to_contain_text("Nothing found")
    expect(page.locator(".find [role=status]")).to_have_text("Nothing found")
    page.locator(".find input").fill("zzzz warmup")
    expect(page.locator(".find [role=status]")).to_contain_text("sections with 1 of your 2 words")
    page.keyboard.press("Escape")
    expect(page.locator(".found")).to_be_hidden()


@pytest.mark.slow
def test_is_the_number_of_results_read_out_once_and_not_at_each_letter(window):
    page = window("index.html")
    status = page.locator(".find [role=status]")
    page.evaluate(
        """() => {
          window.said = [];
          const status = document.querySelector(".find [role=status]");
          const note = () => window.said.push(status.textContent);
          new MutationObserver(note).observe(status, { childList: true });
        }"""
    )
    # The index is loaded with the first letter.
    page.locator(".find input").fill("zzzz")
    expect(status).to_have_text("Nothing found")
    page.evaluate("window.said = []")
    found, said = page.evaluate(
        """async () => {
          const field = document.querySelector(".find input");
          const found = ["warm", "warmup plateau", "warmu", "warmup"].map((word) => {
            field.value = word;
            field.dispatchEvent(new Event("input"));
            return document.querySelector(".found p").textContent;
          });
          await new Promise((done) => setTimeout(done));  // whoever observes is told after a change
          return [found, window.said];
        }"""
    )
    assert len(set(found)) > 1
    assert said == []
    expect(status).to_have_text(found[-1])
    page.locator(".find input").press("Space")  # the same words
    page.wait_for_timeout(700)
    assert page.evaluate("window.said") == [found[-1]]


def test_stays_what_a_search_found_while_a_korean_syllable_is_typed(window):
    page = window("index.html")
    field, found = page.locator(".find input"), page.locator(".found")
    field.fill("학습")
    expect(found.locator("li").first).to_be_visible()
    # What stands in the field between two syllables, as an input method writes it.
    field.fill("학습ㄹ")
    expect(found.locator("li").first).to_be_visible()
    field.fill("학습률")
    expect(found.locator("mark").first).to_have_text("학습률")
    assert page.evaluate("document.querySelectorAll('.find [role=status]').length") == 1
    expect(page.locator(".find [role=status]")).to_contain_text("sections")
    # Who closes the list in the meantime does not see it come back.
    field.fill("학습ㄹ")
    page.locator("h1").click()
    page.wait_for_timeout(900)
    expect(found).to_be_hidden()


def test_says_a_search_whose_words_come_late_nothing_of_what_was_typed_before(window):
    page = window("index.html")
    page.route("**/search-data.js", lambda route: (time.sleep(0.5), route.continue_()))
    field, found = page.locator(".find input"), page.locator(".found")
    for typed in ("zq", "zqz", "learning"):
        field.fill(typed)
    expect(found.locator("li").first).to_be_visible()
    page.wait_for_timeout(900)
    expect(found).to_contain_text("sections")
    expect(found).not_to_contain_text("Nothing found")


def test_stays_a_search_closed_that_its_reader_left_before_its_words_came(window):
    page = window("index.html")
    held = []
    page.route("**/search-data.js", lambda route: held.append(route))  # Playwright takes no builtin
    with page.expect_request("**/search-data.js"):
        page.locator(".find input").fill("rate")
    page.keyboard.press("Tab")
    # Not after a time: on a busy machine the key comes later than that.
    held.pop().continue_()
    page.wait_for_function("Course.data.pages")
    expect(page.locator(".found")).to_be_hidden()
    expect(page.locator(".found li")).to_have_count(0)
    page.locator(".find input").fill("rates")
    expect(page.locator(".found li").first).to_be_visible()


def test_is_a_search_whose_words_did_not_load_tried_again(as_files, window):
    page = window("index.html")
    page.route("**/search-data.js", lambda route: (time.sleep(0.5), route.abort()))
    for typed in ("ra", "rate"):
        page.locator(".find input").fill(typed)
    expect(page.locator(".found")).to_contain_text("The search did not load. Type on to try again.")
    page.unroute("**/search-data.js")
    page.locator(".find input").fill("rates")
    expect(page.locator(".found li").first).to_be_visible()
    # What failed here is no fault of the site.
    as_files.wrong[:] = [wrong for wrong in as_files.wrong if "ERR_FAILED" not in wrong]


# Quizzes


def some_answers():
    """Answers as people type them, and as nobody does: (typed, what Python reads)."""
    rng = np.random.default_rng(0)
    yield from ("a", "B ", "(c)", "d.", "e:", "((a)", "80", "80.0", " 80 ", "-0", "0.1", "1e-05", "1e16")
    yield from ("1e400", "1_000", "+3", ".5", "5.", "nan", "inf", "1234565", "0.12345650", "2.5e-7", "1e22")
    yield from ("123456.5", "가중치", "ÄÖ", 'say "a"', "back\\slash", "tab\there", "😀", "", "five")
    # Digits and blanks of other scripts and keyboards, and what looks like one of them.
    yield from ("８０", "８０.５", "１e-５", "٣", "𝟘", "80\x1c", "\u300080")
    yield from ("\ufeff80", "８０．５", "²", "\x7f", "ｂ", "（Ｂ）", "ｃ．", "ｙｅｓ", "¢")
    for _ in range(40):
        yield f"{rng.normal() * 10.0 ** rng.integers(-12, 20):.{rng.integers(1, 17)}g}"
    for _ in range(20):
        yield "".join(rng.choice(list(string.printable.strip()), size=rng.integers(1, 30)))


def test_is_the_digest_of_every_answer_that_of_the_helpers(window):
    page = window(f"{NAMES[0]}.html")
    label = "question 1: 학습"
    answers = list(some_answers())
    made = page.evaluate("([label, all]) => all.map((a) => Course.digest(label, a))", [label, answers])
    for answer, digits in zip(answers, made, strict=True):
        assert digits == digest(label, answer), answer


@pytest.mark.parametrize(
    "answer", sampled(["79", "７９", "1_000", "eighty", "0x10", "1e400", "nan"], "1_000", "eighty")
)
def test_says_a_page_what_is_asked_for_where_the_notebook_does(window, answer):
    page = window(f"{NAMES[0]}.html")
    form = page.locator("form.quiz[data-asked=number]").first
    form.locator("input").fill(answer)
    form.locator("button").click()
    is_asked_for = asked_kind(answer) == "number"
    expect(form.locator("output")).to_have_text(
        "✗ That is not the answer." if is_asked_for else "✗ A number is asked for."
    )


@pytest.mark.parametrize("folder", sampled(LESSONS, LESSONS[2]), ids=NAMES)
def test_does_every_quiz_answer_in_the_page(window, folder):
    page = window(f"{folder.name}.html")
    exercises = [e for e in read_lesson(folder).exercises.values() if e.is_quiz]
    told = read_exercises(TOP / "notebooks" / folder.name)
    assert page.locator("form.quiz").count() == len(exercises)
    for exercise in exercises:
        values = {}
        exec(exercise.solution, values)
        right = values[exercise.name]
        form = page.locator(f"form.quiz#{exercise.name}")
        verdict = form.locator("output")
        form.locator("button").click()
        expect(verdict).to_contain_text("Not answered yet")
        if form.get_attribute("data-asked") == "letter":
            choices = form.locator("input[type=radio]")
            # Who hears a choice hears the question before it.
            described = form.locator("fieldset").get_attribute("aria-describedby")
            assert len(page.locator(f"#{described}").inner_text()) > 20, exercise.name
            letters = [choice.get_attribute("value") for choice in choices.all()]
            assert right in letters
            wrong = next(letter for letter in letters if letter != right)
            form.locator(f"input[value={wrong}]").check()
            form.locator("button").click()
            [asked] = told[exercise.name].visible
            said = "That is not the answer."
            for each in told[exercise.name].misconceptions:
                if each.observations[asked.label] == digest(asked.label, wrong):
                    said = each.sentence
            expect(verdict).to_have_text(f"✗ {said}")
            form.locator(f"input[value={right}]").check()
        else:
            form.locator("input").fill("12345.678")
            form.locator("button").click()
            expect(verdict).to_contain_text("✗")
            form.locator("input").fill(str(right))
        page.keyboard.press("Enter")
        expect(verdict).to_contain_text("✓")


def test_are_setup_and_checks_folded_until_their_reader_wants_all(window):
    page = window(f"{NAMES[1]}.html")
    folds = page.locator("details.fold")
    assert folds.count() > 3
    assert not page.locator("details.fold[open]").count()
    page.locator(".switch input").check()
    assert page.locator("details.fold[open]").count() == folds.count()
    page.reload()
    assert page.locator("details.fold[open]").count() == folds.count()


def test_is_a_picture_large_on_a_click_and_gone_on_another(window):
    page = window(f"{NAMES[13]}.html")
    page.locator(".enlarge").first.click()
    large = page.locator("dialog img")
    assert large.bounding_box()["width"] > 1000
    large.click()
    expect(page.locator("dialog")).to_have_count(0)


# What moves


def numbers(text):
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", text)]


def move(page, box, name, place):
    control = page.locator(f"[data-moving={box}] label", has_text=name)
    if control.locator("select").count():
        control.locator("select").select_option(str(place))
    else:
        control.locator("input").fill(str(place))


# Name of what moves -> the slider of the notebook, which is the oracle; what both are moved to, by place.
SLIDERS = {
    "valley": (widgets.learning_rate_slider, [{"learning rate": at} for at in (0, 9, 19, 37, 39, 43)]),
    "network": (widgets.network_learning_rate_slider, [{"learning rate": at} for at in (0, 12, 24, 30)]),
    "initialization": (
        widgets.initialization_slider,
        [{"gain": 0, "activation": 0}, {"gain": 14, "activation": 1}, {"gain": 26, "activation": 0}],
    ),
    "geometry": (
        widgets.geometry_slider,
        [{"penalty": 0, "strength": 33}, {"penalty": 1, "strength": 5}, {"penalty": 0, "strength": 0}],
    ),
    "grid-or-random": (
        widgets.grid_or_random_slider,
        [
            {"trials": 1, "landscape": 1, "what matters": 0},
            {"trials": 4, "landscape": 7, "what matters": 1},
            {"trials": 0, "landscape": 11, "what matters": 0},
        ],
    ),
}


@pytest.mark.parametrize("box", SLIDERS)
def test_says_what_moves_in_a_page_what_the_notebooks_slider_says(window, box):
    make, settings = SLIDERS[box]
    widget = make()
    page = window("play.html")
    sentence = page.locator(f"[data-moving={box}] .sentence")
    pictures = set()
    for places in settings:
        for name, place in places.items():
            move(page, box, name, place)
            control = widget.controls[name]
            control.value = control.options[place][1]
        said, wanted = sentence.inner_text(), re.sub(r"<[^>]+>", "", widget.text.value)
        words = re.compile(r"[a-z]+")
        assert words.findall(said.lower()) == words.findall(wanted.lower())
        # The page has the data with three or four digits.
        assert numbers(said) == pytest.approx(numbers(wanted), rel=0.02, abs=1e-3)
        pictures.add(page.locator(f"[data-moving={box}] .charts").inner_html())
    assert len(pictures) == len(settings)


# The same, of sliders whose sentences the page has from them.
TOLD = {
    "schedule": (
        widgets.schedule_slider,
        [
            {"schedule": 4, "peak rate": 23},
            {"schedule": 0, "peak rate": 29},
            {"schedule": 1, "peak rate": 0},
            {"schedule": 6, "peak rate": 17},
        ],
    ),
    "momentum": (
        widgets.momentum_slider,
        [
            {"learning rate": 9, "momentum": 9},
            {"learning rate": 40, "momentum": 0},
            {"learning rate": 18, "momentum": 11},
            {"learning rate": 0, "momentum": 5},
        ],
    ),
    "batch-size": (widgets.batch_size_slider, [{"batch size": at} for at in (3, 0, 7, 10)]),
    "penalty": (
        widgets.penalty_slider,
        [
            {"penalty": 0, "strength": 17},
            {"penalty": 1, "strength": 0},
            {"penalty": 0, "strength": 40},
            {"penalty": 1, "strength": 30},
        ],
    ),
    "bayesian": (
        widgets.bayesian_optimization_slider,
        [
            {"trials so far": 2, "next trial": 0},
            {"trials so far": 0, "next trial": 1},
            {"trials so far": 9, "next trial": 2},
            {"trials so far": 9, "next trial": 0},
        ],
    ),
}


@pytest.mark.parametrize("box", TOLD)
def test_says_a_page_letter_by_letter_what_the_notebooks_slider_says(window, box):
    make, settings = TOLD[box]
    widget = make()
    page = window("play.html")
    sentence = page.locator(f"[data-moving={box}] .sentence")
    pictures = set()
    for at, places in enumerate(settings):
        for name, place in places.items():
            control = widget.controls[name]
            # Both begin at the first setting.
            if at == 0:
                assert control.options.index((control.label, control.value)) == place, name
            control.value = control.options[place][1]
            move(page, box, name, place)
            label = page.locator(f"[data-moving={box}] label", has_text=name)
            if label.locator(".value").count():
                assert label.locator(".value").inner_text() == control.label
        said = html.unescape(re.sub(r"<[^>]+>", "", widget.text.value))
        assert sentence.inner_text() == f"{said[0].upper()}{said[1:]}."
        pictures.add(page.locator(f"[data-moving={box}] .charts").inner_html())
    assert len(pictures) == len(settings)


def drawn(page, box, chart, kind, x, y):
    """The points of a line that is drawn, as pixels, and a function from values to where they belong.

    chart: its number in the box. kind: class of the line. x, y: limits of the axes, on a logarithmic one as
    powers of ten.
    """
    points = page.locator(f"[data-moving={box}] .chart >> nth={chart}").evaluate(
        "(chart, kind) => chart.querySelector('g:nth-of-type(2) polyline.' + kind).getAttribute('points')",
        kind,
    )
    pixels = np.array([[float(value) for value in point.split(",")] for point in points.split()])

    def place(values):
        # Corners of the field that chart.js draws into: 54, 238 and 348, 28.
        shares = (values - np.array([x[0], y[0]])) / [x[1] - x[0], y[1] - y[0]]
        return np.array([54, 238]) + shares * [294, -210]

    return pixels, place


def test_goes_a_ball_in_the_page_where_it_goes_in_the_notebook(window):
    page = window("play.html")
    for rate, momentum in ((9, 9), (0, 0), (20, 6), (37, 10), (40, 0)):
        move(page, "momentum", "learning rate", rate)
        move(page, "momentum", "momentum", momentum)
        path = quadratic_trajectory(
            [1, 10], [1, 1], (rate + 1) / 100, 150, momentum=widgets.valleys.MOMENTA[momentum]
        )
        pixels, place = drawn(page, "momentum", 0, "one", (-1.3, 1.3), (-1.3, 1.3))
        # What is far outside is drawn at the edge of what a browser can draw.
        assert pixels == pytest.approx(np.clip(place(path), -1e5, 1e5), abs=1e-6)
        losses = np.maximum(quadratic_loss(path, np.diag([1, 10])), 1e-300)
        pixels, place = drawn(page, "momentum", 1, "one", (0, 150), (-7, 5))
        wanted = place(np.column_stack([np.arange(151), np.log10(losses)]))
        assert pixels == pytest.approx(wanted, abs=1e-6)


def test_falls_a_loss_in_the_page_as_it_does_in_the_notebook(window):
    page = window("play.html")
    for kind, peak in ((0, 29), (1, 23), (4, 23), (5, 10), (6, 0)):
        move(page, "schedule", "schedule", kind)
        move(page, "schedule", "peak rate", peak)
        rates = scheduled_rates(SCHEDULES[kind], widgets.valleys.PEAKS[peak], 200)
        pixels, place = drawn(page, "schedule", 0, "one", (0, 200), (0, 0.252))
        assert pixels == pytest.approx(place(np.column_stack([np.arange(200), rates])), abs=0.02)
        steps = [*range(20), *range(20, 201, 5)]
        losses = np.log10(widgets.valleys.expected_loss(rates, noise=1.0)[steps])
        pixels, place = drawn(page, "schedule", 1, "one", (0, 200), (np.log10(2e-3), np.log10(30)))
        # The page has a thousandth of a decade: a twentieth of a pixel.
        assert pixels == pytest.approx(place(np.column_stack([steps, losses])), abs=0.03)


@pytest.mark.slow
def test_has_the_page_the_numbers_of_batches_penalties_and_searches(window):
    data = window("play.html").evaluate("Course.data.moving")
    steps = widgets.chance.batch_steps(seed=0)
    for size, landings in zip(data["batch-size"]["sizes"], data["batch-size"]["landings"], strict=True):
        assert landings == np.round(steps.landings[size], 3).tolist()
    fits = widgets.penalties.fits_of(seed=0)
    for name, found in fits.coefficients.items():
        shown = np.array(data["penalty"]["coefficients"][name])
        assert ((shown == 0) == (found == 0)).all()
        assert shown == pytest.approx(found, rel=5e-3)
    searches = widgets.bayesian.stored_searches()
    for way in widgets.bayesian.WAYS:
        assert tuple(data["bayesian"]["places"][way]) == searches.places[way]
        for at, number in enumerate(data["bayesian"]["numbers"]):
            surrogate, _ = widgets.bayesian.believed(searches, way, number)
            assert data["bayesian"]["means"][way][at] == pytest.approx(surrogate.mean, abs=5e-4)
            assert data["bayesian"]["deviations"][way][at] == pytest.approx(surrogate.std, abs=5e-4)
            # What is highest decides.
            heights = data["bayesian"]["heights"][way][at]
            assert heights[searches.places[way][number]] == max(heights) == 1


def test_drops_the_page_the_share_that_it_names(window):
    page = window("play.html")
    for place in (0, 6, 18):
        move(page, "dropout", "dropout rate", place)
        shares, kept = [], page.locator("[data-moving=dropout] .area.full")
        for number in range(20):
            move(page, "dropout", "forward pass", number)
            shares.append(1 - kept.count() / (24 * 8))
        rate = place / 20
        # 20 passes of 192 units: 5.5 standard errors.
        assert np.mean(shares) == pytest.approx(rate, abs=5.5 * (rate * (1 - rate) / 3840) ** 0.5 + 1e-9)
        said = page.locator("[data-moving=dropout] .sentence").inner_text()
        assert numbers(said)[0] == rate
        assert numbers(said)[4] == pytest.approx(1 / (1 - rate), rel=0.01)


@pytest.mark.parametrize(("width", "scheme"), sampled([(1280, "light"), (320, "dark")], 1280))
def test_moves_what_a_lesson_shows_and_speaks_a_slider_to_who_only_hears(as_files, width, scheme):
    moved = []
    for name, page in as_files.through([f"{name}.html" for name in NAMES], width=width, scheme=scheme):
        for box in page.locator("[data-moving]").all():
            before, drawn_before = box.locator(".sentence").inner_text(), box.locator(".charts").inner_html()
            slider = box.locator("input[type=range]").first
            slider.focus()
            page.keyboard.press("ArrowRight")
            expect(box.locator(".sentence")).not_to_have_text(before)
            expect(box.locator(".sentence")).to_have_attribute("role", "status")
            assert box.locator(".charts").inner_html() != drawn_before
            assert slider.get_attribute("aria-valuetext") == box.locator(".value").first.inner_text()
            # Nothing is drawn in the colour of the ground.
            assert box.evaluate(INVISIBLE) == []
            moved.append(box.get_attribute("data-moving"))
            box.screenshot(path=ARTIFACTS / f"moving-{moved[-1]}-{width}-{scheme}.png")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert sorted(moved) == sorted(PARTS.SLIDERS.values())


INVISIBLE = """(box) => {
  const ground = getComputedStyle(box).backgroundColor;
  return [...box.querySelectorAll(".chart .line, .chart .dot, .chart text")].filter((part) => {
    const style = getComputedStyle(part);
    return [style.fill, style.stroke].every((colour) => colour === "none" || colour === ground);
  }).map((part) => part.outerHTML.slice(0, 90));
}"""


# The bank


def test_is_what_the_bank_answers_what_was_trained(window):
    bank = load_bank()
    axes = list(bank.axes)
    page = window("bank.html")
    rng = np.random.default_rng(3)
    rows, seeds = [], page.evaluate("Course.data.bank.val_losses.length")
    assert seeds == bank.num_configurations
    for number in range(1, 11):
        places = [int(rng.integers(len(bank.axes[name]))) for name in axes]
        # Nine rates that can learn, and one that may not.
        places[0] = 14 if number > 1 else 21
        for control, place in zip(page.locator("#bank form label").all(), places, strict=True):
            if control.locator("select").count():
                control.locator("select").select_option(str(place))
            else:
                control.locator("input").fill(str(place))
        page.locator("#bank button[type=submit]").click()
        rows.append(int(np.ravel_multi_index(places, [len(values) for values in bank.axes.values()])))
        shown = page.locator("#bank tbody tr").nth(number - 1).locator("td").last.inner_text()
        losses = bank.losses["val"][rows[-1], :, -1]
        if shown == "diverged":
            assert not np.isfinite(losses).all()
        else:
            assert min(abs(losses - float(shown))) < 2e-3
    expect(page.locator("#bank button[type=submit]")).to_be_disabled()
    chosen = int(re.search(r"You chose trial (\d+)", page.locator("#bank .end").inner_text())[1])
    mine = numbers(page.locator("#bank .end strong").inner_text())[0] / 100
    tested = bank.accuracies["test"][rows[chosen - 1], :, -1]
    leaving_one_out = [np.delete(tested, seed).mean() for seed in range(bank.num_seeds)]
    assert min(abs(np.array(leaving_one_out) - mine)) < 6e-4
    replays = {name: np.array(values) for name, values in PARTS.bank_data()["replays"].items()}
    methods = [*PARTS.METHODS, "told"]
    for table, count in zip(page.locator("#bank .end table").all(), (10, 30), strict=True):
        for row, method in zip(table.locator("tbody tr").all(), methods, strict=True):
            median, tenth, beaten, _ = numbers(" ".join(row.locator("td").all_inner_texts()).replace(",", ""))
            values = replays[f"{method} {count}"]
            assert median / 100 == pytest.approx(np.median(values), abs=6e-4)
            assert tenth / 100 == pytest.approx(values[99], abs=6e-4)
            assert abs(beaten - (values < mine).sum()) <= np.sum(abs(values - mine) < 1.1e-3) + 1
    page.locator("#bank").screenshot(path=ARTIFACTS / "site-bank-result.png")
    page.set_viewport_size({"width": 390, "height": 900})
    assert serious_faults(page, "light") == []
    page.get_by_role("button", name="Ten new trials").click()
    expect(page.locator("#bank tbody tr")).to_have_count(0)


def test_keeps_a_keyboard_its_place_in_the_bank(window):
    page = window("bank.html")
    page.locator("#bank button[type=submit]").focus()
    for _ in range(10):
        page.keyboard.press("Enter")
    expect(page.locator("#bank .end h2")).to_be_focused()
    page.get_by_role("button", name="Ten new trials").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#bank form input, #bank form select").first).to_be_focused()


def play(page, rate):
    """Ten trials at one learning rate, by its place; return what is said of random searches."""
    for _ in range(10):
        page.locator("#bank form input[type=range]").fill(str(rate))
        page.locator("#bank button[type=submit]").click()
    return page.locator("#bank .end").inner_text()


def test_holds_the_bank_a_guess_and_the_best_game(window):
    page = window("bank.html")
    guess = page.locator("#bank .guess input")
    guess.fill("700")
    said = play(page, 14)
    expect(guess).to_be_disabled()
    assert "You guessed 700." in said
    assert "best game" not in said
    line = page.locator("#bank .copying input").input_value()
    wide, told = (int(number) for number in re.findall(r"(\d+) of 1,000", line))
    assert told <= wide
    assert [f"{number} of 1,000 beaten" for number in (wide, told)] == page.locator("dd").all_inner_texts()
    first = page.locator("#bank .end strong").inner_text()
    page.get_by_role("button", name="Copy my result").click()
    expect(page.locator("#bank .copying [role=status]")).to_have_text("Copied.")
    page.reload()
    said = play(page, 8)
    assert f"Your best game so far reached {first}." in said
    assert "You guessed" not in said


def test_is_a_lesson_readable_without_scripts_and_on_paper(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.as_uri()}/{NAMES[1]}.html")
    assert page.locator("main img.picture").count() >= 3
    assert page.locator("main math").first.is_visible()
    page.emulate_media(media="print")
    assert not page.locator("header.top").is_visible()
    assert not page.locator("nav.lessons").is_visible()
    assert page.locator("h1").is_visible()
    context.close()


def test_is_the_search_index_that_of_the_pages(site):
    script = (site / "_static" / "search-data.js").read_text(encoding="utf-8")
    entries = json.loads(script.removeprefix("Course.data.pages = ").rstrip(";\n"))
    assert {entry[0] for entry in entries} == {name.removesuffix(".html") for name in PAGES} - {"search"}
    for page, anchor, *_ in entries:
        if anchor:
            assert f'id="{anchor}"' in (site / f"{page}.html").read_text(encoding="utf-8")
