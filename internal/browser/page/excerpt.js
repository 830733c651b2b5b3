// Writes a part of the page as HTML, for people to read after a failure:
// without scripts and styles, without what is typed or chosen, without what the
// journey masks, and never more than fits.
(() => {
  'use strict';
  const samui = (globalThis.samui ??= {});

  const most = 8000; // characters of an excerpt
  const mostLooked = 20000; // nodes that are looked at for one
  const mostText = 200; // characters of a text
  const mostValue = 100; // and of an attribute's value

  const silent = new Set(['script', 'style', 'noscript', 'template', 'link', 'meta', 'base', 'svg', 'math', 'canvas', 'object', 'embed', 'textarea', 'iframe', 'frame', 'video', 'audio']);
  const hollow = new Set(['area', 'br', 'col', 'hr', 'img', 'input', 'source', 'track', 'wbr']);
  const left = new Set(['script', 'style', 'noscript', 'template', 'link', 'meta', 'base']);
  const dropped = new Set(['value', 'style', 'srcdoc', 'nonce', 'integrity']);
  const told = new Set(['id', 'class', 'name', 'type', 'role', 'alt', 'title', 'placeholder', 'for', 'lang', 'dir']);
  const addresses = new Set(['href', 'src', 'action']);

  // cut leaves whole words: half a secret would not be recognised as one.
  const cut = (text, longest) => {
    if (text.length <= longest) return text;
    return `${text.slice(0, text.lastIndexOf(' ', longest) + 1)}…`;
  };
  const escape = (text) => text.replace(/[&<]/g, (c) => (c === '&' ? '&amp;' : '&lt;'));

  // address is one without what it may carry: who asks, parameters, a whole
  // document or script.
  const address = (value) => value
    .replace(/^\s*(?!https?:)([a-z][a-z0-9+.-]*):.*$/is, '$1:…')
    .replace(/[?#].*$/s, '?…')
    .replace(/^(\s*(?:https?:)?[/\\]{2})[^/\\]*@/i, '$1…@');

  // written is an attribute as it is told. Only those that say what an element
  // is are told with their value: in any other may be anything, as the key of a
  // form, or what somebody has set.
  const written = (el, { name, value }) => {
    if (dropped.has(name) || name.startsWith('on')) return '';
    if (value === '') return ` ${name}`;
    if (addresses.has(name)) value = address(value);
    else if (!told.has(name) && !/^aria-(?!value)/.test(name) && !samui.targets.testids().includes(name)) return ` ${name}="…"`;
    return ` ${name}="${escape(cut(value, mostValue)).replaceAll('"', '&quot;')}"`;
  };

  // write puts a node's HTML into lines, and is false when there is no room.
  const write = (out, node, depth, masked) => {
    if (out.length >= most || ++out.looked > mostLooked) return false;
    const put = (text) => {
      const line = `${'  '.repeat(Math.min(depth, 20))}${text}`;
      if (out.length + line.length > most) return false;
      out.lines.push(line);
      out.length += line.length + 1;
      return true;
    };
    if (node.nodeType === Node.TEXT_NODE) {
      const text = cut(node.data.replace(/\s+/g, ' ').trim(), mostText);
      return text === '' || put(escape(text));
    }
    if (node.nodeType !== Node.ELEMENT_NODE || left.has(node.localName)) return true;
    const tag = node.localName;
    if (masked.has(node)) return put(`<${tag}><!-- masked --></${tag}>`);
    const open = `<${tag}${[...node.attributes].map((a) => written(node, a)).join('')}>`;
    if (hollow.has(tag)) return put(open);
    if (silent.has(tag) || node.isContentEditable) return put(`${open}${node.firstChild ? '…' : ''}</${tag}>`);
    const inner = [...node.childNodes];
    if (node.shadowRoot === null && inner.length === 0) return put(`${open}</${tag}>`);
    if (node.shadowRoot === null && inner.length === 1 && inner[0].nodeType === Node.TEXT_NODE) {
      return put(`${open}${escape(cut(inner[0].data.replace(/\s+/g, ' ').trim(), mostText))}</${tag}>`);
    }
    if (!put(open)) return false;
    if (node.shadowRoot !== null) {
      if (!put('  <template shadowrootmode="open">')) return false;
      for (const child of node.shadowRoot.childNodes) if (!write(out, child, depth + 2, masked)) return false;
      if (!put('  </template>')) return false;
    }
    for (const child of inner) if (!write(out, child, depth + 1, masked)) return false;
    return put(`</${tag}>`);
  };

  const writeAll = (node, masked) => {
    const out = { lines: [], length: 0, looked: 0 };
    const whole = write(out, node, 0, masked);
    if (!whole) out.lines.push('…');
    return { whole, text: out.lines.join('\n') };
  };

  const up = (node) => node.parentElement ?? (node.parentNode instanceof ShadowRoot ? node.parentNode.host : null);

  // excerpt is what is around the first element that a target means, or the one
  // nearest to it, as far as it fits; without one, the start of the page.
  const excerpt = (target, frame, masks, frames) => {
    samui.find.touched();
    const masked = new Set([...masks.flatMap((t) => samui.find.all(t).elements), ...frames.flatMap((t) => samui.frames.all(t))]);
    let at = null;
    if (frame) at = samui.frames.all(frame)[0] ?? null;
    else if (target) at = samui.find.all(target).elements[0] ?? samui.find.near(target, 1)[0] ?? null;
    for (let node = at; node !== null; node = up(node)) if (masked.has(node)) at = node;
    at ??= document.body ?? document.documentElement;
    if (at === null) return '';
    let best = writeAll(at, masked);
    for (let node = up(at); node !== null && node !== document.documentElement && best.whole; node = up(node)) {
      const wider = writeAll(node, masked);
      if (!wider.whole) break;
      best = wider;
    }
    return best.text;
  };

  samui.excerpt = excerpt;
})();
