// The page's text as people see it. One walk gives the whole visible text as a
// string and, for each element, the stretch of it that stands in that element;
// every question about text is then a search in that string.
(() => {
  'use strict';
  const samui = (globalThis.samui ??= {});

  // unseen are marks without a shape: bidi controls, zero-width spaces, the
  // soft hyphen, and the non-joiner that half of the people who write Persian
  // leave out. The joiner stays: it makes one emoji of several.
  const unseen = /[\u00ad\u061c\u200b\u200c\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;
  const singleQuotes = /[\u2018-\u201b\u2032\u05f3\u00b4]/g;
  // Hyphens that look like the plain one: Hebrew's maqaf, the one that doesn't
  // break. Dashes are longer, and people see that.
  const hyphens = /[\u2010\u2011\u05be]/g;
  const doubleQuotes = /[\u201c-\u201f\u2033\u05f4\u00ab\u00bb]/g;

  // quotes makes typographic and Hebrew quotes plain.
  function quotes(text) {
    return text.replace(singleQuotes, "'").replace(doubleQuotes, '"');
  }

  // plain folds a piece of text but for white space at its ends.
  function plain(text) {
    if (/[^\t-\r -~]/.test(text)) text = quotes(text.normalize('NFC').replace(unseen, '').replace(hyphens, '-'));
    return text.replace(/\s+/g, ' ');
  }

  // fold makes texts comparable: NFC, white space folded and trimmed, marks
  // without a shape left out, quotes and hyphens plain. Case, digits, points of
  // vowels and letters that only look alike are kept.
  function fold(text) {
    return plain(text).trim();
  }

  // Elements whose text nodes are never drawn as text.
  const silent = new Set(
    'script style noscript template head title desc defs symbol metadata textarea iframe object video audio canvas datalist'.split(' '),
  );

  // Elements that a style sheet has to make a block; all others break the text.
  const inlineTags = new Set(
    'a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt ruby s samp slot small span strike strong sub sup time tt u var wbr img svg text tspan'.split(' '),
  );

  function inline(el) {
    return inlineTags.has(el.localName) || el.localName.includes('-');
  }

  // breaks reports whether an element is set apart from the text around it.
  function breaks(el) {
    return !inline(el) || !/^(inline|contents|none)/.test(samui.dom.display(el));
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

  // Index is the visible text: as it is written, and, where text-transform
  // changes it, as it is drawn. People see the one and copy the other from the
  // page's source, so both count.
  class Index {
    written = '';
    owners = []; // of each run of text, the element that it is directly in
    starts = []; // where each run starts in `written`
    stretches = new Map(); // element → [first run, run after the last]
    #gap = false; // white space stands between the last run and the next
    #edges = []; // elements whose edges passed since; they may be such a gap
    #drawn = null;

    constructor(root) {
      if (root) this.#walk(root);
      this.starts.push(this.written.length);
    }

    #walk(el) {
      if (silent.has(el.localName)) return;
      const first = this.owners.length;
      this.#edges.push(el);
      const own = label(el);
      if (own === null) this.#walkInto(el);
      else if (own !== '' && samui.dom.painted(el)) this.#add(own, el);
      this.#edges.push(el);
      if (this.owners.length > first) this.stretches.set(el, [first, this.owners.length]);
    }

    #walkInto(el) {
      let shown; // asked only of elements with text directly in them
      samui.dom.eachChild(el, (child) => {
        if (child.nodeType === Node.ELEMENT_NODE) {
          if (child.localName === 'br') this.#gap = true;
          else this.#walk(child);
        } else if (child.nodeType === Node.TEXT_NODE) {
          const text = plain(child.data);
          if (text === ' ') this.#gap = true;
          else if (text !== '' && (shown ??= samui.dom.painted(el))) this.#add(text, el);
        }
      });
    }

    #add(text, owner) {
      const trimmed = text.trim();
      if (trimmed === '') return;
      if (this.written !== '' && (this.#gap || text.startsWith(' ') || this.#edges.some(breaks))) this.written += ' ';
      this.#gap = text.endsWith(' ');
      this.#edges.length = 0;
      this.owners.push(owner);
      this.starts.push(this.written.length);
      this.written += trimmed;
    }

    // drawn is the text as text-transform draws it, with its own starts.
    get drawn() {
      this.#drawn ??= this.#draw();
      return this.#drawn;
    }

    #draw() {
      let text = '';
      const starts = [];
      const transforms = new Map();
      for (let run = 0; run < this.owners.length; run++) {
        const written = this.written.slice(this.starts[run], this.starts[run + 1]);
        starts.push(text.length);
        text += transform(written, written.toLowerCase() === written.toUpperCase() ? 'none' : transformOf(this.owners[run], transforms));
      }
      starts.push(text.length);
      return { text, starts };
    }

    #stretch(el, text, starts) {
      const stretch = this.stretches.get(el);
      return stretch ? text.slice(starts[stretch[0]], starts[stretch[1]]).trim() : '';
    }

    // source is an element's visible text as it is written.
    source(el) {
      return this.#stretch(el, this.written, this.starts);
    }

    // of is an element's visible text as it is drawn.
    of(el) {
      return this.#stretch(el, this.drawn.text, this.drawn.starts);
    }

    // says reports whether test(text, wanted) holds for an element's text, as it
    // is written or as it is drawn.
    says(el, test, wanted) {
      return eitherSpelling(test, wanted, this.source(el), () => this.of(el));
    }

    // matching lists the elements whose text fulfils a test.
    matching(test) {
      return [...this.stretches.keys()].filter((el) => this.says(el, test, null));
    }

    // pageSays is says for the whole page.
    pageSays(wanted) {
      return this.holders(wanted).length > 0;
    }

    // holders lists, for each place where the text stands, the innermost
    // element that holds all of it.
    holders(wanted) {
      const found = this.#holdersIn(this.written, this.starts, wanted);
      if (found.size > 0 || !this.written.toUpperCase().includes(wanted.toUpperCase())) return [...found];
      return [...this.#holdersIn(this.drawn.text, this.drawn.starts, wanted)];
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

  // eitherSpelling reports whether a test holds for a text as it is written, or
  // as it is drawn, which is worked out only if capitals are all that differs.
  // Where wanted is null the test is a pattern, which says nothing beforehand.
  function eitherSpelling(test, wanted, written, drawn) {
    return test(written, wanted) || ((wanted === null || test(written.toUpperCase(), wanted.toUpperCase())) && test(drawn(), wanted));
  }

  // pattern is the test of a regular expression. One that is written with
  // typographic quotes is also tried with plain ones, which is what all texts
  // have been folded to.
  function pattern({ source, flags }) {
    const folded = quotes(source).replace(/\\u\{(ad|61c|200[bcef]|2060|feff)\}/g, '');
    const forms = [...new Set([source, quotes(source), folded])].map((form) => new RegExp(form, flags));
    return (text) => forms.some((form) => form.test(text));
  }

  // drawn is a text as an element's own style draws it.
  function drawn(text, el) {
    return transform(text, samui.dom.style(el).textTransform);
  }

  function transformOf(el, known) {
    let how = known.get(el);
    if (how === undefined) {
      how = samui.dom.style(el).textTransform;
      known.set(el, how);
    }
    return how;
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

  // everything is all that the page could be found to show, without regard to
  // case, to order and to what is drawn: the text of its nodes, several times
  // faster than the index can be made. (Not innerText, which leaves out what
  // content-visibility: auto has put off.)
  function everything() {
    return samui.dom.memo('everything', () => {
      const texts = samui.dom.query('input[type=button],input[type=submit],input[type=reset],option[label]').map((el) => el.label || el.value);
      for (const root of samui.dom.roots()) {
        const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          const node = walker.currentNode;
          if (!silent.has(node.parentNode.localName)) texts.push(node.data);
        }
      }
      return plain(texts.join('')).toUpperCase();
    });
  }

  const naming = ['aria-label', 'alt', 'title', 'placeholder', 'aria-placeholder', 'label'];

  // everyName is all that something could be called apart from what it shows.
  function everyName() {
    return samui.dom.memo('every name', () => {
      const attributes = samui.dom.query(naming.map((a) => `[${a}]`).join(',')).map((el) => naming.map((a) => el.getAttribute(a) ?? '').join(' '));
      const referred = samui.dom.query('[aria-labelledby]').flatMap(samui.aria.labelledby);
      const texts = [...samui.dom.query('label,svg > title'), ...referred].map((el) => el.textContent);
      return plain(['Submit Reset', ...attributes, ...texts].join(' ')).toUpperCase();
    });
  }

  // absent reports whether a text is certainly nowhere on the page: one of its
  // words isn't. While a journey waits for something that is so for nearly every
  // frame, and saves making the index. With names, what things are called
  // counts too.
  function absent(wanted, names) {
    const missing = wanted.toUpperCase().split(' ').filter((word) => !everything().includes(word));
    return missing.some((word) => !names || !everyName().includes(word));
  }

  // text is what an element shows; nothing if it can't be seen.
  function text(el) {
    return index().of(el);
  }

  // pageText is what the page shows, without what is typed into it.
  function pageText() {
    return index().drawn.text;
  }

  // pageSays reports whether the page shows a text.
  function pageSays(wanted) {
    return wanted === '' || (!absent(wanted, false) && index().pageSays(wanted));
  }

  samui.text = { index, pattern, eitherSpelling, drawn, inline, breaks, absent, pageSays };
  samui.find = Object.assign(samui.find ?? {}, { fold, text, pageText });
})();
