// The page's text as people see it. One walk gives the whole visible text as a
// string and, for each element, the stretch of it that stands in that element;
// every question about text is then a search in that string.
(() => {
  'use strict';
  const samui = (globalThis.samui ??= {});

  // unseen are marks without a shape: bidi controls, zero-width spaces, the
  // soft hyphen. Zero-width joiners stay: they change how letters look.
  const unseen = /[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;
  const singleQuotes = /[\u2018-\u201b\u2032\u05f3\u00b4]/g;
  const doubleQuotes = /[\u201c-\u201f\u2033\u05f4\u00ab\u00bb]/g;

  // quotes makes typographic and Hebrew quotes plain.
  function quotes(text) {
    return text.replace(singleQuotes, "'").replace(doubleQuotes, '"');
  }

  // plain folds a piece of text but for white space at its ends.
  function plain(text) {
    if (/[^\t-\r -~]/.test(text)) text = quotes(text.normalize('NFC').replace(unseen, ''));
    return text.replace(/\s+/g, ' ');
  }

  // fold makes texts comparable: NFC, white space folded and trimmed, marks
  // without a shape left out, quotes plain. Case is kept.
  function fold(text) {
    return plain(text).trim();
  }

  // Elements whose text nodes are never drawn as text.
  const silent = new Set(
    'script style noscript template head title desc defs symbol metadata textarea iframe object video audio canvas datalist'.split(' '),
  );

  // Elements that a style sheet has to make a block; all others break the text.
  const inline = new Set(
    'a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt ruby s samp slot small span strike strong sub sup time tt u var wbr img svg text tspan'.split(' '),
  );

  function breaks(el) {
    const tag = el.localName;
    if (!inline.has(tag) && !tag.includes('-')) return true;
    return !/^(inline|contents|none)/.test(getComputedStyle(el).display);
  }

  // transform gives a text as text-transform draws it.
  function transform(text, how) {
    switch (how) {
      case 'uppercase':
        return text.toUpperCase();
      case 'lowercase':
        return text.toLowerCase();
      case 'capitalize':
        return text.replace(/(?<![\p{L}\p{M}\p{N}'])\p{L}/gu, (c) => c.toUpperCase());
      default:
        return text;
    }
  }

  // Index is the visible text. It is kept twice where text-transform changes
  // it: as it is drawn, which is what people see, and as it is written, which
  // is what they copy from the page's source.
  class Index {
    drawn = '';
    written = '';
    owners = []; // of each run of text, the element that it is directly in
    drawnAt = []; // where each run starts
    writtenAt = [];
    stretches = new Map(); // element → [first run, run after the last]
    #gap = false; // white space stands between the last run and the next
    #maybe = []; // elements whose edges passed since may be such a gap
    #transforms = new Map();

    constructor(root) {
      if (root) this.#walk(root);
      this.drawnAt.push(this.drawn.length);
      this.writtenAt.push(this.written.length);
    }

    #walk(el) {
      if (silent.has(el.localName)) return;
      const first = this.owners.length;
      this.#maybe.push(el);
      const own = label(el);
      if (own !== null) {
        this.#add(own, el);
      } else {
        let shown; // asked only of elements with text directly in them
        for (const child of samui.dom.children(el)) {
          if (child.nodeType === Node.ELEMENT_NODE) {
            if (child.localName === 'br') this.#gap = true;
            else this.#walk(child);
          } else if (child.nodeType === Node.TEXT_NODE) {
            const text = plain(child.data);
            if (text === ' ' || text === '') this.#gap ||= text === ' ';
            else if ((shown ??= samui.dom.painted(el))) this.#add(text, el, true);
          }
        }
      }
      this.#maybe.push(el);
      if (this.owners.length > first) this.stretches.set(el, [first, this.owners.length]);
    }

    #add(text, owner, shown = samui.dom.painted(owner)) {
      const trimmed = text.trim();
      if (!shown || trimmed === '') return;
      if (this.written !== '' && (this.#gap || text.startsWith(' ') || this.#maybe.some(breaks))) {
        this.drawn += ' ';
        this.written += ' ';
      }
      this.#gap = text.endsWith(' ');
      this.#maybe.length = 0;
      this.owners.push(owner);
      this.drawnAt.push(this.drawn.length);
      this.writtenAt.push(this.written.length);
      this.written += trimmed;
      this.drawn += transform(trimmed, this.#transformOf(trimmed, owner));
    }

    #transformOf(text, owner) {
      if (!/\p{L}/u.test(text) || text.toLowerCase() === text.toUpperCase()) return 'none';
      let how = this.#transforms.get(owner);
      if (how === undefined) {
        how = getComputedStyle(owner).textTransform;
        this.#transforms.set(owner, how);
      }
      return how;
    }

    // of is an element's visible text as it is drawn.
    of(el) {
      const stretch = this.stretches.get(el);
      return stretch ? this.drawn.slice(this.drawnAt[stretch[0]], this.drawnAt[stretch[1]]).trim() : '';
    }

    // source is an element's visible text as it is written.
    source(el) {
      const stretch = this.stretches.get(el);
      return stretch ? this.written.slice(this.writtenAt[stretch[0]], this.writtenAt[stretch[1]]).trim() : '';
    }

    // holders lists, for each place where the text stands, the innermost
    // element that holds all of it.
    holders(wanted) {
      const found = this.#holdersIn(this.drawn, this.drawnAt, wanted);
      if (found.size > 0 || this.drawn === this.written) return [...found];
      return [...this.#holdersIn(this.written, this.writtenAt, wanted)];
    }

    #holdersIn(text, starts, wanted) {
      const found = new Set();
      let run = 0;
      for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
        while (starts[run + 1] <= at) run++;
        const end = at + wanted.length;
        let el = this.owners[run];
        for (; el; el = samui.dom.parent(el)) {
          const stretch = this.stretches.get(el);
          if (stretch && starts[stretch[0]] <= at && starts[stretch[1]] >= end) break;
        }
        if (el) found.add(el);
      }
      return found;
    }
  }

  // label is the text that an element shows without having it as content: a
  // drop-down's choice, an input button's face. Null for all other elements.
  function label(el) {
    if (el.localName === 'select') {
      if (el.multiple || el.size > 1) return null;
      return el.selectedOptions[0]?.label ?? '';
    }
    if (el.localName === 'input') {
      return /^(button|submit|reset)$/.test(el.type) ? plain(el.value) : '';
    }
    return null;
  }

  function index() {
    return samui.dom.memo('text', () => new Index(document.body));
  }

  // text is what an element shows; nothing if it can't be seen.
  function text(el) {
    return index().of(el);
  }

  // pageText is what the page shows, without what is typed into it.
  function pageText() {
    return index().drawn;
  }

  samui.text = { index, quotes, breaks };
  samui.find = Object.assign(samui.find ?? {}, { fold, text, pageText });
})();
