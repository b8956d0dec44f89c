// What moves over what the build has computed: schedules, momentum, batches, penalties, a search.
// The sentences are those of the notebooks' sliders.
"use strict";

(function () {
  var things = Course.things, range = Course.range;

  function pairs(xs, ys) { return xs.map(function (x, at) { return [x, ys[at]]; }); }

  things.schedule = function (box) {
    var data = Course.data.moving.schedule, kinds = Object.keys(data.rates), steps = data.rates.constant.length;
    var rates = Course.chart({
      title: "the rate of each step",
      x: { range: [0, steps], ticks: [0, 50, 100, 150, 200], label: "step" },
      y: { range: [0, 0.252], ticks: [0, 0.1, 0.2], label: "learning rate" },
    });
    var losses = Course.chart({
      title: "the loss to expect",
      x: { range: [0, steps], ticks: [0, 50, 100, 150, 200], label: "step" },
      y: { range: [2e-3, 30], log: true, ticks: [0.01, 0.1, 1, 10], label: "expected loss" },
    });
    function rate(kind, at) { return data.rates[kind].map(function (share, step) { return [step, share * data.peaks[at]]; }); }
    function loss(kind, at) { return pairs(data.steps, data.losses[kind][at].map(function (power) { return Math.pow(10, power / 1000); })); }
    var controls = [Course.menu("schedule", kinds, data.at[0]), Course.slider("peak rate", data.texts, data.at[1])];
    Course.moving(box, [rates, losses], controls, function (which, at) {
      rates.line(rate("constant", at), "quiet dashed");
      rates.line(rate(kinds[which], at), "one");
      losses.line(loss("constant", at), "quiet dashed");
      losses.line(loss(kinds[which], at), "one");
      losses.note([steps - 4, 17], "solid: " + kinds[which], "end");
      losses.note([steps - 4, 9], "dashed: constant", "end");
      return data.sentences[which][at];
    });
  };

  things.momentum = function (box) {
    var data = Course.data.moving.momentum, curvatures = data.curvatures, start = data.start, steps = data.num_steps;
    var charts = Course.valleyCharts(curvatures, steps, [0, 50, 100, 150]), valley = charts[0], curve = charts[1];
    /* Return the places of one weight: each is a sum of multiples of the two before it. */
    function along(first, factor, momentum) {
      var places = [first, factor * first];
      while (places.length <= steps) places.push((factor + momentum) * places[places.length - 1] - momentum * places[places.length - 2]);
      return places;
    }
    var controls = [Course.slider("learning rate", data.texts[0], data.at[0]), Course.slider("momentum", data.texts[1], data.at[1])];
    Course.moving(box, charts, controls, function (at, which) {
      var places = curvatures.map(function (c, axis) { return along(start[axis], 1 - data.rates[at] * c, data.momenta[which]); });
      var path = pairs(places[0], places[1]);
      valley.line(path, "one");
      valley.dots(path, "one", 2);
      valley.dots([path[0]], "hollow", 6);
      curve.line(path.map(function (w, step) { return [step, Course.valleyLoss(curvatures, w)]; }), "one");
      return data.sentences[at][which];
    });
  };

  things["batch-size"] = function (box) {
    var data = Course.data.moving["batch-size"], sizes = data.sizes, noise = data.noise, lowest = noise[noise.length - 2] / 1.5;
    var valley = Course.chart({
      width: 330, height: 330, title: "the ends of 150 first steps",
      x: { range: [-2.2, 2.2], ticks: [-2, -1, 0, 1, 2], label: "weight 1 (from the bottom)" },
      y: { range: [-2.2, 2.2], ticks: [-2, -1, 0, 1, 2], label: "weight 2 (from the bottom)" },
    });
    var curve = Course.chart({
      height: 330, title: "four times the batch, half the noise",
      x: { range: [0.8, 1300], log: true, ticks: [1, 4, 16, 64, 256, 1024], label: "batch size (examples)", write: String },
      y: { range: [lowest, 1.5 * noise[0]], log: true, ticks: [0.1, 0.3, 1, 3], label: "gradient noise" },
    });
    valley.onGround(function (chart) {
      [0.05, 0.2, 0.5, 1, 2, 4].forEach(function (value) { chart.line(Course.level(data.hessian, [0, 0], value), "faint"); });
    });
    // All examples have no noise, and no place on a logarithmic axis.
    curve.onGround(function (chart) { chart.line(pairs(sizes.slice(0, -1), noise), "quiet"); });
    Course.moving(box, [valley, curve], [Course.slider("batch size", sizes.map(String), data.at[0])], function (at) {
      valley.dots(data.landings[at], "one", 2.5);
      valley.dots([data.start], "hollow", 6);
      valley.dots([data.full_landing], "thick", 5, "cross");
      valley.note([-2.1, 1.95], "ring: start, cross: step of all");
      curve.dots([[sizes[at], Math.max(noise[at], lowest)]], "one", 6);
      return data.sentences[at];
    });
  };

  things.penalty = function (box) {
    var data = Course.data.moving.penalty, names = Object.keys(data.coefficients), count = data.truth.length, kinds = ["one", "two"];
    var weights = Course.chart({
      title: "each coefficient (strokes: true)",
      x: { range: [0, count + 1], ticks: [1, 25, 50, 75, 100], label: "feature (those that matter first)" },
      y: { range: [-2.4, 2.4], ticks: [-2, -1, 0, 1, 2], label: "coefficient" },
    });
    var curve = Course.chart({
      title: "the error on new examples",
      x: { range: [8e-4, 13], log: true, ticks: [0.001, 0.01, 0.1, 1, 10], label: "strength of the penalty" },
      y: { range: [0.15, 24], log: true, ticks: [0.3, 1, 3, 10], label: "test error" },
    });
    weights.onGround(function (chart) {
      chart.line([[0, 0], [count + 1, 0]], "quiet");
      data.truth.forEach(function (value, at) { if (value !== 0) chart.line([[at + 0.1, value], [at + 1.9, value]], "thick"); });
    });
    curve.onGround(function (chart) {
      names.forEach(function (name, which) { chart.line(pairs(data.strengths, data.errors[name]), which ? "two dashed" : "one"); });
    });
    var controls = [Course.menu("penalty", names, data.at[0]), Course.slider("strength", data.texts, data.at[1])];
    Course.moving(box, [weights, curve], controls, function (which, at) {
      var found = data.coefficients[names[which]][at], points = found.map(function (value, feature) { return [feature + 1, value]; });
      var zeros = points.filter(function (point) { return point[1] === 0; }), others = points.filter(function (point) { return point[1] !== 0; });
      zeros.forEach(function (point) { weights.line([[point[0], -0.09], [point[0], 0.09]], "quiet"); });
      others.forEach(function (point) { weights.line([[point[0], 0], point], kinds[which] + " thin"); });
      weights.dots(others, kinds[which], 3);
      weights.note([count, 2.1], zeros.length + " of " + count + " exactly 0", "end");
      curve.dots([[data.strengths[at], data.errors[names[which]][at]]], kinds[which], 6);
      names.forEach(function (name, number) { curve.note([data.strengths[0], data.errors[name][0] * 1.15], name, "start", kinds[number]); });
      return data.sentences[which][at];
    });
  };

  things.bayesian = function (box) {
    var data = Course.data.moving.bayesian, rates = data.rates, seeds = data.losses[0].length;
    var axis = { range: [rates[0] / 1.3, rates[rates.length - 1] * 1.3], log: true, ticks: [1e-4, 1e-2, 1], label: "learning rate" };
    var beliefs = Course.chart({
      title: "what is believed",
      x: axis,
      y: { range: [0, 3.6], ticks: [0, 1, 2, 3], label: "validation loss" },
    });
    var scores = Course.chart({
      title: "what decides about the next trial",
      x: axis,
      y: { range: [0, 1.12], ticks: [0, 1], label: "", write: function (value) { return value ? "high" : "low"; } },
    });
    beliefs.onGround(function (chart) {
      rates.forEach(function (rate, at) { chart.dots(data.losses[at].map(function (loss) { return [rate, loss]; }), "pale", 1.6); });
    });
    var controls = [Course.slider("trials so far", data.numbers.map(String), data.at[0]), Course.menu("next trial", data.ways, data.at[1])];
    Course.moving(box, [beliefs, scores], controls, function (at, which) {
      var way = data.ways[which], mean = data.means[way][at], band = data.deviations[way][at], height = data.heights[way][at];
      function edge(sign) { return pairs(rates, mean.map(function (value, place) { return value + sign * 2 * band[place]; })); }
      var next = data.places[way][data.numbers[at]];
      beliefs.area(edge(1).concat(edge(-1).reverse()), "one");
      beliefs.line(pairs(rates, mean), "one");
      beliefs.line([[rates[next], 0], [rates[next], 3.6]], "two dashed");
      beliefs.dots(range(data.numbers[at], function (trial) {
        var place = data.places[way][trial];
        return [rates[place], data.losses[place][trial % seeds]];
      }), "dark", 4);
      beliefs.note([rates[0], 3.4], "pale: not seen yet, dashed: next");
      scores.line(pairs(rates, height), "three");
      scores.dots([[rates[next], height[next]]], "two", 6);
      return data.sentences[at][which];
    });
  };
})();
