// The page of a phone, kept up to date without reloading. Without this script all works by links and forms.

const EVERY = 2000, SLOWEST = 10000;
const main = document.querySelector("main"), told = document.getElementById("verbindung");
const { stand, seite } = document.body.dataset;
let word = document.body.dataset.wort, wait = EVERY, timer = 0, busy = false;

function say(sentence) {
  if (told.textContent !== sentence) told.textContent = sentence;
}

function put(html, moved) {
  const page = new DOMParser().parseFromString(html, "text/html");
  main.replaceChildren(...page.querySelector("main").childNodes);
  document.title = page.title;
  word = page.body.dataset.wort ?? "beendet";
  if (!moved) return;
  const heading = main.querySelector("h1");
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true }); // read out: another question, or none
  scrollTo(0, 0);
}

async function look() {
  clearTimeout(timer);
  if (document.hidden) return;
  try {
    if (!busy) {
      const answer = await fetch(stand, { cache: "no-store", headers: { "If-None-Match": `"${word}"` } });
      if (answer.status === 200 && !busy) {
        const page = await fetch(seite, { cache: "no-store" });
        if (!busy) put(await page.text(), true);
      } else if (answer.status >= 400 && answer.status < 500) word = "";
    }
    say("");
    wait = EVERY;
  } catch {
    say("Keine Verbindung. Es wird weiter versucht.");
    wait = Math.min(wait * 1.5, SLOWEST);
  }
  if (word !== "beendet") timer = setTimeout(look, wait * (0.9 + Math.random() / 5));
}

document.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (busy) return;
  const body = new URLSearchParams(new FormData(event.target, event.submitter));
  busy = true;
  main.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(event.target.action, { method: "POST", body, cache: "no-store" });
    put(await answer.text(), !answer.ok);
    const status = main.querySelector("#gezaehlt");
    if (status) {
      const words = status.innerHTML; // a status is read out when it changes, not when it appears
      status.textContent = "";
      setTimeout(() => (status.innerHTML = words), 50);
      main.querySelector("[aria-pressed=true]")?.focus({ preventScroll: true });
    }
    say("");
  } catch {
    say("Nicht gezählt: keine Verbindung. Bitte noch einmal tippen.");
  }
  main.removeAttribute("aria-busy");
  busy = false;
});

document.addEventListener("visibilitychange", look);
timer = setTimeout(look, EVERY);
