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
  var narrow = window.matchMedia("(max-width: 900px)");
  function fold() { pages.open = !narrow.matches; }
  fold();
  narrow.addEventListener("change", fold); // a wide window has nothing to open the list with

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
