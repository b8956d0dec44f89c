// What every page does: light and dark, the list of pages on a narrow screen, code that can be scrolled by key.
"use strict";

Course.dark = function () {
  var mode = document.documentElement.dataset.mode;
  return mode ? mode === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
};

/* Return an element. attributes: by name; children: elements and texts. */
Course.element = function (name, attributes, children) {
  var made = document.createElement(name);
  Object.keys(attributes || {}).forEach(function (key) { made.setAttribute(key, attributes[key]); });
  (children || []).forEach(function (child) { made.append(child); });
  return made;
};

/* Load a script beside the others once, then call back: `failed` where it does not come. */
Course.load = function (name, then, failed) {
  var own = document.querySelector("script[src$='course.js']").getAttribute("src");
  var script = Course.element("script", { src: own.replace("course.js", name) });
  script.addEventListener("load", then);
  script.addEventListener("error", function () { script.remove(); failed(); });
  document.body.append(script);
};

(function () {
  document.querySelector(".mode").addEventListener("click", function () {
    var mode = Course.dark() ? "light" : "dark";
    document.documentElement.dataset.mode = mode;
    Course.remember("course-mode", mode);
  });

  var pages = document.querySelector(".lessons details");
  var narrow = window.matchMedia("(max-width: 900px)"), wide = window.matchMedia("(min-width: 1200px)");
  var here = document.querySelector(".here details");
  function fold() {
    pages.open = !narrow.matches;
    if (here) here.open = wide.matches;
  }
  fold();
  [narrow, wide].forEach(function (each) { each.addEventListener("change", fold); }); // a wide window has nothing to open a list with

  function kind(box) {
    if (!box.matches("pre")) return "Wide content";
    return box.closest(".cell_output") ? "Output" : "Code";
  }

  // Who has no mouse scrolls what is wider than the page with the arrow keys. Scripts that add tables call it again.
  Course.reachable = function () {
    document.querySelectorAll("pre, .formula, .table").forEach(function (box) {
      var isWide = box.scrollWidth > box.clientWidth + 1;
      // Where code ends and output begins is said of all of them. No landmarks: a lesson has sixty.
      ["role", "aria-label"].forEach(function (name) { box.removeAttribute(name); });
      if (isWide || box.matches("pre")) {
        box.setAttribute("role", "group");
        box.setAttribute("aria-label", kind(box));
      }
      if (isWide) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    });
  };

  // The section that one reads is marked in the list of contents, which follows.
  var targets = Array.from(document.querySelectorAll(".here a")).map(function (link) {
    return { link: link, section: document.getElementById(decodeURIComponent(link.hash.slice(1))) };
  }).filter(function (each) { return each.section; });
  function mark() {
    var passed = targets.filter(function (each) { return each.section.getBoundingClientRect().top < 120; });
    targets.forEach(function (each) { each.link.removeAttribute("aria-current"); });
    if (!passed.length) return;
    var link = passed[passed.length - 1].link, list = here.getBoundingClientRect(), place = link.getBoundingClientRect();
    link.setAttribute("aria-current", "true");
    if (wide.matches && (place.top < list.top || place.bottom > list.bottom)) here.scrollTop += place.top - list.top - list.height / 2;
  }
  if (targets.length) {
    window.addEventListener("scroll", mark, { passive: true });
    mark();
  }

  document.querySelectorAll("main section[id] > :is(h2, h3)").forEach(function (heading) {
    heading.append(Course.element("a", { "class": "anchor", href: "#" + heading.parentElement.id, "aria-label": "Link to this section" }));
  });

  // Setup and checks are folded; one switch, which is remembered, opens all of them.
  var folds = Array.from(document.querySelectorAll(".tag_setup > .cell_input, .tag_checks > .cell_input")).map(function (input) {
    var lines = input.textContent.trim().split("\n").length;
    var said = (input.parentElement.matches(".tag_setup") ? "Setup" : "Checks") + ", " + lines + (lines === 1 ? " line" : " lines");
    var box = Course.element("details", { "class": "fold" }, [Course.element("summary", {}, [said])]);
    input.replaceWith(box);
    box.append(input);
    box.addEventListener("toggle", function () { Course.reachable(); });
    return box;
  });
  function openAll(open) { folds.forEach(function (box) { box.open = open; }); }
  if (folds.length) {
    var all = Course.element("input", { type: "checkbox" });
    all.checked = Course.remembered("course-code") === "all";
    all.addEventListener("change", function () {
      Course.remember("course-code", all.checked ? "all" : "");
      openAll(all.checked);
    });
    openAll(all.checked);
    document.querySelector("main .facts").append(Course.element("label", { "class": "switch" }, [all, "Show the code of setup and checks"]));
    window.addEventListener("beforeprint", function () { openAll(true); });
    window.addEventListener("afterprint", function () { openAll(all.checked); });
  }

  // A picture is large on a click.
  document.querySelectorAll(".picture").forEach(function (picture) {
    if (picture.closest(".moving")) return;
    var button = Course.element("button", { "class": "enlarge", type: "button" });
    picture.replaceWith(button);
    button.append(picture);
    button.addEventListener("click", function () {
      var box = Course.element("dialog", { "class": "large", "aria-label": "Picture" }, [Course.element("button", { type: "button" }, ["Close"]), picture.cloneNode()]);
      box.addEventListener("click", function () { box.close(); });
      box.addEventListener("close", function () { box.remove(); });
      document.body.append(box);
      box.showModal();
    });
  });

  document.querySelectorAll("main table").forEach(function (table) {
    // The first cell of a row says what the row is of.
    table.querySelectorAll("tbody td:first-child").forEach(function (cell) {
      var head = Course.element("th", { scope: "row" }, Array.from(cell.childNodes));
      if (cell.className) head.className = cell.className;
      cell.replaceWith(head);
    });
    var box = Course.element("div", { "class": "table" });
    table.replaceWith(box);
    box.append(table);
  });
  Course.reachable();
  window.addEventListener("resize", Course.reachable);
})();
