// Small charts as SVG: axes, lines, dots. Colours come from the style sheet, so that they follow light and dark.
"use strict";

Course.chart = (function () {
  var SPACE = "http://www.w3.org/2000/svg", count = 0;

  function svg(name, attributes, text) {
    var made = document.createElementNS(SPACE, name);
    Object.keys(attributes).forEach(function (key) { made.setAttribute(key, attributes[key]); });
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function scale(axis, from, until) {
    var turn = axis.log ? Math.log10 : function (value) { return value; };
    var low = turn(axis.range[0]), high = turn(axis.range[1]);
    return function (value) { return from + (turn(value) - low) / (high - low) * (until - from); };
  }

  function written(value) {
    if (value !== 0 && (Math.abs(value) < 0.001 || Math.abs(value) >= 10000)) {
      return value.toExponential(0).replace("e-", "e−").replace("e+", "e");
    }
    return String(Number(value.toPrecision(3))).replace("-", "−");
  }

  /* Return a chart. axes: {x, y}, each {range, label, ticks, log}; width, height: in pixels. */
  return function (options) {
    var width = options.width || 360, height = options.height || 280;
    var left = 54, right = width - 12, top = options.title ? 28 : 12, bottom = height - 42;
    var picture = svg("svg", { viewBox: "0 0 " + width + " " + height, "class": "chart", style: "--width: " + width, "aria-hidden": "true", focusable: "false" });
    var x = scale(options.x, left, right), y = scale(options.y, bottom, top), clip = "clip-" + (++count);
    var hole = svg("clipPath", { id: clip });
    hole.append(svg("rect", { x: left, y: top - 6, width: right - left + 6, height: bottom - top + 6 }));
    var narrow = svg("clipPath", { id: clip + "-ground" });
    narrow.append(svg("rect", { x: left, y: top, width: right - left, height: bottom - top }));
    picture.append(hole, narrow);
    options.x.ticks.forEach(function (tick) {
      picture.append(svg("line", { x1: x(tick), x2: x(tick), y1: top, y2: bottom, "class": "grid" }));
      picture.append(svg("text", { x: x(tick), y: bottom + 16, "text-anchor": "middle" }, (options.x.write || written)(tick)));
    });
    options.y.ticks.forEach(function (tick) {
      picture.append(svg("line", { x1: left, x2: right, y1: y(tick), y2: y(tick), "class": "grid" }));
      picture.append(svg("text", { x: left - 6, y: y(tick) + 4, "text-anchor": "end" }, (options.y.write || written)(tick)));
    });
    picture.append(svg("path", { d: "M" + left + " " + top + "V" + bottom + "H" + right, "class": "axis" }));
    picture.append(svg("text", { x: (left + right) / 2, y: height - 6, "text-anchor": "middle", "class": "label" }, options.x.label));
    picture.append(svg("text", { transform: "translate(13," + (top + bottom) / 2 + ") rotate(-90)", "text-anchor": "middle", "class": "label" }, options.y.label));
    if (options.title) picture.append(svg("text", { x: left, y: 16, "class": "title" }, options.title));
    var ground = svg("g", { "clip-path": "url(#" + clip + "-ground)" }), layer = svg("g", { "clip-path": "url(#" + clip + ")" }), notes = svg("g", {});
    picture.append(ground, layer, notes);
    var target = layer;

    function finite(value) { return Math.max(-1e5, Math.min(1e5, value)); }

    function at(point) { return [finite(x(point[0])), finite(y(point[1]))]; }

    var chart = {
      svg: picture,
      x: x,
      y: y,
      /* Draw what follows on the ground, which stays. */
      onGround: function (draw) { target = ground; draw(chart); target = layer; },
      clear: function () { layer.textContent = ""; notes.textContent = ""; },
      line: function (points, kind) {
        var path = points.filter(function (p) { return Number.isFinite(p[0]) && Number.isFinite(p[1]); }).map(at);
        target.append(svg("polyline", { points: path.join(" "), "class": "line " + kind }));
      },
      area: function (points, kind) { target.append(svg("polygon", { points: points.map(at).join(" "), "class": "area " + kind })); },
      dots: function (points, kind, size, shape) {
        points.forEach(function (point) {
          var place = at(point), r = size || 4;
          if (shape === "square") target.append(svg("rect", { x: place[0] - r, y: place[1] - r, width: 2 * r, height: 2 * r, "class": "dot " + kind }));
          else if (shape === "cross") target.append(svg("path", { d: "M" + (place[0] - r) + " " + (place[1] - r) + "l" + 2 * r + " " + 2 * r + "m0 " + -2 * r + "l" + -2 * r + " " + 2 * r, "class": "line " + kind }));
          else target.append(svg("circle", { cx: place[0], cy: place[1], r: r, "class": "dot " + kind }));
        });
      },
      box: function (low, high, kind) {
        var one = at(low), other = at(high);
        target.append(svg("rect", { x: Math.min(one[0], other[0]), y: Math.min(one[1], other[1]), width: Math.abs(other[0] - one[0]), height: Math.abs(other[1] - one[1]), "class": "area " + kind }));
      },
      note: function (point, text, anchor, kind) {
        var place = at(point);
        notes.append(svg("text", { x: place[0], y: place[1], "text-anchor": anchor || "start", "class": "note " + (kind || "") }, text));
      },
    };
    return chart;
  };
})();

/* A part of a page that moves: controls, charts, and a sentence that a screen reader reads out. */
Course.moving = function (box, charts, controls, update) {
  var bar = Course.element("div", { "class": "controls" });
  var sentence = Course.element("p", { role: "status", "class": "sentence" });
  var row = Course.element("div", { "class": "charts" });
  charts.forEach(function (chart) { row.append(chart.svg); });
  box.textContent = "";
  box.append(bar, sentence, row);
  box.dataset.ready = "yes";

  function show() {
    charts.forEach(function (chart) { chart.clear(); });
    sentence.textContent = update.apply(null, controls.map(function (control) { return control.at; }));
  }

  controls.forEach(function (control) { control.build(bar, show); });
  show();
};

/* A slider over texts; `at` is the place it stands at. */
Course.slider = function (name, texts, at) {
  var control = {
    at: at,
    build: function (bar, show) {
      var input = Course.element("input", { type: "range", min: 0, max: texts.length - 1, step: 1, value: control.at, "aria-valuetext": texts[control.at] });
      // The slider says its text itself, and an <output> would say it once more.
      var value = Course.element("span", { "class": "value", "aria-hidden": "true" }, [texts[control.at]]);
      input.addEventListener("input", function () {
        control.at = Number(input.value);
        value.textContent = texts[control.at];
        input.setAttribute("aria-valuetext", texts[control.at]);
        show();
      });
      bar.append(Course.element("label", {}, [Course.element("span", {}, [name]), input, value]));
    },
  };
  return control;
};

/* A menu over texts; `at` is the place of the one that is chosen. */
Course.menu = function (name, texts, at) {
  var control = {
    at: at,
    build: function (bar, show) {
      var select = Course.element("select");
      texts.forEach(function (text, place) { select.append(Course.element("option", { value: place }, [text])); });
      select.value = control.at;
      select.addEventListener("change", function () { control.at = Number(select.value); show(); });
      bar.append(Course.element("label", {}, [Course.element("span", {}, [name]), select]));
    },
  };
  return control;
};
