// The digest of a quiz answer, as helpers/exercises.py makes it: PBKDF2 with SHA-256, in plain JavaScript,
// because a page that was opened as a file may have no crypto.subtle.
"use strict";

Course.digest = (function () {
  var ROUNDS = 20000;
  var K = [], START = [];

  // The first bits of the roots of the primes, as FIPS 180-4 defines them.
  (function () {
    function bits(value) { return ((value - Math.floor(value)) * 4294967296) | 0; }
    for (var number = 2; K.length < 64; number++) {
      var prime = true;
      for (var divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) prime = false;
      if (!prime) continue;
      if (START.length < 8) START.push(bits(Math.sqrt(number)));
      K.push(bits(Math.cbrt(number)));
    }
  })();

  var w = new Int32Array(64);

  /* Take one block of 16 words into a state of 8. */
  function compress(state, block) {
    var i, s0, s1, t1, t2;
    for (i = 0; i < 16; i++) w[i] = block[i];
    for (i = 16; i < 64; i++) {
      s0 = w[i - 15]; s1 = w[i - 2];
      s0 = ((s0 >>> 7) | (s0 << 25)) ^ ((s0 >>> 18) | (s0 << 14)) ^ (s0 >>> 3);
      s1 = ((s1 >>> 17) | (s1 << 15)) ^ ((s1 >>> 19) | (s1 << 13)) ^ (s1 >>> 10);
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
    }
    var a = state[0], b = state[1], c = state[2], d = state[3];
    var e = state[4], f = state[5], g = state[6], h = state[7];
    for (i = 0; i < 64; i++) {
      s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    var next = [a, b, c, d, e, f, g, h];
    for (i = 0; i < 8; i++) next[i] = (next[i] + state[i]) | 0;
    return next;
  }

  /* Return the words of bytes with SHA-256's padding. before: how many bytes were taken already. */
  function padded(bytes, before) {
    var length = bytes.length, total = ((length + 8) >> 6) + 1;
    var words = new Int32Array(total * 16);
    for (var i = 0; i < length; i++) words[i >> 2] |= bytes[i] << (24 - 8 * (i % 4));
    words[length >> 2] |= 0x80 << (24 - 8 * (length % 4));
    words[total * 16 - 2] = Math.floor((before + length) / 536870912);
    words[total * 16 - 1] = (before + length) << 3;
    return words;
  }

  function hash(bytes, state, before) {
    var words = padded(bytes, before || 0);
    state = state || START;
    for (var at = 0; at < words.length; at += 16) state = compress(state, words.subarray(at, at + 16));
    return state;
  }

  function toBytes(words) {
    var bytes = [];
    words.forEach(function (word) { bytes.push(word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255); });
    return bytes;
  }

  function hex(words) {
    return words.map(function (word) { return ("0000000" + (word >>> 0).toString(16)).slice(-8); }).join("");
  }

  function utf8(text) { return Array.from(new TextEncoder().encode(text)); }

  function pbkdf2(password, salt, rounds) {
    var key = utf8(password);
    if (key.length > 64) key = toBytes(hash(key));
    while (key.length < 64) key.push(0);
    var inner = compress(START, padded(key.map(function (byte) { return byte ^ 0x36; }), 0));
    var outer = compress(START, padded(key.map(function (byte) { return byte ^ 0x5c; }), 0));
    // 32 bytes behind 64: one block, whose end is always the same.
    var block = new Int32Array(16);
    block[8] = 0x80 << 24;
    block[15] = 96 * 8;
    function mac(words) {
      block.set(words);
      block.set(compress(inner, block));
      return compress(outer, block);
    }
    var first = hash(utf8(salt).concat([0, 0, 0, 1]), inner, 64);
    block.set(first);
    var last = compress(outer, block), sum = last.slice();
    for (var round = 1; round < rounds; round++) {
      last = mac(last);
      for (var i = 0; i < 8; i++) sum[i] ^= last[i];
    }
    return hex(sum);
  }

  /* Return a number as Python writes a float: 80.0, 1e-05. */
  function asFloat(number) {
    if (number === 0) return Object.is(number, -0) ? "-0.0" : "0.0";
    var parts = number.toExponential().split("e"), exponent = Number(parts[1]);
    if (exponent < -4 || exponent >= 16) {
      var size = Math.abs(exponent);
      return parts[0] + "e" + (exponent < 0 ? "-" : "+") + (size < 10 ? "0" : "") + size;
    }
    var text = number.toString();
    if (text.includes("e")) text = number.toFixed(-exponent + parts[0].replace(/[-.]/g, "").length - 1);
    return text.includes(".") ? text : text + ".0";
  }

  /* Return a number rounded to six digits as Python rounds: of two that are as near, the even one. */
  function sixDigits(number) {
    if (number === 0) return number;
    var parts = Math.abs(number).toExponential(60).split("e"), digits = parts[0].replace(".", "");
    if (!/^50*$/.test(digits.slice(6)) || digits[5] % 2) return Number(number.toPrecision(6));
    return (number < 0 ? -1 : 1) * Number(digits[0] + "." + digits.slice(1, 6) + "e" + parts[1]);
  }

  /* Return a text as JSON has it with ASCII alone. */
  function asJson(text) {
    return JSON.stringify(text).replace(/[\u007f-\uffff]/g, function (letter) {
      return "\\u" + ("000" + letter.charCodeAt(0).toString(16)).slice(-4);
    });
  }

  // What Python takes for blanks: those of JavaScript are others.
  var BLANKS = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
  var OUTER_BLANKS = new RegExp("^" + BLANKS + "|" + BLANKS + "$", "g");

  /* Return an answer without outer blanks and full width, in small letters. */
  function plain(text) { return text.replace(/[\uff01-\uff5e]/g, halfWidth).replace(OUTER_BLANKS, "").toLowerCase(); }

  /* Return the sign of ASCII that Korean and Japanese keyboards may write in full width. */
  function halfWidth(sign) { return String.fromCharCode(sign.charCodeAt(0) - 0xfee0); }

  /* Return a digit of any script as one of ours: each script has ten in a row, from its zero on. */
  function ourDigit(digit) {
    var code = digit.codePointAt(0), first = code;
    while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--;
    return String((code - first) % 10);
  }

  /* Return the number that an answer is as Python reads it (８０ is 80), null where it is none. */
  function numberIn(answer) {
    var text = plain(answer).replace(/\p{Nd}/gu, ourDigit);
    if (!/^[+-]?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)(e[+-]?\d+(_\d+)*)?$/.test(text)) return null;
    var number = Number(text.replace(/_/g, ""));
    return Number.isFinite(number) ? number : null;
  }

  /* Return what counts of an answer that was typed or chosen: blanks, case, full width and brackets do not. */
  function canonical(answer) {
    var number = numberIn(answer);
    if (number !== null) return asFloat(sixDigits(number));
    return asJson(plain(answer).replace(/^\(?([a-z])[.):]$/, "$1"));
  }

  /* Return the salted digest of an answer that was typed. label: of the question. */
  function digest(label, answer) { return pbkdf2(canonical(answer), label, ROUNDS); }

  digest.numberIn = numberIn;
  return digest;
})();
