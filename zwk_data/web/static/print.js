// Charts on paper. Plotly draws for the width of the screen, and a browser prints what is drawn, cut at the paper's edge.
// Whatever starts the printing, every chart is made to fit as a picture, all of it smaller. With Ctrl+P there is time
// for more: charts are drawn anew first, just wide enough for the busiest of them, so that their words stay readable.
"use strict";

(() => {
  // px on the screen that become the 180 mm between the margins of A4: words of 14 px come out at 7.4 points
  const DRAWN = 960, LONGEST_WAIT = 3000;

  function drawings() {
    return [...document.querySelectorAll(".js-plotly-plot .svg-container")];
  }

  addEventListener("beforeprint", () => {
    for (const drawing of drawings())
      for (const layer of drawing.querySelectorAll(".main-svg")) {
        const [width, height] = [layer.getAttribute("width"), layer.getAttribute("height")];
        layer.setAttribute("viewBox", `0 0 ${width} ${height}`);
        drawing.style.setProperty("--drawn-width", width);
        drawing.style.setProperty("--drawn-height", height);
      }
  });

  addEventListener("afterprint", () => {
    for (const drawing of drawings())
      for (const layer of drawing.querySelectorAll(".main-svg")) layer.removeAttribute("viewBox");
  });

  addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "p") return;
    if (!drawings().some((one) => one.getBoundingClientRect().width > DRAWN)) return;
    event.preventDefault();
    printNarrow();
  });

  async function printNarrow() {
    const page = document.documentElement;
    page.classList.add("zwk-paper");
    const end = performance.now() + LONGEST_WAIT;
    while (performance.now() < end && drawings().some((one) => one.getBoundingClientRect().width > DRAWN))
      await new Promise((done) => setTimeout(done, 50));
    window.print();
    page.classList.remove("zwk-paper");
  }
})();
