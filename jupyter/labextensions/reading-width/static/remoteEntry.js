// Lines of prose that an eye finds its way back from: JupyterLab itself lets them grow with the window.
// (Its own custom.css would have to lie in the learner's home.)
"use strict";

window._JUPYTERLAB = window._JUPYTERLAB || {};
window._JUPYTERLAB["reading-width"] = {
  init: function () {},
  get: function () {
    var plugin = {
      id: "reading-width:plugin",
      autoStart: true,
      activate: function () {
        var style = document.createElement("style");
        style.textContent = ".jp-Notebook .jp-RenderedMarkdown { max-width: 48rem; }";
        document.head.append(style);
      },
    };
    return Promise.resolve(function () { return { __esModule: true, default: plugin }; });
  },
};
