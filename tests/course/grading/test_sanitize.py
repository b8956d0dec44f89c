"""Is a page made of a student's notebook harmless to whoever looks at it, and still readable?"""

import contextlib
import functools
import html
import http.server
import re
import threading

import nbformat
import pytest
from bleach._vendor import html5lib
from bs4 import BeautifulSoup
from mini import LESSONS, ROOT
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from nbgrader import utils
from nbgrader.converters import GenerateFeedback
from nbgrader.server_extensions.formgrader import handlers
from site_built import Quiet
from timing import least_cpu_seconds
from traitlets.config import Config, PyFileConfigLoader

from course.grading.sanitize import HarmlessOutputs, harmless_html, harmless_markdown

ATTACKS = [
    "<script>evil()</script>",
    "<img src=x onerror=evil()>",
    "<img src=https://evil.example/seen.png>",
    "![seen](https://evil.example/seen.png)",
    "[click](javascript:evil())",
    "<a href='data:text/html,<script>evil()</script>'>click</a>",
    '<a href="da&#9;ta:text/html,evil">click</a>',
    '<a href="&#100;ata:text/html,evil">click</a>',
    '<a href="da\tta:text/html,evil">click</a>',
    "[click](https://evil.example)",
    "<https://evil.example>",
    "<a href=HTTPS://evil.example target=_self>click</a>",
    "<a href=' https://evil.example'>click</a>",
    "<a href=//evil.example>click</a>",
    "<a href='/\\\\evil.example'>click</a>",
    "<a href='/files/evil.html'>click</a>",
    "[click](evil.ipynb)",
    "<area href=https://evil.example>",
    r"$\href{https://evil.example}{x}$",
    r"$$ \mmlToken{mi}[href='https://evil.example']{x} $$",
    r"<p>$\&#104;ref{https://evil.example}{x}$ and $&bsol;href{https://evil.example}{x}$</p>",
    r"$\h<!-- -->ref{https://evil.example}{x}$",
    # A browser parses what is left of them into one text.
    r"<div><a><span><table><a></a></table>$\h</span></a>ref{https://evil.example}{x}$</div>",
    r"<div><a><span><table><a></a></table>$\mmlTo</span></a>ken{mi}[href='https://evil.example']{x}$</div>",
    "<iframe src=//evil.example></iframe>",
    "<form action=/formgrader/api><input name=score></form>",
    "<style>body { display: none }</style>",
    "<svg onload=evil()></svg>",
    "<div style='position:fixed' onmouseover=evil()>x</div>",
    "$$<script>evil()</script>$$",
    "<math><mtext></table><script>evil()</script></mtext></math>",
]
# What a page of ours never has, and a browser would act on.
ELEMENTS = {"base", "button", "embed", "form", "iframe", "input", "link", "math", "meta", "object", "svg"}


def acts(page):
    """The tags of a page on which a browser would act, as an attacker wants it to."""
    return [
        tag
        for tag in BeautifulSoup(page, "html.parser").find_all(True)
        if (tag.name in ("script", "style", *ELEMENTS) and re.search("evil|display: none|score", str(tag)))
        or any(name.startswith("on") and "evil" in str(value) for name, value in tag.attrs.items())
        or any(name in ("style", "formaction") and "evil" in str(tag) for name in tag.attrs)
        or leads_away(tag)
        or re.match(r"(?i)(?!data:image/(?:png|jpeg);base64,).*evil", tag.get("src", ""), re.DOTALL)
    ]


def leads_away(tag):
    """Whether a link opens something of a student's in the window of the page."""
    # As a browser reads an address.
    address = re.sub(r"[\t\r\n]", "", tag.get("href", "")).strip().replace("\\", "/")
    return "evil" in address and not (
        re.match(r"(?i)https?://", address) and tag.get("target") == "_blank" and "noopener" in tag["rel"]
    )


def formulas(page):
    """The texts of a page, as a browser parses it, in which MathJax looks for formulas: it skips code."""
    return list(_texts(html5lib.parse(page, namespaceHTMLElements=False)))


def _texts(element):
    text = element.text or ""
    for child in element:
        if isinstance(child.tag, str):  # else it is a comment, and MathJax looks across it
            yield text
            yield from () if child.tag in ("pre", "code", "script", "style", "textarea") else _texts(child)
            text = ""
        text += child.tail or ""
    yield text


def notebook_with(text):
    """The text wherever a student can put one."""
    output = new_output(
        "display_data",
        {"text/html": text, "text/markdown": text, "application/javascript": text, "image/svg+xml": text},
    )
    error = new_output("error", ename=text, evalue=text, traceback=[text])
    latex = new_output("display_data", {"text/latex": text})
    pixels = {"image/png": text, "image/jpeg": text}
    sizes = {"width": f"1 onerror=evil() {text}", "height": f"1>{text}", "alt": text, "unconfined": text}
    picture = new_output("display_data", pixels, metadata=dict.fromkeys(pixels, sizes))
    tags = {"tags": [f'">{text}'.replace(",", ";")]}
    return new_notebook(
        cells=[
            new_markdown_cell(text, metadata=tags, attachments={text: pixels}),
            new_raw_cell(text, metadata={"raw_mimetype": "text/html", "format": "text/html"}),
            new_code_cell(
                text, metadata=tags, outputs=[output, latex, picture, error, new_output("stream", text=text)]
            ),
        ]
    )


@pytest.fixture(scope="module")
def whole_pages(top):
    """A function from a notebook to its pages: nbgrader's feedback, and the Formgrader's."""
    config = Config(PyFileConfigLoader(str(top / "nbgrader_config.py")).load_config())
    feedback = GenerateFeedback(config=config).config
    formgrade = Config(config)
    formgrade.HTMLExporter.template_name = "formgrade"
    formgrade.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    names = {
        "student": "s",
        "assignment": "a",
        "notebook": "n",
        "score": 0,
        "max_score": 1,
        "late_penalty": 0,
    }
    resources = {
        "nbgrader": names,
        "unique_key": "n",
        "index": 1,
        "total": 2,
        "base_url": "/",
        "mathjax_url": "",
    }
    exporters = [HTMLExporter(config=feedback), HTMLExporter(config=formgrade)]
    return lambda notebook: [
        exporter.from_notebook_node(notebook, dict(resources))[0] for exporter in exporters
    ]


@pytest.fixture(scope="module")
def pages(whole_pages):
    """The same, without their heads."""
    return lambda notebook: [page.partition("<body")[2] for page in whole_pages(notebook)]


@pytest.mark.parametrize("text", ATTACKS)
def test_does_nothing_that_a_student_writes_act_on_a_page(pages, text):
    empty = pages(new_notebook())
    for page, own in zip(pages(notebook_with(text)), empty, strict=True):
        assert acts(page) == []
        assert page.count("<script") == own.count("<script")
        assert not any(re.search(r"\\(?:href|mmlToken)", text) for text in formulas(page))


@pytest.fixture
def served(tmp_path):
    """A folder, and its address on a plain host."""
    serve = functools.partial(Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield tmp_path, f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@contextlib.contextmanager
def after_a_click(browser, served, body):
    """JupyterLab, which shows Formgrader in a frame, after a click on a student's link; it notes in `heard`
    what it hears.

    It does whatever it hears: nbgrader asks for no origin.
    """
    folder, address = served
    (folder / "evil.html").write_text("<script>parent.postMessage('evil', '*')</script>")
    frame = '<iframe sandbox="allow-scripts allow-same-origin allow-forms" src="page.html"></iframe>'
    listens = "<script>heard = []; addEventListener('message', (event) => heard.push(event.data))</script>"
    (folder / "lab.html").write_text(listens + frame)
    (folder / "page.html").write_text(body)
    window = browser.new_page()
    window.goto(f"{address}lab.html")
    window.frame_locator("iframe").get_by_text("click", exact=True).click()
    yield window
    window.close()


def test_hears_jupyterlab_nothing_from_where_a_students_link_leads(browser, served, whole_pages):
    _, address = served
    with after_a_click(browser, served, f"<a href={address}evil.html>click</a>") as window:
        window.wait_for_function("heard.length > 0")
        assert window.evaluate("heard") == ["evil"]
    for link in (f"[click]({address}evil.html)", "[click](evil.html)", "<a href='/evil.html'>click</a>"):
        for page in whole_pages(new_notebook(cells=[new_markdown_cell(link)])):
            # What it loads is a server's that does not run here.
            shown = re.sub(r"(?s)<script\b.*?</script>|<link\b[^>]*>", "", page.partition("</head>")[2])
            with after_a_click(browser, served, shown) as window:
                window.wait_for_timeout(300)
                assert window.evaluate("heard") == []


def test_is_honest_markdown_shown_as_before(pages):
    text = (
        "## Head\n\nA *word*, `code`, $a < b$ and [a link](https://example.org).\n\n> quoted\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n```python\nif a < b:\n    pass\n```\n"
    )
    for page in pages(new_notebook(cells=[new_markdown_cell(text)])):
        for part in ("<h2", "<em>word</em>", "<code>code</code>", "$a &lt; b$", "<blockquote>", "<td>1</td>"):
            assert part in page
        assert 'href="https://example.org"' in page
        assert 'class="k">if</span>' in page


def test_are_pictures_and_numbers_still_there(pages):
    picture = "iVBORw0KGgo="
    cell = new_markdown_cell("![mine](attachment:a.png)", attachments={"a.png": {"image/png": picture}})
    output = new_output("display_data", {"image/png": picture, "text/plain": "<Figure size 640x480>"})
    table = new_output("display_data", {"text/html": "<table><tr><td>0.25</td></tr></table>"})
    notebook = new_notebook(cells=[cell, new_code_cell("plot()", outputs=[output, table])])
    before = nbformat.writes(notebook)
    for page in pages(notebook):
        assert page.count(f"data:image/png;base64,{picture}") == 2
        assert "<td>0.25</td>" in page
    assert nbformat.writes(notebook) == before


def test_does_nothing_of_a_student_stand_where_the_formgrader_looks_for_its_own_fields(pages):
    for page in pages(notebook_with('<div id="stuck_loss" class="score">x</div>')):
        assert "stuck_loss" in page
        assert BeautifulSoup(page, "html.parser").find(id="stuck_loss") is None


@pytest.mark.parametrize(
    "classes", ["full-credit", "dropdown-backdrop", "comment", "k full-credit", "p\tscore"]
)
def test_keeps_no_class_that_formgrader_would_act_on(classes):
    """What it would do, `test_formgrader.py` shows in a browser."""
    assert harmless_html(f'<div class="{classes}">x</div>') == "<div>x</div>"
    assert harmless_html('<table class="dataframe">') == '<table class="dataframe"></table>'


def test_is_a_picture_as_large_as_it_was_asked_for(pages):
    sizes = {"image/png": {"width": 320, "height": 10**9}}
    output = new_output("display_data", {"image/png": "iVBORw0KGgo="}, metadata=sizes)
    for page in pages(new_notebook(cells=[new_code_cell("plot()", outputs=[output])])):
        assert re.search(r"width=.?320", page)
        assert "height=" not in page.partition("base64,")[0].rpartition("<")[2]


# Each of them would take minutes or hours: whoever renders tries every end of what was opened.
@pytest.mark.parametrize(
    "output",
    [
        new_output("display_data", {"text/html": "<b><p>" * 500_000}),
        new_output("display_data", {"text/html": "</p><div>" * 500_000}),
        new_output("display_data", {"text/markdown": "# a\n" * 500_000}),
        new_output("display_data", {"text/plain": "\x1b[1m" * 1_000_000}),
        new_output("error", ename="E", evalue="e", traceback=["\x1b[1m" * 10] * 100_000),
        new_output("stream", text="\x1b[1m" * 1_000_000),
    ],
    ids=lambda output: str(list(output.get("data", [output.output_type]))),
)
def test_is_what_would_take_hours_to_render_cut(pages, output):
    notebook = new_notebook(cells=[new_code_cell("1", outputs=[output]), new_markdown_cell("the end")])
    for page in pages(notebook):
        assert "too long for this page" in page
        assert "the end" in page
        assert len(page) < 1_000_000


@pytest.mark.parametrize("name", LESSONS)
def test_is_every_lesson_shown_whole_with_an_honest_persons_long_answers(name):
    notebook = nbformat.read(ROOT / "solutions" / name / f"{name}.ipynb", as_version=4)
    for cell in notebook.cells:
        if utils.is_solution(cell):
            cell.source += "# What I tried before.\n" * 100
    shown, _ = HarmlessOutputs().preprocess(notebook, {})
    cut = [cell for cell in shown.cells if "too long for this page" in cell.source]
    # A cell of private checks may hold more drawn cases than anybody reads.
    assert not [
        cell.source[-200:] for cell in cut if utils.is_solution(cell) or "BEGIN HIDDEN" not in cell.source
    ]


def test_is_an_answer_shown_where_everything_else_is_too_much():
    asked = {"grade": True, "solution": True, "locked": False, "grade_id": "why", "points": 3}
    written = new_markdown_cell("my own words", metadata={"nbgrader": asked | {"schema_version": 3}})
    notebook = new_notebook(cells=[*(new_markdown_cell("long " * 4_000) for _ in range(20)), written])
    shown, _ = HarmlessOutputs().preprocess(notebook, {})
    assert "too long for this page" in shown.cells[19].source
    assert shown.cells[20].source == "my own words"


def test_do_answers_that_print_much_leave_room_for_their_verdicts_as_they_come():
    asked = {"schema_version": 3, "locked": False, "points": 1}
    cells = []
    for number in range(5):
        printed, verdict = "x" * 100_000, f"verdict {number}"
        answer = asked | {"solution": True, "grade": False, "grade_id": f"answer-{number}"}
        checks = asked | {"solution": False, "grade": True, "grade_id": f"checks-{number}"}
        cells += [
            new_code_cell("1", outputs=[new_output("stream", text=printed)], metadata={"nbgrader": answer}),
            new_code_cell("2", outputs=[new_output("stream", text=verdict)], metadata={"nbgrader": checks}),
        ]
    shown, _ = HarmlessOutputs().preprocess(new_notebook(cells=cells), {})
    said = [cell.outputs[0].text for cell in shown.cells[1::2]]
    assert said[:4] == [f"verdict {number}" for number in range(4)]


def test_has_a_table_in_markdown_the_style_that_keeps_its_columns_apart():
    shown = harmless_markdown({}, "| epoch | loss |\n|---|---|\n| 1 | 0.5 |")
    assert '<table class="table table-condensed">' in shown


def test_is_a_long_table_shown_as_the_text_that_comes_with_it(pages):
    output = new_output("display_data", {"text/html": "<td>1</td>" * 10_000, "text/plain": "10000 rows"})
    for page in pages(new_notebook(cells=[new_code_cell("1", outputs=[output])])):
        assert "10000 rows" in page
        assert "<td>" not in page


def test_is_a_page_of_many_long_outputs_limited(pages):
    outputs = [new_output("display_data", {"text/html": "<i>x</i>" * 2_000}) for _ in range(50)]
    for page in pages(new_notebook(cells=[new_code_cell("1", outputs=outputs)])):
        assert 10_000 <= page.count("<i>x</i>") <= 15_000


def test_does_mathjax_follow_no_link_of_a_formula_that_is_a_script(whole_pages):
    """Its extension Safe sees to it: a formula may say \\href{javascript:...}."""
    for page in whole_pages(new_notebook()):
        loaded = re.findall(r"<script[^>]*MathJax[^>]*|<script[^>]*config=TeX[^>]*", page)
        assert loaded
        assert all("Safe" in tag for tag in loaded if "config=" in tag)
        assert any("Safe" in tag for tag in loaded)


# A parser repeats what is open in every paragraph: once, 20,000 characters were 25 s and a gigabyte.
GROWS = {
    "paragraphs in bold": "".join(f"<b title={number}><p>" for number in range(1_200)),
    "kinds of bold": "<b><i><u><s><em><code><a><strong><small><p>" * 400,
    "boxes in boxes": "<div>" * 3_000,
    "lists in lists": "<ul><li>" * 2_000,
}


@pytest.mark.parametrize("text", GROWS.values(), ids=GROWS.keys())
@pytest.mark.parametrize("kind", ["Markdown", "HTML", "raw", "Markdown in an output"])
def test_is_markup_that_grows_shown_as_text(pages, text, kind):
    cell = {
        "Markdown": new_markdown_cell(text),
        "raw": new_raw_cell(text),
        "HTML": new_code_cell("1", outputs=[new_output("display_data", {"text/html": text})]),
        "Markdown in an output": new_code_cell(
            "1", outputs=[new_output("display_data", {"text/markdown": text})]
        ),
    }[kind]
    for page in pages(new_notebook(cells=[cell])):
        assert len(page) < 300_000
        assert text[:300] in html.unescape(page)


def test_is_the_text_of_an_output_shown_where_its_markup_grows(pages):
    data = {"text/html": GROWS["boxes in boxes"], "text/plain": "the same in words"}
    for page in pages(new_notebook(cells=[new_code_cell("1", outputs=[new_output("display_data", data)])])):
        assert "the same in words" in page
        assert "&lt;div&gt;" not in page


HONEST_MARKUP = {
    "a table": "<table>" + "<tr><td>1</td><td>2</td></tr>" * 500 + "</table>",
    "as large a table as a page shows": "<table>" + "<tr><td>1</td><td>2</td></tr>" * 680 + "</table>",
    "a table whose ends are left out": "<table>" + "<tr><td>1<td>2" * 500 + "</table>",
    "nested lists": "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li></ul>" * 100,
    "much emphasis": "<p>" + "<b>a</b> <code>b</code> " * 500 + "</p>",
    "paragraphs without ends": "<p>text" * 1_500,
    "line breaks": "text<br>" * 1_500,
    "a large table of one digit a cell": "<table>" + ("<tr>" + "<td>1" * 8) * 400 + "</table>",
}


@pytest.mark.parametrize("text", HONEST_MARKUP.values(), ids=HONEST_MARKUP.keys())
def test_is_honest_markup_shown_as_markup(pages, text):
    first = re.search(r"<\w+", text)[0]
    output = new_output("display_data", {"text/html": text})
    for page in pages(new_notebook(cells=[new_markdown_cell(text), new_code_cell("1", outputs=[output])])):
        assert page.count(first) >= 2 * min(text.count(first), 90)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<p title='say \"x\" & y'>text</p>", '<p title="say &quot;x&quot; &amp; y">text</p>'),
        ("<pre>" + "\n" * 9 + "text</pre>", "<pre>" + "\n" * 9 + "text</pre>"),
    ],
    ids=["quotes and an ampersand in a value", "empty lines in front of output"],
)
def test_does_what_is_cleaned_come_through_whole(text, shown):
    assert harmless_html(text) == shown


# What nbconvert's Markdown takes long for, or makes much of, if it does for anything.
MARKDOWN = [
    ">" * 20_000,
    "[" * 20_000,
    "![" * 10_000,
    "[a](" * 5_000,
    "[a](b [" * 2_800,
    "*" * 20_000,
    "*a **b " * 2_800,
    "*_[`" * 5_000,
    "``a" * 6_000,
    "- a\n  " * 3_000,
    "\n".join("  " * depth + "* a" for depth in range(130)),
    "\n".join(">" * depth + " a" for depth in range(190)),
    "# a\n" * 5_000,
    "$\\x$ *a* `b` " * 1_500,
    "|a|b|\n|-|-|\n" * 1_600,
    "| a |\n|---|\n" + "| |" * 6_000,
    "[a]: b\n" * 2_800,
    "[a]\n\n[a]: b\n" * 1_500,
    "$$" * 10_000,
    "\\begin{a}" * 2_200,
    "\\frac{" * 3_300,
    "<a@b.c>" * 2_800,
    "<http://" * 2_500,
    "![a](attachment:b)" * 1_100,
    "".join(f"<b title={number}><p>" for number in range(1_200)),
    "".join(f"<table><a title={number}>" for number in range(900)),
]


@pytest.mark.parametrize("text", MARKDOWN, ids=lambda text: repr(text[:8]))
def test_is_no_markdown_too_much_for_a_page(text):
    assert len(harmless_markdown({}, text[:20_000])) < 400_000
    assert least_cpu_seconds(lambda: harmless_markdown({}, text[:20_000])) < 5


def test_does_a_picture_not_fill_a_page_by_being_shown_often(pages):
    """Each link to an attachment has the whole picture on the page."""
    pictures = {"a.png": {"image/png": "iVBORw0KGgo=" * 50_000}}
    often = new_markdown_cell("![](attachment:a.png)" * 900, attachments=pictures)
    once = new_markdown_cell("![](attachment:a.png)", attachments=pictures)
    for page in pages(new_notebook(cells=[often, once])):
        assert len(page) < 2_000_000
        assert page.count("data:image/png;base64,") == 1


def test_is_a_picture_that_is_not_attached_no_reason_to_show_no_page(pages):
    for page in pages(new_notebook(cells=[new_markdown_cell("![x](attachment:nowhere.png) and an answer")])):
        assert "and an answer" in page
