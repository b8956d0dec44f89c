"""Is a page made of a student's notebook harmless to whoever looks at it, and still readable?"""

import re

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from nbgrader.converters import GenerateFeedback
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config import Config, PyFileConfigLoader

ATTACKS = [
    "<script>evil()</script>",
    "<img src=x onerror=evil()>",
    "<img src=https://evil.example/seen.png>",
    "![seen](https://evil.example/seen.png)",
    "[click](javascript:evil())",
    "<a href='data:text/html,<script>evil()</script>'>click</a>",
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
        or re.match(r"(?i)\s*(?:javascript|data:text|vbscript)", tag.get("href", ""))
        or re.match(r"(?i)(?!data:image/(?:png|jpeg);base64,).*evil", tag.get("src", ""), re.DOTALL)
    ]


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


def test_is_a_long_table_shown_as_the_text_that_comes_with_it(pages):
    output = new_output("display_data", {"text/html": "<td>1</td>" * 10_000, "text/plain": "10000 rows"})
    for page in pages(new_notebook(cells=[new_code_cell("1", outputs=[output])])):
        assert "10000 rows" in page
        assert "<td>" not in page


def test_is_a_page_of_many_long_outputs_bounded(pages):
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
