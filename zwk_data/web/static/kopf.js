// The head of every page beside Streamlit's menu: the search, the way to the page's paragraph in the handbook, and the
// chosen Kommune, which goes along with every link.
"use strict";

(() => {
  const head = document.querySelector(".zwk-head");
  const { suche, hilfe } = head.dataset;
  const ofKommune = head.dataset.kommune.split(" ");
  const groups = JSON.parse(head.dataset.gruppen), chapters = JSON.parse(head.dataset.kapitel);
  const root = new URL(hilfe, location.href).pathname.replace(/handbuch$/, "");

  // --- the chosen Kommune: in the address of a page of one, in this tab's memory on all others

  const MEMORY = "zwk-kommune";
  let sessionKnows = false;
  const pathOf = (url) => (url.origin === location.origin && url.pathname.startsWith(root) ? url.pathname.slice(root.length) : null);

  function chosen() {
    const here = new URL(location.href), named = here.searchParams.get("kommune");
    const asked = ofKommune.includes(pathOf(here)) && !here.searchParams.has("gebiet");
    if (named) sessionStorage.setItem(MEMORY, named);
    else if (asked) sessionStorage.removeItem(MEMORY);
    sessionKnows ||= asked;
    return sessionStorage.getItem(MEMORY);
  }

  function withKommune(href) {
    const url = new URL(href, location.href), kommune = chosen();
    if (kommune && ofKommune.includes(pathOf(url)) && !url.searchParams.has("kommune") && !url.searchParams.has("gebiet"))
      url.searchParams.set("kommune", kommune);
    return url;
  }

  document.addEventListener("click", (event) => {
    const kommune = chosen(), link = event.target.closest?.("a[href]");
    // Streamlit opens whatever a text links to in a tab of its own
    if (link?.closest(".st-key-handbuch") && pathOf(new URL(link.href)) !== null) link.target = "";
    if (!link || link.target === "_blank" || link.closest(".zwk-head")) return;
    const full = withKommune(link.href);
    const ofMenu = link.matches("[data-testid=stTopNavLink], [data-testid=stTopNavDropdownLink], [data-testid=stSidebarNavLink]");
    if (!ofMenu) {
      if (full.href !== link.href) link.href = full.href;
      return;
    }
    // the session keeps what was chosen in it; what was chosen before this page was loaded only the tab knows
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.button);
    if (kommune && !sessionKnows && plain && full.href !== link.href) {
      event.preventDefault();
      event.stopPropagation();
      location.assign(full.href);
    } else if (plain && link.matches("[data-testid=stSidebarNavLink]")) closeMenu();
  }, true);

  // --- without a login: the name for the history, which the browser keeps until it is taken back (web/login/login.py)

  document.addEventListener("click", (event) => {
    const box = event.target.closest?.("button")?.closest("[class*=st-key-zwk-wer-]");
    if (!box) return;
    const given = document.querySelector(".st-key-zwk-wer-name input")?.value.trim() ?? "";
    const name = box.matches(".st-key-zwk-wer-merken") ? given : box.matches(".st-key-zwk-wer-ohne") ? "-" : "";
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `zwk_name=${encodeURIComponent(name)}; path=${root}; max-age=${name ? 31536000 : 0}; samesite=lax${secure}`;
  }, true);

  // --- on a narrow screen the menu lies over the page: it goes once a page is chosen

  function closeMenu() {
    if (narrow.matches)
      setTimeout(() => document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click());
  }

  // --- which group of the menu the page is in

  function mark() {
    const own = groups[pathOf(new URL(location.href))];
    for (const button of document.querySelectorAll("[data-testid=stTopNavSection]")) {
      const here = button.textContent.trim().startsWith(own);
      if (here !== (button.getAttribute("aria-current") === "true"))
        here ? button.setAttribute("aria-current", "true") : button.removeAttribute("aria-current");
    }
  }

  // The page's own part takes the focus, to be scrolled by keys. In the menu of a narrow screen Streamlit puts headings
  // into a list and lets them fold it for the mouse alone: they are the names of groups, and folded is nothing.
  function name() {
    document.querySelector("[data-testid=stMain]:not([aria-label])")?.setAttribute("aria-label", "Inhalt");
    for (const heading of document.querySelectorAll("[data-testid=stNavSectionHeader]:not([role])")) {
      const group = heading.parentElement;
      heading.setAttribute("role", "presentation");
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", heading.querySelector("p").textContent);
      group.parentElement.setAttribute("role", "none");
    }
    for (const item of document.querySelectorAll("[data-testid=stSidebarNavItems] li:not([role])")) item.setAttribute("role", "none");
  }

  // --- what the style has to know of the page. It could ask by „:has()“; but then the browser asks the whole page anew at
  // each change, and Plotly makes hundreds while it measures its words

  const STANDS = {
    "zwk-in-room": ".st-key-raum", "zwk-on-map": ".st-key-karte-raster", "zwk-on-start": ".zwk-ways",
    "zwk-menu-button": "[data-testid=stExpandSidebarButton]", "zwk-at-desk": ".st-key-pflege-knoepfe",
  };

  function stand() {
    for (const [name, part] of Object.entries(STANDS))
      document.documentElement.classList.toggle(name, document.querySelector(part) !== null);
  }

  let marking = 0;
  new MutationObserver(() => { marking ||= requestAnimationFrame(() => { marking = 0; mark(); name(); stand(); }); })
    .observe(document.body, { childList: true, subtree: true });

  // --- past the menu

  document.querySelector(".zwk-skip").addEventListener("click", (event) => {
    event.preventDefault();
    const main = document.getElementById("stMain");
    main?.setAttribute("tabindex", "-1");
    main?.focus();
  });

  // --- help

  const help = head.querySelector(".zwk-help");
  const aim = () => { help.href = `${hilfe}#${chapters[pathOf(new URL(location.href))] ?? ""}`; };
  for (const when of ["pointerenter", "focus", "click"]) help.addEventListener(when, aim);

  // --- the search: a combobox with a list (WAI-ARIA Authoring Practices)

  const form = head.querySelector("form"), input = form.querySelector("input");
  const list = form.querySelector("[role=listbox]"), none = form.querySelector(".zwk-search-none"), status = form.querySelector("[role=status]");
  let hits = [], at = -1, asked = 0, waiting;
  const narrow = matchMedia("(max-width: 767px)"), long = input.placeholder;
  const fit = () => { input.placeholder = narrow.matches ? "Suchen …" : long; };
  narrow.addEventListener("change", fit);
  fit();

  function close() {
    list.hidden = none.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function select(number) {
    at = hits.length ? (number + hits.length) % hits.length : -1;
    [...list.children].forEach((option, n) => option.setAttribute("aria-selected", String(n === at)));
    if (at < 0) return;
    input.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  }

  function show(found, text) {
    hits = found;
    list.replaceChildren(...hits.map((hit, n) => {
      const option = document.createElement("div"), what = document.createElement("span");
      option.id = `zwk-treffer-${n}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      what.textContent = hit.what;
      option.append(hit.text, " ", what);
      option.addEventListener("pointerdown", (event) => event.preventDefault());
      option.addEventListener("click", () => open(n));
      return option;
    }));
    at = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = !hits.length;
    none.hidden = Boolean(hits.length);
    none.textContent = `Nichts gefunden zu „${text}“. Bitte anders schreiben oder ein Wort weglassen.`;
    input.setAttribute("aria-expanded", String(Boolean(hits.length)));
    status.textContent = hits.length ? (hits.length === 1 ? "1 Treffer" : `${hits.length} Treffer`) : none.textContent;
  }

  function open(number) {
    if (!hits[number]) return;
    const href = hits[number].href;
    close();
    input.value = "";
    location.assign(href);
  }

  async function ask() {
    const text = input.value.trim(), number = ++asked;
    if (!text) { hits = []; status.textContent = ""; close(); return; }
    const url = new URL(suche, location.href), kommune = chosen();
    url.searchParams.set("q", text);
    if (kommune) url.searchParams.set("kommune", kommune);
    try {
      const answer = await fetch(url);
      const found = (await answer.json()).hits;
      if (number === asked && document.activeElement === input) show(found, text);
    } catch {
      if (number !== asked) return;
      hits = [];
      close();
      none.hidden = false;
      status.textContent = none.textContent = "Die Suche antwortet gerade nicht. Bitte versuchen Sie es noch einmal.";
    }
  }

  input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 90); });
  input.addEventListener("focus", () => { head.classList.add("zwk-searching"); if (input.value.trim()) ask(); });
  input.addEventListener("blur", () => { head.classList.remove("zwk-searching"); close(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("keydown", async (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden && input.value.trim()) await ask();
      select(event.key === "ArrowDown" ? at + 1 : at < 0 ? -1 : at - 1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      clearTimeout(waiting);
      // whoever types fast means what stands there now
      if (at < 0) await ask();
      open(Math.max(at, 0));
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (list.hidden && none.hidden) input.value = "";
      close();
    }
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      event.stopPropagation();
      input.focus();
      input.select();
    }
  }, true);

  // --- the paragraph of the handbook that was asked for: what stands around it comes later and would push it away

  function hold(id) {
    const watch = new MutationObserver(() => document.getElementById(id)?.scrollIntoView());
    watch.observe(document.body, { childList: true, subtree: true });
    const stop = () => watch.disconnect();
    for (const name of ["wheel", "touchstart", "pointerdown", "keydown"]) addEventListener(name, stop, { once: true, passive: true });
    setTimeout(stop, 30000);
  }

  if (location.hash && pathOf(new URL(location.href)) === "handbuch") hold(decodeURIComponent(location.hash.slice(1)));
})();
