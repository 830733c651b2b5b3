// What the page itself says about how it was lived through: paints, layout
// shifts, interactions, long tasks. Everything is counted from a mark, so that
// a step within a page has numbers of its own. Bounded on any page.
(() => {
  'use strict';
  const samui = globalThis.samui;
  const report = samui.report;

  const MAX_TASKS = 500;
  const MAX_INTERACTIONS = 10; // as web-vitals keeps: enough for INP's percentile
  const MAX_PICTURES = 300;
  const FRAMES = 3; // that a paint's entry takes to arrive
  const MOST_FRAMES = 12;
  // Whatever else comes, pictures of style sheets, is drawn when nobody knows.
  const ANNOUNCED = new Set(['img', 'link', 'script', 'iframe', 'fetch', 'xmlhttprequest', 'beacon', 'ping']);

  let mark = 0; // the page clock's ms from which things count
  let fcp = null;
  let lcp = null;
  let main = { element: null, size: 0 }; // of lcp
  let painted = 0; // when the newest paint was prepared that we have been told of
  let onPaint = () => {};
  let shift, interactions, interactionCount, newest, tasks, route;

  const reset = () => {
    // Session windows as in web.dev/cls: at most 5 s long, closed by 1 s of rest.
    shift = { worst: null, sum: 0, first: 0, last: 0 };
    interactions = new Map();
    interactionCount = 0;
    newest = 0;
    tasks = [];
    route = null;
    samui.causes.reset();
  };
  reset();

  // notePaint: older browsers don't say when a paint was prepared.
  const notePaint = (e) => {
    painted = Math.max(painted, e.paintTime ?? 0);
    onPaint();
  };

  const handlers = {
    paint(e) {
      if (e.name === 'first-contentful-paint') fcp = e.startTime;
      notePaint(e);
    },
    'largest-contentful-paint'(e) {
      lcp = e.startTime;
      samui.causes.noteLCP(e);
      main = e;
      report({ k: 'lcp', at: samui.epoch(lcp) });
      notePaint(e);
    },
    // A change of route within the document, as the browser sees it: an
    // interaction that changed the URL and painted something. Its paints count
    // from the interaction, as web-vitals has it.
    'soft-navigation'(e) {
      if (e.startTime < mark) return;
      route = { interaction: e.interactionId, fcp: Math.max(0, (e.presentationTime || e.paintTime || e.startTime) - e.startTime), lcp: null };
      const largest = e.getLargestInteractionContentfulPaint?.();
      if (largest) handlers['interaction-contentful-paint'](largest);
    },
    'interaction-contentful-paint'(e) {
      const paint = e.largestContentfulPaint;
      if (route === null || !paint || e.interactionId !== route.interaction) return;
      route.lcp = Math.max(0, paint.renderTime - e.startTime);
      samui.causes.noteLCP(paint);
    },
    'layout-shift'(e) {
      if (e.hadRecentInput || e.startTime < mark) return;
      const goesOn = shift.sum > 0 && e.startTime - shift.last < 1000 && e.startTime - shift.first < 5000;
      if (goesOn) {
        shift.sum += e.value;
      } else {
        shift.sum = e.value;
        shift.first = e.startTime;
      }
      shift.last = e.startTime;
      samui.causes.noteShift(e, !goesOn, shift.sum > (shift.worst ?? 0));
      shift.worst = Math.max(shift.worst ?? 0, shift.sum);
    },
    event(e) {
      if (e.startTime < mark) return;
      newest = Math.max(newest, e.startTime);
      samui.causes.noteEvent(e, e.interactionId);
      if (!e.interactionId) return;
      if (!interactions.has(e.interactionId)) interactionCount++;
      interactions.set(e.interactionId, Math.max(interactions.get(e.interactionId) ?? 0, e.duration));
      if (interactions.size > MAX_INTERACTIONS) {
        let least = null;
        for (const [id, d] of interactions) if (least === null || d < interactions.get(least)) least = id;
        interactions.delete(least);
        samui.causes.forget(least);
      }
    },
    longtask(e) {
      if (e.startTime >= mark && tasks.length < MAX_TASKS) tasks.push([e.startTime, e.duration]);
    },
    'long-animation-frame'(e) {
      if (e.startTime >= mark) samui.causes.noteFrame(e);
    },
    element: (e) => samui.causes.noteElement(e),
  };
  handlers['first-input'] = handlers.event;

  const observers = [];
  for (const [type, handle] of Object.entries(handlers)) {
    try {
      const observer = new PerformanceObserver((list) => list.getEntries().forEach(handle));
      observer.observe({ type, buffered: true, durationThreshold: 16 });
      observers.push([observer, handle]);
    } catch {
      // This browser doesn't know the entry type: its number stays null.
    }
  }
  const drain = () => {
    for (const [observer, handle] of observers) observer.takeRecords().forEach(handle);
  };

  const round = (ms) => (ms === null || ms === undefined || ms < 0 ? null : Math.round(ms * 10) / 10);

  // INP as web-vitals computes it: the worst interaction, one in fifty left out.
  // It is given with the interaction's id.
  const inp = () => {
    if (interactions.size === 0) return [null, null];
    const longest = [...interactions].sort((a, b) => b[1] - a[1]);
    return longest[Math.min(longest.length - 1, Math.floor(interactionCount / 50))];
  };

  const blocking = () => {
    const from = Math.max(mark, mark === 0 ? (fcp ?? 0) : 0);
    let sum = 0;
    for (const [start, duration] of tasks) if (start + duration > from) sum += Math.max(0, duration - 50);
    return sum;
  };

  // snapshot is everything that was measured until now; timings are the names of
  // the site's own that are wanted.
  const snapshot = (timings) => {
    drain();
    const nav = performance.getEntriesByType('navigation')[0];
    const ended = (t) => (t > 0 ? round(t) : null);
    const [id, interaction] = inp();
    return {
      url: location.href,
      fcp: round(fcp),
      lcp: round(lcp),
      // A page without a first paint has had nothing that could shift; within a
      // page no shift is a measured 0.
      cls: fcp === null ? null : Math.round((shift.worst ?? 0) * 1e4) / 1e4,
      inp: round(interaction),
      blocking: round(blocking()),
      ttfb: nav ? ended(nav.responseStart) : null,
      dns: nav ? round(nav.domainLookupEnd - nav.domainLookupStart) : null,
      connect: nav ? round((nav.secureConnectionStart || nav.connectEnd) - nav.connectStart) : null,
      tls: nav && nav.secureConnectionStart > 0 ? round(nav.connectEnd - nav.secureConnectionStart) : null,
      dcl: nav ? ended(nav.domContentLoadedEventEnd) : null,
      load: nav ? ended(nav.loadEventEnd) : null,
      route: route && { fcp: round(route.fcp), lcp: round(route.lcp) },
      causes: samui.causes.told(id),
      timings: timings?.length > 0 ? samui.causes.named(timings, mark, mark === 0 ? 0 : samui.watch.since() ?? mark) : null,
    };
  };

  // An image that the customer can see and that hasn't come yet is still main
  // content to come.
  const imagePending = () => {
    for (const img of document.images) {
      if (img.complete || !img.currentSrc && !img.src && !img.srcset) continue;
      const r = img.getBoundingClientRect();
      if (r.bottom > 0 && r.right > 0 && r.top < innerHeight && r.left < innerWidth) return true;
    }
    return false;
  };

  const frames = (n) => new Promise((resolve) => {
    const next = () => (n-- > 0 ? samui.frame(next) : resolve());
    next();
  });

  // What can be painted anew without a change of the document: a picture that
  // came, a style sheet, a font.
  let arrivedAt = 0;
  const pictures = new Map(); // when each came
  document.addEventListener('load', ({ target }) => {
    if (target.localName === 'img' && pictures.size < MAX_PICTURES) pictures.set(target, performance.now());
    else if (target.localName !== 'script' && target.localName !== 'iframe') arrivedAt = performance.now();
  }, { capture: true, passive: true });
  document.fonts.addEventListener('loadingdone', () => { arrivedAt = performance.now(); });

  const shownArea = (el) => {
    const r = el.getBoundingClientRect();
    return Math.max(0, Math.min(r.right, innerWidth) - Math.max(r.left, 0)) * Math.max(0, Math.min(r.bottom, innerHeight) - Math.max(r.top, 0));
  };
  // leads tells whether a picture may still become the main content.
  const leads = (picture) => picture !== main.element && shownArea(picture) > main.size;

  // allPainted tells that no more main content is to be painted: the newest
  // paint whose entry has come was prepared after everything that is there.
  const allPainted = () => painted > Math.max(samui.watch.changedAt(), arrivedAt) &&
    document.getAnimations().every((a) => a.playState !== 'running') &&
    performance.getEntriesByType('resource').every((r) => ANNOUNCED.has(r.initiatorType)) &&
    [...pictures].every(([picture, at]) => at < painted || !leads(picture));

  // lastPaint resolves when the entry of the last paint has come. It arrives up
  // to three frames after the paint itself; sooner where nothing is left, later
  // on a machine that is too busy to show the first paint.
  const lastPaint = () => new Promise((resolve) => {
    let over = false, passed = 0;
    const end = () => {
      over = true;
      onPaint = () => {};
      resolve();
    };
    // A task later the other entries of that paint have come too.
    onPaint = () => { if (!over && allPainted()) soon(end); };
    onPaint();
    const next = () => {
      if (over) return;
      if (passed++ < (fcp === null ? MOST_FRAMES : FRAMES)) requestAnimationFrame(next);
      else end();
    };
    next();
  });

  const soon = (call) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      call();
    };
    channel.port2.postMessage(0);
  };

  // settle resolves with a snapshot when the last LCP candidate is known: after
  // load, with no image of the viewport pending, or cap ms after the later of
  // `held` (epoch ms) and load.
  const settle = async (held, cap, timings) => {
    const heldAt = held - samui.epoch(0);
    for (;;) {
      const load = performance.getEntriesByType('navigation')[0]?.loadEventEnd ?? 0;
      if (performance.now() > Math.max(heldAt, load) + cap) break;
      if (load > 0 && !imagePending()) {
        samui.act.lookAhead();
        await lastPaint();
        drain();
        if (!imagePending()) break;
      }
      await frames(1);
    }
    return snapshot(timings);
  };

  samui.vitals = {
    imagePending,
    settle,
    snapshot,
    // current resolves with a snapshot after the entries of the last
    // interaction have had their frames to arrive.
    current: async (timings) => {
      samui.act.lookAhead();
      await frames(2);
      drain();
      // A busy machine tells later of one. A very short one is never told of.
      // What is told of is the release: a press on its own says nothing of it.
      const told = () => interactions.size > 0 && newest >= (samui.watch.since() ?? 0) - 1;
      for (let more = 6; more > 0 && !told() && samui.watch.pressed(); more--) {
        await frames(1);
        drain();
      }
      return snapshot(timings);
    },
    // mark starts the counting of a step that begins in this document.
    mark: () => {
      drain();
      mark = performance.now();
      reset();
    },
  };
})();
