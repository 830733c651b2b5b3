// Finds the elements that a target of a journey means.
(() => {
  'use strict';
  const samui = (globalThis.samui ??= {});

  // The attributes that hold a test id where the site names none of its own;
  // then those of the newest target that named some.
  let testids = ['data-testid', 'data-test', 'data-test-id', 'data-qa', 'data-cy'];

  const clickable = 'a[href],area[href],button,input:not([type=hidden]),select,textarea,summary,[contenteditable],[role]';
  const fillable = 'input:not([type=hidden],[type=button],[type=submit],[type=reset],[type=image]),select,textarea,meter,progress,output';

  // The ways in which a text can match. What matches in part, where nobody asked
  // for that, may be a guess that a moment later would be a better one.
  const whole = { part: false, test: (text, wanted) => text === wanted };
  const inPart = { part: true, within: true, test: (text, wanted) => text.includes(wanted) };
  const contained = { ...inPart, part: false };

  // wording is what a target's text must be like: the ways of comparing it, the
  // best first. A pattern has no text of its own to look for.
  function wording(value, op, pattern) {
    if (op === 'matches') {
      const test = samui.text.pattern(pattern);
      return { text: null, fits: [{ part: false, test }] };
    }
    const fits = { is: [whole], contains: [contained] }[op] ?? [whole, inPart];
    return { text: samui.find.fold(value ?? ''), fits };
  }

  // operables are the things that a customer operates.
  function operables() {
    return samui.dom.memo('operables', () => samui.dom.query(clickable).filter((el) => samui.aria.operated.has(samui.find.role(el))));
  }

  // namedElsewhere are the other things that have a name which isn't just their
  // text: pictures, landmarks, groups.
  function namedElsewhere() {
    return samui.dom.memo('named', () => {
      const isOther = (role) => role !== '' && role !== 'presentation' && !samui.aria.operated.has(role);
      return samui.dom.query('[aria-label],[aria-labelledby],[alt],[title],svg,fieldset,table,figure').filter((el) => isOther(samui.find.role(el)));
    });
  }

  // shown is visible, but for a control that is hidden behind its label, as
  // styled checkboxes are: there the customer sees, and uses, the label.
  function shown(el) {
    return samui.find.visible(el) || samui.aria.labelsFor(el).some(samui.find.visible);
  }

  // called reports whether an element goes by a text: its accessible name or
  // what it shows, as it is drawn or as it is written. What is in a field is
  // the customer's and no name.
  function called(el, test, wanted) {
    const own = samui.aria.named.has(samui.find.role(el));
    return (own && samui.text.index().says(el, test, wanted)) || samui.aria.says(el, test, wanted);
  }

  // holding lists the innermost visible elements that hold a text.
  function holding(wanted, fit) {
    const index = samui.text.index();
    if (wanted === null) return samui.dom.innermost(index.matching(fit.test)).filter(samui.find.visible);
    const holders = index.holders(wanted);
    const fitting = fit.within ? holders : holders.filter((el) => index.says(el, fit.test, wanted));
    return fitting.filter(samui.find.visible);
  }

  // operableAround is the button or link that an element is a part of, else
  // the element itself.
  function operableAround(el) {
    const { operated, named } = samui.aria;
    const isOperable = (up) => {
      const role = samui.find.role(up);
      return operated.has(role) && named.has(role);
    };
    return samui.dom.closest(el, isOperable) ?? el;
  }

  // Each of these gives the elements that match, in grades, the best first.
  // They are generators: a worse grade is looked for only if it is needed.

  function* byAny({ text: wanted, fits }) {
    for (const fit of fits) {
      const operable = operables().filter((el) => called(el, fit.test, wanted) && shown(el));
      yield { elements: samui.dom.innermost(operable), part: fit.part };
      yield { elements: holding(wanted, fit).map(operableAround), part: fit.part };
      // What shows a text comes before what is only called so, often by it.
      const named = namedElsewhere().filter((el) => fit.test(samui.find.name(el), wanted) && samui.find.visible(el));
      yield { elements: samui.dom.innermost(named), part: fit.part };
    }
  }

  function* byText({ text: wanted, fits }) {
    for (const fit of fits) {
      const same = (el) => {
        const around = operableAround(el);
        return samui.find.text(around) === samui.find.text(el) ? around : el;
      };
      yield { elements: holding(wanted, fit).map(same), part: fit.part };
    }
  }

  function* byRole(wanted, { text: name, fits }) {
    wanted = samui.aria.canonical(wanted);
    const playing = samui.dom.memo(`role ${wanted}`, () =>
      samui.dom.query(samui.aria.tagsOf(wanted)).filter((el) => samui.find.role(el) === wanted),
    );
    if (name === '') {
      yield { elements: playing.filter(shown), part: false };
      return;
    }
    if (name !== null && samui.text.absent(name, true)) return;
    for (const fit of fits) {
      yield { elements: playing.filter((el) => called(el, fit.test, name) && shown(el)), part: fit.part };
    }
  }

  // Fields come before whatever else has an aria-label of that text; last come
  // fields without a label, by what they are called instead.
  function* byLabel({ text: wanted, fits }) {
    const labelled = samui.dom.memo('labelled', () => {
      const all = samui.dom.query(`${fillable},button,[aria-label],[aria-labelledby],[role],[contenteditable]`);
      const isField = (el) => el.matches(fillable) || samui.aria.fields.has(samui.find.role(el));
      const isLabelled = (el) => samui.aria.labels(el).length > 0;
      const fields = all.filter(isField);
      return [fields.filter(isLabelled), all.filter((el) => !isField(el) && isLabelled(el)), fields.filter((el) => !isLabelled(el))];
    });
    const [, , unlabelled] = labelled;
    for (const fit of fits) {
      for (const group of labelled) {
        const says = group === unlabelled ? samui.aria.says : samui.aria.labelSays;
        yield { elements: group.filter((el) => says(el, fit.test, wanted) && shown(el)), part: fit.part };
      }
    }
  }

  function* byAttribute({ text: wanted, fits }, selector, value) {
    const having = samui.dom.memo(selector, () => samui.dom.query(selector).map((el) => ({ el, text: samui.find.fold(value(el)) })));
    for (const fit of fits) {
      const matching = having.filter(({ el, text }) => fit.test(text, wanted) && samui.find.visible(el));
      yield { elements: matching.map(({ el }) => el), part: fit.part };
    }
  }

  function* byTestid(wanted) {
    const selector = testids.map((name) => `[${CSS.escape(name)}="${CSS.escape(wanted)}"]`);
    yield { elements: samui.dom.query(selector.join(',')), part: false };
  }

  function* byCss(selector) {
    let elements;
    try {
      elements = samui.dom.query(selector);
    } catch {
      throw new Error(`bad selector: css ${JSON.stringify(selector)} is no selector that this browser knows`);
    }
    yield { elements, part: false };
  }

  // An XPath that starts at "." is taken from each element of `within`.
  function* byXpath(expression, scopes) {
    const elements = [];
    for (const from of scopes ?? [document]) {
      let result;
      try {
        result = document.evaluate(expression, from, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE);
      } catch {
        throw new Error(`bad selector: xpath ${JSON.stringify(expression)} is no expression that gives elements`);
      }
      for (let i = 0; i < result.snapshotLength; i++) {
        const node = result.snapshotItem(i);
        const el = node instanceof Element ? node : (node.ownerElement ?? node.parentElement);
        if (el) elements.push(el);
      }
    }
    yield { elements, part: false };
  }

  // The first alternative is meant of which something is seen, else the first
  // of which something is there.
  function* byFirst(alternatives) {
    const found = [];
    for (const alternative of alternatives) {
      const one = all(alternative);
      if (one.elements.some(shown)) yield one;
      found.push(one);
    }
    yield* found;
  }

  const none = [];

  function grades(target, scopes) {
    const wanted = wording(target.value, target.op, target.pattern);
    const { text } = wanted;
    const texts = (make) => (text === '' ? none : make());
    // seen and named are texts that can be ruled out before any element is
    // looked at.
    const seen = (make) => (text === '' || (text !== null && samui.text.absent(text, false)) ? none : make());
    const named = (make) => (text === '' || (text !== null && samui.text.absent(text, true)) ? none : make());
    switch (target.by) {
      case 'any':
        return named(() => byAny(wanted));
      case 'text':
        return seen(() => byText(wanted));
      case 'label':
        return named(() => byLabel(wanted));
      case 'role':
        return byRole(target.value, wording(target.name, target.nameOp, target.namePattern));
      case 'first_of':
        return byFirst(target.firstOf ?? none);
      case 'placeholder':
        return texts(() => byAttribute(wanted, '[placeholder],[aria-placeholder]', (el) => el.getAttribute('placeholder') ?? el.getAttribute('aria-placeholder')));
      case 'alt':
        return texts(() => byAttribute(wanted, '[alt]', (el) => el.getAttribute('alt')));
      case 'tooltip':
        return texts(() => byAttribute(wanted, '[title],svg:has(> title)', (el) => el.getAttribute('title') ?? el.querySelector(':scope > title')?.textContent ?? ''));
      case 'testid':
        return byTestid(target.value);
      case 'consent':
        return [{ elements: samui.consent.buttons(target.value), part: false }];
      case 'css':
        return byCss(target.value);
      case 'xpath':
        return byXpath(target.value, scopes);
      default:
        throw new Error(`BUG: target by ${JSON.stringify(target.by)}`);
    }
  }

  // all gives every element that a target means, in document order: those of
  // the best grade that has any. `part` says that they match in part only.
  // css, xpath and testid give hidden elements too, the rest visible ones.
  function all(target) {
    if (target.testids?.length > 0) testids = target.testids;
    let part = false;
    let scopes = null;
    if (target.within) {
      const around = all(target.within);
      scopes = around.elements;
      part = around.part;
      if (scopes.length === 0) return { elements: [], part: false };
    }
    const has = samui.find.fold(target.has ?? '');
    const keep = (el) =>
      (scopes === null || scopes.some((scope) => scope !== el && samui.dom.inside(el, scope))) && (has === '' || contains(el, has));
    for (const grade of grades(target, scopes)) {
      const elements = samui.dom.inOrder(grade.elements.filter(keep));
      if (elements.length > 0) return { elements: pick(elements, target.nth ?? 0), part: part || grade.part };
    }
    return { elements: [], part: false };
  }

  function contains(el, text) {
    return !samui.text.absent(text, false) && samui.text.index().says(el, contained.test, text);
  }

  function pick(elements, nth) {
    if (nth === 0) return elements;
    const one = elements.at(nth > 0 ? nth - 1 : nth);
    return one ? [one] : [];
  }

  // one is all for what needs a single element: where some of the matches are
  // visible the hidden ones don't count. `element` is null unless one is left.
  function one(target) {
    const { elements, part } = all(target);
    const seen = elements.filter(shown);
    const left = seen.length > 0 ? seen : elements;
    return { element: left.length === 1 ? left[0] : null, elements: left, part };
  }

  samui.targets = { testids: () => testids, operables, shown };
  samui.find = Object.assign(samui.find ?? {}, { all, one });
})();
