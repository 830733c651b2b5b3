// What the page itself says about how it was lived through: paints, layout
// shifts, interactions, long tasks. Everything is counted from a mark, so that
// a step within a page has numbers of its own. Bounded on any page.
(() => {
  'use strict';
  const samui = globalThis.samui;
  const report = samui.report;

  const MAX_TASKS = 500;
  const MAX_INTERACTIONS = 10; // as web-vitals keeps: enough for INP's percentile

  let mark = 0; // the page clock's ms from which things count
  let fcp = null;
  let lcp = null;
  let shift, interactions, interactionCount, tasks;

  const reset = () => {
    // Session windows as in web.dev/cls: at most 5 s long, closed by 1 s of rest.
    shift = { worst: null, sum: 0, first: 0, last: 0 };
    interactions = new Map();
    interactionCount = 0;
    tasks = [];
  };
  reset();

  const handlers = {
    paint(e) {
      if (e.name === 'first-contentful-paint') fcp = e.startTime;
    },
    'largest-contentful-paint'(e) {
      lcp = e.startTime;
      report({ k: 'lcp', at: performance.timeOrigin + lcp });
    },
    'layout-shift'(e) {
      if (e.hadRecentInput || e.startTime < mark) return;
      if (shift.sum > 0 && e.startTime - shift.last < 1000 && e.startTime - shift.first < 5000) {
        shift.sum += e.value;
      } else {
        shift.sum = e.value;
        shift.first = e.startTime;
      }
      shift.last = e.startTime;
      shift.worst = Math.max(shift.worst ?? 0, shift.sum);
    },
    event(e) {
      if (!e.interactionId || e.startTime < mark) return;
      if (!interactions.has(e.interactionId)) interactionCount++;
      interactions.set(e.interactionId, Math.max(interactions.get(e.interactionId) ?? 0, e.duration));
      if (interactions.size > MAX_INTERACTIONS) {
        let least = null;
        for (const [id, d] of interactions) if (least === null || d < interactions.get(least)) least = id;
        interactions.delete(least);
      }
    },
    longtask(e) {
      if (e.startTime >= mark && tasks.length < MAX_TASKS) tasks.push([e.startTime, e.duration]);
    },
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
  const inp = () => {
    if (interactions.size === 0) return null;
    const longest = [...interactions.values()].sort((a, b) => b - a);
    return longest[Math.min(longest.length - 1, Math.floor(interactionCount / 50))];
  };

  const blocking = () => {
    const from = Math.max(mark, mark === 0 ? (fcp ?? 0) : 0);
    let sum = 0;
    for (const [start, duration] of tasks) if (start + duration > from) sum += Math.max(0, duration - 50);
    return sum;
  };

  const snapshot = () => {
    drain();
    const nav = performance.getEntriesByType('navigation')[0];
    const ended = (t) => (t > 0 ? round(t) : null);
    return {
      url: location.href,
      fcp: round(fcp),
      lcp: round(lcp),
      // A page without a first paint has had nothing that could shift; within a
      // page no shift is a measured 0.
      cls: fcp === null ? null : Math.round((shift.worst ?? 0) * 1e4) / 1e4,
      inp: round(inp()),
      blocking: round(blocking()),
      ttfb: nav ? ended(nav.responseStart) : null,
      dns: nav ? round(nav.domainLookupEnd - nav.domainLookupStart) : null,
      connect: nav ? round((nav.secureConnectionStart || nav.connectEnd) - nav.connectStart) : null,
      tls: nav && nav.secureConnectionStart > 0 ? round(nav.connectEnd - nav.secureConnectionStart) : null,
      dcl: nav ? ended(nav.domContentLoadedEventEnd) : null,
      load: nav ? ended(nav.loadEventEnd) : null,
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
    const next = () => (n-- > 0 ? requestAnimationFrame(next) : resolve());
    next();
  });

  // settle resolves with a snapshot when the last LCP candidate is known: after
  // load, with no image of the viewport pending, or cap ms after the later of
  // `held` (epoch ms) and load.
  const settle = async (held, cap) => {
    const heldAt = held - performance.timeOrigin;
    for (;;) {
      const load = performance.getEntriesByType('navigation')[0]?.loadEventEnd ?? 0;
      if (performance.now() > Math.max(heldAt, load) + cap) break;
      if (load > 0 && !imagePending()) {
        // A paint's entry arrives some frames after the paint itself.
        await frames(3);
        drain();
        if (!imagePending()) break;
      }
      await frames(1);
    }
    return snapshot();
  };

  samui.vitals = {
    imagePending,
    settle,
    snapshot,
    // current resolves with a snapshot after the entries of the last
    // interaction have had their frames to arrive.
    current: async () => {
      await frames(2);
      return snapshot();
    },
    // mark starts the counting of a step that begins in this document.
    mark: () => {
      drain();
      mark = performance.now();
      reset();
    },
  };
})();
