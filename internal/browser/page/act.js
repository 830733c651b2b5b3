// Finds the element of an action, waits until a customer could use it, and
// says where to press. "Could use" is: there, alone, visible, not moving, not
// disabled, not covered.
(() => {
  'use strict';
  const samui = globalThis.samui;
  const { epoch } = samui;

  let token = 0; // the newest call wins; older ones stop
  let element = null; // what the last ready() found
  let guard = null;

  const composedParent = (node) => node.assignedSlot ?? node.parentNode ?? node.host ?? null;

  const deepestAt = (x, y) => {
    let root = document;
    let hit = null;
    for (;;) {
      let next = root.elementFromPoint(x, y);
      if (next === null || next === hit) {
        // A text that is slotted hides what of the shadow root it stands on.
        next = root === document ? null : root.elementsFromPoint(x, y).find((el) => el.getRootNode() === root);
        if (!next) return hit;
      }
      hit = next;
      if (hit.shadowRoot === null) return hit;
      root = hit.shadowRoot;
    }
  };

  // reaches tells whether an event on `node` is an event on `el`: it is inside
  // it, or in a label of it, or the other way round in one link or button.
  const reaches = (el, node) => {
    for (let n = node; n !== null; n = composedParent(n)) {
      if (n === el) return true;
      if (n.localName === 'label' && n.control === el) return true;
    }
    const host = el.closest?.('a[href],button,label,summary');
    return Boolean(host && host !== el && host.contains(node));
  };

  // surface is what of an element is pressed: its label where the control
  // itself is hidden behind it, as styled checkboxes are.
  const surface = (el) => {
    if (samui.find.visible(el)) return el;
    for (const label of el.labels ?? []) if (samui.find.visible(label)) return label;
    return null;
  };

  // An element that is larger than the viewport is in it when its middle is.
  const inViewport = (r, at) => {
    const x = r.left + (at?.X ?? r.width / 2), y = r.top + (at?.Y ?? r.height / 2);
    return x >= 0 && y >= 0 && x < innerWidth && y < innerHeight;
  };

  // bringIn scrolls to a spot of an element that is larger than the viewport.
  const bringIn = (r, at) => {
    if (!inViewport(r, at)) scrollBy({ left: r.left + at.X - innerWidth / 2, top: r.top + at.Y - innerHeight / 2, behavior: 'instant' });
  };

  const boxOf = (el) => {
    const drawn = (rects) => [...rects].find((r) => r.width > 0 && r.height > 0);
    const own = drawn(el.getClientRects());
    if (own) return own;
    // Without a box of its own, or with one of no size, it is where its content is.
    const content = document.createRange();
    content.selectNodeContents(el);
    return drawn(content.getClientRects()) ?? el.getBoundingClientRect();
  };

  // pointOn finds a spot of the element that isn't covered, or looks at the one
  // that is asked for.
  const pointOn = (el, target, at) => {
    const r = boxOf(el);
    if (at) {
      // Whole pixels, as a mouse has them: else the page is told of the one before.
      const x = Math.ceil(r.left + at.X), y = Math.ceil(r.top + at.Y);
      const hit = deepestAt(x, y);
      return hit !== null && (reaches(el, hit) || reaches(target, hit)) ? { x, y } : { cover: hit };
    }
    const left = Math.max(r.left, 0), right = Math.min(r.right, innerWidth);
    const top = Math.max(r.top, 0), bottom = Math.min(r.bottom, innerHeight);
    if (right <= left || bottom <= top) return { cover: null };
    let cover = null;
    for (const [fx, fy] of [[.5, .5], [.25, .5], [.75, .5], [.5, .25], [.5, .75]]) {
      const x = left + (right - left) * fx, y = top + (bottom - top) * fy;
      const hit = deepestAt(x, y);
      if (hit !== null && (reaches(el, hit) || reaches(target, hit))) return { x, y };
      cover ??= hit;
    }
    return { cover };
  };

  const optionOf = (select, wanted) => {
    const fold = samui.find.fold;
    const options = [...select.options];
    return options.find((o) => fold(o.label) === fold(wanted)) ?? options.find((o) => o.value === wanted) ?? null;
  };

  // optionsOf lists what is to be chosen, null for what isn't there. A place is
  // counted among the options that the list shows.
  const optionsOf = (select, choice) => {
    if (choice.index) {
      const listed = [...select.options].filter((o) => !o.hidden && samui.dom.style(o).display !== 'none');
      return [listed.at(choice.index > 0 ? choice.index - 1 : choice.index) ?? null];
    }
    return choice.options.map((wanted) => optionOf(select, wanted));
  };

  // dodge scrolls what is under a header or footer that stays to where that
  // isn't, once: under what covers the whole page there is no such place.
  const dodged = new WeakSet();
  const dodge = (face, el, at, point) => {
    const { cover } = point;
    const stays = cover && samui.dom.closest(cover, (up) => /^(fixed|sticky)$/.test(samui.dom.style(up).position));
    if (!stays || dodged.has(face) || stays.getBoundingClientRect().height > innerHeight * .9) return point;
    dodged.add(face);
    for (const block of ['end', 'start', 'center']) {
      face.scrollIntoView({ block, inline: 'center', behavior: 'instant' });
      const there = pointOn(face, el, at);
      if (there.x !== undefined) return { ...there, box: boxOf(face) };
    }
    return point;
  };

  // look judges one frame: {state} or {state: 'usable', …}. still says that the
  // page isn't scrolled for it.
  const look = (target, need, choice, at, still) => {
    samui.find.touched();
    const { element: el, elements, part } = samui.find.one(target);
    if (elements.length === 0) return { state: 'none' };
    if (el === null) return { state: 'many', elements };
    if (need === 'scroll') return { state: 'usable', el, part, x: 0, y: 0, box: boxOf(el) };
    if (need === 'upload') {
      // The field itself is mostly hidden behind a button: what counts is that it takes a file.
      if (el.localName !== 'input' || el.type !== 'file') return { state: 'not_file', el };
      return samui.find.enabled(el) ? { state: 'usable', el, part, x: 0, y: 0, box: boxOf(el) } : { state: 'disabled', el };
    }
    const face = surface(el);
    if (face === null) return { state: 'hidden', el };
    if (!samui.find.enabled(el)) return { state: 'disabled', el };
    if (need === 'edit') {
      if (!el.isContentEditable && !('value' in el && 'selectionStart' in el)) return { state: 'not_editable', el };
      if (el.readOnly) return { state: 'readonly', el };
    }
    if (need === 'select') {
      if (el.localName !== 'select') return { state: 'not_select', el };
      const chosen = optionsOf(el, choice);
      const missing = chosen.indexOf(null);
      if (missing >= 0) return { state: 'no_option', el, missing, matches: [...el.options].slice(0, 20).map((x) => x.label) };
      if (chosen.length > 1 && !el.multiple) return { state: 'not_multiple', el };
      const disabled = chosen.find((o) => !samui.find.enabled(o));
      if (disabled) return { state: 'disabled', el: disabled };
    }
    if (need === 'check' && samui.find.checked(el) === null) return { state: 'not_checkable', el };
    if (!inViewport(boxOf(face), at)) {
      if (still) return { state: 'away', el };
      face.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
      if (at) bringIn(boxOf(face), at);
    }
    const box = boxOf(face);
    if (at && (at.X >= box.width || at.Y >= box.height)) return { state: 'outside', el, matches: [`${Math.floor(box.width)}×${Math.floor(box.height)}`] };
    let point = pointOn(face, el, at);
    if (point.x === undefined && !still) point = dodge(face, el, at, point);
    if (point.x === undefined) return { state: 'covered', el, cover: point.cover };
    return { state: 'usable', el, part, box, ...point };
  };

  const same = (a, b) => Math.abs(a.left - b.left) < 1 && Math.abs(a.top - b.top) < 1 &&
    Math.abs(a.width - b.width) < 1 && Math.abs(a.height - b.height) < 1;

  let last = { state: 'none' };

  // Whether a target stands still takes two frames to be known. Where the next
  // one is known while the numbers of a page are waited for, the first of them
  // has gone by before it is asked for.
  let next = null; // the arguments of the next call of ready
  let before = null; // {el, box, call}, once a frame has gone by

  const lookAhead = () => {
    before = null;
    if (next === null) return;
    const call = JSON.stringify(next);
    let found;
    try {
      found = look(...next, true);
    } catch {
      return; // ready will say why
    }
    if (found.state === 'usable' && !found.part) requestAnimationFrame(() => { before = { ...found, call }; });
  };

  // ready resolves when the target can be used: {x, y, startedAt, usableAt} in
  // epoch ms. The frame that proves that it stands still, and the time that a
  // part match must stand alone, come after usableAt: they are no wait. An
  // overlay that stands ends the search, unless it is for the button of one: then
  // `over` tells when it is no longer wanted.
  const ready = (target, need, choice, at, over) => new Promise((resolve, reject) => {
    const mine = ++token;
    const startedAt = performance.now();
    let since = null; // usable, at one place, from this time on
    let seen = before?.call === JSON.stringify([target, need, choice, at]) ? before : null;
    next = before = null;
    let judgedAt = -1e9, cost = 0; // on huge pages looking takes at most a quarter of the time
    // judge tells whether the promise is resolved.
    const judge = (first) => {
      const now = look(target, need, choice, at);
      const usable = now.state === 'usable';
      const known = usable && seen?.state === 'usable' && now.el === seen.el;
      now.moving = known && !same(now.box, seen.box);
      if (!known || now.moving) since = null;
      last = seen = now;
      if (!usable) return false;
      if (since === null) {
        since = first ? startedAt : performance.now();
        if (!first || !known || now.moving) return false;
      }
      if (now.part && !samui.watch.partReady(since)) return false;
      element = now.el;
      resolve({ x: now.x, y: now.y, startedAt: epoch(startedAt), usableAt: epoch(since), url: location.href });
      return true;
    };
    const frame = (first) => {
      if (mine !== token) { resolve(null); return; }
      try {
        const now = performance.now();
        if (!samui.watch.leaving() && now >= judgedAt + 3 * cost) {
          const overlay = over ? -1 : samui.overlay.there();
          if (overlay >= 0) {
            last = look(target, need, choice, at);
            resolve({ overlay, covered: last.state === 'covered', startedAt: epoch(startedAt) });
            return;
          }
          if (over) {
            samui.find.touched();
            if (over()) {
              resolve(null);
              return;
            }
          }
          if (judge(first)) return;
          judgedAt = performance.now();
          cost = judgedAt - now;
        }
      } catch (e) {
        reject(e);
        return;
      }
      samui.frame(() => frame(false));
    };
    frame(true);
  });

  // explain says why the target of the last ready() couldn't be used.
  const explain = (target) => {
    const why = { state: last.moving ? 'moving' : last.state, matches: last.matches ?? [], total: last.elements?.length ?? 0, missing: last.missing ?? 0 };
    if (last.elements) why.matches = last.elements.slice(0, 8).map(samui.find.describe);
    if (last.el) why.element = samui.find.describe(last.el);
    if (last.cover) why.cover = samui.find.describe(last.cover);
    if (last.part && last.state === 'usable') why.state = 'part';
    why.nearest = last.state === 'none' || last.state === 'hidden' ? samui.find.nearest(target, 5) : [];
    return why;
  };

  // A press that would land beside its target, because the page moved under
  // it, is caught before the page sees it and tried again.
  const guarded = (e) => {
    if (guard === null || !e.isTrusted) return;
    if (guard.hit === null) guard.hit = reaches(guard.el, e.composedPath()[0]);
    // Pressed on its target and released beside it, because that moved between
    // the two: there is no click. What goes away when it is pressed was reached.
    if (guard.hit && e.type === 'mouseup' && guard.el.isConnected && !same(guard.box, boxOf(guard.el)) && !reaches(guard.el, e.composedPath()[0])) guard.slipped = true;
    if (guard.hit) return;
    e.stopImmediatePropagation();
    e.preventDefault();
  };

  // drags of the browser's own kind, which the page may still call off.
  let dragging = Promise.resolve(false);
  let dragBegun = () => {};
  const dragged = (e) => {
    if (e.isTrusted) setTimeout(() => dragBegun(!e.defaultPrevented));
  };
  samui.attach(() => {
    for (const type of ['pointerdown', 'mousedown', 'touchstart', 'pointerup', 'mouseup', 'touchend', 'click', 'auxclick', 'contextmenu', 'dblclick']) {
      addEventListener(type, guarded, { capture: true, passive: false });
    }
    addEventListener('dragstart', dragged, { capture: true, passive: true });
  });

  const deepActive = () => {
    let el = document.activeElement;
    while (el?.shadowRoot?.activeElement) el = el.shadowRoot.activeElement;
    return el;
  };

  const change = (el) => {
    el.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
    el.dispatchEvent(new Event('change', { bubbles: true }));
  };

  // scrollerOf is what moves when a customer turns the wheel over an element.
  const scrollerOf = (el, by) => {
    const overflows = (size, room, how) => size > room && /^(auto|scroll|overlay)$/.test(how);
    const scrolls = (x) => {
      const { overflowX, overflowY } = samui.dom.style(x);
      return (by.Y !== 0 && overflows(x.scrollHeight, x.clientHeight, overflowY)) || (by.X !== 0 && overflows(x.scrollWidth, x.clientWidth, overflowX));
    };
    const inside = samui.dom.query('*').filter((x) => x !== el && samui.dom.inside(x, el));
    return samui.dom.closest(el, (x) => x === el && scrolls(x)) ?? inside.find(scrolls) ?? samui.dom.closest(el, scrolls) ?? document.scrollingElement;
  };

  samui.act = {
    ready,
    ahead: (...call) => { next = call; },
    lookAhead,
    explain,
    deepestAt,
    stop: () => { token++; },
    element: () => element,
    watchDrag: () => {
      dragging = new Promise((resolve) => { dragBegun = resolve; });
    },
    // dragging tells, two frames on, whether the page began to drag.
    dragging: () => {
      samui.frame(() => samui.frame(() => dragBegun(false)));
      return dragging;
    },
    // dropSpot is the middle of what of a target is on the screen, or null.
    dropSpot: (target) => {
      samui.find.touched();
      const { element: el } = samui.find.one(target);
      const face = el && surface(el);
      if (!face) return null;
      const r = boxOf(face);
      const left = Math.max(r.left, 0), right = Math.min(r.right, innerWidth);
      const top = Math.max(r.top, 0), bottom = Math.min(r.bottom, innerHeight);
      return right > left && bottom > top ? { X: (left + right) / 2, Y: (top + bottom) / 2 } : null;
    },
    guard: () => { guard = { el: element, hit: null, box: boxOf(element), slipped: false }; },
    // unguard tells whether the press reached its element; null when no event came.
    unguard: () => {
      const hit = guard?.slipped ? false : guard?.hit ?? null;
      guard = null;
      return hit;
    },
    checked: () => samui.find.checked(element) === 'checked',
    // becomes resolves in the frame in which the element is as wanted.
    becomes: (want) => new Promise((resolve) => {
      const mine = ++token;
      const frame = () => (mine !== token || samui.act.checked() === want ? resolve() : samui.frame(frame));
      frame();
    }),
    focus: () => {
      element.focus({ preventScroll: true });
      return deepActive() === element || element.contains(deepActive());
    },
    caretToEnd: () => {
      if (!samui.act.focus()) return false;
      if (element.isContentEditable) {
        getSelection().selectAllChildren(element);
        getSelection().collapseToEnd();
      } else if (element.selectionStart !== null) {
        element.setSelectionRange(element.value.length, element.value.length);
      }
      return true;
    },
    // takeAll focuses the field and selects its content, so that what is
    // typed replaces it. Fields without a text selection (dates, colours,
    // ranges) say so: they are set at once by `put`.
    takeAll: () => {
      if (!samui.act.focus()) return 'unfocusable';
      if (element.isContentEditable) {
        getSelection().selectAllChildren(element);
        return 'selected';
      }
      if (element.localName === 'input' && !['text', 'search', 'url', 'tel', 'password', 'email', 'number'].includes(element.type)) return 'put';
      element.select();
      return 'selected';
    },
    put: (value) => {
      const proto = element.localName === 'textarea' ? HTMLTextAreaElement : HTMLInputElement;
      Object.getOwnPropertyDescriptor(proto.prototype, 'value').set.call(element, value);
      change(element);
      return element.value === value;
    },
    empty: () => (element.isContentEditable ? element.textContent === '' : element.value === ''),
    choose: (choice) => {
      const chosen = optionsOf(element, choice);
      if (chosen.includes(null)) return false;
      if (!element.multiple) element.selectedIndex = chosen[0].index;
      else if (choice.only) for (const o of element.options) o.selected = chosen.includes(o);
      else for (const o of chosen) o.selected = true;
      change(element);
      return true;
    },
    scrollTo: (edge) => {
      if (edge === 'target') element.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
      else scrollTo({ top: edge === 'top' ? 0 : document.scrollingElement.scrollHeight, behavior: 'instant' });
    },
    // scrollBy moves the page, or what scrolls of an element: itself, else what
    // is in it, else what it is in.
    scrollBy: (by, ofElement) => {
      (ofElement ? scrollerOf(element, by) : document.scrollingElement).scrollBy({ left: by.X, top: by.Y, behavior: 'instant' });
    },
    // signs by which a refusal is recognised.
    signs: () => {
      const brief = (text) => String(text).slice(0, 2048); // what is longer is no address of a known refusal
      return {
        url: brief(location.href),
        title: brief(document.title),
        text: samui.find.pageText().slice(0, 4096),
        frames: [...document.querySelectorAll('iframe[src]')].slice(0, 50).map((f) => brief(f.src)),
        scripts: [...document.querySelectorAll('script[src]')].slice(0, 100).map((s) => brief(s.src)),
      };
    },
  };
})();
