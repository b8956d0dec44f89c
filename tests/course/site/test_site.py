"""Is the site whole, does it hold no answer, and does it ask no other machine for anything?"""

import html
import json
import re
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_output
from site_built import PARTS
from tiers import sampled

from course.authoring.answers import read_bank
from course.authoring.bundle import bundle
from course.authoring.source import read_lesson
from course.directory import find_lessons
from course.inspectors import inspector_of
from course.lessons import regions
from course.settings import read_settings
from course.site import cli
from course.site.building import GUIDE, SITE, Frame, Made, _index, _last_change, _replace, build_sites
from course.site.extension import HANGUL, mathml
from course.site.guide import _answer, partition
from course.site.head import read_head
from course.site.pages import _Maker, read_page
from course.site.parts import Parts
from course.site.search_index import in_letters
from helpers.capstone.log import Training, parse_log
from helpers.checks.exercises import read_exercises
from helpers.errors import CourseError
from helpers.search.bank import load_bank

TOP = Path(__file__).resolve().parents[3]
FOLDERS = find_lessons(TOP / "solutions")
LANGUAGES = read_settings(TOP).languages
NAMES = [folder.name for folder in FOLDERS]
BY_NAME = pytest.mark.parametrize("name", NAMES)
BY_SOME_NAMES = pytest.mark.parametrize("name", sampled(NAMES, "00-start-here", "15-automl", "17-capstone"))


def squeezed(text):
    """A text without the blanks, in which highlighting, HTML and line breaks differ."""
    return re.sub(r"\s+", "", text)


@pytest.fixture(scope="module")
def everything(site, soups):
    """What every file of the site says, as it is and as a reader sees it, without blanks."""
    said = {}
    for path in sorted(site.rglob("*")):
        if path.is_file() and path.suffix not in (".png", ".zip"):
            raw = path.read_text(encoding="utf-8")
            seen = soups[path.name].get_text() if path.suffix == ".html" else raw
            if path.suffix == ".ipynb":
                seen = "\n".join("".join(cell["source"]) for cell in json.loads(raw)["cells"])
            said[path.relative_to(site).as_posix()] = squeezed(html.unescape(raw)) + squeezed(seen)
    return said


@pytest.fixture(scope="module")
def quoted():
    """What learners receive anyway: lesson 00, for one, shows what a check says of a mistake."""
    sources = ["".join(cell["source"]) for name in NAMES for cell in released_cells(name)]
    return squeezed("\n".join([*sources, *map(printed_by_experiments, NAMES)]))


@pytest.fixture(scope="module")
def soups(site):
    """Every page of the site."""
    return {path.name: soup_of(path) for path in sorted(site.glob("*.html"))}


def soup_of(path):
    return BeautifulSoup(path.read_bytes(), "html.parser")


def released_cells(name):
    return json.loads((TOP / "notebooks" / name / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]


def long_lines(code):
    """The lines of code that say so much that meeting them again is no accident."""
    return [line for line in code.splitlines() if len(squeezed(line)) >= 25]


def secrets_of(folder):
    """What of a lesson nobody may read in the site, by kind."""
    lesson = read_lesson(folder)
    bank = read_bank(folder, lesson.exercises)
    for exercise in lesson.exercises.values():
        for region in regions(exercise.solution, "SOLUTION"):
            if exercise.is_quiz:
                yield "a quiz answer", region
            else:
                yield from (("a solution", line) for line in long_lines(region))
        for region in regions(exercise.test, "HIDDEN TESTS"):
            yield from (("a private check", line) for line in long_lines(region))
    for exercise in read_exercises(folder).values():
        for check in exercise.private:
            yield "the label of a private check", json.dumps(check.label, ensure_ascii=False)
            expected = json.dumps(check.data)
            if len(expected) >= 16:
                yield "what a private check expects", expected
    inspector = inspector_of(folder)
    if inspector is not None:
        for event in parse_log((folder / inspector.reference).read_bytes()).events:
            if isinstance(event, Training):
                rate = event.parameters["learning_rate"]
                yield "a setting of the solution's search", f"learning_rate {rate:.3g}"
    for answer in bank.answers:
        if answer.sentence:
            yield "a sentence of the bank", answer.sentence
    for cell in lesson.notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") in lesson.written:
            for region in regions(cell.source, "SOLUTION"):
                for part in filter(None, map(str.strip, region.splitlines())):
                    yield "a rubric or exemplar", re.sub(r"[*`]", "", part)


@BY_SOME_NAMES
def test_does_no_file_of_the_site_hold_an_answer(everything, quoted, name):
    found = [
        f"{place}: {kind}: {secret[:70]}"
        for kind, secret in secrets_of(TOP / "solutions" / name)
        for place, said in everything.items()
        if len(squeezed(secret)) >= 12 and squeezed(secret) in said and squeezed(secret) not in quoted
    ]
    assert found == []


def test_does_the_search_for_answers_find_them_where_they_are(guide):
    """Otherwise the test above would be green whatever the site held."""
    for folder in FOLDERS:
        page = squeezed(soup_of(guide / f"{folder.name}.html").get_text())
        kinds = {kind for kind, secret in secrets_of(folder) if squeezed(secret) in page}
        assert {"a sentence of the bank", "a rubric or exemplar"} <= kinds, folder.name


def test_is_there_a_page_for_every_lesson_and_none_of_the_guides(site, guide):
    pages = {path.stem for path in site.glob("*.html")}
    assert pages == {*NAMES, "index", "glossary", "play", "bank", "search"}
    assert not guide.is_relative_to(site)
    assert "Rubric" not in (site / "index.html").read_text(encoding="utf-8")


def leads(soup):
    """Everything that a page loads, and everything to which it leads inside of the site."""
    for element in soup.find_all(["script", "img", "link", "a", "form"]):
        for attribute in ("src", "href", "action"):
            if element.get(attribute):
                yield element, element[attribute]


def test_is_nothing_loaded_from_elsewhere_and_does_every_link_lead_somewhere(site, soups):
    ids = {name: {element["id"] for element in soup.find_all(id=True)} for name, soup in soups.items()}
    for name, soup in soups.items():
        for element, address in leads(soup):
            parts = urlsplit(address)
            if element.name == "a" and parts.scheme in ("http", "https"):
                continue  # a source that the reader may open
            assert not parts.scheme, (name, address)
            assert not parts.netloc, (name, address)
            assert not address.startswith("/"), (name, address)
            target = site / unquote(parts.path) if parts.path else site / name
            assert target.is_file(), (name, address)
            if parts.fragment:
                assert unquote(parts.fragment) in ids[target.name], (name, address)


def test_do_styles_and_scripts_name_no_address(site):
    for path in (site / "_static").iterdir():
        if path.suffix in (".css", ".js", ".svg") and path.name != "search-data.js":
            addresses = set(re.findall(r"https?://[^\s\"']+", path.read_text(encoding="utf-8")))
            assert addresses <= {"http://www.w3.org/2000/svg"}, path.name
            assert not re.search(
                r"@import|\bimport\(|\bfetch\(|XMLHttpRequest|subtle\.[a-z]+\(", path.read_text()
            )


def test_is_no_page_large(site):
    for path in site.glob("*.html"):
        assert path.stat().st_size < 1_500_000, path.name


def test_is_what_moves_small(site):
    paths = list((site / "_static").glob("moving-*.js"))
    assert paths
    for path in paths:
        assert path.stat().st_size < 150_000, path.name


def test_has_every_picture_its_size_its_words_and_its_file(site, soups):
    pictures = [(name, image) for name, soup in soups.items() for image in soup.find_all("img")]
    assert {path.name for path in (site / "pictures").iterdir()} == {Path(i["src"]).name for _, i in pictures}
    for name, image in pictures:
        assert len(image["alt"]) >= 15, (name, image)
        assert int(image["width"]) > 0, (name, image)
        assert int(image["height"]) > 0, (name, image)
        assert image["loading"] == "lazy", (name, image)


@BY_SOME_NAMES
def test_are_all_formulas_of_a_lesson_mathml(site, name):
    soup = soup_of(site / f"{name}.html")
    prose = ["".join(cell["source"]) for cell in released_cells(name) if cell["cell_type"] == "markdown"]
    without_code = re.sub(r"```.*?```|`[^`]*`", "", "\n\n".join(prose), flags=re.S)
    assert len(soup.find_all("math", display="block")) == len(re.findall(r"\$\$.+?\$\$", without_code, re.S))
    for part in soup.find_all(["pre", "code", "math"]):
        part.extract()
    assert not re.search(r"\\(frac|sum|sqrt|cdot|text|alpha)\b", soup.main.get_text())


def test_is_a_formula_that_is_laid_out_the_one_that_was_written():
    text = BeautifulSoup(mathml(r"\tfrac{1}{2} w_1^2", "block"), "html.parser")
    assert text.find("mfrac").get_text() == "12"
    assert text.find("msubsup").get_text() == "w12"
    assert text.math["display"] == "block"
    mean = BeautifulSoup(mathml(r"\overline{(\bar f - f)^2} + \overline{x}", "block"), "html.parser")
    # The stroke is drawn by the style sheet; who hears the formula needs one of its own.
    overs = mean.find_all("mover", class_="over")
    assert [[part.get_text() for part in over.children] for over in overs] == [["(f¯−f)2", "¯"], ["x", "¯"]]
    assert "―" not in mean.get_text()
    norm = BeautifulSoup(mathml(r"\lVert W \rVert^2", "inline"), "html.parser").find("msup")
    assert norm.mrow.get_text() == "‖W‖", "the exponent belongs to the norm and not to its bar"


@pytest.mark.parametrize(
    ("formula", "line"),
    [
        (r"\eta / (1 - \beta)", "η/(1−β)"),
        ("w_1", "w1"),
        (r"\ln 10 \approx 2.303", "ln10≈2.303"),
        (r"\frac{\eta}{2}", "…"),
        ("w^2", "…"),
        (r"x_1, \dots, x_n", "x1,…,xn"),
        (r"\dot x", "…"),
        (r"\bar x", "…"),
    ],
)
def test_finds_the_search_a_formula_as_it_is_read(formula, line):
    assert in_letters(formula) == line


def test_stands_a_mark_on_the_line_of_its_formula(soups):
    before_marks = [
        (name, formula)
        for name, soup in soups.items()
        for formula in soup.main.find_all("math", display="inline")
        if isinstance(formula.next_sibling, str) and re.match(r"[.,;:)?!]", formula.next_sibling)
    ]
    assert before_marks
    for name, formula in before_marks:
        assert formula.parent["class"] == ["together"], (name, formula.parent)


def test_is_every_korean_word_marked_as_korean(soups, guide):
    of_guide = {f"guide/{path.name}": soup_of(path) for path in guide.glob("*.html")}
    for name, soup in (soups | of_guide).items():
        for text in soup.main.find_all(string=HANGUL):
            parents = list(text.parents)
            if any(parent.name in ("pre", "code", "script", "mtext", "math") for parent in parents):
                continue
            assert any(parent.get("lang") == "ko" for parent in parents), (name, text)
        assert soup.html["lang"] == "en"


def test_says_every_lesson_what_its_reader_wants_to_know(soups):
    for name in NAMES:
        soup = soups[f"{name}.html"]
        head = read_head(name, release_head(name), LANGUAGES)
        assert soup.h1.get_text(" ", strip=True) == head.title
        facts = soup.find(class_="facts").get_text()
        assert re.search(r"Reading: about \d+ minutes", facts)
        assert "Needs" in facts
        assert f"about {head.own_minutes} minutes" in facts
        footer = soup.footer.get_text()
        assert re.search(r"Last change \d{4}-\d\d-\d\d", footer)
        locked = re.search(r"^keras==(\S+)", (TOP / "requirements.lock").read_text(), re.M)
        assert f"keras {locked[1]}" in footer


def release_head(name):
    return "".join(released_cells(name)[0]["source"])


@BY_NAME
def test_is_the_notebook_that_is_downloaded_the_released_one(site, name):
    assert (site / "downloads" / f"{name}.ipynb").read_bytes() == (
        TOP / "notebooks" / name / f"{name}.ipynb"
    ).read_bytes()


def test_does_the_way_through_the_pages_pass_each_of_them(soups):
    name, way = "index.html", []
    while name:
        way.append(name)
        following = soups[name].find("a", rel="next")
        name = following["href"] if following else None
    assert sorted(way) == sorted(soups)
    before = [soups[name].find("a", rel="prev")["href"] for name in way[1:]]
    assert before == way[:-1]


def test_has_the_glossary_every_term_of_every_lesson(soups):
    rows = [row.find_all("td") for row in soups["glossary.html"].find_all("tr")[1:]]
    listed = {squeezed(cells[0].get_text()).casefold(): cells for cells in rows}
    lessons = [cells[3].get_text() for cells in rows]
    for name in NAMES:
        for term in read_head(name, release_head(name), LANGUAGES).terms:
            key = squeezed(re.sub(r"[$*`\\]", "", term.words[0])).casefold()
            assert key in listed, (name, term)
            # The lesson that introduces a term says what it is called.
            if listed[key][3].get_text().startswith(name[:2]):
                assert squeezed(listed[key][1].get_text()) == squeezed(term.words[1]), (name, term)
        assert any(name[:2] in numbers for numbers in lessons)


def test_does_every_slider_with_a_counterpart_move(soups):
    for folder in FOLDERS:
        source = (folder / f"{folder.name}.py").read_text(encoding="utf-8")
        called = {
            moved for function, moved in PARTS.SLIDERS.items() if re.search(rf"^{function}\(", source, re.M)
        }
        assert moving_in(soups[f"{folder.name}.html"]) == called, folder.name
    assert moving_in(soups["play.html"]) == set(PARTS.SLIDERS.values())


def moving_in(soup):
    return {part["data-moving"] for part in soup.find_all(attrs={"data-moving": True})}


def executed_cells(name):
    return json.loads((TOP / "solutions" / name / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]


def printed_by(cell):
    return "".join("".join(output["text"]) for output in cell.get("outputs", []) if "text" in output)


def is_graded(cell):
    return cell["metadata"].get("nbgrader", {}).get("grade", False)


def is_experiment(cell):
    """Whether a cell is no part of an exercise, and looks at nothing that is handed in."""
    solution = cell["metadata"].get("nbgrader", {}).get("solution", False)
    return not is_graded(cell) and not solution and not re.search(r"\bwork\.", "".join(cell["source"]))


def printed_by_experiments(name):
    return "\n".join(printed_by(cell) for cell in executed_cells(name) if is_experiment(cell))


@BY_NAME
def test_has_a_page_what_the_experiments_printed_and_nothing_that_checks_said(soups, quoted, name):
    text = squeezed(soups[f"{name}.html"].get_text())
    for line in printed_by_experiments(name).splitlines():
        assert squeezed(line) in text, line
    said = [
        line for cell in executed_cells(name) if is_graded(cell) for line in printed_by(cell).splitlines()
    ]
    passed = [squeezed(line) for line in said if line.startswith("✓ ")]
    assert [line for line in passed if line in text and line not in quoted] == []


def test_shows_the_capstone_nothing_of_the_solutions_own_search(soups):
    name = "17-capstone"
    own = [cell for cell in executed_cells(name) if not is_graded(cell) and not is_experiment(cell)]
    lines = {line for cell in own for line in printed_by(cell).splitlines()}
    assert any("learning_rate" in line for line in lines)
    text = squeezed(soups[f"{name}.html"].get_text())
    assert [line for line in lines if squeezed(line) in text] == []
    experiments = [cell for cell in executed_cells(name) if is_experiment(cell)]
    pictures = [output for cell in experiments for output in cell.get("outputs", []) if is_picture(output)]
    assert len(soups[f"{name}.html"].main.find_all("img")) == len(pictures) > 0


def is_picture(output):
    return "image/png" in output.get("data", {})


# The folders


@pytest.mark.parametrize("name", [SITE, GUIDE])
def test_is_a_folder_of_somebody_else_left_alone(tmp_path, name):
    (tmp_path / name).mkdir()
    (tmp_path / name / "thesis.txt").write_text("years of work")
    with pytest.raises(CourseError, match=f"{name} is no site that was made here: move it away"):
        build_sites(TOP, tmp_path)
    assert (tmp_path / name / "thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize("target", ["published", "nowhere"])
def test_is_a_link_in_the_place_of_the_site_not_replaced(tmp_path, target):
    (tmp_path / "published" / "_static").mkdir(parents=True)
    (tmp_path / "published" / "_static" / "course.js").write_text("")
    (tmp_path / "site").symlink_to(tmp_path / target)
    with pytest.raises(CourseError, match="site is a link: remove it, or name another --output"):
        build_sites(TOP, tmp_path)
    assert (tmp_path / "site").is_symlink()


def test_is_an_earlier_site_still_there_where_it_cannot_be_replaced(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("the earlier one")
    made = tmp_path / ".beside" / "site"  # nothing was made: it cannot be put there
    made.parent.mkdir()
    with pytest.raises(CourseError, match=r"site cannot be replaced \(No such file.*\): move it away"):
        _replace({tmp_path / "site": made})
    assert (tmp_path / "site" / "index.html").read_text() == "the earlier one"


def written_beside(folder, said):
    """Two folders with a page, and their places in a folder: by place, as a build makes them."""
    made = {folder / name: folder / ".beside" / name for name in (SITE, GUIDE)}
    for path in made.values():
        path.mkdir(parents=True)
        (path / "index.html").write_text(said)
    return made


@pytest.mark.parametrize("num_done", [0, 1, 2, 3])
def test_are_both_earlier_folders_still_there_after_an_interruption(tmp_path, monkeypatch, num_done):
    _replace(written_beside(tmp_path, "the earlier one"))
    made = written_beside(tmp_path, "the new one")
    rename, calls = Path.rename, []

    def interrupted(path, target):
        calls.append(path)
        if len(calls) == num_done + 1:
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        _replace(made)
    for place in made:
        assert (place / "index.html").read_text() == "the earlier one"


def test_stays_a_site_that_another_build_put_in_its_place(tmp_path, monkeypatch):
    _replace(written_beside(tmp_path, "the earlier one"))
    made = written_beside(tmp_path, "the new one")
    rename = Path.rename

    def with_another_build(path, target):
        if path == made[tmp_path / SITE]:
            target.mkdir()
            (target / "index.html").write_text("another's")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", with_another_build)
    with pytest.raises(CourseError, match="site cannot be replaced"):
        _replace(made)
    assert (tmp_path / SITE / "index.html").read_text() == "another's"


# The date of the last change


def committed(folder):
    """Make a folder a repository with one commit in it."""
    # Not as whoever runs this commits: signed, or past hooks.
    own = ["user.name=a", "user.email=a@b", "commit.gpgsign=false", "core.hooksPath=/dev/null"]
    git = ["git", *(part for setting in own for part in ("-c", setting)), "-C", folder]
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    subprocess.run([*git, "commit", "--quiet", "--allow-empty", "--message", "one"], check=True)


def shows(*experiments):
    """Whether each of the experiments below an exercise that assigns `mine` shows its outputs."""
    maker = _Maker("90-mini", {}, {})
    exercise = new_code_cell("mine = None", metadata={"nbgrader": {"solution": True}})
    for cell in [exercise, *map(new_code_cell, experiments)]:
        maker.take(cell, [new_output("stream", text="printed")])
    return [bool(cell.outputs) for cell in maker.cells[1:]]


def test_is_hidden_what_an_answer_is_worked_out_into():
    assert shows("other = 1", "print(mine)", "print(other)") == [True, False, True]
    assert shows("best = max(mine)", "print(best)", "worst = -best", "print(worst)") == [False] * 4
    assert shows("for rate in mine:\n    print(rate)", "print(rate)") == [False, False]


def test_is_not_hidden_what_only_stands_in_a_cell_with_an_answer():
    assert shows("import numpy as np\nnp.sum(mine)", "print(np.pi)") == [False, True]
    assert shows("import os.path\nfrom math import *\nmine", "print(os.sep)") == [False, True]
    assert shows("rate = mine", "rate = 0.1", "print(rate)", "print(mine)") == [False, True, True, False]


@pytest.mark.parametrize("name", ["과정 [하나]", "a blank at the end "])
def test_is_the_last_change_not_that_of_a_repository_around_the_course(tmp_path, name):
    committed(tmp_path)
    course = tmp_path / name
    course.mkdir()
    assert _last_change(course) == ""
    committed(course)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \([0-9a-f]{7,}\)", _last_change(course))


def test_is_the_place_of_the_site_named_as_it_is(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("course.site.building.build_sites", lambda *_: Made(18, {}))
    cli.site(tmp_path / "term [final] [/b]")
    assert f"open {tmp_path}/term [final] [/b]/site/index.html" in capsys.readouterr().out


def test_is_a_missing_package_of_the_extra_named_with_its_remedy(monkeypatch, tmp_path):
    monkeypatch.setattr("course.site.cli.find_spec", lambda name: None if name == "myst_nb" else name)
    with pytest.raises(CourseError, match=r"course site needs myst_nb: .*'\.\[site\]'"):
        cli.site(tmp_path)


def test_is_a_place_where_no_folder_can_be_made_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CourseError, match=r"file cannot be written to .*: name another --output"):
        build_sites(TOP, tmp_path / "file")


def test_would_what_is_built_be_replaced_by_the_next_build(site, guide):
    for folder in (site, guide):
        assert (folder / "_static" / "course.js").is_file()


# The guide


def test_finds_the_guide_the_answer_of_a_quiz_however_its_solution_is_written():
    region = "### BEGIN SOLUTION\nquiz_1 = 'b'\n### END SOLUTION"
    assert _answer(region, "quiz_1") == _answer("quiz_1 = 'b'", "quiz_1") == "`'b'`"
    with pytest.raises(CourseError, match="quiz_1: its solution needs one line quiz_1 = "):
        _answer("answer = 'b'", "quiz_1")


@BY_NAME
def test_has_the_guide_what_teaching_a_lesson_needs(guide, name):
    soup = soup_of(guide / f"{name}.html")
    titles = [title.get_text() for title in soup.find_all("h2")]
    assert titles[:3] == ["What to show", "Where they stumble", "Quiz key"]
    assert "In their own words" in titles
    assert titles[-1] == "With less time"
    text = squeezed(soup.get_text())
    for word in ("Reading:about", "Doing:about", "Discussing:about", "Needs:"):
        assert word in text
    lesson = read_lesson(TOP / "solutions" / name)
    for exercise in lesson.exercises.values():
        if exercise.is_quiz:
            answer = {}
            exec(exercise.solution, answer)
            assert f"Answer:{squeezed(repr(answer[exercise.name]))}" in text
    for answer in read_bank(TOP / "solutions" / name, lesson.exercises).answers:
        if answer.sentence:
            assert squeezed(answer.sentence) in text, answer.sentence
    kept = soup.find(id="with-less-time").p.find_all("code")
    points = {each.name: each.points for each in lesson.exercises.values() if not each.is_quiz}
    if len(points) > 2:
        rest = points.keys() - {code.get_text() for code in kept}
        assert min(points[code.get_text()] for code in kept) >= max(points[other] for other in rest)


def test_has_the_page_of_the_bank_its_numbers(site):
    bank = load_bank()
    num_seeds, num_epochs = bank.losses["val"].shape[1:]
    counted = f"{bank.num_configurations * num_seeds:,} times: {bank.num_configurations:,} combinations"
    text = " ".join(soup_of(site / "bank.html").get_text().split())
    assert counted in text
    assert f"each with five seeds, for {num_epochs} epochs" in text
    assert num_seeds == 5


def test_has_the_page_of_the_bank_the_searches_that_its_sentence_counts(site):
    result, wide, told = re.search(
        r"A result of (\S+) % .* beats (\d+) of 1,000 .* It beats (\d+) of 1,000",
        " ".join(soup_of(site / "bank.html").get_text().split()),
    ).groups()
    replays = PARTS.bank_data()["replays"]
    for kind, number in (("random 10", wide), ("told 10", told)):
        assert sum(value < float(result) / 100 for value in replays[kind]) == int(number)


def test_shows_the_lesson_each_number_of_a_surprise(site):
    soup = soup_of(site / "index.html")
    claims = soup.find_all("p", class_="surprise")
    assert len(claims) == 3
    for claim in claims:
        measured = claim.find_next("p")
        lesson, section = measured.a["href"].split("#")
        shown = soup_of(site / lesson).find(id=section).get_text()
        numbers = re.findall(r"\d+\.\d+", measured.get_text())
        assert len(numbers) == 2
        for number in numbers:
            assert re.search(rf"(?<![\d.]){re.escape(number)}(?!\d)", shown), (lesson, number)


def test_takes_the_way_of_ten_hours_as_long_as_it_says(site):
    soup = soup_of(site / "index.html")
    rows = [[cell.get_text() for cell in row.find_all("td")] for row in soup.find_all("tr")[1:]]
    reading = {row[0][:2]: int(row[2].split()[0]) for row in rows}
    doing = {row[0][:2]: int(row[3].split()[0]) for row in rows}
    _, ten, forty = (" ".join(item.get_text().split()) for item in soup.find(class_="ways").find_all("li"))
    solved, read = (re.findall(r"lesson (\d\d)", part) for part in ten.split("Then read"))
    assert round(sum(map(doing.get, solved), sum(map(reading.get, read))) / 60) == 10
    assert "10 hours" in ten
    assert abs(sum(doing.values()) / 60 - 40) < 2
    assert "40 hours" in forty


def test_is_the_course_that_is_downloaded_the_bundle(site, soups, tmp_path):
    name = f"{read_settings(TOP).bundle.name}.zip"
    bundle(TOP, tmp_path / name)
    assert (site / "downloads" / name).read_bytes() == (tmp_path / name).read_bytes()
    for page in ("index.html", *(f"{lesson}.html" for lesson in NAMES)):
        assert soups[page].main.find("a", href=f"downloads/{name}"), page


@pytest.mark.parametrize("home", ["", "https://example.org/course.git"])
def test_is_a_place_to_clone_from_named_where_there_is_one(tmp_path, home):
    archive = tmp_path / "course.zip"
    archive.write_bytes(bytes(1_500_000))
    text = _index(Frame("Title", "", "", Parts(), archive, home), [])
    assert "course.zip" in text
    assert "1.5 MB" in text
    assert ("git clone https://example.org/course.git" in text) == bool(home)
    assert not re.search(r"ARCHIVE|MEGABYTES|CLONE", text)


def test_says_every_page_what_it_is_where_it_is_shared(soups):
    for name, soup in soups.items():
        said = {meta["property"]: meta["content"] for meta in soup.find_all("meta", property=True)}
        assert len(said["og:description"]) > 10, name
        assert said["og:title"], name
        assert said["og:image"] == "_static/share.png", name


def test_lie_the_keys_of_the_quizzes_under_every_letter():
    """Who chooses one of the same two letters everywhere should be right hardly more often than by chance."""
    lessons = [read_lesson(folder) for folder in FOLDERS]
    source = "\n".join(exercise.solution for lesson in lessons for exercise in lesson.exercises.values())
    letters = re.findall(r'^quiz_\d = "([abcd])"$', source, flags=re.M)
    counts = sorted(letters.count(letter) for letter in "abcd")
    assert len(letters) > 40
    assert sum(counts[2:]) < 0.6 * len(letters), counts


def test_has_each_week_of_a_schedule_lessons_in_their_order(guide):
    soup = soup_of(guide / "index.html")
    schedules = [table for table in soup.find_all("table") if "Week" in table.get_text()]
    for table, weeks in zip(schedules, (6, 12), strict=True):
        rows = table.find_all("tr")[1:]
        assert len(rows) == min(weeks, len(NAMES))
        linked = [Path(link["href"]).stem for row in rows for link in row.find_all("a")]
        assert linked == NAMES


@BY_NAME
def test_shows_the_guide_every_guess_and_every_slider_of_a_lesson_in_its_section(guide, name):
    source = (TOP / "solutions" / name / f"{name}.py").read_text(encoding="utf-8")
    soup = soup_of(guide / f"{name}.html")
    items = soup.find(id="what-to-show").ul.find_all("li", recursive=False)
    guesses = re.findall(r"\*\*Guess\b", source)
    sliders = re.findall(r"^(\w+_slider)\(", source, re.M)
    assert len(items) == len(guesses) + len(sliders)
    assert [item.code.get_text() for item in items if ": move " in item.get_text()] == sliders
    sections = [squeezed(row.td.get_text()) for row in soup.find_all("table")[-1].find_all("tr")[1:]]
    places = [
        next(at for at, section in enumerate(sections) if section.startswith(squeezed(item.em.get_text())))
        for item in items
    ]
    assert places == sorted(places)
    lesson = read_lesson(TOP / "solutions" / name)
    exercises = [exercise.name for exercise in lesson.exercises.values() if not exercise.is_quiz]
    asked = [code.get_text() for code in soup.find_all("table")[-1].find_all("code")]
    assert asked == [*exercises, *lesson.inspected]


@pytest.mark.parametrize("weeks", [1, 2, 3, 5])
def test_is_the_fullest_week_as_short_as_can_be(weeks):
    minutes = [75, 140, 60, 20, 140]
    parts = partition(minutes, weeks)
    assert [place for part in parts for place in range(*part)] == list(range(5))
    assert all(first < last for first, last in parts)
    fullest = max(sum(minutes[first:last]) for first, last in parts)
    assert fullest == min(max(map(sum, way)) for way in ways(minutes, weeks))


def ways(minutes, weeks):
    """All ways to divide a list into so many parts."""
    if weeks == 1:
        return [[minutes]]
    return [
        [minutes[:first], *rest]
        for first in range(1, len(minutes) - weeks + 2)
        for rest in ways(minutes[first:], weeks - 1)
    ]


# What is refused


TABLE = "| English | Korean | Meaning |\n|---|---|---|\n| a | 나 | b |\n"


def test_is_a_head_without_a_part_refused_by_its_name():
    with pytest.raises(CourseError, match="01-x: its first cell lacks question, abilities, own time"):
        read_head("01-x", f"# 01 Title\n\nRun time: about 3 s\n\n{TABLE}", LANGUAGES)


def test_is_a_release_of_another_lesson_refused():
    with pytest.raises(CourseError, match="not a notebook"):
        read_page(FOLDERS[0], TOP / "notebooks" / NAMES[1], Parts(), "course.zip")
