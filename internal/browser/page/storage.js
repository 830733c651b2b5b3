// Puts what a journey says into the storage of the site's own origin, and
// clears it.
(() => {
  'use strict';
  const samui = (globalThis.samui ??= {});

  const isAt = (address) => URL.parse(address)?.origin === globalThis.origin;
  const area = (kind) => (kind === 'session' ? sessionStorage : localStorage);

  // put is false where the document isn't of the address's origin.
  const put = (address, kind, key, value) => {
    if (!isAt(address)) return false;
    area(kind).setItem(key, value);
    return true;
  };

  // clearSession is likewise.
  const clearSession = (address) => {
    if (!isAt(address)) return false;
    sessionStorage.clear();
    return true;
  };

  // clear is likewise. The browser clears the other storage too; only this page
  // might not have heard of it yet.
  const clear = (address) => {
    if (!clearSession(address)) return false;
    localStorage.clear();
    return true;
  };

  // later does it in a new document, before any script of the page, and says so.
  const later = (id, what, ...args) => {
    try {
      if (samui.storage[what](...args)) samui.report({ k: 'stored', id });
    } catch (e) {
      samui.report({ k: 'broken', message: `the site's storage can't be changed: ${e.message}` });
    }
  };

  samui.storage = { put, clear, clearSession, later };
})();
