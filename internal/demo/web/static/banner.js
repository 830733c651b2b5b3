// The trouble layout-shift: an offer arrives after everything else and pushes
// it all down. Its script is slow on purpose, and the page's load waits for it.
"use strict";
document.body.prepend(document.getElementById("late-banner").content.cloneNode(true));
