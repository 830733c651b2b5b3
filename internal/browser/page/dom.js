// The page's tree as a customer meets it: with open shadow roots and slots in
// their places, and with what can't be seen told from what can.
//
// The files of this folder run in an isolated world, before any script of the
// page. Those that find and judge read the page and change nothing in it: no
// attribute, no style, no listener. Each adds to the one object `samui` of that world and looks the
// others up when it is called, so their order doesn't matter.
//
// Whatever is worked out from the page is kept until touched() is called. Who
// judges calls it once in every frame that is judged: styles change what can be
// seen without a mutation that anybody could observe.
(() => {
  'use strict';
  const samui = (globalThis.samui ??= {});

  let kept = new Map();

  // memo returns what make() gave since the page was last touched.
  function memo(key, make) {
    if (!kept.has(key)) kept.set(key, make());
    return kept.get(key);
  }

  // memoMap is memo for something worked out element by element.
  function memoMap(key) {
    return memo(key, () => new Map());
  }

  function touched() {
    kept = new Map();
  }

  // roots lists the document and every open shadow root in it, outermost first.
  function roots() {
    return memo('roots', () => {
      const found = [document];
      for (const root of found) {
        const all = root.querySelectorAll('*');
        for (let i = 0; i < all.length; i++) {
          const shadow = all[i].shadowRoot;
          if (shadow) found.push(shadow);
        }
      }
      return found;
    });
  }

  // query is querySelectorAll through open shadow roots. A selector is matched
  // inside each root by itself; `within` is what crosses from one to the next.
  function query(selector) {
    if (roots().length === 1) return [...document.querySelectorAll(selector)];
    return roots().flatMap((root) => [...root.querySelectorAll(selector)]);
  }

  // parent is the element that a node is shown in: a slot's for what is
  // slotted, the host for what is in a shadow root. Null above <html>.
  function parent(node) {
    const up = node.assignedSlot ?? node.parentNode;
    if (up instanceof ShadowRoot) return up.host;
    return up instanceof Element ? up : null;
  }

  // eachChild visits the nodes that are shown in an element.
  function eachChild(el, visit) {
    if (el.localName === 'slot') {
      const assigned = el.assignedNodes();
      assigned.forEach(visit);
      if (assigned.length > 0) return;
    }
    // Not over childNodes: iterating a NodeList costs six times as much.
    for (let node = (el.shadowRoot ?? el).firstChild; node; node = node.nextSibling) visit(node);
  }

  // inside reports whether an element is shown in another one (or is it).
  function inside(el, container) {
    for (let up = el; up; up = parent(up)) {
      if (up === container) return true;
    }
    return false;
  }

  // closest is the nearest element, itself included, that test holds for.
  function closest(el, test) {
    for (let up = el; up; up = parent(up)) {
      if (test(up)) return up;
    }
    return null;
  }

  // inOrder sorts elements as they stand in the document, what is in a shadow
  // root where its host stands.
  function inOrder(elements) {
    return [...new Set(elements)].sort(compare);
  }

  function compare(a, b) {
    if (a.getRootNode() !== b.getRootNode()) {
      const hosts = hostsOf(a);
      for (; b; b = b.getRootNode().host) {
        const same = hosts.find((h) => h.getRootNode() === b.getRootNode());
        if (same === b) return hosts[0] === b ? -1 : 1; // one is in the other's shadow root
        if (same) {
          a = same;
          break;
        }
      }
    }
    if (a === b || !b) return 0;
    return a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
  }

  function hostsOf(el) {
    const hosts = [];
    for (; el; el = el.getRootNode().host) hosts.push(el);
    return hosts;
  }

  // innermost drops every element that has another one of the list in it.
  function innermost(elements) {
    const all = new Set(elements);
    const outer = new Set();
    for (const el of all) {
      for (let up = parent(el); up && !outer.has(up); up = parent(up)) {
        if (all.has(up)) outer.add(up);
      }
    }
    return elements.filter((el) => !outer.has(el));
  }

  const styles = new WeakMap();

  // style is an element's computed style. It is live, so it is kept for good:
  // asking for it costs more than reading it.
  function style(el) {
    let live = styles.get(el);
    if (live === undefined) {
      live = getComputedStyle(el);
      styles.set(el, live);
    }
    return live;
  }

  // display is an element's computed display.
  function display(el) {
    const known = memoMap('display');
    let value = known.get(el);
    if (value === undefined) {
      value = style(el).display;
      known.set(el, value);
    }
    return value;
  }

  const containers = new Set('article aside details dialog div fieldset footer form header main menu nav ol section ul'.split(' '));

  // smothers reports whether a box cuts off what is in it down to nothing: a
  // collapsed accordion, or text that only a screen reader is to get.
  function smothers(el) {
    const tag = el.localName;
    if (tag === 'body' || tag === 'html') return false;
    // Sizes are dear, and this is asked of thousands of elements: what flows with
    // the text has none to cut off, and only containers are made narrow alone.
    if (samui.text.inline(el) && display(el) === 'inline') return false;
    if (!(el.offsetHeight <= 1 || (containers.has(tag) && el.offsetWidth <= 1))) return false;
    return style(el).overflow !== 'visible' && !/^(inline|contents)$/.test(display(el));
  }

  // smotherer is the box that cuts an element off, or null. A positioned
  // element escapes a box that isn't around its containing block.
  function smotherer(el) {
    const known = memoMap('smotherer');
    let by = known.get(el);
    if (by !== undefined) return by;
    by = smothers(el) ? el : null;
    const up = parent(el);
    const outer = by || !up ? null : smotherer(up);
    if (outer) {
      const position = style(el).position;
      const escapes = position === 'fixed' || (position === 'absolute' && !(el.offsetParent && inside(el.offsetParent, outer)));
      by = escapes ? null : outer;
    }
    known.set(el, by);
    return by;
  }

  const drawn = { opacityProperty: true, visibilityProperty: true };

  // painted reports whether what is directly in an element is drawn. An opacity
  // of 0 counts as not drawn: that is how pages are kept blank until a script
  // has finished, and the customer waits for what they see.
  function painted(el) {
    if (!el.checkVisibility(drawn)) {
      // An element without a box of its own is seen through what is in it.
      if (display(el) !== 'contents') return false;
      const up = parent(el);
      return up !== null && painted(up);
    }
    return smotherer(el) === null;
  }

  // outOfReach reports whether a box lies where no scrolling leads: a drawer
  // waiting beside the screen, a skip link at left: -9999px.
  function outOfReach(el, box) {
    const view = document.documentElement;
    const across = box.right > 0 && box.left < view.clientWidth;
    const along = box.bottom > 0 && box.top < view.clientHeight;
    if (across && along) return false;
    for (let up = el; up && up !== view && up !== document.body; up = parent(up)) {
      if (style(up).position === 'fixed') return true;
      const outer = parent(up);
      if (outer && outer !== document.body && outer !== view && style(outer).overflow !== 'visible') return false;
    }
    if (box.bottom + scrollY <= 0) return true;
    const rtl = style(view).direction === 'rtl' || (document.body && style(document.body).direction === 'rtl');
    const cut = [view, document.body].some((el) => el && /hidden|clip/.test(style(el).overflowX));
    const width = cut ? view.clientWidth : view.scrollWidth;
    const left = box.left + scrollX;
    const right = box.right + scrollX;
    return rtl ? left >= view.clientWidth || right <= view.clientWidth - width : right <= 0 || left >= width;
  }

  // visible reports whether a customer can see an element, if need be after
  // scrolling: it has a box of some size, is drawn (not display: none,
  // visibility: hidden, opacity: 0, in a closed <details> or otherwise skipped)
  // and isn't cut off or out of reach. aria-hidden says nothing about that.
  function visible(el) {
    const known = memoMap('visible');
    let answer = known.get(el);
    if (answer === undefined) {
      answer = look(el);
      known.set(el, answer);
    }
    return answer;
  }

  function look(el) {
    if (!el.isConnected) return false;
    if (display(el) === 'contents') return showsSomething(el, true);
    if (!painted(el)) return false;
    const box = el.getBoundingClientRect();
    if (box.width > 0 && box.height > 0) return !outOfReach(el, box);
    return style(el).overflow === 'visible' && showsSomething(el, false);
  }

  // showsSomething reports whether something in an element can be seen that has
  // no size of its own: what flows over it, or all that it is.
  function showsSomething(el, texts) {
    let seen = false;
    eachChild(el, (n) => {
      seen ||= n.nodeType === Node.ELEMENT_NODE ? visible(n) : texts && n.nodeType === Node.TEXT_NODE && n.data.trim() !== '' && painted(el);
    });
    return seen;
  }

  // enabled reports whether an element could be used: neither it nor what it is
  // a part of is disabled or inert, and no modal dialog is open elsewhere.
  function enabled(el) {
    if (closest(el, (up) => isDisabled(up) || up.hasAttribute('inert'))) return false;
    const modal = query('dialog:modal');
    return modal.length === 0 || modal.some((dialog) => inside(el, dialog));
  }

  function isDisabled(el) {
    if (el.getAttribute('aria-disabled')?.trim().toLowerCase() === 'true') return true;
    // A disabled fieldset disables the fields in it, which say so themselves,
    // not its other content.
    return el.localName !== 'fieldset' && el.matches(':disabled');
  }

  // checked is whether an element is ticked: null where it can't be.
  function checked(el) {
    if (el.localName === 'input') {
      if (el.type !== 'checkbox' && el.type !== 'radio') return null;
      if (el.indeterminate) return 'mixed';
      return el.checked ? 'checked' : 'unchecked';
    }
    const state = el.getAttribute('aria-checked')?.trim().toLowerCase();
    if (state === undefined) return null;
    return state === 'true' ? 'checked' : state === 'mixed' ? 'mixed' : 'unchecked';
  }

  samui.dom = { memo, memoMap, query, roots, parent, eachChild, inside, closest, inOrder, innermost, style, display, painted };
  samui.find = Object.assign(samui.find ?? {}, { touched, visible, enabled, checked });
})();
