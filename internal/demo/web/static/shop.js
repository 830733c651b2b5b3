// What every page does. Without it each form still works, by a page load.
"use strict";

const toast = (text) => {
  document.querySelector(".toast").textContent = text;
};

// Adding to the cart stays on the page.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-add]");
  if (!form) return;
  event.preventDefault();
  const failed = document.querySelector(".toast").dataset.failed;
  try {
    const response = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(new FormData(form)),
    });
    if (!response.ok) throw new Error(response.statusText);
    const { count, message } = await response.json();
    document.querySelector("[data-testid=cart-count]").textContent = count;
    toast(message);
  } catch {
    toast(failed);
  }
});

// Departments open on hover by style alone; here, on click and with the keyboard.
{
  const button = document.querySelector(".menu button");
  const open = (on) => button.setAttribute("aria-expanded", String(on));
  button.addEventListener("click", () => open(button.getAttribute("aria-expanded") !== "true"));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") open(false);
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".menu")) open(false);
  });
}

// Suggestions while typing, as a combobox with a list.
{
  const field = document.getElementById("q");
  const list = document.getElementById("suggestions");
  let asked = 0;
  let at = -1;

  const choose = (index) => {
    at = index;
    [...list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
    if (at >= 0) field.setAttribute("aria-activedescendant", list.children[at].id);
    else field.removeAttribute("aria-activedescendant");
  };
  const show = (products) => {
    list.replaceChildren(...products.map((product, i) => {
      const option = document.createElement("li");
      option.id = `suggestion-${i}`;
      option.role = "option";
      option.textContent = product.name;
      option.dataset.url = product.url;
      return option;
    }));
    choose(-1);
    list.hidden = products.length === 0;
    field.setAttribute("aria-expanded", String(!list.hidden));
  };

  field.addEventListener("input", async () => {
    const turn = ++asked;
    const query = field.value.trim();
    let products = [];
    if (query.length > 1) {
      try {
        const response = await fetch(`${field.dataset.suggestions}?q=${encodeURIComponent(query)}`);
        if (response.ok) products = await response.json();
      } catch {
        // Suggestions are a nicety: without them the search still works.
      }
    }
    if (turn === asked) show(products);
  });
  field.addEventListener("keydown", (event) => {
    const n = list.children.length;
    if (list.hidden || n === 0) return;
    if (event.key === "ArrowDown") choose((at + 1) % n);
    else if (event.key === "ArrowUp") choose((at - 1 + n) % n);
    else if (event.key === "Enter" && at >= 0) location.assign(list.children[at].dataset.url);
    else if (event.key === "Escape") show([]);
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.url);
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".search")) show([]);
  });
}
