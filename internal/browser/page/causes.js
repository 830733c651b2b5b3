// What stands behind a page's numbers: which element was the main content, which
// one jumped, what an interaction waited for, which script held frames up. Kept
// as references while the page lives and named only when it is asked, since
// naming an element takes a look through the page. Bounded on any page.
(() => {
  'use strict';
  const samui = globalThis.samui;

  const MAX_FRAMES = 5; // the longest
  const SAME_FRAME_MS = 8; // events that were painted so close belong to one frame, as web-vitals has it
  const MAX_PAINTED = 20; // frames whose events are remembered; entries arrive a frame or two late
  const ADDRESS = 500; // characters
  const NAME = 80; // characters
  const HUGE = 20000; // elements; finding what names one of so many takes too long

  let lcp, worst, session, interactions, painting, frames;

  const reset = () => {
    lcp = session = worst = null;
    interactions = new Map();
    painting = [];
    frames = [];
  };
  reset();

  const ref = (node) => (node ? new WeakRef(node) : null);
  const round = (ms) => Math.max(0, Math.round(ms * 10) / 10);

  // name is an element as a journey would say it; null for one that has gone.
  const name = (held) => {
    let el = held?.deref() ?? null;
    if (el !== null && el.nodeType !== Node.ELEMENT_NODE) el = el.parentElement;
    if (!el?.isConnected) return null;
    return document.getElementsByTagName('*').length > HUGE ? samui.find.place(el) : samui.find.describe(el);
  };

  // cut shortens a text, with the mark by which a secret that is cut through is
  // known all the same.
  const cut = (text, most) => (text.length > most ? text.slice(0, most) + '…' : text);

  // address is where something comes from, without what an inline one holds, nor
  // what follows its path: that may let somebody in.
  const address = (url) => {
    if (!url) return null;
    return url.startsWith('http') ? cut(url.replace(/[?#].*/s, '?…'), ADDRESS) : url.slice(0, url.indexOf(':') + 1) + '…';
  };

  // caller is the function that a script ran, or else what called it; an inline
  // script is only called by its own page.
  const caller = (script) => {
    const by = script.sourceFunctionName || script.invoker || '';
    return by.startsWith('http') ? '' : cut(by, NAME);
  };

  const noteLCP = (e) => { lcp = { element: ref(e.element), url: e.url }; };

  // noteShift is told of each shift that counts, whether it begins a session
  // window, and whether that window is now the worst.
  const noteShift = (e, begins, isWorst) => {
    if (begins || session === null) session = { value: 0 };
    if (e.value > session.value) {
      const source = [...e.sources].find((s) => s.node?.nodeType === Node.ELEMENT_NODE) ?? e.sources[0];
      session.value = e.value;
      session.at = e.startTime;
      session.element = ref(source?.node);
    }
    if (isWorst) worst = { ...session };
  };

  // noteEvent is told of every event, with its interaction's id or 0. What is
  // painted together was worked off together: all of it kept the customer
  // waiting for the paint.
  const noteEvent = (e, id) => {
    const painted = e.startTime + e.duration;
    let together = painting.findLast((p) => Math.abs(p.at - painted) <= SAME_FRAME_MS);
    if (together) {
      together.from = Math.min(together.from, e.processingStart);
      together.to = Math.max(together.to, e.processingEnd);
    } else {
      together = { at: painted, from: e.processingStart, to: e.processingEnd };
      painting.push(together);
      if (painting.length > MAX_PAINTED) painting.shift();
    }
    if (!id) return;
    const known = interactions.get(id);
    const element = known?.element ?? ref(e.target);
    if (known && known.duration >= e.duration) known.element = element;
    else interactions.set(id, { event: e.name, element, start: e.startTime, duration: e.duration, together });
  };

  const noteFrame = (e) => {
    if (frames.length === MAX_FRAMES && e.duration <= frames[MAX_FRAMES - 1].duration) return;
    let longest = null;
    for (const s of e.scripts) if (longest === null || s.duration > longest.duration) longest = s;
    frames.push({
      at: e.startTime, duration: e.duration, blocking: e.blockingDuration,
      script: longest && address(longest.sourceURL),
      caller: longest && caller(longest),
      scriptMs: longest?.duration ?? 0,
    });
    frames.sort((a, b) => b.duration - a.duration);
    frames.length = Math.min(frames.length, MAX_FRAMES);
  };

  // named are the measures, marks and element timings of these names that are
  // not older than the given time: how long it was, or when it was, counted from
  // since. The last of a name is meant.
  const named = (names, from, since) => {
    const all = {};
    for (const name of names) {
      const measure = performance.getEntriesByName(name, 'measure').findLast((e) => e.startTime + e.duration >= from);
      const mark = performance.getEntriesByName(name, 'mark').findLast((e) => e.startTime >= from);
      const painted = elements.get(name) ?? -1;
      if (measure) all[name] = round(measure.duration);
      else if (mark) all[name] = round(mark.startTime - since);
      else all[name] = painted >= from ? round(painted - since) : null;
    }
    return all;
  };
  const elements = new Map();
  const noteElement = (e) => {
    if (e.identifier && (elements.size < 100 || elements.has(e.identifier))) elements.set(e.identifier, e.startTime);
  };

  // phases are what an interaction waited for: until its handlers began, until
  // they were done, and until the result was painted.
  const phases = ({ event, element, start, duration, together }) => {
    const painted = start + duration;
    const from = Math.min(together.from, painted);
    const to = Math.min(together.to, painted);
    return { element: name(element), event, delay_ms: round(from - start), processing_ms: round(to - from), presentation_ms: round(painted - to) };
  };

  // told is what stands behind the numbers: of the interaction with this id, and
  // of a load only where this step loaded.
  const told = (id) => {
    return {
      lcp: lcp && { element: name(lcp.element), url: address(lcp.url) },
      cls: worst && { element: name(worst.element), shift: Math.round(worst.value * 1e4) / 1e4, at_ms: round(worst.at) },
      inp: interactions.has(id) ? phases(interactions.get(id)) : null,
      long_frames: frames.map((f) => ({
        at_ms: round(f.at), duration_ms: round(f.duration), blocking_ms: round(f.blocking),
        script: f.script || null, function: f.caller || null, script_ms: round(f.scriptMs),
      })),
    };
  };

  samui.causes = {
    reset, noteLCP, noteShift, noteEvent, noteFrame, noteElement, named, told,
    // forget drops an interaction that can't be the one that counts.
    forget: (id) => interactions.delete(id),
  };
})();
