// The trouble long-task: the page does something else first, on load and
// whenever the customer touches it.
"use strict";
{
  const busy = () => {
    const until = performance.now() + 600;
    while (performance.now() < until);
  };
  document.addEventListener("input", busy, true);
  document.addEventListener("click", busy, true);
  busy();
}
