// Judges an expectation of a step against the page as it is now.
//
// A verdict is {holds, actual, kind, matches, part}. `kind` says what is amiss
// when it doesn't hold: 'target' where the element wasn't there or wasn't
// alone, 'expectation' where it wasn't as expected. `actual` and `matches` cost
// more than the judgement and are worked out when they are first read, from the
// page as it then is.
(() => {
  'use strict';
  const samui = (globalThis.samui ??= {});

  const longest = 200; // characters of `actual`
  const mostMatches = 8;

  function verdict(holds, more = {}) {
    const { kind = 'expectation', part = false, pending = false, numberless = false, actual = () => '', matches = () => [] } = more;
    return {
      holds,
      kind,
      part,
      pending, // nobody knows yet
      numberless, // there is no number where one was to be
      get actual() {
        return once(this, 'actual', clip(actual()));
      },
      get matches() {
        return once(this, 'matches', matches());
      },
    };
  }

  function once(on, name, value) {
    Object.defineProperty(on, name, { value, enumerable: true });
    return value;
  }

  function clip(text) {
    const points = [...text.slice(0, 2 * longest)];
    return points.length > longest ? `${points.slice(0, longest - 1).join('')}…` : text;
  }

  // judge tells whether a claim holds.
  function judge(claim) {
    switch (claim.claim) {
      case 'text':
        return judgeText(claim, false);
      case 'no_text':
        return judgeText(claim, true);
      case 'visible':
      case 'hidden':
        return judgeVisible(claim);
      case 'enabled':
      case 'disabled':
        return judgeEnabled(claim);
      case 'checked':
      case 'unchecked':
        return judgeChecked(claim);
      case 'attribute':
        return judgeAttribute(claim);
      case 'url':
        return judgeUrl(claim);
      case 'title':
        return judgeTitle(claim);
      case 'count':
        return judgeCount(claim);
      case 'value':
        return judgeValue(claim);
      case 'number':
        return judgeNumber(claim);
      case 'any':
        return judgeAny(claim);
      case 'script':
        return judgeScript(claim);
      default:
        throw new Error(`BUG: claim ${JSON.stringify(claim.claim)}`);
    }
  }

  // compares judges a text.
  function compares(claim, text, usual) {
    const { fold } = samui.find;
    switch (claim.op || usual) {
      case 'is':
        return text === fold(claim.text ?? '');
      case 'contains':
        return text.includes(fold(claim.text ?? ''));
      case 'matches':
        return samui.text.pattern(claim.pattern)(text);
      default:
        throw new Error(`BUG: ${claim.claim} with comparator ${JSON.stringify(claim.op)}`);
    }
  }

  // measures judges a number. Sums such as 0.1 + 0.2 must equal 0.3.
  function measures(claim, number) {
    const equal = Math.abs(number - claim.number) <= 1e-9 * Math.max(1, Math.abs(claim.number));
    switch (claim.op ?? '') {
      case '':
        return true;
      case 'is':
        return equal;
      case 'at_least':
        return equal || number > claim.number;
      case 'at_most':
        return equal || number < claim.number;
      case 'above':
        return !equal && number > claim.number;
      case 'below':
        return !equal && number < claim.number;
      default:
        throw new Error(`BUG: ${claim.claim} with comparator ${JSON.stringify(claim.op)}`);
    }
  }

  // single finds the one element of a claim, or the verdict that there isn't.
  function single(claim) {
    const { element, elements, part } = samui.find.one(claim.target);
    if (element) return { element, part };
    const matches = () => elements.slice(0, mostMatches).map((el) => samui.find.describe(el));
    const actual = () => (elements.length > 1 ? `${elements.length} elements match` : '');
    return { none: verdict(false, { kind: 'target', matches, actual, part }), absent: elements.length === 0 };
  }

  function judgeText(claim, not) {
    if (!claim.target) {
      const found = pageFits(claim);
      const instead = () => (found ? excerpt(claim) : samui.nearby.line(claim.text ?? ''));
      return verdict(found !== not, { actual: () => (found === not ? instead() : '') });
    }
    const { element, part, none, absent } = single(claim);
    if (none) return not && absent ? verdict(true) : none;
    const text = samui.find.text(element);
    const source = samui.text.index().source(element);
    const found = compares(claim, text, 'contains') || compares(claim, source, 'contains');
    return verdict(found !== not, { part, actual: () => text });
  }

  // pageFits is compares for the whole page, without its text where it can be
  // helped.
  function pageFits(claim) {
    if ((claim.op || 'contains') === 'contains') return samui.text.pageSays(samui.find.fold(claim.text ?? ''));
    return compares(claim, samui.find.pageText(), 'contains');
  }

  // excerpt is where in the page the unwanted text stands.
  function excerpt(claim) {
    const page = samui.find.pageText();
    const at = Math.max(0, page.indexOf(samui.find.fold(claim.text ?? '')) - 40);
    return (at > 0 ? '…' : '') + page.slice(at, at + longest - 2);
  }

  // judgeVisible: one visible match makes it visible, and only none hidden.
  function judgeVisible(claim) {
    const { elements, part } = samui.find.all(claim.target);
    const seen = elements.filter(samui.targets.shown);
    const matches = () => seen.slice(0, mostMatches).map((el) => samui.find.describe(el));
    if (claim.claim === 'hidden') {
      return verdict(seen.length === 0, { part: part && seen.length > 0, matches, actual: () => (seen.length > 0 ? 'visible' : '') });
    }
    const hidden = elements.length > 0 ? 'hidden' : '';
    return verdict(seen.length > 0, { kind: elements.length > 0 ? 'expectation' : 'target', part, actual: () => (seen.length > 0 ? 'visible' : hidden) });
  }

  function judgeEnabled(claim) {
    const { element, part, none } = single(claim);
    if (none) return none;
    const enabled = samui.find.enabled(element);
    return verdict(enabled === (claim.claim === 'enabled'), { part, actual: () => (enabled ? 'enabled' : 'disabled') });
  }

  // judgeChecked takes what is half ticked for neither.
  function judgeChecked(claim) {
    const { element, part, none } = single(claim);
    if (none) return none;
    const state = samui.find.checked(element);
    const actual = () => state ?? 'neither a checkbox nor a radio button';
    return verdict(state === claim.claim, { part, actual });
  }

  // judgeAttribute compares an attribute as it is written; an address also as
  // it is meant.
  function judgeAttribute(claim) {
    const { element, part, none } = single(claim);
    if (none) return none;
    const written = element.getAttribute(claim.name);
    if (written === null) return verdict(false, { part, actual: () => `no ${claim.name}` });
    const meant = ['href', 'src', 'action'].includes(claim.name.toLowerCase()) ? URL.parse(written, document.baseURI)?.href : undefined;
    const forms = [samui.find.fold(written), meant].filter((form) => form !== undefined);
    return verdict(forms.some((form) => compares(claim, form, 'is')), { part, actual: () => written });
  }

  // judgeUrl: a path must equal the page's, whatever the rest of the URL; where
  // it has a query or a fragment of its own, those too. Anything else is
  // compared with the whole URL, as it is or with its escapes undone, since
  // people write q=נעליים and not q=%D7%A0….
  function judgeUrl(claim) {
    const forms = [location.href, readable(location.href)];
    if (!claim.path) {
      return verdict(forms.some((url) => compares(claim, url, 'is')), { actual: () => readable(location.href) });
    }
    const wanted = absolute(claim.text ?? '', claim.base);
    const same =
      wanted !== null &&
      readable(location.pathname) === readable(wanted.pathname) &&
      (wanted.search === '' || readable(location.search) === readable(wanted.search)) &&
      (wanted.hash === '' || readable(location.hash) === readable(wanted.hash));
    return verdict(same, { actual: () => readable(behind(claim.base) + (wanted?.search ? location.search : '') + (wanted?.hash ? location.hash : '')) });
  }

  // behind is the page's path as a journey writes it: behind the site's URL. A
  // page that is elsewhere has its whole address.
  function behind(base) {
    const start = absolute('', base)?.pathname.replace(/\/+$/, '') ?? '';
    const path = location.pathname;
    if (path === start) return '/';
    return path.startsWith(`${start}/`) ? path.slice(start.length) : location.origin + path;
  }

  // absolute resolves a path, which starts at the site's URL.
  function absolute(path, base) {
    const start = (base || location.origin).replace(/[?#].*$/, '').replace(/\/+$/, '');
    return URL.parse(/^https?:\/\//i.test(path) ? path : `${start}/${path.replace(/^\/+/, '')}`);
  }

  function readable(url) {
    try {
      return decodeURI(url);
    } catch {
      return url; // escapes that are no UTF-8
    }
  }

  function judgeTitle(claim) {
    // A <form name="title"> hides document.title, hence the detour.
    const title = Object.getOwnPropertyDescriptor(Document.prototype, 'title').get.call(document);
    const text = samui.find.fold(title);
    return verdict(compares(claim, text, 'is'), { actual: () => text });
  }

  // judgeCount counts what a customer would: the visible matches.
  function judgeCount(claim) {
    const { elements, part } = samui.find.all(claim.target);
    const count = elements.filter(samui.targets.shown).length;
    return verdict(measures(claim, count), { part, actual: () => String(count) });
  }

  function judgeValue(claim) {
    const { element, part, none } = single(claim);
    if (none) return none;
    const value = samui.find.fold(valueOf(element));
    return verdict(compares(claim, value, 'is'), { part, actual: () => (isSecret(element) ? '' : value) });
  }

  // valueOf is what is in a field as the customer sees it: of a drop-down the
  // chosen labels, of a box whether it is checked.
  function valueOf(el) {
    if (el.localName === 'select') return [...el.selectedOptions].map((o) => o.label).join(', ');
    if (el.localName === 'input' && /^(checkbox|radio)$/.test(el.type)) return el.checked ? 'checked' : 'unchecked';
    if (/^(input|textarea|output|meter|progress)$/.test(el.localName)) return String(el.value);
    return el.getAttribute('aria-valuetext') ?? el.getAttribute('aria-valuenow') ?? samui.find.text(el);
  }

  // isSecret: what is in such a field is never told, only compared.
  function isSecret(el) {
    if (el.localName === 'input' && /^(password|hidden)$/.test(el.type)) return true;
    if (/(^|\s)(current-password|new-password|one-time-code|cc-(?!name|type)\S+)(\s|$)/.test(el.getAttribute('autocomplete') ?? '')) return true;
    return samui.dom.style(el).webkitTextSecurity !== 'none';
  }

  // judgeNumber: number.js says what counts as a number.
  function judgeNumber(claim) {
    let text = null;
    let found = { element: null, part: false };
    if (claim.target) {
      found = single(claim);
      if (found.none) return found.none;
      const typed = /^(input|textarea|output|meter|progress)$/.test(found.element.localName) && found.element.type !== 'submit';
      text = typed ? valueOf(found.element) : samui.find.text(found.element);
    } else {
      text = samui.find.pageText();
    }
    const language = (found.element ?? document.documentElement).closest('[lang]')?.getAttribute('lang') ?? '';
    const numbers = samui.number.read(text, samui.number.decimalOf(language));
    const holds = numbers.length === 1 && !Number.isNaN(numbers[0]) && measures(claim, numbers[0]);
    const actual = () => {
      if (found.element && isSecret(found.element)) return '';
      return numbers.length === 1 && !Number.isNaN(numbers[0]) ? String(numbers[0]) : samui.find.fold(text);
    };
    return verdict(holds, { part: found.part, numberless: numbers.length === 0, actual });
  }

  // judgeAny: one that holds is enough; one that matches in full is better.
  function judgeAny(claim) {
    let holds = false;
    let pending = false;
    for (const one of claim.of) {
      const found = judge(one);
      if (found.holds && !found.part) return verdict(true);
      holds ||= found.holds;
      pending ||= found.pending;
    }
    return verdict(holds, { part: holds, pending: pending && !holds });
  }

  // judgeScript: script.js has it evaluated in the page's own world.
  function judgeScript(claim) {
    const known = samui.script.verdict(claim.text);
    if (known) return verdict(known.holds, { actual: () => known.why });
    return verdict(false, { pending: true, actual: () => (samui.script.asking() ? 'its promise has not settled' : '') });
  }

  // explain is a verdict that says what is there instead.
  function explain(claim) {
    try {
      const { holds, actual, kind, matches, numberless } = judge(claim);
      const missing = !holds && kind === 'target' && claim.target;
      const of = claim.claim === 'any' && !holds ? claim.of.map(explain) : [];
      return { holds, actual, kind, matches, numberless, of, nearest: missing ? samui.find.nearest(claim.target, 5) : [] };
    } catch (e) {
      return { holds: false, actual: '', kind: 'script', matches: [], of: [], nearest: [], error: String(e?.message ?? e) };
    }
  }

  samui.claims = { valueOf, isSecret, judge, explain };
})();
