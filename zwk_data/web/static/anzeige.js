// The live display: asks about once a second what is to be seen, and fades from scene to scene. Whatever fails, the last
// picture stays; a small sign tells how old it is, and everything goes on by itself.
"use strict";
(() => {
  const EVERY = 700, ASLEEP = 5000, PATIENCE = 4000, EARLY = 4, FADE = 1300, IDLE = 3000, QUIET = 3500;
  const body = document.body, stage = document.getElementById("buehne");
  const sign = document.getElementById("zustand"), message = document.getElementById("meldung");
  const button = document.getElementById("pause");
  let shown = null, version = null, stopped = false, asking = false, timer = 0, ahead = null, lock = null;
  let heard = Date.now(), woken = 0, reason = "", began = performance.now();

  async function get(url) {
    const answer = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    // the server's own sentence, as on a playlist that can't be read
    if (!answer.ok) throw new Error(answer.status === 404 ? (await answer.text()).slice(0, 200) : "");
    return answer;
  }
  const address = (step, state) => `${body.dataset.szene}?schritt=${encodeURIComponent(step)}&stand=${state}`;

  async function fragment(step, state) {
    const url = address(step, state);
    if (ahead && ahead.url === url) { const kept = ahead.html; ahead = null; return kept; }
    return (await get(url)).text();
  }

  const played = () => `${((performance.now() - began) / 1000).toFixed(2)}s`;

  // newer: the same scene with newer figures, which goes on with its play where it was
  async function change(step, state, newer) {
    const holder = document.createElement("template");
    holder.innerHTML = await fragment(step, state);
    const next = holder.content.firstElementChild, old = [...stage.children];
    if (!next || !next.matches(".szene")) throw new Error("");
    await Promise.allSettled([...next.querySelectorAll("img")].map((picture) => picture.decode()));
    if (stopped) return;
    if (newer) {
      next.style.setProperty("--seit", played());
      next.style.transition = "none";
      next.classList.add("da");
      stage.replaceChildren(next);
    } else {
      began = performance.now();
      stage.append(next);
      next.getBoundingClientRect(); // the fade begins from nothing
      next.classList.add("da");
      setTimeout(() => old.forEach((one) => one.remove()), FADE);
    }
    walk();
    shown = stage.dataset.schritt = step; version = stage.dataset.version = state;
    document.title = `${next.querySelector("h1")?.textContent.trim() ?? ""} – Live-Anzeige`;
  }

  // The map of the years: which one it shows follows from how long the scene has played. Who wants no motion sees the
  // last one, which stands in the scene already.
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  function walk() {
    const scene = stage.lastElementChild;
    if (!scene?.dataset.jahre || calm.matches) return;
    const years = scene.dataset.jahre.split(" "), colours = scene.dataset.toene.split(" ");
    const at = Math.min(years.length - 1, Math.max(0, Math.floor(((performance.now() - began) / 1000 - 1) / scene.dataset.takt)));
    if (scene.dataset.jahr === years[at]) return;
    scene.dataset.jahr = years[at];
    for (const area of scene.querySelectorAll("[data-klassen]")) area.setAttribute("fill", colours[area.dataset.klassen[at]]);
    scene.querySelector(".jahr").textContent = years[at];
    scene.querySelectorAll(".gesagt p").forEach((one, place) => { one.hidden = place !== at; });
  }

  async function follow(state) {
    if (state.programm !== body.dataset.programm) { // a newer program: begin anew with it, once its page is there
      await get(location.href);
      location.reload();
      return;
    }
    document.documentElement.dataset.farben = state.farben;
    message.hidden = !state.meldung;
    if (message.textContent !== state.meldung) message.textContent = state.meldung;
    body.classList.toggle("still", state.haelt);
    if (stopped) return;
    if (state.schritt !== shown) await change(state.schritt, state.stand, false);
    else if (state.stand !== version) await change(state.schritt, state.stand, true);
    else if (state.rest !== null && state.rest < EARLY && state.folgt !== shown) {
      const url = address(state.folgt, state.folgt_stand);
      if (!ahead || ahead.url !== url) ahead = { url, html: await (await get(url)).text() };
    }
  }

  function tell() {
    const now = Date.now();
    sign.hidden = now - heard < QUIET || now - woken < QUIET;
    const since = new Date(heard).toLocaleTimeString("de-DE", { hour: "2-digit", minute: "2-digit" });
    const words = `${reason ? "Anzeige gestört" : "Verbindung unterbrochen"}, Stand ${since}${reason ? ` – ${reason}` : ""}`;
    if (!sign.hidden && sign.textContent !== words) sign.textContent = words;
  }

  async function ask() {
    if (asking) return;
    asking = true;
    clearTimeout(timer);
    try {
      await follow(await (await get(body.dataset.stand)).json());
      heard = Date.now(); reason = "";
    } catch (error) { reason = error instanceof Error && error.constructor === Error ? error.message : ""; }
    tell();
    asking = false;
    timer = setTimeout(ask, document.hidden ? ASLEEP : EVERY);
  }

  async function stayAwake() {
    if (document.hidden || !navigator.wakeLock || (lock && !lock.released)) return;
    try { lock = await navigator.wakeLock.request("screen"); } catch { lock = null; }
  }

  function stop() {
    stopped = !stopped;
    // a scene that stands still is complete
    if (stopped) [...stage.children].forEach((one) => one.style.setProperty("--seit", "3600s"));
    began = Math.min(began, performance.now() - (stopped ? 3.6e6 : 0));
    body.classList.toggle("steht", stopped);
    walk();
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
    if (event.key !== " " || event.target === button) return;
    event.preventDefault();
    if (!event.repeat) stop();
  });
  ["pointermove", "pointerdown", "keydown"].forEach((kind) => addEventListener(kind, awake, { passive: true }));
  // after sleep: ask at once, and give the network a moment before the sign says that it is cut
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    woken = Date.now();
    stayAwake();
    ask();
  });
  awake();
  stayAwake();
  const first = stage.firstElementChild;
  if (first) { first.classList.add("da"); shown = stage.dataset.schritt ?? null; version = stage.dataset.version ?? null; }
  setInterval(walk, 150);
  ask();
})();
