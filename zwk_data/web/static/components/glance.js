// A Kommune at a glance, to send from a phone: a picture of the size that messengers show whole, and the same as text.
// It is drawn here, so the server needs nothing for it; always on white, as it goes to others.

const WIDTH = 1080, EDGE = 64, ROOM = WIDTH - 2 * EDGE, CURVE = 260;
const INK = "#1f2933", MUTED = "#52606d", LINE = "#7b8794", ACCENT = "#0b5c6e", DARK = "#07404d", PAPER = "#ffffff";
const FONT = '"Source Sans", "Source Sans Pro", "Liberation Sans", Arial, sans-serif';

class Sheet {
  constructor(canvas, height) {
    Object.assign(canvas, { width: WIDTH, height });
    this.pen = canvas.getContext("2d");
    this.pen.fillStyle = PAPER;
    this.pen.fillRect(0, 0, WIDTH, height);
    this.y = 0;
  }

  font(size, weight = 400) {
    this.pen.font = `${weight} ${size}px ${FONT}`;
  }

  // Words in lines of `width` pixels from the present height on, which moves down.
  write(words, { size, weight, colour = INK, x = EDGE, width = ROOM }) {
    this.font(size, weight);
    this.pen.fillStyle = colour;
    const lines = [""];
    for (const word of words.split(" ")) {
      const longer = `${lines.at(-1)} ${word}`.trim();
      if (lines.at(-1) && this.pen.measureText(longer).width > width) lines.push(word);
      else lines[lines.length - 1] = longer;
    }
    for (const line of lines) {
      this.y += Math.round(1.3 * size);
      this.pen.fillText(line, x, this.y);
    }
  }

  // Headline figures, two in a row.
  figures(items) {
    const width = (ROOM - 48) / 2;
    for (let first = 0; first < items.length; first += 2) {
      const top = this.y;
      let lowest = top;
      items.slice(first, first + 2).forEach(([label, value, note], place) => {
        const x = EDGE + place * (width + 48);
        this.y = top;
        this.pen.fillStyle = ACCENT;
        this.pen.fillRect(x, top, width, 4);
        this.y += 12;
        this.write(label, { size: 28, colour: MUTED, x, width });
        this.write(value, { size: 56, weight: 600, x, width });
        if (note) this.write(note, { size: 24, colour: MUTED, x, width });
        lowest = Math.max(lowest, this.y);
      });
      this.y = lowest + 32;
    }
  }

  // The people of the Kommune over the years; a break in the series is a gap in the line.
  curve({ title, years, values, first, last }) {
    this.write(title, { size: 28, weight: 600 });
    const known = values.filter((one) => one !== null);
    const [low, high] = [Math.min(...known), Math.max(...known)];
    const top = this.y + 56, foot = top + CURVE - 116;
    const x = (place) => EDGE + 8 + (place * (ROOM - 16)) / Math.max(years.length - 1, 1);
    const y = (value) => foot - ((value - low) * (foot - top)) / (high - low || 1);
    this.pen.strokeStyle = LINE;
    this.pen.lineWidth = 2;
    this.pen.strokeRect(EDGE, foot + 54, ROOM, 0);
    this.pen.strokeStyle = this.pen.fillStyle = ACCENT;
    this.pen.lineWidth = 6;
    this.pen.lineJoin = this.pen.lineCap = "round";
    this.pen.beginPath();
    values.forEach((value, place) => {
      if (value === null) return;
      if (place && values[place - 1] !== null) this.pen.lineTo(x(place), y(value));
      else this.pen.moveTo(x(place), y(value));
    });
    this.pen.stroke();
    // beside the line, not on it
    const rises = (from, to) => values[to] !== null && values[to] > values[from];
    const ends = [[values.findIndex((one) => one !== null), first, "left"], [values.findLastIndex((one) => one !== null), last, "right"]];
    for (const [place, words, align] of ends) {
      this.pen.fillStyle = ACCENT;
      this.pen.beginPath();
      this.pen.arc(x(place), y(values[place]), 9, 0, 2 * Math.PI);
      this.pen.fill();
      this.pen.textAlign = align;
      this.font(28, 600);
      this.pen.fillStyle = INK;
      const next = align === "left" ? place + 1 : place - 1;
      this.pen.fillText(words, x(place), y(values[place]) + (rises(place, next) ? 42 : -20));
      this.font(26);
      this.pen.fillStyle = MUTED;
      this.pen.fillText(years[place], x(place), foot + 88);
    }
    this.pen.textAlign = "left";
    this.y = foot + 112;
  }

  // Each stage behind a disc: full where it is documented.
  stages(items) {
    for (const [number, [name, state, done]] of items.entries()) {
      this.y += 12;
      const middle = this.y + 27;
      this.pen.beginPath();
      this.pen.arc(EDGE + 22, middle, 20, 0, 2 * Math.PI);
      this.pen.lineWidth = 3;
      this.pen.strokeStyle = DARK;
      this.pen.fillStyle = done ? DARK : PAPER;
      this.pen.fill();
      this.pen.stroke();
      this.pen.fillStyle = done ? PAPER : DARK;
      this.pen.textAlign = "center";
      this.font(24, 600);
      this.pen.fillText(String(number + 1), EDGE + 22, middle + 9);
      this.pen.textAlign = "left";
      this.write(`${name}: ${state}`, { size: 28, x: EDGE + 60, width: ROOM - 60 });
      this.y += 6;
    }
  }
}

function draw(canvas, data, height) {
  const sheet = new Sheet(canvas, height);
  sheet.pen.fillStyle = ACCENT;
  sheet.pen.fillRect(0, 0, WIDTH, 16);
  sheet.y = 48;
  sheet.write("Zukunftswerkstatt Kommunen", { size: 28, colour: MUTED });
  sheet.write(data.title, { size: 60, weight: 600 });
  if (data.demo) sheet.write(data.demo, { size: 28, weight: 600, colour: "#a8480a" });
  sheet.y += 28;
  sheet.figures(data.figures);
  if (data.curve) sheet.curve(data.curve);
  sheet.y += 20;
  sheet.stages(data.stages);
  sheet.y += 28;
  sheet.write(data.source, { size: 22, colour: MUTED });
  return sheet.y + 40;
}

async function picture(canvas, data) {
  await document.fonts?.load(`600 56px ${FONT}`);
  // how high it is shows only when it is drawn
  const height = draw(canvas, data, 4000);
  draw(canvas, data, height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

function words(data) {
  const demo = data.demo ? [data.demo] : [];
  const figures = data.figures.map(([label, value, note]) => `${label}: ${value}${note ? ` (${note})` : ""}`);
  const stages = data.stages.map(([name, state]) => `${name}: ${state}`);
  return [data.title, ...demo, "", ...data.sentences, "", ...figures, "", ...stages, "", data.source, location.href].join("\n");
}

async function copy(text, field) {
  try {
    await navigator.clipboard.writeText(text);
    return "Kopiert.";
  } catch {
    // without https a browser keeps the clipboard to itself: mark the text instead
    getSelection().selectAllChildren(field);
    return "Der Text ist markiert: bitte kopieren.";
  }
}

function save(file) {
  const address = URL.createObjectURL(file);
  Object.assign(document.createElement("a"), { href: address, download: file.name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".zwk-glance");
  const [canvas, text, said, share] = ["canvas", ".zwk-cite", "output", "[data-does=share]"].map((one) => root.querySelector(one));
  text.textContent = words(data);
  canvas.setAttribute("aria-label", `Bild: ${data.title}, mit denselben Angaben wie der Text darunter`);
  let file = null;
  // made beforehand: a browser shares only what is there when the finger taps
  picture(canvas, data).then((blob) => {
    file = new File([blob], `${data.filename}.png`, { type: "image/png" });
    share.hidden = !navigator.canShare?.({ files: [file] });
    root.dataset.drawn = "ja";
  });
  root.onclick = async ({ target }) => {
    const does = target.closest("button")?.dataset.does;
    if (!does || !file) return;
    if (does === "copy") said.textContent = await copy(text.textContent, text);
    if (does === "save") {
      save(file);
      said.textContent = "Das Bild ist gespeichert.";
    }
    if (does !== "share") return;
    try {
      await navigator.share({ title: data.title, text: text.textContent, files: [file] });
      said.textContent = "Geteilt.";
    } catch (fault) {
      if (fault.name === "AbortError") return;
      save(file);
      said.textContent = `Teilen war nicht möglich. Das Bild ist gespeichert. ${await copy(text.textContent, text)}`;
    }
  };
}
