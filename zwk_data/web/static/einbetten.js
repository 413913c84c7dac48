// In a frame: tell the page around how high the figure is. Alone: say how to embed and cite it.
"use strict";

const here = new URL(location.href);
here.search = "";

if (window.parent !== window) {
  document.documentElement.classList.add("gerahmt");
  new ResizeObserver(() => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    window.parent.postMessage({ art: "zwk-hoehe", adresse: here.href, hoehe: height }, "*");
  }).observe(document.body);
} else if (document.getElementById("zeile")) {
  const title = document.querySelector("h1").textContent.replaceAll('"', "");
  document.getElementById("zeile").textContent =
    `<iframe src="${here.href}" title="${title}" width="100%" height="560" loading="lazy"></iframe>`;
  const cited = document.getElementById("zitat");
  cited.textContent = `${here.href}?stand=${cited.dataset.stand}`;
}
