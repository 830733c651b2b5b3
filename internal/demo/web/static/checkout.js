// The order can be placed once the terms are accepted.
"use strict";
{
  const form = document.getElementById("order");
  const terms = document.getElementById("terms");
  const place = form.querySelector("button");
  const follow = () => {
    place.disabled = !terms.checked;
  };
  terms.addEventListener("change", follow);
  follow();
}
