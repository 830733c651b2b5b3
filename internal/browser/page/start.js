// The first thing that runs in every main-frame document, before any script of
// the page, in a world of its own that the page can't see.
(() => {
  'use strict';
  const samui = (globalThis.samui ??= {});
  const send = globalThis.samuiReport;
  samui.report = (message) => {
    message.origin = samui.epoch(0);
    send(JSON.stringify(message));
  };
  let ahead = 0; // of the visit's other documents, whose process took the time from another clock
  samui.correct = (ms) => { ahead = ms; };
  // epoch is the page clock's time as all documents of the visit have it.
  samui.epoch = (ms) => performance.timeOrigin - ahead + ms;
  samui.report({ k: 'document', url: location.href, sent: performance.getEntriesByType('navigation')[0]?.requestStart ?? 0 });
  const parsed = () => samui.report({ k: 'parsed', at: samui.epoch(performance.now()) });
  if (document.readyState === 'loading') addEventListener('DOMContentLoaded', parsed, { once: true });
  else parsed();
})();
