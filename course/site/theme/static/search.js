// The search: sections of all pages, by parts of words, in English and Korean.
"use strict";

Course.search = (function () {
  // What stands at the end of a Korean noun and belongs to the sentence; the longest first.
  var PARTICLES = ("으로부터 로부터 으로써 으로서 에서도 으로도 이라고 이라도 에서는 에게서 으로는 이라는 입니다 이란 에서 에게 까지 부터 으로 처럼 보다 이나 하고 라는 과는 와는 만을 만이 " +
    "에는 에도 로도 라고 라도 로써 로서 마다 밖에 " +
    "이며 이고 이다 이면 되는 하는 하기 하다 하면 이랑 " +
    "은 는 이 가 을 를 의 에 로 와 과 도 만 란 나 들 된 한").split(" ");

  function plain(text) { return text.normalize("NFC").toLowerCase(); }

  /* Return the spellings under which a word of a query is looked for: itself, then without its particle, and
     without what stands before this one if it is one too (가중치들로만). */
  function spellings(word) {
    var found = [word];
    for (var next = 0; next < found.length; next++) {
      PARTICLES.forEach(function (particle) {
        var stem = found[next].slice(0, -particle.length);
        if (found[next].endsWith(particle) && stem.length >= 2 && !found.includes(stem)) found.push(stem);
      });
    }
    return found;
  }

  /* Return where a word of a text begins with these letters, -1 if none does. */
  function beginning(text, letters) {
    for (var at = text.indexOf(letters); at >= 0; at = text.indexOf(letters, at + 1)) {
      if (at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1])) return at;
    }
    return -1;
  }

  /* The sections as they are looked through, made once: title and text as `plain`, and both without a space,
     because compound words are written with and without one in Korean. */
  var sections = null;

  function lookedThrough() {
    sections = sections || Course.data.pages.map(function (entry) {
      var title = plain(entry[2]), text = plain(entry[3]);
      return { title: title, text: text, together: (title + " " + text).replace(/\s+/g, "") };
    });
    return sections;
  }

  /* Return the words of a query. A term may come with its question mark, or with its translation: 과적합(overfitting). */
  function wordsOf(query) {
    return plain(query).split(/[\s()?!"“”‘’;·/]+/).map(function (word) {
      return word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
    }).filter(Boolean);
  }

  /* Return how words stand in a section: how many do, how many begin a word of it, how many are in its title, and
     place and length of the first one in its text. words: each with its spellings. */
  function places(section, words) {
    var title = section.title, text = section.text, standing = [], begin = 0, inTitle = 0, at = -1, length = 0;
    words.forEach(function (word) {
      var hit = word.spellings.find(function (spelling) {
        return title.includes(spelling) || text.includes(spelling) || (/[가-힣]/.test(spelling) && section.together.includes(spelling));
      });
      if (!hit) return;
      standing.push(word.word);
      var first = beginning(text, hit);
      if (first >= 0 || beginning(title, hit) >= 0) begin++;
      if (title.includes(hit)) inTitle++;
      if (at < 0) { at = first >= 0 ? first : text.indexOf(hit); length = hit.length; }
    });
    // Several words beside each other are one term: 가중치 감소 is not a weight here and a decay there.
    var whole = standing.join(" "), beside = title.includes(whole) || text.includes(whole);
    if (standing.length > 1 && text.includes(whole)) { at = text.indexOf(whole); length = whole.length; }
    return { standing: standing.length, beside: beside, begin: begin, inTitle: inTitle, at: at, length: length };
  }

  /* Return the sections in which all words of a query stand, or as many as stand anywhere together. (Pages hold
     Korean terms and no Korean sentences: of 과적합이란 무엇인가 one word is there.) First come those where they
     stand together, then those where they begin a word, so that muP is not looked for in warmup; then those with them
     in the title. */
  function find(query, limit) {
    var words = wordsOf(query).map(function (word) { return { word: word, spellings: spellings(word) }; });
    var found = lookedThrough().map(function (section, number) {
      return { entry: Course.data.pages[number], where: places(section, words), number: number };
    });
    var most = Math.max.apply(null, found.map(function (hit) { return hit.where.standing; }));
    found = found.filter(function (hit) { return most && hit.where.standing === most; });
    found.sort(function (a, b) { return b.where.beside - a.where.beside || b.where.begin - a.where.begin || b.where.inTitle - a.where.inTitle || a.number - b.number; });
    return found.slice(0, limit);
  }

  function korean(element) {
    // The text of a result is mixed; its Korean words are said in Korean.
    var parts = element.textContent.split(/([가-힣]+(?: [가-힣]+)*)/);
    element.textContent = "";
    parts.forEach(function (part, at) {
      if (part) element.append(at % 2 ? Course.element("span", { lang: "ko" }, [part]) : part);
    });
  }

  function result(hit) {
    var entry = hit.entry, where = hit.where, text = entry[3];
    var from = Math.max(0, where.at - 60), until = Math.max(where.at, 0) + where.length + 90;
    var link = Course.element("a", { href: entry[0] + ".html" + (entry[1] ? "#" + entry[1] : "") });
    var name = Course.element("span", { "class": "where" }, [entry[2]]);
    korean(name);
    if (entry[4]) name.append(Course.element("span", { "class": "of" }, [" in " + entry[4]]));
    link.append(name);
    if (text) {
      var words = Course.element("span", { "class": "words" });
      var pieces = where.at < 0 ? [text.slice(0, 150)] :
        [(from ? "… " : "") + text.slice(from, where.at), text.slice(where.at, where.at + where.length), text.slice(where.at + where.length, until) + " …"];
      pieces.forEach(function (piece, at) {
        var part = Course.element(at === 1 ? "mark" : "span", {}, [piece]);
        korean(part);
        words.append(part);
      });
      link.append(words);
    }
    return Course.element("li", {}, [link]);
  }

  function count(hits, query, limit) {
    if (!hits.length) return "Nothing found";
    var all = wordsOf(query).length, standing = hits[0].where.standing;
    return hits.length + (hits.length === limit ? " or more" : "") + (hits.length === 1 ? " section" : " sections") +
      (standing < all ? " with " + standing + " of your " + all + " words" : "");
  }

  var waiting = null;

  /* Call back when the index is here, or `failed`; it is loaded when it is first needed, and asked for anew after a
     failure. */
  function ready(then, failed) {
    if (Course.data.pages) { then(); return; }
    if (waiting) { waiting.push([then, failed]); return; }
    waiting = [[then, failed]];
    function ended(which) {
      var calls = waiting;
      waiting = null;
      calls.forEach(function (call) { call[which](); });
    }
    Course.load("search-data.js", function () { ended(0); }, function () { ended(1); });
  }

  /* Search in `box` for what is typed into `input`. Returns a function that closes the box. */
  function connect(input, box, limit) {
    // A status is read out when its text changes, and only where it was on the page before.
    var status = Course.element("p", { role: "status", "class": "only-heard" }), later, aloud;
    var turn = 0; // a later letter is another turn, and so is closing the box
    box.after(status);

    function show(said, hits) {
      box.textContent = "";
      box.hidden = !input.value.trim();
      // Not at each letter, and not what was read out already.
      window.clearTimeout(aloud);
      aloud = window.setTimeout(function () {
        var now = box.hidden ? "" : said;
        if (status.textContent !== now) status.textContent = now;
      }, 500);
      if (box.hidden) return;
      var list = Course.element("ul");
      hits.forEach(function (hit) { list.append(result(hit)); });
      box.append(Course.element("p", {}, [said]), list);
    }

    function search() {
      var hits = find(input.value, limit), said = count(hits, input.value, limit);
      function now() { show(said, hits); }
      // Between two syllables of Korean nothing is found yet: what was found stays while one types.
      if (hits.length || !input.value.trim()) now();
      else later = window.setTimeout(now, 700);
    }

    function update() {
      window.clearTimeout(later);
      var mine = ++turn;
      ready(function () { if (mine === turn) search(); }, function () {
        if (mine === turn) show("The search did not load. Type on to try again.", []);
      });
    }
    input.addEventListener("input", update);
    if (input.value) update();

    return function () {
      window.clearTimeout(later);
      turn++;
      box.hidden = true;
    };
  }

  var top = document.querySelector(".find");
  if (top) {
    var input = top.querySelector("input"), box = top.querySelector(".found");
    var close = connect(input, box, 8);
    top.addEventListener("keydown", function (event) {
      if (event.key === "Escape") { close(); input.focus(); }
      var links = Array.from(box.querySelectorAll("a")), at = links.indexOf(document.activeElement);
      if ((event.key === "ArrowDown" || event.key === "ArrowUp") && links.length && !box.hidden) {
        event.preventDefault();
        var next = at + (event.key === "ArrowDown" ? 1 : -1);
        (next < 0 ? input : links[Math.min(next, links.length - 1)]).focus();
      }
    });
    document.addEventListener("click", function (event) { if (!top.contains(event.target)) close(); });
    // Where nothing new has the focus (a click on plain text), the click above decides.
    top.addEventListener("focusout", function (event) {
      if (event.relatedTarget && !top.contains(event.relatedTarget)) close();
    });
  }
  var page = document.querySelector("#search-page");
  if (page) {
    var asked = new URLSearchParams(window.location.search).get("q");
    var field = page.querySelector("input");
    if (asked) field.value = asked;
    connect(field, page.querySelector(".results"), 60);
    page.addEventListener("submit", function (event) { event.preventDefault(); });
  }
  return find;
})();
