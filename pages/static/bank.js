// Ten trials on the bank, placed by the reader; then a thousand searches of each method, and where the reader stands.
"use strict";

(function () {
  var box = document.querySelector("#bank"), data = Course.data.bank, axes = data.axes;
  var names = Object.keys(axes), TRIALS = 10, METHODS = ["grid", "random", "quasi-random", "tpe"];
  var BEST = "course-bank-best", guess = null;
  var WORDS = { told: "random, told a range", learning_rate: "learning rate", batch_size: "batch size", dropout: "dropout", l2: "L2", width: "units", schedule: "schedule", "quasi-random": "Halton", tpe: "TPE" };
  var KINDS = ["one", "two", "three", "four", "dark"];
  var trials, seeds, controls, chart, parts;

  function word(name) { return WORDS[name] || name; }
  function percent(share) { return (100 * share).toFixed(1) + " %"; }

  /* Return the row of the bank's table: its last axis is the fastest. */
  function row(places) {
    return names.reduce(function (sum, name, at) { return sum * axes[name].length + places[at]; }, 0);
  }

  function score(trial) { return trial.loss === null ? Infinity : trial.loss; }

  function best() {
    return trials.reduce(function (one, other) { return score(other) < score(one) ? other : one; });
  }

  /* Return the mean test accuracy of a trial's configuration with all other seeds. */
  function result(trial) {
    var others = data.test_accuracies[trial.row].filter(function (_, seed) { return seed !== trial.seed; });
    return others.reduce(function (sum, value) { return sum + value; }, 0) / others.length;
  }

  function setting(name, place) {
    var value = axes[name][place];
    return typeof value === "number" ? String(Number(value.toPrecision(3))) : value;
  }

  function start() {
    trials = [];
    // Each trial is trained with a seed that chance chooses, as in the searches.
    seeds = Array.from({ length: TRIALS }, function () { return Math.floor(Math.random() * data.val_losses[0].length); });
    controls = names.map(function (name) {
      var texts = axes[name].map(function (_, place) { return setting(name, place); });
      return name === "learning_rate" ? Course.slider(word(name), texts, Math.floor(texts.length / 2)) : Course.menu(word(name), texts, 0);
    });
    chart = Course.chart({
      width: window.innerWidth > 600 ? 560 : 360, height: 260,
      x: { range: [axes.learning_rate[0] / 1.6, axes.learning_rate[axes.learning_rate.length - 1] * 1.6], log: true, ticks: [1e-6, 1e-4, 1e-2, 1], label: "learning rate" },
      y: { range: [0, 2.6], ticks: [0, 0.5, 1, 1.5, 2, 2.5], label: "validation loss" },
    });
    chart.onGround(function (c) { c.line([[axes.learning_rate[0], Math.log(10)], [10, Math.log(10)]], "quiet dotted"); });
    parts = {
      form: Course.element("form", { "class": "controls" }),
      said: Course.element("p", { role: "status", "class": "sentence" }),
      list: Course.element("tbody"),
      end: Course.element("div", { "class": "end" }),
    };
    controls.forEach(function (control) { control.build(parts.form, function () {}); });
    parts.button = Course.element("button", { type: "submit" }, ["Train"]);
    parts.form.append(parts.button);
    parts.form.addEventListener("submit", function (event) { event.preventDefault(); train(); });
    var head = Course.element("tr", {}, ["trial"].concat(names.map(word), ["validation loss"]).map(function (text) { return Course.element("th", { scope: "col" }, [text]); }));
    var table = Course.element("div", { "class": "table" }, [Course.element("table", {}, [Course.element("thead", {}, [head]), parts.list])]);
    box.textContent = "";
    box.append(asking(), parts.form, parts.said, Course.element("div", { "class": "charts" }, [chart.svg]), table, parts.end);
    Course.reachable();
    parts.said.textContent = TRIALS + " trials left. The dotted line is the loss of guessing.";
    box.dataset.ready = "yes";
  }

  /* Return the form that asks how many searches will be beaten. A guess counts when it came before the first trial. */
  function asking() {
    var input = Course.element("input", { type: "number", min: 0, max: 1000, step: 1, inputmode: "numeric", value: guess === null ? "" : guess });
    input.addEventListener("input", function () {
      guess = input.value !== "" && input.checkValidity() ? Number(input.value) : null;
    });
    parts.guess = input;
    return Course.element("p", { "class": "guess" }, [Course.element("label", {}, ["Your guess: how many of 1,000 random searches with ten trials will you beat? ", input])]);
  }

  function train() {
    if (trials.length === TRIALS) return;
    var places = controls.map(function (control) { return control.at; });
    var at = row(places), seed = seeds[trials.length];
    var trial = { places: places, row: at, seed: seed, loss: data.val_losses[at][seed], number: trials.length + 1 };
    trials.push(trial);
    parts.guess.disabled = true;
    var cells = names.map(function (name, axis) { return setting(name, places[axis]); }).concat([trial.loss === null ? "diverged" : trial.loss.toFixed(3)]);
    parts.list.append(Course.element("tr", {}, [Course.element("th", { scope: "row" }, [String(trial.number)])].concat(cells.map(function (text) { return Course.element("td", {}, [text]); }))));
    Course.reachable();
    draw();
    var said = trial.loss === null ? "Trial " + trial.number + " diverged." : "Trial " + trial.number + ": validation loss " + trial.loss.toFixed(3) + ".";
    if (Number.isFinite(score(best()))) said += " Lowest so far: " + best().loss.toFixed(3) + ", trial " + best().number + ".";
    var left = TRIALS - trials.length;
    parts.said.textContent = said + " " + (left ? left + (left === 1 ? " trial left." : " trials left.") : "That was the last one.");
    if (!left) finish();
  }

  function draw() {
    chart.clear();
    trials.forEach(function (trial) {
      var rate = axes.learning_rate[trial.places[0]], out = trial.loss === null || trial.loss > 2.55;
      chart.dots([[rate, out ? 2.55 : trial.loss]], trial === best() ? "two" : "one", 5, out ? "cross" : "circle");
      chart.note([rate, (out ? 2.55 : trial.loss) - 0.14], String(trial.number), "middle");
    });
  }

  /* Return how many of the sorted values lie below, ties counted half. */
  function beaten(values, mine) {
    return values.reduce(function (sum, value) { return sum + (value < mine ? 1 : value === mine ? 0.5 : 0); }, 0);
  }

  function median(values) { return (values[values.length / 2 - 1] + values[values.length / 2]) / 2; }

  function finish() {
    var keyed = document.activeElement === parts.button; // a disabled button loses the keyboard's place
    parts.button.disabled = true;
    tell();
    if (keyed) parts.end.firstChild.focus();
  }

  function tell() {
    var chosen = best();
    if (!Number.isFinite(score(chosen))) {
      parts.end.append(Course.element("p", { tabindex: "-1" }, ["All ten trials diverged, so there is nothing to choose. Every learning rate was too high."]), again());
      return;
    }
    // Of six decimals, as the replays are: a mean of four is exact then, and equal configurations are equal.
    var mine = Math.round(result(chosen) * 1e6) / 1e6;
    parts.end.append(
      Course.element("h2", { tabindex: "-1" }, ["Your result"]),
      Course.element("p", { role: "status" }, ["You chose trial " + chosen.number + ". With its other seeds it reaches a test accuracy of ", Course.element("strong", {}, [percent(mine)]), ". The best configuration of the bank reaches " + percent(data.best) + ". In the pictures, the first column holds all searches below 40 %, and the line is you."])
    );
    parts.end.append(verdict(mine));
    [10, 30].forEach(function (count) { parts.end.append(comparison(count, mine)); });
    parts.end.append(again());
    Course.reachable();
  }

  /* Return how many random searches the result beats: of those that know the wide limits, and of those told a range. */
  function verdict(mine) {
    function number(kind) { return Math.round(beaten(data.replays[kind + " 10"], mine)); }
    var wide = number("random"), told = number("told"), best = Number(Course.remembered(BEST)) || 0;
    var text = "My ten trials reached " + percent(mine) + ". They beat " + wide + " of 1,000 random searches that know only the wide limits, and " + told + " of 1,000 that were told a sensible range.";
    if (mine > best) Course.remember(BEST, mine);
    return Course.element("div", {}, [
      Course.element("dl", { "class": "beaten" }, [
        Course.element("div", {}, [Course.element("dt", {}, ["Searches that know only the wide limits"]), Course.element("dd", {}, [wide + " of 1,000 beaten"])]),
        Course.element("div", {}, [Course.element("dt", {}, ["Searches that were told a sensible range"]), Course.element("dd", {}, [told + " of 1,000 beaten"])]),
      ]),
      Course.element("p", {}, [
        guess === null ? "" : "You guessed " + guess + ". ",
        best && best >= mine ? "Your best game so far reached " + percent(best) + "." : best ? "This is your best game so far; before, it was " + percent(best) + "." : "",
      ]),
      copying(text),
    ]);
  }

  /* Return the result as a line of text, and a button that copies it. */
  function copying(text) {
    var line = Course.element("input", { readonly: "", value: text, "aria-label": "My result" });
    var button = Course.element("button", { type: "button" }, ["Copy my result"]), said = Course.element("span", { role: "status" });
    button.addEventListener("click", function () {
      line.select();
      // A page that was opened as a file has no other clipboard in some browsers.
      said.textContent = document.execCommand("copy") ? "Copied." : "Copy the marked line.";
    });
    return Course.element("p", { "class": "copying" }, [line, button, said]);
  }

  function comparison(count, mine) {
    var from = 0.4, width = 0.01, rows = METHODS.concat("told").map(function (method) {
      var values = data.replays[method + " " + count];
      return { method: method, values: values, beaten: Math.round(beaten(values, mine)) };
    });
    var charts = rows.map(function (each, at) {
      var bins = new Array(50).fill(0);
      each.values.forEach(function (value) { bins[Math.max(0, Math.min(49, Math.floor((value - from) / width)))]++; });
      var high = Math.max.apply(null, bins);
      var picture = Course.chart({
        width: 300, height: 170, title: word(each.method) + ", " + count + " trials",
        x: { range: [from, 0.9], ticks: [0.4, 0.5, 0.6, 0.7, 0.8, 0.9], label: "test accuracy" },
        y: { range: [0, high * 1.1], ticks: [0], label: "searches" },
      });
      bins.forEach(function (number, bin) { if (number) picture.box([from + bin * width, 0], [from + (bin + 0.85) * width, number], KINDS[at] + " full"); });
      var place = Math.max(from, mine);
      picture.line([[place, 0], [place, high * 1.1]], "dark thick");
      picture.note([place - 0.006, high * 1.0], "you", "end");
      return picture.svg;
    });
    var table = Course.element("table", {}, [
      Course.element("caption", {}, ["Each method with " + count + " trials, 1,000 searches"]),
      Course.element("thead", {}, [Course.element("tr", {}, ["method", "median accuracy", "one in ten is below", "you beat"].map(function (text) { return Course.element("th", { scope: "col" }, [text]); }))]),
      Course.element("tbody", {}, rows.map(function (each) {
        var cells = [percent(median(each.values)), percent(each.values[99]), each.beaten + " of 1,000"];
        return Course.element("tr", {}, [Course.element("th", { scope: "row" }, [word(each.method)])].concat(cells.map(function (text) { return Course.element("td", {}, [text]); })));
      })),
    ]);
    return Course.element("section", {}, [
      Course.element("h3", {}, ["Against " + count + " trials" + (count > TRIALS ? ", three times your budget" : "")]),
      Course.element("div", { "class": "table" }, [table]),
      Course.element("div", { "class": "charts four" }, charts),
    ]);
  }

  function again() {
    var button = Course.element("button", { type: "button" }, ["Ten new trials"]);
    button.addEventListener("click", function () {
      guess = null;
      start();
      box.scrollIntoView();
      parts.form.querySelector("input, select").focus({ preventScroll: true });
    });
    return button;
  }

  start();
})();
