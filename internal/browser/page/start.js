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

  // A document can be taken from under a window that was opened empty, with the
  // frames that it was asked for, and document.open() forgets every listener.
  // What hangs on either is attached now, and again then.
  const attached = [];
  const emptied = new MutationObserver(() => again());
  const again = () => attached.forEach((attach) => attach());
  samui.attach = (attach) => {
    attached.push(attach);
    attach();
  };
  samui.attach(() => {
    emptied.observe(document, { childList: true });
    addEventListener('pageshow', again);
  });

  // frame calls back in the next frame, whatever document it is of.
  const awaited = new Set();
  let asked = document;
  samui.frame = (then) => {
    const once = (now) => {
      if (awaited.delete(once)) then(now);
    };
    awaited.add(once);
    requestAnimationFrame(once);
  };
  samui.attach(() => {
    if (asked !== document) awaited.forEach((once) => requestAnimationFrame(once));
    asked = document;
  });

  samui.report({ k: 'document', url: location.href, sent: performance.getEntriesByType('navigation')[0]?.requestStart ?? 0 });
  let isParsed = false;
  const parsed = () => {
    if (!isParsed) samui.report({ k: 'parsed', at: samui.epoch(performance.now()) });
    isParsed = true;
  };
  samui.attach(() => {
    if (document.readyState === 'loading') addEventListener('DOMContentLoaded', parsed);
    else parsed();
  });
})();
