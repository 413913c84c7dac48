// The live display: asks once a second what is to be seen, and fades from scene to scene. Whatever fails, the last
// picture stays; a small sign tells how old it is, and everything goes on by itself.
"use strict";
(() => {
  const EVERY = 1000, ASLEEP = 5000, PATIENCE = 4000, EARLY = 4, FADE = 1300, IDLE = 3000, QUIET = 3500;
  const body = document.body, stage = document.getElementById("buehne");
  const sign = document.getElementById("zustand"), message = document.getElementById("meldung");
  const button = document.getElementById("pause");
  let shown = null, version = null, stopped = false, changing = false, heard = Date.now(), ahead = null, lock = null;

  const get = (url) => fetch(url, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) }).then((answer) => {
    if (!answer.ok) throw new Error(String(answer.status));
    return answer;
  });
  const address = (step, state) => `${body.dataset.szene}?schritt=${encodeURIComponent(step)}&stand=${state}`;

  async function fragment(step, state) {
    const url = address(step, state);
    if (ahead && ahead.url === url) { const kept = ahead.html; ahead = null; return kept; }
    return (await get(url)).text();
  }

  async function change(step, state, newer) {
    changing = true;
    try {
      const holder = document.createElement("template");
      holder.innerHTML = await fragment(step, state);
      const next = holder.content.firstElementChild, old = [...stage.children];
      if (!next) return;
      if (newer) next.classList.add("nach", "da");
      stage.append(next);
      await Promise.allSettled([...next.querySelectorAll("img")].map((picture) => picture.decode()));
      if (newer) old.forEach((one) => one.remove());
      else {
        next.getBoundingClientRect(); // the fade begins from nothing
        next.classList.add("da");
        setTimeout(() => old.forEach((one) => one.remove()), FADE);
      }
      shown = step; version = state;
      document.title = `${next.querySelector("h1")?.textContent.trim() ?? ""} – Live-Anzeige`;
    } finally { changing = false; }
  }

  async function follow(state) {
    if (state.programm !== body.dataset.programm) { location.reload(); return; } // a newer program: begin anew with it
    document.documentElement.dataset.farben = state.farben;
    message.hidden = !state.meldung;
    if (message.textContent !== state.meldung) message.textContent = state.meldung;
    body.classList.toggle("still", state.haelt);
    if (stopped || changing) return;
    if (state.schritt !== shown) await change(state.schritt, state.stand, false);
    else if (state.stand !== version) await change(state.schritt, state.stand, true);
    else if (state.rest !== null && state.rest < EARLY && state.folgt !== shown) {
      const url = address(state.folgt, state.folgt_stand);
      if (!ahead || ahead.url !== url) ahead = { url, html: await (await get(url)).text() };
    }
  }

  function tell() {
    const silent = Date.now() - heard;
    sign.hidden = silent < QUIET;
    const since = new Date(heard).toLocaleTimeString("de-DE", { hour: "2-digit", minute: "2-digit" });
    const words = `Verbindung unterbrochen, Stand ${since}`;
    if (!sign.hidden && sign.textContent !== words) sign.textContent = words;
  }

  async function ask() {
    try {
      const state = await (await get(body.dataset.stand)).json();
      heard = Date.now();
      await follow(state);
    } catch { /* the sign tells it */ }
    tell();
    setTimeout(ask, document.hidden ? ASLEEP : EVERY);
  }

  async function stayAwake() {
    if (document.hidden || !navigator.wakeLock) return;
    try { lock = await navigator.wakeLock.request("screen"); } catch { lock = null; }
  }

  function stop() {
    stopped = !stopped;
    body.classList.toggle("steht", stopped);
    button.setAttribute("aria-pressed", String(stopped));
    button.textContent = stopped ? "Weiter" : "Anhalten";
  }

  let idle = 0;
  function awake() {
    body.classList.remove("ruhe");
    clearTimeout(idle);
    idle = setTimeout(() => body.classList.add("ruhe"), IDLE);
  }
  button.addEventListener("click", stop);
  addEventListener("keydown", (event) => {
    if (event.key === " " && event.target !== button) { event.preventDefault(); stop(); }
  });
  ["pointermove", "pointerdown", "keydown"].forEach((kind) => addEventListener(kind, awake, { passive: true }));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { heard = Date.now(); stayAwake(); } });
  awake();
  stayAwake();
  const first = stage.firstElementChild;
  if (first) { first.classList.add("da"); shown = stage.dataset.schritt ?? null; version = stage.dataset.version ?? null; }
  ask();
})();
