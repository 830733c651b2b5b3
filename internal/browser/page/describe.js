// Writes an element as the target that a person would put into a journey.
(() => {
  'use strict';
  const samui = (globalThis.samui ??= {});

  const longest = 80; // characters of a text that is still handy in a journey

  // scalar writes a text as YAML reads it inside {…}: plain where it can be.
  function scalar(text) {
    const odd = /[{}[\],:#&*!|>'"%@`\\\n\t$?]|^[-+.\d~=<]|^\s|\s$|^$/;
    const word = /^(true|false|yes|no|on|off|null|y|n)$/i;
    const escaped = text.replaceAll('${', () => '$${'); // what a journey would take for a variable
    return odd.test(text) || word.test(text) ? JSON.stringify(escaped) : escaped;
  }

  // yaml writes a target in flow form.
  function yaml(target) {
    const parts = [`${target.by === 'any' ? 'text' : target.by}: ${scalar(target.value)}`];
    if (target.name) parts.push(`name: ${scalar(target.name)}`);
    if (target.nth) parts.push(`nth: ${target.nth}`);
    return `{${parts.join(', ')}}`;
  }

  // ways lists the targets that may mean an element, in the order in which a
  // person would choose. None of them holds what is typed or chosen in it.
  function* ways(el) {
    const role = samui.find.role(el);
    const field = samui.aria.fields.has(role) || el.isContentEditable;
    const handy = (text) => text !== '' && text.length <= longest;
    const attribute = (name) => samui.find.fold(el.getAttribute(name) ?? '');
    const name = samui.find.name(el);
    if (field) {
      for (const label of samui.aria.labels(el)) if (handy(label)) yield { by: 'label', value: label };
    }
    if (role !== '' && role !== 'generic' && role !== 'presentation' && handy(name)) yield { by: 'role', value: role, name };
    for (const attribute of samui.targets.testids()) {
      const id = el.getAttribute(attribute);
      if (id) yield { by: 'testid', value: id };
    }
    if (handy(attribute('placeholder'))) yield { by: 'placeholder', value: attribute('placeholder') };
    if (handy(attribute('alt'))) yield { by: 'alt', value: attribute('alt') };
    const text = field ? '' : samui.find.text(el);
    if (handy(text)) yield { by: 'text', value: text };
    if (handy(attribute('title'))) yield { by: 'tooltip', value: attribute('title') };
    if (/^(alert|banner|contentinfo|dialog|form|heading|main|navigation|search|searchbox|status|table|textbox|combobox)$/.test(role)) yield { by: 'role', value: role };
    // Ids with a number in them are often made anew with every page.
    const id = el.getAttribute('id');
    if (id && !/\d{3,}|:/.test(id)) yield { by: 'css', value: `#${CSS.escape(id)}` };
    const key = el.getAttribute('name');
    if (key && key.length <= longest) yield { by: 'css', value: `${CSS.escape(el.localName)}[name=${JSON.stringify(key)}]` };
  }

  // path leads to an element from the top of its document or shadow root.
  function path(el) {
    const steps = [];
    for (let at = el; at; at = at.parentElement) {
      const id = at.getAttribute('id');
      const alike = [...(at.parentElement?.children ?? [])].filter((s) => s.localName === at.localName);
      const step = CSS.escape(at.localName);
      if (id && at !== el) {
        steps.unshift(`#${CSS.escape(id)}`);
        break;
      }
      steps.unshift(alike.length > 1 ? `${step}:nth-of-type(${alike.indexOf(at) + 1})` : step);
    }
    return steps.join(' > ');
  }

  // targetOf is the first way that finds the element and nothing else, else the
  // first that finds it among others, with its number, else the path to it.
  function targetOf(el) {
    let among = null;
    for (const way of ways(el)) {
      const { elements, part } = samui.find.all(way);
      const at = elements.indexOf(el);
      if (at < 0 || part) continue;
      if (elements.length === 1) return way;
      among ??= { ...way, nth: at + 1 };
    }
    return among ?? { by: 'css', value: path(el) };
  }

  // describe writes an element as a target that finds it, ready to be pasted
  // into a journey: {role: button, name: Put in basket}.
  function describe(el) {
    const known = samui.dom.memoMap('described');
    let text = known.get(el);
    if (text === undefined) {
      text = el.isConnected ? yaml(targetOf(el)) : `{css: ${scalar(el.localName)}}`;
      known.set(el, text);
    }
    return text;
  }

  // place writes an element by where it stands, which takes no look through the
  // page.
  const place = (el) => `{css: ${scalar(path(el))}}`;

  samui.find = Object.assign(samui.find ?? {}, { describe, place });
})();
