// What moves in the lessons: the notebooks' sliders, over the same data.
"use strict";

/* Name of what moves -> a function that fills the element in which it moves. */
Course.things = {};

Course.range = function (count, make) { return Array.from({ length: count }, function (_, at) { return make(at); }); };

/* Return a line of equal loss around the bottom: a circle, stretched by the root of the inverse Hessian h. */
Course.level = function (h, bottom, value) {
  var l = Math.sqrt(h[0][0]), m = h[0][1] / l, n = Math.sqrt(h[1][1] - m * m), r = Math.sqrt(2 * value);
  return Course.range(91, function (at) {
    var turn = at * Math.PI / 45, c = r * Math.cos(turn), s = r * Math.sin(turn) / n;
    return [bottom[0] + (c - m * s) / l, bottom[1] + s];
  });
};

/* The loss of both weights in a valley along the axes: half the curvatures times the squares. */
Course.valleyLoss = function (curvatures, w) { return (curvatures[0] * w[0] * w[0] + curvatures[1] * w[1] * w[1]) / 2; };

/* Return the charts of a ball's way through such a valley and of its loss after each step. */
Course.valleyCharts = function (curvatures, steps, ticks) {
  var valley = Course.chart({
    title: "the way of both weights",
    x: { range: [-1.3, 1.3], ticks: [-1, 0, 1], label: "weight 1" },
    y: { range: [-1.3, 1.3], ticks: [-1, 0, 1], label: "weight 2" },
  });
  var curve = Course.chart({
    title: "the loss after each step",
    x: { range: [0, steps], ticks: ticks, label: "step" },
    y: { range: [1e-7, 1e5], log: true, ticks: [1e-6, 1e-3, 1, 1e3], label: "loss" },
  });
  valley.onGround(function (chart) {
    [0.05, 0.2, 0.5, 1, 2, 4].forEach(function (value) {
      chart.line(Course.level([[curvatures[0], 0], [0, curvatures[1]]], [0, 0], value), "quiet");
    });
  });
  return [valley, curve];
};

(function () {
  var things = Course.things, range = Course.range;

  function short(value, digits) {
    if (value !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e5)) return value.toExponential(1).replace("e+", "e");
    return String(Number(value.toPrecision(digits || 3)));
  }

  function mean(values) { return values.reduce(function (sum, value) { return sum + value; }, 0) / values.length; }

  // Gradient descent in the valley w1² / 2 + 10 w2² / 2, from (1, 1).
  things.valley = function (box) {
    var curvatures = [1, 10], steps = 40, rates = range(44, function (at) { return (at + 1) / 200; });
    function loss(w) { return Course.valleyLoss(curvatures, w); }
    var charts = Course.valleyCharts(curvatures, steps, [0, 10, 20, 30, 40]), valley = charts[0], curve = charts[1];
    Course.moving(box, charts, [Course.slider("learning rate", rates.map(function (rate) { return short(rate); }), 9)], function (at) {
      var rate = rates[at], w = [1, 1], path = [w];
      for (var step = 0; step < steps; step++) {
        w = [w[0] * (1 - rate * curvatures[0]), w[1] * (1 - rate * curvatures[1])];
        path.push(w);
      }
      valley.line(path, "one");
      valley.dots(path, "one", 2.5);
      valley.dots([path[0]], "hollow", 6);
      curve.line(path.map(function (place, step) { return [step, loss(place)]; }), "one");
      var factors = curvatures.map(function (c) { return 1 - rate * c; }), largest = Math.max(Math.abs(factors[0]), Math.abs(factors[1]));
      var said = Math.abs(largest - 1) < 1e-9 ? "oscillates for ever" : largest > 1 ? "diverges" : Math.abs(factors[1]) < 1e-9 ? "converges, and reaches the bottom of the steepest direction in one step" :
        Math.min(factors[0], factors[1]) < 0 ? "oscillates and converges" : "converges";
      return "Learning rate " + short(rate) + " " + said + ": loss " + short(loss(path[0]), 2) + " at the start, " + short(loss(w), 2) + " after " + steps + " steps.";
    });
  };

  things.network = function (box) {
    var data = Course.data.moving.network, last = data.train_losses[0][0].length;
    var texts = data.rates.map(function (rate) { return short(rate, 2); });
    var curves = Course.chart({
      title: "loss by epoch, five seeds",
      x: { range: [1, last], ticks: range(Math.floor(last / 2), function (at) { return 2 * (at + 1); }), label: "epoch" },
      y: { range: [0, 4], ticks: [0, 1, 2, 3, 4], label: "training loss" },
    });
    var ends = Course.chart({
      title: "accuracy of every rate",
      x: { range: [1e-4, 10], log: true, ticks: [1e-4, 1e-2, 1, 10], label: "learning rate" },
      y: { range: [0, 1], ticks: [0, 0.5, 1], label: "validation accuracy" },
    });
    curves.onGround(function (chart) { chart.line([[1, Math.log(10)], [last, Math.log(10)]], "quiet dotted"); });
    ends.onGround(function (chart) {
      chart.line(data.rates.map(function (rate, at) { return [rate, mean(data.val_accuracies[at])]; }), "pale");
      data.rates.forEach(function (rate, at) { chart.dots(data.val_accuracies[at].map(function (value) { return [rate, value]; }), "pale", 2); });
    });
    Course.moving(box, [curves, ends], [Course.slider("learning rate", texts, 12)], function (at) {
      var runs = data.train_losses[at], accuracies = data.val_accuracies[at], rate = data.rates[at];
      runs.forEach(function (run) { curves.line(run.map(function (value, epoch) { return [epoch + 1, value]; }), "one thin"); });
      curves.line(range(last, function (epoch) { return [epoch + 1, mean(runs.map(function (run) { return run[epoch]; }))]; }), "one thick");
      curves.note([last, Math.log(10) + 0.08], "guessing", "end");
      accuracies.forEach(function (value, seed) { ends.dots([[rate, value]], "two", 5, data.stuck[at][seed] ? "cross" : "circle"); });
      var stuck = data.stuck[at].filter(Boolean).length;
      return "Learning rate " + texts[at] + ": validation accuracy " + mean(accuracies).toFixed(2) + " after " + last + " epochs (seeds from " +
        Math.min.apply(null, accuracies).toFixed(2) + " to " + Math.max.apply(null, accuracies).toFixed(2) + ")" + (stuck ? "; " + stuck + " of " + accuracies.length + " seeds stuck" : "") + ".";
    });
  };

  things.initialization = function (box) {
    var data = Course.data.moving.initialization, functions = ["relu", "tanh"], layers = data.activations_relu[0].length;
    var names = {};
    Object.keys(data.named).forEach(function (name) { names[data.named[name]] = name; });
    var texts = data.gains.map(function (gain, at) { return short(gain) + (names[at] ? " (" + names[at] + ")" : ""); });
    function axes(title, label) {
      return Course.chart({
        title: title,
        x: { range: [1, layers], ticks: [1, 5, 10, 15, 20], label: "layer" },
        y: { range: [-12, 12], ticks: [-12, -6, 0, 6, 12], label: label, write: function (power) { return "1e" + String(power).replace("-", "−"); } },
      });
    }
    var forward = axes("the signal forward", "deviation of activations"), backward = axes("the gradient backward", "deviation of gradients");
    function line(values) { return values.map(function (value, at) { return [at + 1, value]; }); }
    Course.moving(box, [forward, backward], [Course.slider("gain", texts, 12), Course.menu("activation", functions, 0)], function (at, which) {
      var name = functions[which], activations = data["activations_" + name], gradients = data["gradients_" + name];
      [[forward, activations], [backward, gradients]].forEach(function (pair) {
        pair[0].line(line(pair[1][data.named.Glorot]), "quiet dashed");
        pair[0].line(line(pair[1][data.named.He]), "quiet dotted");
        pair[0].line(line(pair[1][at]), "one");
        pair[0].dots(line(pair[1][at]), "one", 3);
      });
      forward.note([1.5, -11.3], "dashed: Glorot, dotted: He");
      function power(value) { return short(Math.pow(10, value), 2); }
      return "Gain " + texts[at] + ", " + name + ": activations " + power(activations[at][0]) + " in layer 1, " + power(activations[at][layers - 1]) + " in layer " + layers +
        "; gradients " + power(gradients[at][layers - 1]) + " in layer " + layers + ", " + power(gradients[at][0]) + " in layer 1.";
    });
  };

  /* Return a generator of numbers from 0 to 1 (mulberry32): the same seed gives the same numbers. */
  function generator(seed) {
    return function () {
      seed = (seed + 0x6d2b79f5) | 0;
      var t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
  }

  // The masks are drawn in the page: a unit is dropped where its number is below the rate.
  things.dropout = function (box) {
    var units = 24, samples = 8, passes = 20, random = generator(7);
    var drawn = range(passes, function () { return range(samples, function () { return range(units, random); }); });
    var rates = range(19, function (at) { return at / 20; });
    var mask = Course.chart({
      title: "one pass: full is kept",
      x: { range: [0, units], ticks: [0, 6, 12, 18, 24], label: "unit of the layer" },
      y: { range: [samples, 0], ticks: [0, 2, 4, 6, 8], label: "example of the batch" },
    });
    var means = Course.chart({
      title: "mean output of each example",
      x: { range: [0, passes + 1], ticks: [1, 5, 10, 15, 20], label: "forward pass" },
      y: { range: [0, 2.6], ticks: [0, 1, 2], label: "mean output" },
    });
    means.onGround(function (chart) { chart.line([[0, 1], [passes + 1, 1]], "quiet dotted"); });
    Course.moving(box, [mask, means], [Course.slider("dropout rate", rates.map(function (rate) { return short(rate); }), 10), Course.slider("forward pass", range(passes, function (at) { return String(at + 1); }), 0)], function (at, pass) {
      var rate = rates[at], factor = 1 / (1 - rate), dropped = 0;
      drawn[pass].forEach(function (row, sample) {
        row.forEach(function (number, unit) {
          var kept = number >= rate;
          if (!kept) dropped++;
          mask.box([unit + 0.06, sample + 0.08], [unit + 0.94, sample + 0.92], kept ? "one full" : "empty");
        });
      });
      var all = drawn.map(function (rows) {
        return rows.map(function (row) { return row.filter(function (number) { return number >= rate; }).length * factor / units; });
      });
      all.forEach(function (values, number) { means.dots(values.map(function (value) { return [number + 1, value]; }), number === pass ? "two" : "pale", number === pass ? 4 : 2.5); });
      means.line(all.map(function (values, number) { return [number + 1, mean(values)]; }), "one");
      return "Dropout rate " + short(rate) + ", forward pass " + (pass + 1) + ": " + Math.round(100 * dropped / units / samples) + " % of the outputs are 0, the others " +
        short(factor) + "; mean over " + passes + " passes " + mean(all.map(mean)).toFixed(2) + ".";
    });
  };

  things.geometry = function (box) {
    var data = Course.data.moving.geometry, penalties = ["L1", "L2"], h = data.hessian, bottom = data.bottom;
    var plane = Course.chart({
      width: 330, height: 330, title: "both weights",
      x: { range: [-1.25, 2.25], ticks: [-1, 0, 1, 2], label: "weight 1" },
      y: { range: [-1.25, 2.25], ticks: [-1, 0, 1, 2], label: "weight 2" },
    });
    var curve = Course.chart({
      height: 330, title: "each weight by strength",
      x: { range: [0, 1.75], ticks: [0, 0.5, 1, 1.5], label: "strength of the penalty" },
      y: { range: [-0.1, 1.6], ticks: [0, 0.5, 1, 1.5], label: "weight" },
    });
    function loss(w) {
      var a = w[0] - bottom[0], b = w[1] - bottom[1];
      return (h[0][0] * a * a + 2 * h[0][1] * a * b + h[1][1] * b * b) / 2;
    }
    function level(value) { return Course.level(h, bottom, value); }
    plane.onGround(function (chart) {
      chart.line([[-1.25, 0], [2.25, 0]], "quiet");
      chart.line([[0, -1.25], [0, 2.25]], "quiet");
      [0.05, 0.2, 0.5, 1].forEach(function (value) { chart.line(level(value), "faint"); });
      chart.dots([bottom], "quiet", 5, "cross");
    });
    Course.moving(box, [plane, curve], [Course.menu("penalty", penalties, 0), Course.slider("strength", data.strengths.map(function (strength) { return strength.toFixed(2); }), 5)], function (which, at) {
      var name = penalties[which], path = data[name], w = path[at];
      var reach = name === "L1" ? Math.abs(w[0]) + Math.abs(w[1]) : Math.hypot(w[0], w[1]);
      plane.area(name === "L1" ? [[reach, 0], [0, reach], [-reach, 0], [0, -reach]] :
        range(91, function (turn) { return [reach * Math.cos(turn * Math.PI / 45), reach * Math.sin(turn * Math.PI / 45)]; }), "one");
      plane.line(level(loss(w)), "dark dashed");
      plane.dots([w], "one", 6);
      plane.note([bottom[0], bottom[1] + 0.12], "lowest loss", "middle");
      [0, 1].forEach(function (number) {
        curve.line(data.strengths.map(function (strength, place) { return [strength, path[place][number]]; }), number ? "three dashed" : "two");
        curve.dots([[data.strengths[at], w[number]]], number ? "three" : "two", 6, number ? "square" : "circle");
        curve.note([data.strengths[0] + 0.03, path[0][number] + 0.06], "weight " + (number + 1), "start", number ? "three" : "two");
      });
      var zeros = w.filter(function (value) { return value === 0; }).length;
      return name + ", strength " + data.strengths[at].toFixed(2) + ": weight 1 = " + w[0].toFixed(3) + ", weight 2 = " + w[1].toFixed(3) + ", " + zeros + " of 2 exactly 0.";
    });
  };

  things["grid-or-random"] = function (box) {
    var data = Course.data.moving["grid-or-random"], methods = ["grid", "random"], matters = Object.keys(data.probabilities);
    function panel(title) {
      return Course.chart({
        width: 260, height: 270, title: title,
        x: { range: [0, 1], ticks: [0, 1], label: "hyperparameter 1" },
        y: { range: [0, 1], ticks: [0, 1], label: "hyperparameter 2" },
      });
    }
    var panels = methods.map(panel), counts = data.sides.map(function (side) { return side * side; });
    var chances = Course.chart({
      width: 260, height: 270, title: "how likely a hit is",
      x: { range: [2, 38], ticks: counts, label: "trials" },
      y: { range: [0, 1], ticks: [0, 0.5, 1], label: "probability" },
    });
    var controls = [Course.slider("trials", counts.map(String), 1), Course.slider("landscape", data.places.map(function (_, at) { return String(at + 1); }), 0), Course.menu("what matters", matters, 0)];
    Course.moving(box, panels.concat([chances]), controls, function (sideAt, landscape, which) {
      var side = data.sides[sideAt], sizes = which === 0 ? [data.share, 1] : [Math.sqrt(data.share), Math.sqrt(data.share)];
      var low = data.places[landscape].map(function (place, axis) { return place * (1 - sizes[axis]); });
      var high = low.map(function (value, axis) { return value + sizes[axis]; });
      var said = methods.map(function (method, number) {
        var trials = method === "random" ? data.draws[landscape].slice(0, side * side) :
          range(side * side, function (at) { return [(Math.floor(at / side) + 0.5) / side, (at % side + 0.5) / side]; });
        function hit(trial) { return trial[0] >= low[0] && trial[0] <= high[0] && trial[1] >= low[1] && trial[1] <= high[1]; }
        var chart = panels[number], hits = trials.filter(hit), chance = data.probabilities[matters[which]][method];
        chart.box(low, high, "good");
        chart.dots(trials.filter(function (trial) { return !hit(trial); }), "hollow", 4, number ? "circle" : "square");
        chart.dots(hits, "one", 5, number ? "circle" : "square");
        chances.line(counts.map(function (count, at) { return [count, chance[at]]; }), number ? "two dashed" : "one");
        chances.dots([[side * side, chance[sideAt]]], number ? "two" : "one", 6, number ? "circle" : "square");
        chances.note([37, 0.14 - 0.09 * number], method + " " + chance[sideAt].toFixed(2), "end", number ? "two" : "one");
        return method + (hits.length ? " hits" : " misses") + " (probability " + chance[sideAt].toFixed(2) + ")";
      });
      return side * side + " trials, landscape " + (landscape + 1) + ", " + matters[which] + ": " + said.join(", ") + ".";
    });
  };

  // By then all scripts of the page have told what they move.
  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-moving]").forEach(function (box) { things[box.dataset.moving](box); });
  });
})();
