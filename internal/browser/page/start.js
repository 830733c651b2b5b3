// The first thing that runs in every main-frame document, before any script of
// the page, in a world of its own that the page can't see.
(() => {
  'use strict';
  const samui = (globalThis.samui ??= {});
  const send = globalThis.samuiReport;
  samui.report = (message) => {
    message.origin = performance.timeOrigin;
    send(JSON.stringify(message));
  };
  samui.epoch = (ms) => performance.timeOrigin + ms;
  samui.report({ k: 'document', url: location.href });
  const parsed = () => samui.report({ k: 'parsed', at: samui.epoch(performance.now()) });
  if (document.readyState === 'loading') addEventListener('DOMContentLoaded', parsed, { once: true });
  else parsed();
})();
