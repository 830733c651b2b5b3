// The catalogue: one document for every address under /browse. Links change
// the address and the shelf, not the page.
"use strict";
{
  const page = document.querySelector(".catalogue");
  const { root, source } = page.dataset;
  const headline = page.querySelector("h1");
  const count = page.querySelector("[data-testid=catalogue-count]");
  const shelf = page.querySelector(".shelf");
  const list = page.querySelector("[data-list]");
  const more = page.querySelector(".more");
  const detail = page.querySelector(".detail");
  const sort = document.getElementById("sort");
  const atOnce = 9;
  let products = [];
  let turn = 0;

  // route is what the address asks for.
  const route = () => {
    const [category = "", slug = ""] = location.pathname.slice(root.length + 1).split("/");
    return { category, slug, sort: new URLSearchParams(location.search).get("sort") ?? "" };
  };
  const address = (category, slug, order) =>
    [root, category, slug].filter(Boolean).join("/") + (order ? `?sort=${order}` : "");
  const go = (to) => {
    history.pushState(null, "", to);
    follow();
  };

  const card = (product) => {
    const item = document.getElementById("card").content.cloneNode(true);
    const link = item.querySelector("[data-name]");
    item.querySelector("img").src = product.picture;
    item.querySelector("[data-category]").textContent = product.category_name;
    item.querySelector("[data-price]").textContent = product.price;
    link.textContent = product.name;
    link.href = address(product.category, product.slug, route().sort);
    return item;
  };
  const showMore = () => {
    const shown = list.children.length;
    list.append(...products.slice(shown, shown + atOnce).map(card));
    more.hidden = list.children.length >= products.length;
  };
  const showShelf = (category) => {
    const link = category && page.querySelector(`.departments a[href="${address(category)}"]`);
    const name = link ? link.textContent : page.dataset.headline;
    headline.textContent = name;
    document.title = link ? `${name} – ${page.dataset.title}` : page.dataset.title;
    const { one, many } = page.dataset;
    count.textContent = products.length === 1 ? one : many.replace("{n}", products.length);
    list.replaceChildren();
    detail.hidden = true;
    shelf.hidden = false;
    showMore();
  };
  const showProduct = (product, order) => {
    const view = document.getElementById("detail").content.cloneNode(true);
    const picture = view.querySelector("img");
    picture.src = product.picture;
    picture.alt = product.name;
    view.querySelector("[data-name]").textContent = product.name;
    view.querySelector("[data-blurb]").textContent = product.blurb;
    view.querySelector("[data-price]").textContent = product.price;
    view.querySelector("[name=product]").value = product.slug;
    view.querySelector("[data-back]").href = address(product.category, "", order);
    view.querySelector("[data-details]").append(...product.details.map((text) => {
      const item = document.createElement("li");
      item.textContent = text;
      return item;
    }));
    headline.textContent = product.category_name;
    document.title = `${product.name} – ${page.dataset.title}`;
    count.textContent = "";
    detail.replaceChildren(view);
    detail.hidden = false;
    shelf.hidden = true;
    detail.querySelector("[data-name]").focus({ preventScroll: true });
  };

  // follow shows what the address says. An answer that was overtaken by another
  // address is dropped.
  const follow = async () => {
    const mine = ++turn;
    const { category, slug, sort: order } = route();
    sort.value = order;
    for (const link of page.querySelectorAll(".departments a")) {
      if (link.getAttribute("href") === address(category)) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    try {
      const response = await fetch(`${source}?${new URLSearchParams({ category, sort: order })}`);
      if (!response.ok) throw new Error(response.statusText);
      const answer = await response.json();
      if (mine !== turn) return;
      products = answer;
      const product = products.find((p) => p.slug === slug);
      if (product) showProduct(product, order);
      else showShelf(category);
    } catch {
      if (mine === turn) toast(document.querySelector(".toast").dataset.failed);
    }
  };

  page.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-route]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(link.getAttribute("href"));
    window.scrollTo(0, 0);
  });
  sort.addEventListener("change", () => {
    const { category, slug } = route();
    go(address(category, slug, sort.value));
  });
  more.querySelector("button").addEventListener("click", showMore);
  new IntersectionObserver((seen) => {
    if (seen.some((entry) => entry.isIntersecting)) showMore();
  }).observe(more);
  window.addEventListener("popstate", follow);
  follow();
}
