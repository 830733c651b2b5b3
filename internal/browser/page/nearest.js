// Guesses what the author of a target probably meant, once it finds nothing:
// the page has changed, and the button is now called something else.
(() => {
  'use strict';
  const samui = (globalThis.samui ??= {});

  const mostCandidates = 1500; // a failure must be explained in well under a second
  const longest = 100; // characters of a text that is compared

  // words of a text, without case and punctuation.
  function words(text) {
    return text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  }

  // distance is the number of edits (Levenshtein) between two texts.
  function distance(a, b) {
    let row = Array.from({ length: b.length + 1 }, (_, i) => i);
    for (let i = 1; i <= a.length; i++) {
      const next = [i];
      for (let j = 1; j <= b.length; j++) {
        next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      }
      row = next;
    }
    return row[b.length];
  }

  function alike(a, b) {
    return 1 - distance(a, b) / Math.max(a.length, b.length, 1);
  }

  // likeness of two texts, 0 to 1: by the words they share, where words that
  // are nearly the same count too (plurals, Hebrew prefixes, typos), or by the
  // edits from one to the other.
  function likeness(wanted, text) {
    const a = wanted.toLowerCase().slice(0, longest);
    const b = text.toLowerCase().slice(0, longest);
    if (a === '' || b === '') return 0;
    if (a === b) return 1;
    const ours = words(a);
    const theirs = words(b);
    const best = (word, others) => Math.max(0, ...others.map((o) => alike(word, o)).filter((s) => s >= 0.6));
    const shared = ours.reduce((sum, word) => sum + best(word, theirs), 0);
    const byWords = shared === 0 ? 0 : (2 * shared) / (ours.length + Math.max(theirs.length, shared));
    const byEdits = alike(a, b);
    return Math.min(0.99, Math.max(byWords, byEdits >= 0.5 ? byEdits : 0));
  }

  // relaxed finds what a target would mean with less asked of it: one nth, has
  // or within too many is a common mistake.
  function relaxed(target) {
    for (const looser of [{ nth: 0 }, { nth: 0, has: '' }, { nth: 0, has: '', within: null }]) {
      if (Object.keys(looser).every((key) => (target[key] || null) === (looser[key] || null))) continue;
      const { elements } = samui.find.all({ ...target, ...looser });
      if (elements.length > 0) return elements;
    }
    return [];
  }

  const landmark = /^(banner|contentinfo|navigation)$/;

  // candidates lists what a target might mean now, as pairs of element and text.
  function candidates(target) {
    const visible = (elements) => some(elements, samui.targets.shown);
    const named = (elements) => visible(elements).map((el) => ({ el, texts: [samui.find.name(el), ownText(el)] }));
    const attribute = (names) =>
      visible(samui.dom.query(names.map((n) => `[${CSS.escape(n)}]`).join(','))).map((el) => ({ el, texts: names.map((n) => el.getAttribute(n) ?? '') }));
    switch (target.by) {
      case 'testid':
        return attribute(samui.targets.testids());
      case 'placeholder':
      case 'label':
        return fields().map((el) => ({ el, texts: [...samui.aria.labels(el), el.getAttribute('placeholder') ?? '', el.getAttribute('title') ?? ''] }));
      case 'alt':
        return attribute(['alt']);
      case 'tooltip':
        return attribute(['title']).concat(named(samui.targets.operables()));
      case 'css':
      case 'xpath':
        return visible(samui.dom.query('[id],[class],[name]')).map((el) => ({ el, texts: ['id', 'class', 'name'].map((n) => el.getAttribute(n) ?? '') }));
      default:
        return named([...new Set([...samui.targets.operables(), ...sameRole(target), ...shortTexts()])]);
    }
  }

  // some is filter, up to as many as can be compared.
  function some(elements, test) {
    const kept = [];
    for (const el of elements) {
      if (kept.length >= mostCandidates) break;
      if (test(el)) kept.push(el);
    }
    return kept;
  }

  function fields() {
    return samui.targets.operables().filter((el) => samui.aria.fields.has(samui.find.role(el)) && samui.targets.shown(el));
  }

  function ownText(el) {
    return samui.aria.fields.has(samui.find.role(el)) || el.isContentEditable ? '' : samui.find.text(el);
  }

  function sameRole(target) {
    if (target.by !== 'role') return [];
    const role = samui.aria.canonical(target.value);
    return samui.dom.query(samui.aria.tagsOf(role)).filter((el) => samui.find.role(el) === role);
  }

  // shortTexts are the elements with a short text directly in them.
  function shortTexts() {
    return samui.dom.memo('short texts', () => [...new Set(samui.text.index().owners)].filter((el) => samui.find.text(el).length <= longest && !samui.dom.closest(el, (up) => up.isContentEditable)));
  }

  // score weighs a candidate. Words come first; where they don't decide, a
  // thing of the same kind at the place where the customer was comes before
  // the links of the page's head and foot.
  function score(target, wanted, scopes, active, { el, texts }) {
    const like = Math.max(0, ...texts.map((text) => likeness(wanted, samui.find.fold(text))));
    const role = samui.find.role(el);
    let points = 4 * like;
    const kind = sameKind(target, role);
    if (kind) points += 1.5;
    if (scopes !== null) points += scopes.some((s) => samui.dom.inside(el, s)) ? 1 : -1;
    if (samui.dom.closest(el, (up) => landmark.test(samui.find.role(up)))) points -= 0.75;
    if (kind && role === 'button') {
      const form = samui.dom.closest(el, (up) => up.localName === 'form');
      if (form) points += 0.2;
      if (form && active && samui.dom.inside(active, form)) points += 0.4;
      if (/^(submit|image)$/.test(el.type) && form) points += 0.3;
      if (samui.dom.closest(el, (up) => /^(main|dialog)$/.test(samui.find.role(up)))) points += 0.3;
    }
    return { el, points, like, kind };
  }

  // sameKind: a role is compared with itself; other targets that are mostly
  // pressed (a plain text) with what can be pressed, buttons before links.
  function sameKind(target, role) {
    switch (target.by) {
      case 'role':
        return role === samui.aria.canonical(target.value);
      case 'any':
        return role === 'button';
      case 'label':
      case 'placeholder':
        return samui.aria.fields.has(role);
      case 'alt':
        return role === 'img';
      default:
        return false;
    }
  }

  // Below this likeness a text has nothing to do with the one looked for.
  const telling = 0.4;

  // nearest lists at most max elements that a target probably meant, likeliest
  // first, each as a target that finds it.
  function nearest(target, max) {
    return [...new Set(near(target, max).map((el) => samui.find.describe(el)))];
  }

  // near is the elements of nearest.
  function near(target, max) {
    if (target.by === 'first_of') return ofEach(target, max);
    if (target.within && samui.find.all(target.within).elements.length === 0) return near(target.within, max);
    const loose = relaxed(target);
    if (loose.length > 0) return loose.slice(0, max);
    const scopes = target.within ? samui.find.all(target.within).elements : null;
    const wanted = wantedOf(target);
    const active = document.activeElement === document.body ? null : document.activeElement;
    const scored = candidates(target).map((c) => score(target, wanted, scopes, active, c));
    const kept = scored.filter((s) => s.like >= telling || (s.kind && (s.points > 0.5 || scopes === null)));
    kept.sort((a, b) => b.points - a.points);
    return distinct(kept.map((s) => s.el), max);
  }

  // ofEach takes turns among what is nearest to each of a target's alternatives.
  function ofEach(target, max) {
    const lists = target.firstOf.map((alternative) => near(alternative.within ? alternative : { ...alternative, within: target.within }, max));
    const inTurn = Array.from({ length: max }, (_, i) => lists.flatMap((list) => list.slice(i, i + 1))).flat();
    return [...new Set(inTurn)].slice(0, max);
  }

  function wantedOf(target) {
    const [text, op] = target.by === 'role' ? [target.name ?? '', target.nameOp] : [target.value, target.op];
    if (target.by === 'css' || target.by === 'xpath') return words(text).join(' ');
    if (op === 'matches') return words(text.replace(/\\\p{L}/gu, ' ')).join(' ');
    return samui.find.fold(text);
  }

  // distinct drops what is around or inside something likelier.
  function distinct(elements, max) {
    const kept = [];
    for (const el of elements) {
      if (kept.length >= max) break;
      if (!kept.some((k) => samui.dom.inside(el, k) || samui.dom.inside(k, el))) kept.push(el);
    }
    return kept;
  }

  // line is the text of the page that comes nearest to a wanted one, or nothing.
  function line(wanted) {
    const text = samui.find.fold(wanted);
    const lines = shortTexts().slice(0, mostCandidates).map((el) => samui.find.text(el));
    const best = lines.map((l) => ({ l, like: likeness(text, l) })).reduce((a, b) => (b.like > a.like ? b : a), { l: '', like: 0 });
    return best.like >= telling ? best.l : '';
  }

  samui.nearby = { line };
  samui.find = Object.assign(samui.find ?? {}, { nearest, near });
})();
