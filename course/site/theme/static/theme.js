// Light or dark, before anything is drawn. In the head, so that no page flashes.
"use strict";
var Course = { data: { moving: {} } };

Course.remembered = function (key) {
  // Some browsers refuse storage to a page that was opened as a file: then nothing is remembered.
  try { return window.localStorage.getItem(key); } catch (refused) { return null; }
};

Course.remember = function (key, value) {
  try { window.localStorage.setItem(key, value); } catch (refused) { /* as above */ }
};

(function () {
  var mode = Course.remembered("course-mode");
  if (mode === "light" || mode === "dark") document.documentElement.dataset.mode = mode;
})();
