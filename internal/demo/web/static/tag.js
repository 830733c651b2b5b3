// The third party: counts a visit, and remembers nobody.
"use strict";
{
  const home = new URL(document.currentScript.src);
  navigator.sendBeacon(new URL("/_metrics/beacon", home), JSON.stringify({ path: location.pathname }));
}
