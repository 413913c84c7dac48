// Streamlit has no German: what it says by itself, to eyes or to screen readers, is put into German here.
// Loaded before Streamlit's own script. Our pages' texts are German already and are left alone.
"use strict";

// Where the server is, said at once. Without it Streamlit asks below the page's own path first: on every page but the
// first that is two requests more, both answered 404, and the websocket waits for all four (measured on Karte: it opened
// 0.2 s after the first of them, with this 0.05 s). On the first page the requests are the same two either way.
// This script's own address tells the path before ours, if there is one: /zwk/assets/1a2b3c4d/german.js.
window.__streamlit = {
  BACKEND_BASE_URL: new URL("../..", document.currentScript.src).href,
  // what is dark from the first moment on, before the server has told the theme (.streamlit/config.toml)
  DARK_THEME: { primaryColor: "#74b9c9", backgroundColor: "#121212", secondaryBackgroundColor: "#1d2326", textColor: "#e6ebee" },
  HOST_CONFIG: { allowedOrigins: [window.location.origin], useExternalAuthToken: false, metricsUrl: "" },
};

// The system says whether it is dark, for our styles as for Streamlit's: no choice kept by another app of this address.
for (const name of Object.keys(localStorage)) if (name.startsWith("stActiveTheme")) localStorage.removeItem(name);

// On a screen as narrow as a phone's the server draws figures for it: told before the session begins.
(() => {
  const narrow = matchMedia("(max-width: 480px)"), path = new URL(window.__streamlit.BACKEND_BASE_URL).pathname;
  const tell = () => {
    if (!narrow.matches && !document.cookie.includes("zwk_schmal=")) return;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `zwk_schmal=1; Path=${path}; SameSite=Lax${secure}${narrow.matches ? "" : "; Max-Age=0"}`;
  };
  tell();
  narrow.addEventListener("change", tell);
})();

(() => {
  const words = new Map(Object.entries({
    "Add files": "Dateien hinzufügen",
    "Add row": "Zeile hinzufügen",
    "App Logo": "ZWK-Monitor",
    "App pages": "Seiten",
    "Autosize": "Breite anpassen",
    "Choose an option": "Bitte wählen",
    "Choose date": "Datum wählen",
    "Choose date range": "Zeitraum wählen",
    "Choose options": "Bitte wählen",
    "Clear all": "Auswahl leeren",
    "Clear date": "Datum leeren",
    "Clear dates": "Zeitraum leeren",
    "Clear entry": "Eingabe leeren",
    "Clear time": "Uhrzeit leeren",
    "Clear value": "Auswahl leeren",
    "Close": "Schließen",
    "Close fullscreen": "Vollbild beenden",
    "Close Search": "Suche schließen",
    "Collapse sidebar": "Menü schließen",
    "Connecting": "Verbindet …",
    "Connecting to Streamlit server": "Die Verbindung zum Server wird aufgebaut.",
    "Connection error": "Keine Verbindung",
    "Connection failed": "Keine Verbindung",
    "Connection lost. Please wait for the app to reconnect, then try again.":
      "Die Verbindung ist unterbrochen. Bitte warten Sie, bis sie wieder steht, und versuchen Sie es noch einmal.",
    "Connection timed out.": "Der Server hat nicht rechtzeitig geantwortet.",
    "Copy column name": "Namen der Spalte kopieren",
    "Custom Component": "Eingebetteter Inhalt",
    "Dataframe column menu": "Spalte",
    "Delete row(s)": "Zeilen löschen",
    "Decrement": "Verringern",
    "Download as CSV": "Als CSV herunterladen",
    "Drag and drop a file here": "Datei hierher ziehen",
    "Drag and drop files here": "Dateien hierher ziehen",
    "Error": "Fehler",
    "Error uploading file": "Die Datei konnte nicht hochgeladen werden.",
    "Expand sidebar": "Menü öffnen",
    "file upload": "Datei hochladen",
    "Fullscreen": "Vollbild",
    "Hide column": "Spalte ausblenden",
    "Increment": "Erhöhen",
    "Invalid input.": "Diese Eingabe ist nicht möglich.",
    "Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:":
      "Läuft der Server noch? Falls er beendet wurde, starten Sie ihn neu:",
    "Link to heading": "Verweis auf diese Überschrift",
    "Loading...": "Lädt …",
    "Logo": "ZWK-Monitor",
    "Main menu": "Hauptmenü",
    "Navigate to home page": "Zur Lage",
    "Network error": "Netzwerkfehler",
    "Next month": "Nächster Monat",
    "Next Result": "Nächster Treffer",
    "No results": "Keine Treffer",
    "Notifications": "Meldungen",
    "Number is above the allowed range.": "Die Zahl ist zu groß.",
    "Number is below the allowed range.": "Die Zahl ist zu klein.",
    "Open": "Liste öffnen",
    "Pin column": "Spalte anheften",
    "Please wait...": "Bitte warten …",
    "Press Enter to apply": "Mit Enter übernehmen",
    "Press Enter to submit form": "Mit Enter absenden",
    "Previous month": "Vorheriger Monat",
    "Previous Result": "Voriger Treffer",
    "Quick select a date range": "Zeitraum schnell wählen",
    "Reconnected to server.": "Die Verbindung steht wieder.",
    "Rerun": "Neu berechnen",
    "Running...": "Wird berechnet …",
    "Scroll tabs left": "Reiter nach links",
    "Scroll tabs right": "Reiter nach rechts",
    "Search": "Suchen",
    "Select all": "Alle auswählen",
    "Selectbox options": "Auswahl",
    "Selected values": "Ausgewählt",
    "Show password": "Passwort zeigen",
    "Show password text": "Passwort zeigen",
    "Hide password text": "Passwort verbergen",
    "Show/hide columns": "Spalten zeigen oder verbergen",
    "Sidebar": "Menü",
    "Skip to main content": "Zum Inhalt springen",
    "Sort ascending": "Aufsteigend sortieren",
    "Sort descending": "Absteigend sortieren",
    "Stop": "Anhalten",
    "Stopping...": "Hält an …",
    "Streamlit server is not responding. Are you connected to the internet?":
      "Der Server antwortet nicht. Besteht eine Verbindung zum Netz?",
    "Toolbar action": "Werkzeug",
    "Try again": "Noch einmal versuchen",
    "Unable to connect to Streamlit server": "Keine Verbindung zum Server",
    "Unpin column": "Spalte lösen",
    "Upload": "Datei wählen",
    "Use arrow keys to navigate dates. Enter to select. Escape to close.":
      "Mit den Pfeiltasten zum Tag, mit Enter wählen, mit Escape schließen.",
    "You can add new options": "Eigene Werte sind möglich",
  }));
  const patterns = [
    [/^(\d+)\s?MB per file(?: • )?(.*)$/, (_, size, kinds) => `bis ${size} MB je Datei${kinds ? ", " + kinds : ""}`],
    [/^(Add row|Close fullscreen|Delete row\(s\)|Download as CSV|Fullscreen|Search|Show\/hide columns): (.+)$/,
      (_, what, label) => `${words.get(what)}: ${label}`],
    [/^(\d+) options? available\.$/, (_, number) => `${number} ${number === "1" ? "Eintrag" : "Einträge"} zur Auswahl.`],
    [/^Entered group (.+), with (\d+) options?\. (.+)$/, "$1: $3"],
    [/^(.+), selected\.?$/, "$1, ausgewählt"],
    [/^(\d+) more$/, "$1 weitere"],
    [/^(?:(\d+) of )?(\d+) results?$/, (_, at, number) => (at ? `${at} von ${number} Treffern` : `${number} Treffer`)],
    [/^(?:(\d+) of )?over 1000$/, (_, at) => `${at ? `${at} von ` : ""}über 1.000 Treffer${at ? "n" : ""}`],
    [/^Attempting to connect to (.+)\.$/, "Verbindung zu $1 wird aufgebaut."],
    [/^Add: (.+)$/, "Hinzufügen: $1"],
    [/^Help for (.+)$/, "Hilfe zu $1"],
    [/^Press (.+)\+Enter to (?:apply|submit form)$/, "Mit $1+Enter übernehmen"],
    [/^Remove (.+)$/, "$1 entfernen"],
    [/^Select (\d+) matches$/, "$1 Treffer auswählen"],
    [/^Selected Date: (.+)$/, (_, day) => `Gewählt: ${new Date(day).toLocaleDateString("de-DE", { dateStyle: "long" })}`],
    [/^You can only select up to (\d+) options?\. Remove an option first\.$/, "Höchstens $1. Bitte zuerst etwas abwählen."],
    [/^(day|month|year), (.+)$/, (_, part, label) => `${{ day: "Tag", month: "Monat", year: "Jahr" }[part]}, ${label}`],
    [/^.*A (network|client) error .*$/i, "Netzwerkfehler"],
  ];
  const attributes = ["aria-label", "title", "placeholder", "alt", "data-title"];
  const marked = attributes.map((name) => `[${name}]`).join(",");
  const ours = ".stHtml, [data-testid=stMarkdown], [role=option], [data-testid=stExpander] summary";
  // an empty list says so in a row that looks like one of its entries
  const EMPTY = "No results";
  const isOurs = (element) =>
    element?.closest(ours) && element.closest("[role=option]")?.textContent.trim() !== EMPTY;

  function german(text) {
    const known = words.get(text.trim());
    if (known) return known;
    for (const [pattern, replacement] of patterns) {
      if (pattern.test(text.trim())) return text.trim().replace(pattern, replacement);
    }
    return null;
  }

  function label(element) {
    for (const name of attributes) {
      const text = element.getAttribute(name);
      const translated = text && german(text);
      if (translated && translated !== text) element.setAttribute(name, translated);
    }
  }

  // the parts of an empty date; Streamlit's are English in every language
  const parts = { dd: "tt", yyyy: "jjjj" };

  function say(node) {
    if (parts[node.data] && node.parentElement?.closest("[role=spinbutton]")) node.data = parts[node.data];
    const translated = /[A-Za-z]{3}/.test(node.data) && german(node.data);
    if (translated && translated !== node.data) node.data = translated;
  }

  function visit(node) {
    if (node.nodeType === Node.TEXT_NODE) {
      if (!isOurs(node.parentElement) && !node.parentElement?.closest(".js-plotly-plot")) say(node);
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE || isOurs(node)) return;
    // Streamlit calls the field for files a decoration and names it: only one can be true
    for (const field of node.parentElement?.querySelectorAll("[data-testid=stFileUploaderDropzone][role=presentation]") ?? [])
      field.setAttribute("role", "group");
    // and the search within a table has no name
    for (const field of node.querySelectorAll("[data-testid=search-input]")) field.setAttribute("aria-label", "In der Tabelle suchen");
    if (node.matches(marked)) label(node);
    node.querySelectorAll(marked).forEach((element) => element.closest(ours) || label(element));
    if (node.closest(".js-plotly-plot, script, style")) return;
    const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) if (!isOurs(texts.currentNode.parentElement) && !texts.currentNode.parentElement.closest("style")) say(texts.currentNode);
  }

  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "childList") change.addedNodes.forEach(visit);
      else if (change.type === "attributes") change.target.closest(ours) || label(change.target);
      else visit(change.target);
    }
  }).observe(document.documentElement, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: attributes,
  });
})();
