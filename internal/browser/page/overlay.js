// Watches for what may appear at any time, to have it closed.
(() => {
  'use strict';
  const samui = globalThis.samui;

  const EVERY_MS = 50;
  const CLOSING_MS = 3000; // how long one that was pressed may take to go
  const REST_MS = 3000; // how long one is left alone while the page still loads

  let overlays = []; // {see, click, frame}: one with a frame is seen in there, which is looked into from outside
  let closing = []; // until when each has time to go
  let pressed = []; // whether each was, and has not gone since
  let told = -1;
  let seenAt = null;
  let running = false;
  let focused = null;

  const sees = (target) => samui.find.all(target).elements.some(samui.targets.shown);
  const seen = (o) => (o.frame ? samui.frames.all(o.frame).some(samui.targets.shown) : sees(o.see));

  // stands tells whether one is seen and not about to go.
  const stands = (i) => {
    if (overlays[i] === undefined) return false;
    if (seen(overlays[i])) return performance.now() >= closing[i];
    closing[i] = 0;
    pressed[i] = false;
    return false;
  };

  // there is the number of the first that stands, or -1.
  const there = () => {
    if (overlays.length === 0) return -1;
    samui.find.touched();
    return overlays.findIndex((_, i) => stands(i));
  };

  // rested: a press ends the browser's collecting of what the main content is,
  // so a page that still loads is let go on for a while.
  const rested = () => {
    const load = performance.getEntriesByType('navigation')[0]?.loadEventEnd ?? 0;
    return (load > 0 && !samui.vitals.imagePending()) || performance.now() >= seenAt + REST_MS;
  };

  const look = () => {
    const i = there();
    if (i < 0) {
      told = -1;
      seenAt = null;
      return;
    }
    seenAt ??= performance.now();
    if (told === i || !rested()) return;
    told = i;
    samui.report({ k: 'overlay', id: String(i), at: samui.epoch(performance.now()) });
  };

  const tick = () => {
    if (overlays.length === 0) {
      running = false;
      return;
    }
    const from = performance.now();
    try {
      if (!samui.watch.leaving()) look();
    } catch (e) {
      samui.report({ k: 'broken', message: `overlay: ${e?.message ?? e}` });
      overlays = [];
    }
    // On huge pages looking takes at most a tenth of the time.
    setTimeout(tick, EVERY_MS + 9 * (performance.now() - from));
  };

  const watch = (list) => {
    overlays = list;
    closing = list.map((_, i) => closing[i] ?? 0);
    pressed = list.map((_, i) => pressed[i] ?? false);
    told = -1;
    seenAt = null;
    if (list.length === 0 || running) return;
    running = true;
    setTimeout(tick);
  };

  const deepActive = () => {
    let el = document.activeElement;
    while (el?.shadowRoot?.activeElement) el = el.shadowRoot.activeElement;
    return el;
  };

  // anew has whatever stands told of again.
  const anew = () => {
    told = -1;
    seenAt = null;
  };

  samui.overlay = {
    watch,
    there,
    // found tells of one that was told of, which may have gone meanwhile, whether
    // it still stands, and whether it does so although it was pressed.
    found: (i) => {
      anew();
      samui.find.touched();
      return { stands: stands(i), pressed: Boolean(pressed[i]) };
    },
    // sees tells, in a frame, whether one is there.
    sees: (target) => {
      samui.find.touched();
      return sees(target);
    },
    // restFor has one whose frame is there, and it not, looked for again later.
    restFor: (i, ms) => {
      closing[i] = Math.max(closing[i], performance.now() + ms);
      anew();
    },
    // button resolves with where to press, or with null when the overlay has gone.
    button: async (i) => (overlays[i] ? samui.act.ready(overlays[i].click, 'press', null, null, () => !stands(i)) : null),
    // closing gives it time to go. What had the focus is given it back
    // afterwards: a key that comes next is meant for it.
    closing: (i) => {
      closing[i] = performance.now() + CLOSING_MS;
      pressed[i] = true;
      focused = deepActive();
      anew();
    },
    // closed is for when the press was taken in: a page that is busy may have
    // taken its time.
    closed: (i) => {
      if (pressed[i]) closing[i] = performance.now() + CLOSING_MS;
      if (focused?.isConnected && focused !== document.body && focused !== deepActive()) focused.focus({ preventScroll: true });
      focused = null;
    },
    // leaveBe gives one up that can't be closed, for as long as it is there.
    leaveBe: (i) => {
      closing[i] = Infinity;
      anew();
    },
  };
})();
