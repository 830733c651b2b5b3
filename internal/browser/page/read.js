// Reads what a step saves: from one element, or of the page itself.
(() => {
  'use strict';
  const samui = (globalThis.samui ??= {});

  const longest = 65536; // characters; what is longer is told by its length alone

  // of reads from an element; null where it doesn't have what is wanted.
  const of = (el, from, name) => {
    if (from === 'value') return samui.claims.valueOf(el);
    if (from === 'text') return samui.find.text(el);
    const written = el.getAttribute(name);
    if (written === null) return null;
    const address = ['href', 'src', 'action'].includes(name.toLowerCase());
    return (address && URL.parse(written, document.baseURI)?.href) || written;
  };

  // once is {state, text, private} of what is there now.
  const once = (target, from, name) => {
    samui.find.touched();
    const { element, elements } = samui.find.one(target);
    if (element === null) {
      if (elements.length === 0) return { state: 'none' };
      return { state: 'many', total: elements.length, matches: elements.slice(0, 8).map(samui.find.describe) };
    }
    const text = of(element, from, name);
    if (text === null) return { state: 'lacks', element: samui.find.describe(element) };
    if (text.trim() === '') return { state: 'empty', element: samui.find.describe(element) };
    return { state: 'read', text: text.slice(0, longest), private: from === 'value' && samui.claims.isSecret(element) };
  };

  // from reads from a target, which may come so many ms late.
  const from = async (target, what, name, cap) => {
    const until = performance.now() + cap;
    for (;;) {
      const began = performance.now();
      const now = once(target, what, name);
      if (now.state === 'read') return now;
      if (performance.now() >= until) {
        if (now.state === 'none') now.nearest = samui.find.nearest(target, 5);
        return now;
      }
      // On huge pages looking takes at most a quarter of the time.
      await new Promise((resolve) => { setTimeout(resolve, 16 + 3 * (performance.now() - began)); });
    }
  };

  const title = () => Object.getOwnPropertyDescriptor(Document.prototype, 'title').get.call(document);

  samui.read = { from, title: () => samui.find.fold(title()).slice(0, longest), url: () => location.href.slice(0, longest) };
})();
