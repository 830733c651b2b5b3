// Finds the iframes that a target means, tells where a spot of their content
// lies in this document, and what iframes there are.
(() => {
  'use strict';
  const samui = globalThis.samui;

  const found = []; // by handle

  const isFrame = (el) => el.localName === 'iframe' || el.localName === 'frame';
  const frames = () => samui.dom.query('iframe,frame');
  const titles = (el) => ['title', 'aria-label', 'name', 'id'].map((a) => samui.find.fold(el.getAttribute(a) ?? '')).filter((t) => t !== '');

  const pick = (all, nth) => (nth === 0 ? all : [all.at(nth > 0 ? nth - 1 : nth)].filter(Boolean));

  // candidates are the iframes that a target means: by their titles where it is
  // a plain text, else by themselves or by what holds one of them alone. Of
  // alternatives the first is meant that is drawn, else the first that is there.
  const candidates = (target) => {
    if (target.by === 'first_of' && !target.within && !target.has) {
      const each = (target.firstOf ?? []).map(candidates);
      const meant = each.find((all) => all.some(drawn)) ?? each.find((all) => all.length > 0) ?? [];
      return pick(meant, target.nth ?? 0);
    }
    const wanted = samui.find.fold(target.value ?? '');
    if ((target.by === 'any' || target.by === 'text') && !target.within && !target.has) {
      for (const fits of [(t) => t === wanted, (t) => t.includes(wanted)]) {
        const named = frames().filter((el) => titles(el).some(fits));
        if (named.length > 0) return pick(named, target.nth ?? 0);
      }
    }
    const inner = (el) => {
      const all = frames().filter((f) => samui.dom.inside(f, el));
      return all.length === 1 ? all : [];
    };
    return [...new Set(samui.find.all(target).elements.flatMap((el) => (isFrame(el) ? [el] : inner(el))))];
  };

  const drawn = (el) => [...el.getClientRects()].some((r) => r.width > 0 && r.height > 0);

  // one is the iframe that is meant: of several the only one that is drawn.
  const one = (target) => {
    samui.find.touched();
    const all = candidates(target);
    const seen = all.filter(drawn);
    const left = seen.length > 0 ? seen : all;
    return { element: left.length === 1 ? left[0] : null, elements: left };
  };

  // Documents that aren't drawn get no animation frames.
  const soon = (task) => {
    let over = false;
    const go = () => {
      if (over) return;
      over = true;
      task();
    };
    samui.frame(go);
    setTimeout(go, 100);
  };

  const handleOf = (el) => {
    const at = found.indexOf(el);
    return at >= 0 ? at : found.push(el) - 1;
  };

  const outOfSight = (r) => r.bottom <= 0 || r.right <= 0 || r.top >= innerHeight || r.left >= innerWidth;

  // find resolves with the iframe, or after cap ms with null: {handle, waited}.
  // To be used by a customer it is scrolled to.
  const find = (target, use, cap) => new Promise((resolve, reject) => {
    const from = performance.now();
    const look = (first) => {
      const began = performance.now();
      try {
        const { element } = one(target);
        if (element !== null) {
          if (use && outOfSight(element.getBoundingClientRect())) element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
          resolve({ handle: handleOf(element), waited: first ? 0 : began - from });
          return;
        }
      } catch (e) {
        reject(e);
        return;
      }
      if (performance.now() > from + cap) {
        resolve(null);
        return;
      }
      // On huge pages looking takes at most a quarter of the time.
      setTimeout(() => soon(() => look(false)), 3 * (performance.now() - began));
    };
    look(true);
  });

  // leaves resolves when a target no longer means that iframe, at the latest
  // after cap ms.
  const leaves = async (target, handle, cap) => {
    const until = performance.now() + cap;
    while (performance.now() < until) {
      await new Promise((resolve) => { setTimeout(resolve, 100); });
      try {
        if (one(target).element !== found[handle]) return true;
      } catch {
        return true;
      }
    }
    return false;
  };

  // turned tells whether an element is drawn askew: then nothing says where on
  // the screen a spot of its content is.
  const turned = (el) => {
    for (let n = el; n instanceof Element; n = n.assignedSlot ?? n.parentElement ?? n.getRootNode().host) {
      const style = getComputedStyle(n);
      if (style.rotate !== 'none') return true;
      if (style.transform === 'none') continue;
      const m = new DOMMatrix(style.transform);
      if (!m.is2D || Math.abs(m.b) > 1e-6 || Math.abs(m.c) > 1e-6) return true;
    }
    return false;
  };

  // place is where an iframe's content begins, and how large its pixels are.
  const place = (el) => {
    const r = el.getBoundingClientRect();
    const style = getComputedStyle(el);
    const sx = el.offsetWidth > 0 ? r.width / el.offsetWidth : 1, sy = el.offsetHeight > 0 ? r.height / el.offsetHeight : 1;
    return {
      x: r.left + (el.clientLeft + parseFloat(style.paddingLeft)) * sx,
      y: r.top + (el.clientTop + parseFloat(style.paddingTop)) * sy,
      sx,
      sy,
    };
  };

  // spot is where in this document a spot of an iframe's content is, and whether
  // a customer reaches it there.
  const spot = (handle, x, y) => {
    const el = found[handle];
    if (!el?.isConnected) return { state: 'gone' };
    if (turned(el)) return { state: 'turned' };
    const p = place(el);
    const px = p.x + x * p.sx, py = p.y + y * p.sy;
    if (px < 0 || py < 0 || px >= innerWidth || py >= innerHeight) {
      scrollBy({ left: px - innerWidth / 2, top: py - innerHeight / 2, behavior: 'instant' });
      return { state: 'moved' };
    }
    const hit = samui.act.deepestAt(px, py);
    if (hit === el) return { state: 'ok', x: px, y: py };
    // A box of the page that scrolls may have it out of sight.
    if (hit === null || !samui.dom.inside(hit, el)) {
      const before = el.getBoundingClientRect();
      el.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
      const after = el.getBoundingClientRect();
      if (before.top !== after.top || before.left !== after.left) return { state: 'moved' };
    }
    return { state: 'covered', cover: hit === null ? '' : samui.find.describe(hit) };
  };

  const clip = (text) => (text.length > 80 ? `${text.slice(0, 79)}…` : text);
  const describe = (el) => {
    const words = [el.localName];
    const [title] = titles(el);
    if (title !== undefined) words.push(`"${clip(title)}"`);
    const host = URL.parse(el.src || 'about:blank', document.baseURI)?.host;
    if (host) words.push(`of ${host}`);
    if (!drawn(el)) words.push('(hidden)');
    return words.join(' ');
  };

  samui.frames = {
    find,
    all: candidates,
    leaves,
    spot,
    place: (handle) => (found[handle]?.isConnected ? place(found[handle]) : null),
    soon,
    element: (handle) => found[handle],
    // list says what iframes there are, those that the target means or else all.
    list: (target) => {
      samui.find.touched();
      let meant = [];
      try {
        meant = candidates(target);
      } catch {
        // A bad selector means none.
      }
      return { meant: meant.length, frames: (meant.length > 0 ? meant : frames()).slice(0, 8).map(describe) };
    },
  };
})();
