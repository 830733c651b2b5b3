// Tells what of a picture is covered before anybody sees it.
(() => {
  'use strict';
  const samui = globalThis.samui;

  // masks are rectangles in CSS pixels of the screen: filled fields, foreign
  // frames and what the journey names. A page that is wider than a phone is shown
  // scaled down.
  const masks = (targets, frames) => {
    const rects = [];
    const cover = (el, dx, dy) => {
      for (const r of el.getClientRects()) if (r.width > 0 && r.height > 0) rects.push([r.left + dx, r.top + dy, r.width, r.height]);
    };
    const quiet = new Set(['button', 'submit', 'reset', 'checkbox', 'radio', 'image', 'file', 'range', 'color', 'hidden']);
    // A choice is a person's own where it isn't the one that the page came with.
    const chosen = (select) => {
      const given = [...select.options].findIndex((o) => o.defaultSelected);
      return select.selectedIndex !== Math.max(given, 0);
    };
    const walk = (root, dx, dy) => {
      for (const el of root.querySelectorAll('*')) {
        if (el.shadowRoot) walk(el.shadowRoot, dx, dy);
        if (el.localName === 'select' && chosen(el)) cover(el, dx, dy);
        if (el.localName === 'input' ? !quiet.has(el.type) && el.value !== '' : el.localName === 'textarea' ? el.value !== '' :
          el.isContentEditable && el.textContent.trim() !== '') cover(el, dx, dy);
        if (el.localName === 'iframe' || el.localName === 'frame') {
          let inner = null;
          try { inner = el.contentDocument; } catch { inner = null; }
          const r = el.getBoundingClientRect();
          if (inner === null) cover(el, dx, dy);
          else walk(inner, dx + r.left + el.clientLeft, dy + r.top + el.clientTop);
        }
      }
    };
    walk(document, 0, 0);
    for (const target of targets) for (const el of samui.find.all(target).elements) cover(el, 0, 0);
    for (const target of frames ?? []) for (const el of samui.frames.all(target)) cover(el, 0, 0);
    const { offsetLeft, offsetTop, scale } = visualViewport;
    return rects.map(([x, y, w, h]) => [(x - offsetLeft) * scale, (y - offsetTop) * scale, w * scale, h * scale]);
  };

  samui.act.masks = masks;
})();
