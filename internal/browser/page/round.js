// Tells between two inputs whether something is seen: before a step, for its
// conditions, and between the rounds of one that is repeated.
(() => {
  'use strict';
  const samui = globalThis.samui;

  // sees resolves with {seen, waited, leaving}: seen where the claim holds, not
  // where it doesn't after cap ms, or when nothing in the page has changed for
  // quiet ms. waited is the ms until it was seen, else until the page's last
  // change. A page that is being left says nothing: the next one does.
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
    samui.script.forget();
    const look = () => {
      if (samui.watch.leaving()) return end(resolve, { leaving: true });
      const now = performance.now();
      try {
        if (now >= judgedAt + 3 * cost) {
          samui.find.touched();
          if (samui.claims.judge(claim).holds) return end(resolve, { seen: true, waited: now - began });
          samui.script.ask();
          judgedAt = performance.now();
          cost = judgedAt - now;
        }
      } catch (e) {
        return end(reject, e);
      }
      if (now - changedAt >= quiet || now - began >= cap) return end(resolve, { seen: false, waited: changedAt - began });
      samui.frame(look);
    };
    look();
  });
})();
