"""Does the guide work where a teacher meets it: in a browser, from its folder, without a network?

Screenshots are left in tests/artifacts/guide-*.png to look at.
"""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from site_built import ARTIFACTS, LOOKS, misfits, serious_faults, visiting_files
from tiers import sampled

from course.directory import find_lessons

TOP = Path(__file__).resolve().parents[3]
NAMES = [folder.name for folder in find_lessons(TOP / "solutions")]
PAGES = [f"{name}.html" for name in ("index", "adapting", *NAMES)]
# One of each kind: lessons come from one template, and the narrow window below shows all of them.
KINDS = [f"{name}.html" for name in ("index", "adapting", NAMES[1])]

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def as_files(browser, guide):
    """A visitor of the guide in its folder, opened as files."""
    with visiting_files(browser, guide) as visitor:
        yield visitor


def test_are_these_all_pages_of_the_guide(guide):
    assert {path.name for path in guide.glob("*.html")} == set(PAGES)


@pytest.mark.parametrize(
    ("width", "scheme", "pages"),
    [pytest.param(320, "dark", PAGES, marks=pytest.mark.slow), (1280, "light", KINDS)],
)
def test_does_every_page_fit_the_window_in_light_and_dark(as_files, width, scheme, pages):
    for name, page in as_files.through(pages, width=width, scheme=scheme):
        assert misfits(page, width, scheme) == [], name
        assert page.locator("html").get_attribute("lang") == "en"
        if name in ("index.html", "adapting.html", f"{NAMES[1]}.html"):
            page.screenshot(path=ARTIFACTS / f"guide-{name[:-5]}-{width}-{scheme}.png", full_page=True)


@pytest.mark.parametrize("scheme", sampled(LOOKS, "light"))
def test_finds_axe_no_serious_fault(as_files, scheme):
    through = as_files.through(KINDS, scheme=scheme)
    assert [(name, fault) for name, page in through for fault in serious_faults(page, scheme)] == []


# Whatever is cut off at the edge of the table's box is reached by scrolling, and by key.
OF_TABLES = """() => [...document.querySelectorAll(".table")].map((box) => ({
  narrowest: Math.min(...[...box.querySelectorAll("th, td")].map((cell) => cell.clientWidth)),
  tallest: Math.max(...[...box.querySelectorAll("tr")].map((row) => row.clientHeight)),
  split: [...box.querySelectorAll("a, code")].filter((word) => !/[ -]/.test(word.textContent.trim())
    && word.getClientRects().length > 1).map((word) => word.textContent),
  reached: box.scrollWidth <= box.clientWidth + 1 || box.tabIndex === 0,
}))"""


@pytest.mark.slow
def test_are_tables_readable_on_a_telephone(as_files):
    count = 0
    for name, page in as_files.through(PAGES, width=390):
        for table in page.evaluate(OF_TABLES):
            count += 1
            assert table["narrowest"] >= 24, (name, table)
            # A row is no taller than the window shows at once.
            assert table["tallest"] <= 300, (name, table)
            assert table["split"] == [], name
            assert table["reached"], name
    assert count >= 2 + len(NAMES)


@pytest.mark.parametrize("width", [1280, 390])
def test_goes_a_keyboard_through_the_guide(window, width):
    page = window("index.html", width=width)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".home")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".mode")).to_be_focused()
    page.keyboard.press("Tab")
    if width == 390:
        # The list of pages is folded up where there is no room beside the text.
        expect(page.locator(".lessons summary")).to_be_focused()
        expect(page.locator(".lessons a").first).to_be_hidden()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
    for at, name in enumerate(PAGES):
        expect(page.locator(".lessons a").nth(at)).to_be_focused()
        assert page.evaluate("document.activeElement.getAttribute('href')") in (name, "#")
        page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{NAMES[-1]}.html")
    expect(page.locator(".lessons a[aria-current]")).to_contain_text(NAMES[-1][:2])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_leads_a_schedule_to_its_lessons_and_back(window):
    page = window("index.html", width=390)
    page.locator("main .table a", has_text="03 ").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{NAMES[3]}.html")
    page.locator(".home").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/index.html")


def test_is_a_page_on_paper_its_text_alone(window):
    page = window(f"{NAMES[1]}.html")
    page.emulate_media(media="print")
    for part in (".top", "nav.lessons", ".neighbours", ".here"):
        expect(page.locator(part)).to_be_hidden()
    for part in ("h1", ".facts", ".key", ".table"):
        expect(page.locator(part).first).to_be_visible()
