// For whoever does not see what a choice has changed, and which field a fault is of.
"use strict";

(() => {
  const app = () => document.querySelector("[data-testid=stApp]");

  // --- what a choice has changed is said once the page rests. Streamlit replaces what it draws, and what comes with its
  // words in it is not read out: so they are put into a region that stays.

  const TOLD = ".zwk-table caption, .zwk-chart-title, .zwk-notice", MOST = 3, LONG = 20000;
  const region = document.getElementById("zwk-ansage");
  let before = null, acted = -LONG, waiting;

  const place = () => location.pathname + (new URL(location.href).searchParams.get("teil") ?? "");
  const texts = () =>
    [...document.querySelectorAll(`[data-testid=stMain] :is(${TOLD})`)]
      .filter((one) => one.checkVisibility() || one.closest("table")?.checkVisibility())
      .map((one) => one.textContent.trim());

  // another page, and another of its parts, is read by itself
  function tell() {
    const now = { place: place(), texts: texts() };
    const fresh = before?.place === now.place ? now.texts.filter((one) => !before.texts.includes(one)) : [];
    // what is late may come after a rest; what nobody asked for is not said
    if (fresh.length && performance.now() - acted < LONG) {
      region.textContent = fresh.slice(0, MOST).join(" · ");
      acted = -LONG;
    }
    before = now;
  }

  for (const kind of ["change", "click", "keydown"])
    document.addEventListener(kind, (event) => {
      // lists of choices and the field of a cell lie outside the page's own part
      if (event.target.closest?.("[data-testid=stMain], [data-baseweb=popover], [role=listbox], #portal")) acted = performance.now();
    }, true);

  // --- a fault stands beneath its field and belongs to it: `parts.field_fault` names both alike. Of a table that is
  // edited each sentence belongs to its cell, which `parts.cell_faults` says: the table is a drawing with a copy for
  // screen readers, which holds the cells that are in sight.

  const FAULT = "st-key-fehler-";

  const nameOf = (box) => [...box.classList].find((one) => one.startsWith(FAULT)).slice(FAULT.length);
  const tableOf = (told) => document.querySelector(`.st-key-${CSS.escape(nameOf(told.closest(`[class*="${FAULT}"]`)))}`);

  function cellOf(told) {
    const table = tableOf(told), { cell, head } = told.dataset, [column, row] = cell.split("-");
    const heads = [...(table?.querySelectorAll("[id^=glide-cell-0-]") ?? [])];
    const own = head ? heads.find((one) => one.textContent === head)?.id.split("-")[3] : row;
    return table?.querySelector(`#glide-cell-${column}-${own}`);
  }

  function tie() {
    const faulty = new Map();
    for (const box of document.querySelectorAll(`[class*="${FAULT}"]`)) {
      const name = nameOf(box), field = document.querySelector(`.st-key-${CSS.escape(name)} :is(input, textarea)`);
      const cells = [...box.querySelectorAll("[data-cell]")].map((told) => [cellOf(told), told.querySelector("p")]);
      if (field && !cells.length) cells.push([field, box.querySelector("[data-testid=stMarkdownContainer]") ?? box]);
      cells.forEach(([place, sentence], n) => {
        sentence.id = `zwk-fehler-${name}-${n}`;
        if (place) faulty.set(place, sentence.id);
      });
    }
    for (const field of document.querySelectorAll("[data-zwk-fehler]"))
      if (faulty.get(field) !== field.dataset.zwkFehler) {
        describe(field, field.dataset.zwkFehler, false);
        field.removeAttribute("aria-invalid");
        delete field.dataset.zwkFehler;
      }
    for (const [field, id] of faulty) {
      describe(field, id, true);
      if (field.getAttribute("aria-invalid") !== "true") field.setAttribute("aria-invalid", "true");
      field.dataset.zwkFehler = id;
    }
  }

  function describe(field, id, is) {
    const ids = new Set((field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
    if (ids.has(id) === is) return;
    is ? ids.add(id) : ids.delete(id);
    ids.size ? field.setAttribute("aria-describedby", [...ids].join(" ")) : field.removeAttribute("aria-describedby");
  }

  // to the cell of a fault, wherever in the table it is: the copy has it once it is in sight
  document.addEventListener("click", async (event) => {
    const told = event.target.closest?.("[data-cell] button")?.closest("[data-cell]"), table = told && tableOf(told);
    if (!table) return;
    const [scroller, grid] = [table.querySelector(".dvn-scroller"), table.querySelector("[role=grid]")];
    const share = told.dataset.cell.split("-")[1] / grid.getAttribute("aria-rowcount");
    table.scrollIntoView({ block: "nearest" });
    for (let left = 0; !cellOf(told) && left < scroller.scrollWidth; left += scroller.clientWidth / 2) {
      scroller.scrollTo(left, Math.max(0, share * scroller.scrollHeight - scroller.clientHeight / 2));
      await new Promise((done) => setTimeout(done, 300));
    }
    (cellOf(told) ?? grid.parentElement).focus();
  });

  // --- once the page rests

  new MutationObserver(() => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (app()?.dataset.testScriptState !== "notRunning") return;
      tie();
      tell();
    }, 250);
  }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["data-test-script-state"] });
})();
