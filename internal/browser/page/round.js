// Tells between two inputs whether something is seen: before a step, for its
// conditions, and between the rounds of one that is repeated.
(() => {
  'use strict';
  const samui = globalThis.samui;

  // sees resolves with true when the claim holds, with false when it doesn't
  // after cap ms, or when nothing in the page has changed for quiet ms.
  samui.sees = (claim, cap, quiet) => new Promise((resolve, reject) => {
    const began = performance.now();
    let changedAt = began;
    let judgedAt = -1e9, cost = 0; // on huge pages judging takes at most a quarter of the time
    const observer = new MutationObserver(() => { changedAt = performance.now(); });
    observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
    const end = (settle, value) => {
      observer.disconnect();
      settle(value);
    };
    const look = () => {
      const now = performance.now();
      try {
        if (now >= judgedAt + 3 * cost) {
          samui.find.touched();
          if (samui.claims.judge(claim).holds) return end(resolve, true);
          judgedAt = performance.now();
          cost = judgedAt - now;
        }
      } catch (e) {
        return end(reject, e);
      }
      if (now - changedAt >= quiet || now - began >= cap) return end(resolve, false);
      requestAnimationFrame(look);
    };
    look();
  });
})();
