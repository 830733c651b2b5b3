// Judges a step's expectations one by one, all the time, where they lie in
// several documents: each document tells since when each of its own holds, and
// the step ends when all do.
(() => {
  'use strict';
  const samui = globalThis.samui;
  const { report, epoch } = samui;

  let armed = null;

  const painted = () => new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(0);
    // A document that isn't drawn is never painted.
    setTimeout(resolve, 100);
  });

  // look judges every claim in one frame.
  const look = async (spec) => {
    const now = performance.now();
    samui.find.touched();
    const holds = spec.claims.map((claim) => samui.claims.judge(claim)).map((verdict, i) => {
      if (!verdict.holds) {
        spec.from[i] = null;
        return false;
      }
      spec.from[i] ??= now;
      return !verdict.part || samui.watch.partReady(spec.from[i]);
    });
    spec.cost = performance.now() - now;
    samui.script.ask();
    if (holds.every((h, i) => h === spec.told[i])) return;
    const began = spec.from.map((from) => from === now);
    await painted();
    if (armed !== spec) return;
    const at = performance.now();
    began.forEach((b, i) => { if (b && spec.from[i] === now) spec.from[i] = at; });
    spec.told = holds;
    report({ k: 'marks', id: spec.id, since: spec.from.map((from, i) => (holds[i] ? epoch(from) : 0)) });
  };

  const watch = async (spec) => {
    while (armed === spec) {
      await new Promise((resolve) => { samui.frames.soon(resolve); });
      if (armed !== spec) return;
      if (samui.watch.leaving() || performance.now() < spec.judgedAt + 4 * spec.cost) continue;
      try {
        await look(spec);
      } catch (e) {
        armed = null;
        report({ k: 'broken', id: spec.id, message: String(e?.message ?? e) });
        return;
      }
      spec.judgedAt = performance.now();
    }
  };

  samui.parts = {
    // arm begins watching. spec: {id, claims}.
    arm: (spec) => {
      armed = { ...spec, from: spec.claims.map(() => null), told: spec.claims.map(() => null), cost: 0, judgedAt: -1e9 };
      watch(armed);
    },
    disarm: () => { armed = null; },
    // stays is never resolved: who waits for it learns that the document went.
    stays: new Promise(() => {}),
  };
})();
