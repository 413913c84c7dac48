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
      // lists of choices lie outside the page's own part
      if (event.target.closest?.("[data-testid=stMain], [data-baseweb=popover], [role=listbox]")) acted = performance.now();
    }, true);

  // --- a fault stands beneath its field and belongs to it: `parts.field_fault` names both alike

  const FAULT = "st-key-fehler-";

  function tie() {
    const faulty = new Map();
    for (const box of document.querySelectorAll(`[class*="${FAULT}"]`)) {
      const name = [...box.classList].find((one) => one.startsWith(FAULT)).slice(FAULT.length);
      const field = document.querySelector(`.st-key-${CSS.escape(name)} :is(input, textarea)`);
      if (!field) continue;
      const sentence = box.querySelector("[data-testid=stMarkdownContainer]") ?? box;
      sentence.id = `zwk-fehler-${name}`;
      faulty.set(field, sentence.id);
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
