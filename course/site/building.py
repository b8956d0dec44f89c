"""The site and the guide, each made by Sphinx with MyST-NB in one go."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from course.authoring.bundle import bundle, released_files
from course.directory import find_lessons
from course.files import write_notebook
from course.settings import read_settings
from course.site import glossary, search_index
from course.site.guide import guide_pages
from course.site.pages import Page, read_page
from course.site.parts import Parts, read_parts
from helpers.errors import CourseError

if TYPE_CHECKING:
    from sphinx.application import Sphinx

HERE = Path(__file__).parent
SITE, GUIDE = "site", "guide"
# Of what the course adds: what is shown to whoever is sent a link.
PICTURE = "share.png"
# A page larger than that takes seconds on a telephone.
MAX_PAGE_BYTES = 1_500_000


@dataclass(frozen=True)
class Made:
    """What a build made: how many lessons, and pictures without words of their own by lesson."""

    lessons: int
    without_words: Mapping[str, int]


class Frame(NamedTuple):
    """What stands around every page.

    state: what its numbers were made with, and when it last changed.
    description: of the course, for a page that has no question of its own.
    archive: what learners get.
    home: the address from which the course can be cloned; "" for none.
    """

    title: str
    state: str
    description: str
    parts: Parts
    archive: Path
    home: str


class Link(NamedTuple):
    """A page in the list of pages. number: of a lesson, "" for other pages."""

    name: str
    number: str
    title: str
    # Whether a new group of pages begins with it.
    break_: bool = False

    @property
    def label(self) -> str:
        """What the page is called."""
        return f"{self.number} {self.title}".strip()


def build_sites(root: Path, output: Path, home: str = "") -> Made:
    """Make the site and the guide of the course in `root`, in two folders of `output`.

    What was in these two folders is gone afterwards; when the build fails it is still there.

    home: the address from which the course can be cloned; "" for none.

    Raises CourseError when a lesson is not as the last build left it, when Sphinx warns of anything, and
    for a page that is too large; when something else stands where a folder is to be made.
    """
    folders = find_lessons(root / "solutions")
    _refuse_what_is_no_site(output)
    try:
        output.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=output):
            pass  # said now, and not when the pages are made
    except OSError as error:
        raise CourseError(f"{output} cannot be written to ({error}): name another --output") from error
    released = {folder.name: released_files(root, folder.name) for folder in folders}
    settings, parts = read_settings(root), read_parts(root)
    state = f"{_state(root, settings.site.versions)} {settings.site.licence}".strip()
    with tempfile.TemporaryDirectory(dir=output, prefix=".") as beside:
        for files in released.values():
            for place, content in files.items():
                path = Path(beside, place)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        archive, _ = bundle(root, Path(beside, "downloads", f"{settings.bundle.name}.zip"))
        pages = [
            read_page(folder, Path(beside, "notebooks", folder.name), parts, archive.name)
            for folder in folders
        ]
        for name, make in ((SITE, _make_site), (GUIDE, _make_guide)):
            made = Path(beside) / name
            frame = Frame(settings.title, state, settings.site.description, parts, archive, home)
            make(root, pages, frame, Path(beside) / f"{name}-source", made)
            if name == SITE:
                _write_downloads(archive.parent, released)
                archive.parent.rename(made / "downloads")
            _refuse_large(made)
        _replace({output / name: Path(beside) / name for name in (SITE, GUIDE)})
    return Made(len(pages), {page.name: page.without_words for page in pages if page.without_words})


def _replace(made: Mapping[Path, Path]) -> None:
    """Put the folders that were made in their places; what was there goes with what lies beside them.

    made: by place.

    Raises CourseError where it cannot be done. Then, and when it is interrupted, all that was there is still
    there.
    """
    try:
        for place, folder in made.items():
            _exchange(place, folder)
    except BaseException:
        for place, folder in made.items():
            _put_back(place, folder)
        raise


def _exchange(place: Path, folder: Path) -> None:
    try:
        if place.exists():
            place.rename(_before(folder))
        folder.rename(place)
    except OSError as error:
        raise CourseError(f"{place} cannot be replaced ({error.strerror}): move it away") from error


def _put_back(place: Path, folder: Path) -> None:
    if not _before(folder).exists():
        return
    with contextlib.suppress(OSError):  # nothing of ours has come there yet
        place.rename(folder)
    with contextlib.suppress(OSError):  # another build has been there in the meantime: its own stays
        _before(folder).rename(place)


def _before(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}-before")


def _refuse_what_is_no_site(output: Path) -> None:
    """Raise CourseError when a folder that would be replaced was not made here: it may be anybody's work."""
    for place in (output / SITE, output / GUIDE):
        if place.is_symlink():
            raise CourseError(f"{place} is a link: remove it, or name another --output")
        is_empty = place.is_dir() and not any(place.iterdir())
        if place.exists() and not is_empty and not (place / "_static" / "course.js").is_file():
            raise CourseError(
                f"{place} is no site that was made here: move it away, or name another --output"
            )


def _write_downloads(folder: Path, released: Mapping[str, Mapping[str, bytes]]) -> None:
    for files in released.values():
        for place, content in files.items():
            if place.endswith(".ipynb"):
                (folder / Path(place).name).write_bytes(content)


def _make_site(root: Path, pages: Sequence[Page], frame: Frame, source: Path, output: Path) -> None:
    """Make the public site: lessons, glossary, search, and what the course adds."""
    source.mkdir()
    parts = frame.parts
    written = {
        "index": _index(frame, pages),
        "glossary": glossary.glossary_page(glossary.collect(pages), parts),
        **{name: parts.words(f"{name}.md") for name in (*parts.pages, "search")},
    }
    for name, text in written.items():
        (source / f"{name}.md").write_text(text, encoding="utf-8")
    for page in pages:
        write_notebook(page.notebook, source / f"{page.name}.ipynb")
    links = [Link("index", "", "Start")]
    links += [Link(page.name, page.number, page.head.title[3:], at == 0) for at, page in enumerate(pages)]
    others = {**parts.pages, "glossary": "Glossary", "search": "Search"}
    links += [Link(name, "", title, at == 0) for at, (name, title) in enumerate(others.items())]
    sliders = {page.name: page.moving for page in pages if page.moving}

    def scripts(page: str) -> list[str]:
        own = parts.slider_scripts(dict.fromkeys(sliders[page])) if page in sliders else []
        return ["course.js", "digest.js", "quiz.js", "search.js", *own, *parts.scripts.get(page, ())]

    found = _run_sphinx(source, output, pages, links, frame, scripts, guide=False)
    for page in pages:
        for picture in page.pictures:
            place = output / "pictures" / picture.name
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(picture.content)
    static = output / "_static"
    _write_data(static / "search-data.js", "pages", [list(entry) for entry in found])
    for path in parts.static():
        shutil.copy(path, static)
    for name, variable, values in parts.data():
        _write_data(static / name, variable, values)


def _make_guide(root: Path, pages: Sequence[Page], frame: Frame, source: Path, output: Path) -> None:
    """Make the guide for those who teach. It holds answers."""
    source.mkdir()
    written = guide_pages(root, pages, frame.parts)
    for name, (_, text) in written.items():
        (source / f"{name}.md").write_text(text, encoding="utf-8")
    numbers = {page.name: page.number for page in pages}
    links = [
        Link(name, numbers.get(name, ""), title, name == pages[0].name)
        for name, (title, _) in written.items()
    ]
    _run_sphinx(source, output, pages, links, frame, lambda page: ["course.js"], guide=True)


def _run_sphinx(
    source: Path,
    output: Path,
    pages: Sequence[Page],
    links: Sequence[Link],
    frame: Frame,
    scripts: Callable[[str], list[str]],
    *,
    guide: bool,
) -> list[search_index.Entry]:
    """Make the pages in `source`; return what a search looks through.

    Raises CourseError for the first warning: a page with a broken reference is not made.
    """
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace

    warnings, found = io.StringIO(), list[search_index.Entry]()
    title = f"{frame.title}: for those who teach" if guide else frame.title
    by_name = {page.name: page for page in pages}

    def context(app: Sphinx, name: str, template: str, values: dict[str, Any], doctree: Any) -> None:
        at = next((number for number, link in enumerate(links) if link.name == name), None)
        values["course_pages"] = [
            {"name": link.name, "number": link.number, "title": link.title, "break": link.break_}
            for link in links
        ]
        page = by_name.get(name)
        values["course_description"] = page.head.question if page else frame.description
        values["course_before"] = links[at - 1] if at else None
        values["course_after"] = links[at + 1] if at is not None and at + 1 < len(links) else None
        values["course_toc"] = values.get("toc", "") if values.get("toc", "").count("<li>") > 3 else ""
        values["course_picture"] = any(path.name == PICTURE for path in frame.parts.static()) and PICTURE
        values["course_state"], values["course_guide"] = frame.state, guide
        values["course_scripts"] = scripts(name)

    def index(app: Sphinx, document: Any, name: str) -> None:
        if name != "search":
            found.extend(search_index.entries(name, document))

    with docutils_namespace():
        app = Sphinx(
            source,
            None,
            output,
            source / ".doctrees",
            "html",
            confoverrides=_configuration(by_name, title),
            status=None,
            warning=warnings,
            freshenv=True,
        )
        app.connect("html-page-context", context)
        app.connect("doctree-resolved", index)
        app.build(force_all=True)
    said = re.sub(r"\x1b\[[0-9;]*m", "", warnings.getvalue()).strip()
    if said:
        raise CourseError(f"Sphinx warns: {said.splitlines()[0].replace(f'{source}/', '')}")
    for left_over in (".buildinfo", "objects.inv"):
        (output / left_over).unlink(missing_ok=True)
    _add_dark_code(output / "_static")
    # What Sphinx and MyST-NB lay beside, for templates that are not ours.
    ours = {path.name for path in (HERE / "theme" / "static").iterdir()} | {"pygments.css"}
    for path in (output / "_static").iterdir():
        if path.name not in ours:
            path.unlink()
    return sorted(found, key=lambda entry: [link.name for link in links].index(entry.page))


def _add_dark_code(static: Path) -> None:
    """Put the colours of code in the dark behind those in the light, by the reader's word or the system's."""
    dark = re.findall(r"^\.highlight .*$", (static / "pygments_dark.css").read_text(encoding="utf-8"), re.M)
    chosen = "\n".join(f':root[data-mode="dark"] {rule}' for rule in dark)
    system = "\n".join(f':root:not([data-mode="light"]) {rule}' for rule in dark)
    with (static / "pygments.css").open("a", encoding="utf-8") as file:
        file.write(f"\n@media screen {{\n{chosen}\n}}\n")
        file.write(f"@media screen and (prefers-color-scheme: dark) {{\n{system}\n}}\n")


def _configuration(pages: Iterable[str], title: str) -> dict[str, Any]:
    return {
        "extensions": ["myst_nb", "course.site.extension"],
        "project": title,
        "html_theme": "theme",
        "html_theme_path": [str(HERE)],
        "html_math_renderer": "mathml",
        "html_use_index": False,
        "html_domain_indices": False,
        "html_copy_source": False,
        "html_permalinks": False,
        "language": "en",
        "smartquotes": False,
        "myst_enable_extensions": ["dollarmath"],
        "myst_heading_anchors": 4,
        "nb_execution_mode": "off",
        "nb_merge_streams": True,
        # Pages are linked by the list of pages; no tree of contents is written.
        "suppress_warnings": ["toc.not_included", "myst.header"],
        "course_lessons": {name[:2]: name for name in pages},
    }


def _write_data(path: Path, name: str, data: object) -> None:
    """Write data as a classic script: a page that was opened as a file may read no other."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    path.write_text(f"Course.data.{name} = {text};\n", encoding="utf-8")


def _index(frame: Frame, pages: Sequence[Page]) -> str:
    """Return the start page: what the course is, and its lessons with their questions."""
    rows = "\n".join(
        f"| [{page.head.title}]({page.name}.ipynb) | {page.head.question} | {page.reading_minutes} min "
        f"| {page.head.own_minutes} min |"
        for page in pages
    )
    words = frame.parts.words("index.md")
    filled = {
        "TITLE": frame.title,
        "LESSONS": rows,
        "CLONE": f"Or clone it:\n\n```\ngit clone {frame.home}\n```" if frame.home else "",
        "ARCHIVE": frame.archive.name,
        "MEGABYTES": f"{frame.archive.stat().st_size / 1e6:.1f} MB",
    }
    return re.sub(r"\b(?:TITLE|LESSONS|CLONE|ARCHIVE|MEGABYTES)\b", lambda found: filled[found[0]], words)


def _state(root: Path, packages: Iterable[str]) -> str:
    """Return when the course last changed, and the versions of packages with which its numbers were made."""
    lock = root / "requirements.lock"
    text = lock.read_text(encoding="utf-8") if lock.exists() else ""
    versions = dict(re.findall(r"^([\w-]+)==([^\s;]+)", text, re.M))
    made_with = ", ".join(f"{name} {versions[name]}" for name in packages if name in versions)
    date = _last_change(root)
    said = [f"Last change {date}."] * bool(date) + [f"Made with {made_with}."] * bool(made_with)
    return " ".join(said)


def _last_change(root: Path) -> str:
    """Return the date of the last commit and its name; "" for a copy without its history, or without git."""
    if shutil.which("git") is None:
        return ""
    # A copy may lie in a repository of somebody else's.
    top = _git(root, "rev-parse", "--show-toplevel")
    return _git(root, "log", "-1", "--format=%cs (%h)") if top and Path(top).samefile(root) else ""


def _git(root: Path, *arguments: str) -> str:
    """Return what git says in a folder, "" where it fails."""
    said = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    return said.stdout.removesuffix("\n") if said.returncode == 0 else ""


def _refuse_large(folder: Path) -> None:
    for path in folder.glob("*.html"):
        if path.stat().st_size > MAX_PAGE_BYTES:
            raise CourseError(
                f"{path.name} has {path.stat().st_size / 1e6:.1f} MB, more than {MAX_PAGE_BYTES / 1e6:g}"
            )
