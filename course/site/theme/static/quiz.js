// Questions that answer in the page: the digest of what is chosen or typed is compared with the right one's.
"use strict";

(function () {
  function verdict(form, answer) {
    var said = form.querySelector("output");
    if (!answer.trim()) {
      said.textContent = "Not answered yet.";
      said.dataset.state = "open";
      return;
    }
    var given = Course.digest(form.dataset.label, answer), right = given === form.dataset.digest;
    said.textContent = right ? ("✓ Right. " + decoded(form.dataset.reason)).trim() : "✗ " + wrong(form, given, answer);
    said.dataset.state = right ? "right" : "wrong";
  }

  function decoded(sentence) {
    return new TextDecoder().decode(Uint8Array.from(atob(sentence), function (sign) { return sign.charCodeAt(0); }));
  }

  function wrong(form, given, answer) {
    var sentence = JSON.parse(form.dataset.wrong)[given];
    if (sentence) return decoded(sentence);
    if (form.dataset.asked === "number" && Course.digest.numberIn(answer) === null) return "A number is asked for.";
    return "That is not the answer.";
  }

  /* Make the list of choices above a form choosable; return whether there is one. */
  function choices(form) {
    var section = form.closest("section") || document;
    var lists = Array.from(section.querySelectorAll("ul")).filter(function (list) {
      return list.compareDocumentPosition(form) & Node.DOCUMENT_POSITION_FOLLOWING;
    });
    var list = lists[lists.length - 1];
    if (!list) return;
    var group = Course.element("fieldset", { "class": "choices" });
    group.append(Course.element("legend", {}, ["Choose one"]));
    Array.from(list.children).forEach(function (item) {
      var letter = /^\(?([a-e])[.):]/.exec(item.textContent.trim());
      if (!letter) return;
      var radio = Course.element("input", { type: "radio", name: "answer", value: letter[1] });
      var words = Course.element("span");
      while (item.firstChild) words.append(item.firstChild);
      // A paragraph may not stand in a label.
      words.querySelectorAll("p").forEach(function (paragraph) { paragraph.replaceWith.apply(paragraph, Array.from(paragraph.childNodes)); });
      group.append(Course.element("label", {}, [radio, words]));
    });
    // A radio button says its group, and the group its question.
    var question = list.previousElementSibling;
    if (question && question.matches("p")) {
      question.id = question.id || "question-of-" + form.id;
      group.setAttribute("aria-describedby", question.id);
    }
    list.remove();
    form.prepend(group);
  }

  document.querySelectorAll("form.quiz").forEach(function (form) {
    if (form.dataset.asked === "letter") choices(form);
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      verdict(form, String(new FormData(form).get("answer") || ""));
    });
    form.addEventListener("input", function () {
      form.querySelector("output").textContent = "";
    });
  });
})();
