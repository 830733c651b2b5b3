// Asks what the page's own scripts know. This world can't see their variables,
// and a channel within the page could be broken by it: the question goes out
// to Samui, has the browser evaluate the expression where the page's scripts
// run, and comes back.
(() => {
  'use strict';
  const samui = globalThis.samui;

  let answers = new Map(); // {holds, why} by expression
  let wanted = new Set();
  let asked = null; // what is on its way
  let serial = 0;

  // verdict is the newest answer, or none yet. Whoever judges then calls ask.
  function verdict(expression) {
    wanted.add(expression);
    return answers.get(expression);
  }

  // ask resolves when what was wanted is answered. There is one question at a
  // time.
  function ask() {
    if (asked !== null) return asked.promise;
    if (wanted.size === 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers();
    asked = { id: `${++serial}`, expressions: [...wanted], promise, resolve };
    wanted = new Set();
    samui.report({ k: 'ask', id: asked.id, scripts: asked.expressions });
    return promise;
  }

  // answer takes what was found. What was asked before an input says nothing of
  // what came after it.
  function answer(id, found) {
    if (asked?.id !== id) return;
    const { expressions, resolve } = asked;
    asked = null;
    expressions.forEach((expression, i) => answers.set(expression, found[i]));
    resolve();
  }

  // forget begins anew, with what is known.
  function forget(known) {
    answers = new Map(Object.entries(known ?? {}));
    wanted = new Set();
    asked?.resolve();
    asked = null;
  }

  samui.script = { verdict, ask, answer, forget, asking: () => asked !== null };
})();
