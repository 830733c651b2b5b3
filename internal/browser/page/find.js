// Finds the elements that a target of a journey means.
(() => {
  'use strict';
  const samui = (globalThis.samui ??= {});

  // The attributes that hold a test id where the site names none of its own;
  // then those of the newest target that named some.
  let testids = ['data-testid', 'data-test', 'data-test-id', 'data-qa', 'data-cy'];

  const clickable = 'a[href],area[href],button,input:not([type=hidden]),select,textarea,summary,[contenteditable],[role]';
  const fillable = 'input:not([type=hidden],[type=button],[type=submit],[type=reset],[type=image]),select,textarea,meter,progress,output';

  // A text matches whole or in part; whole is always tried first.
  const fits = [
    { part: false, test: (text, wanted) => text === wanted },
    { part: true, test: (text, wanted) => text.includes(wanted) },
  ];

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
    return (own && samui.text.index().says(el, test, wanted)) || test(samui.find.name(el), wanted);
  }

  // holding lists the innermost visible elements that hold a text.
  function holding(wanted, fit) {
    const index = samui.text.index();
    const holders = index.holders(wanted);
    const fitting = fit.part ? holders : holders.filter((el) => index.says(el, fit.test, wanted));
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

  function* byAny(wanted) {
    for (const fit of fits) {
      const operable = operables().filter((el) => called(el, fit.test, wanted) && shown(el));
      yield { elements: samui.dom.innermost(operable), part: fit.part };
      yield { elements: holding(wanted, fit).map(operableAround), part: fit.part };
      // What shows a text comes before what is only called so, often by it.
      const named = namedElsewhere().filter((el) => fit.test(samui.find.name(el), wanted) && samui.find.visible(el));
      yield { elements: samui.dom.innermost(named), part: fit.part };
    }
  }

  function* byText(wanted) {
    for (const fit of fits) {
      const same = (el) => {
        const around = operableAround(el);
        return samui.find.text(around) === samui.find.text(el) ? around : el;
      };
      yield { elements: holding(wanted, fit).map(same), part: fit.part };
    }
  }

  function* byRole(wanted, name) {
    wanted = samui.aria.canonical(wanted);
    const playing = samui.dom.memo(`role ${wanted}`, () =>
      samui.dom.query(samui.aria.tagsOf(wanted)).filter((el) => samui.find.role(el) === wanted),
    );
    if (name === '') {
      yield { elements: playing.filter(shown), part: false };
      return;
    }
    if (samui.text.absent(name, true)) return;
    for (const fit of fits) {
      yield { elements: playing.filter((el) => called(el, fit.test, name) && shown(el)), part: fit.part };
    }
  }

  // Fields come before whatever else has an aria-label of that text.
  function* byLabel(wanted) {
    const labelled = samui.dom.memo('labelled', () => {
      const all = samui.dom.query(`${fillable},button,[aria-label],[aria-labelledby],[role],[contenteditable]`);
      const isField = (el) => el.matches(fillable) || samui.aria.fields.has(samui.find.role(el));
      const withLabels = all.map((el) => ({ el, labels: samui.aria.labels(el), field: isField(el) })).filter((l) => l.labels.length > 0);
      return [withLabels.filter((l) => l.field), withLabels.filter((l) => !l.field)];
    });
    for (const fit of fits) {
      for (const group of labelled) {
        const matching = group.filter((l) => l.labels.some((text) => fit.test(text, wanted)) && shown(l.el));
        yield { elements: matching.map((l) => l.el), part: fit.part };
      }
    }
  }

  function* byAttribute(wanted, selector, value) {
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

  const none = [];

  function grades(target, scopes) {
    const { fold } = samui.find;
    const text = fold(target.value ?? '');
    const texts = (make) => (text === '' ? none : make());
    // shown and named are texts that can be ruled out before any element is
    // looked at.
    const shown = (make) => (text === '' || samui.text.absent(text, false) ? none : make());
    const named = (make) => (text === '' || samui.text.absent(text, true) ? none : make());
    switch (target.by) {
      case 'any':
        return named(() => byAny(text));
      case 'text':
        return shown(() => byText(text));
      case 'label':
        return named(() => byLabel(text));
      case 'role':
        return byRole(text, fold(target.name ?? ''));
      case 'placeholder':
        return texts(() => byAttribute(text, '[placeholder],[aria-placeholder]', (el) => el.getAttribute('placeholder') ?? el.getAttribute('aria-placeholder')));
      case 'alt':
        return texts(() => byAttribute(text, '[alt]', (el) => el.getAttribute('alt')));
      case 'tooltip':
        return texts(() => byAttribute(text, '[title],svg:has(> title)', (el) => el.getAttribute('title') ?? el.querySelector(':scope > title')?.textContent ?? ''));
      case 'testid':
        return byTestid(target.value);
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
    return !samui.text.absent(text, false) && samui.text.index().says(el, fits[1].test, text);
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
