// Judges a step's expectations on the frames after its last input, and tells
// the first frame in which all of them hold, by the page's own clock.
(() => {
  'use strict';
  const samui = globalThis.samui;
  const { report, epoch } = samui;

  const QUIET_MS = 500; // how long a navigation may take to be requested; how long a part match must stand alone
  const LOAD_CAP_MS = 5000; // a page whose load event never comes must not hold a part match for ever

  let armed = null;
  let leaving = false; // a navigation of this frame to another document is pending
  let mutations = 0;
  let changedAt = 0; // of the last of them
  let scheduled = false;

  const changes = new MutationObserver(() => {
    mutations++;
    changedAt = performance.now();
    samui.find.touched();
  });
  samui.attach(() => changes.observe(document, { subtree: true, childList: true, characterData: true, attributes: true }));

  const loaded = () => performance.getEntriesByType('navigation')[0]?.loadEventEnd ?? 0;

  // partReady tells since when (page clock) a part match may be used that was
  // first seen at the given time, or null while it may not be used yet.
  const partReady = (seen) => {
    const load = loaded();
    const now = performance.now();
    const from = load > 0 ? Math.max(seen, load) : seen + LOAD_CAP_MS;
    return now >= from + QUIET_MS;
  };

  const judgeAll = () => {
    let part = false;
    for (const claim of armed.claims) {
      const verdict = samui.claims.judge(claim);
      if (!verdict.holds) return { holds: false, part: false, pending: verdict.pending };
      part ||= Boolean(verdict.part);
    }
    return { holds: true, part };
  };

  // afterPaint calls back when the frame being prepared has been handed over
  // for painting: a task posted within a frame runs behind its rendering.
  const afterPaint = (done) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      done();
    };
    channel.port2.postMessage(0);
  };

  // schedule has the next frame judged, while there is something to judge: a
  // frame that is asked for is drawn, whether anything has changed or not.
  const schedule = () => {
    if (scheduled || armed === null || armed.inputAt === null || armed.done || leaving) return;
    scheduled = true;
    samui.frame(() => {
      scheduled = false;
      frame();
      schedule();
    });
  };

  // tooSoon spaces judgements out on pages where they are dear: when nothing
  // has changed they may take a tenth of the time, otherwise a quarter.
  const tooSoon = (now) => {
    const changed = mutations !== armed.mutations || location.href !== armed.url;
    return now < armed.judgedAt + armed.cost * (changed ? 3 : 9);
  };

  const frame = () => {
    if (armed === null || leaving || armed.inputAt === null || armed.done) return;
    const now = performance.now();
    if (tooSoon(now)) return;
    armed.mutations = mutations;
    armed.url = location.href;
    let verdict;
    try {
      samui.find.touched();
      verdict = judgeAll();
      samui.script.ask();
    } catch (e) {
      armed.done = true;
      report({ k: 'broken', id: armed.id, message: String(e?.message ?? e) });
      return;
    }
    armed.judgedAt = performance.now();
    armed.cost = armed.judgedAt - now;
    if (verdict.pending) return;
    if (!verdict.holds) {
      armed.heldAt = null;
      armed.stood = false; // what was there before the input has gone: it is no longer "already"
      return;
    }
    if (armed.heldAt === null || armed.part && !verdict.part) hold(now, verdict.part);
    if (verdict.part && !partReady(armed.seenAt)) return;
    if (armed.stood && now < armed.inputAt + QUIET_MS) return;
    tell();
  };

  // hold notes the frame in which everything holds. It ends when it has been
  // painted.
  const hold = (now, part) => {
    const spec = armed;
    spec.part = part;
    spec.seenAt = spec.heldAt = now;
    spec.painted = false;
    afterPaint(() => {
      if (spec.heldAt !== now) return;
      spec.heldAt = performance.now();
      spec.painted = true;
      spec.send?.();
    });
  };

  const tell = () => {
    const spec = armed;
    spec.done = true;
    spec.send = () => {
      spec.send = null;
      if (armed !== spec) return;
      if (leaving) {
        spec.done = false; // judged again should the page stay
        return;
      }
      report({
        k: 'held', id: spec.id, at: epoch(spec.heldAt), inputAt: epoch(spec.inputAt),
        already: spec.stood && spec.claims.length > 0,
      });
    };
    if (spec.painted) spec.send();
  };

  // arm begins watching. spec: {id, claims, terminal, nth, fresh}. `terminal`
  // is the trusted event that ends the last input when it comes the nth time;
  // null when the input is over with this call. `fresh` documents are themselves the answer to the input.
  // It returns whether everything held already.
  const arm = (spec) => {
    armed = {
      ...spec, inputAt: null, heldAt: null, stood: false, done: false, painted: false, part: false, seenAt: 0, send: null,
      judgedAt: -1e9, cost: 0, mutations: -1, url: '',
    };
    samui.script.forget(spec.scripts);
    if (spec.fresh) {
      armed.inputAt = 0;
    } else {
      samui.find.touched();
      armed.stood = judgeAll().holds;
      if (!spec.terminal) input(performance.now());
    }
    schedule();
    return armed.stood;
  };

  // input notes the time of the last input, in the page clock's ms.
  const input = (at) => {
    if (armed === null || armed.inputAt !== null) return;
    armed.inputAt = at;
    samui.script.forget();
    report({ k: 'input', id: armed.id, at: epoch(at) });
    schedule();
  };

  const terminal = (e) => {
    if (armed !== null && e.isTrusted && (e.type === armed.terminal || e.type === 'drop') && --armed.nth <= 0) input(e.timeStamp);
  };
  samui.attach(() => {
    for (const type of ['mouseup', 'touchend', 'mousemove', 'keydown', 'input', 'drop']) {
      addEventListener(type, terminal, { capture: true, passive: true });
    }
  });

  navigation.addEventListener('navigate', (e) => {
    if (e.downloadRequest !== null || e.destination.sameDocument) return;
    leaving = true;
    report({ k: 'leaving', url: e.destination.url });
  });
  // The page took the navigation over, or it came to nothing.
  const stay = () => {
    if (!leaving) return;
    leaving = false;
    report({ k: 'staying' });
    schedule();
  };
  // isRoute tells a change of route from a jump to an anchor.
  const isRoute = (from) => {
    if (!from || from === location.href) return false;
    const bare = (url) => url.replace(/#.*/s, '');
    return bare(from) !== bare(location.href) || /^#[/!]/.test(location.hash);
  };
  navigation.addEventListener('navigateerror', stay);
  navigation.addEventListener('currententrychange', (e) => {
    // Only a navigation that the page intercepts has a transition: a
    // replaceState on the way out must not call the leaving off.
    if (navigation.transition !== null) stay();
    // A soft navigation answers the input: what stood before it is judged anew.
    if (isRoute(e.from?.url)) report({ k: 'route' });
    if (armed !== null && armed.terminal === 'navigated') input(performance.now());
    if (armed !== null && !armed.done && e.navigationType !== null) {
      armed.stood = false;
      armed.heldAt = null;
    }
  });

  // settle waits for a new document's main content and tells whether what was
  // expected still holds then. Where it doesn't, the watching goes on.
  const settle = async (held, cap, timings) => {
    const spec = armed;
    const shot = await samui.vitals.settle(held, cap, timings);
    samui.find.touched();
    if (armed === spec && spec !== null) {
      judgeAll(); // which says what has to be asked again
      await Promise.race([samui.script.ask(), new Promise((resolve) => { setTimeout(resolve, 1000); })]);
    }
    if (armed === spec && spec !== null && !judgeAll().holds) {
      spec.heldAt = null;
      spec.done = false;
      shot.unmet = true;
      schedule();
    }
    return shot;
  };

  // brokenImages waits, for so long, for the pictures that are on their way, and
  // gives the addresses of those that came to nothing. What is lazy and out of
  // sight was never asked for.
  const brokenImages = async (cap) => {
    const pictures = () => {
      samui.find.touched();
      return samui.dom.query('img').filter((img) => img.currentSrc !== '');
    };
    const until = performance.now() + cap;
    while (pictures().some((img) => !img.complete && img.loading !== 'lazy') && performance.now() < until) {
      await new Promise((resolve) => { setTimeout(resolve, 50); });
    }
    const empty = pictures().filter((img) => img.complete && img.naturalWidth === 0);
    // A drawing without a size of its own has no width and can be shown.
    const whole = await Promise.all(empty.map((img) => img.decode().then(() => true, () => false)));
    return empty.filter((_, i) => !whole[i]).map((img) => {
      const { protocol, origin, pathname } = new URL(img.currentSrc);
      return protocol.startsWith('http') ? origin + pathname : `${protocol}…`;
    });
  };

  // within gives each claim so many ms to come true, once is enough, and says of
  // the others what is there instead.
  const within = async (claims, cap) => {
    const until = performance.now() + cap;
    const left = new Set(claims.keys());
    for (;;) {
      const from = performance.now();
      samui.find.touched();
      for (const i of left) {
        try {
          if (samui.claims.judge(claims[i]).holds) left.delete(i);
        } catch {
          // What can't be judged doesn't hold.
        }
      }
      samui.script.ask();
      if (left.size === 0 || performance.now() >= until) break;
      // On huge pages looking takes at most a quarter of the time.
      await new Promise((resolve) => { setTimeout(resolve, 16 + 3 * (performance.now() - from)); });
    }
    samui.find.touched();
    return claims.map((claim, i) => (left.has(i) ? { ...samui.claims.explain(claim), holds: false } : { holds: true }));
  };

  samui.watch = {
    brokenImages,
    arm,
    settle,
    input,
    stay,
    partReady,
    leaving: () => leaving,
    // since is the page clock's time from which the step counts, null where
    // nobody knows it.
    since: () => armed?.inputAt ?? null,
    changedAt: () => changedAt,
    // pressed tells whether the last input was one that the browser times.
    pressed: () => ['mouseup', 'touchend', 'keydown'].includes(armed?.terminal),
    disarm: () => { armed = null; },
    // explain says of every expectation what is there instead, for a failure.
    explain: (claims) => {
      samui.find.touched();
      return claims.map(samui.claims.explain);
    },
    within,
  };
})();
