// The film: a button that walks through the years, a slider to stand on one, and a way out. The page is told where it
// stands when it rests, so that heading, table and address follow.

const EACH = 900; // milliseconds a year stays

export class Film {
  constructor(map) {
    this.map = map;
    this.box = map.root.querySelector(".zwk-map-film");
    [this.button, this.slider, this.year, this.end] = ["[data-film=play]", "input", "output", "[data-film=end]"].map((one) =>
      this.box.querySelector(one),
    );
    this.place = 0;
    this.playing = false;
    this.wished = false; // the button was pressed, and the years are still to come
    this.button.addEventListener("click", () => (this.playing ? this.rest() : this.begin()));
    this.slider.addEventListener("input", () => this.goTo(Number(this.slider.value)));
    this.slider.addEventListener("change", () => this.rest());
    this.end.addEventListener("click", () => this.tell(0));
  }

  // What the page has just drawn.
  show(spec) {
    this.spec = spec;
    this.box.hidden = !spec.plays;
    const there = Boolean(spec.film);
    [this.slider, this.year, this.end].forEach((one) => (one.hidden = !there));
    if (there) {
      this.slider.max = spec.film.years.length - 1;
      this.mark(spec.film.years.indexOf(spec.year));
      if (this.wished) this.play();
    }
    this.wished = false;
    this.name();
  }

  begin() {
    if (this.spec?.film) this.play();
    else {
      this.wished = true;
      this.tell(this.spec.year);
    }
  }

  play() {
    this.playing = true;
    const last = this.spec.film.years.length - 1;
    this.goTo(this.place >= last ? 0 : this.place + 1);
    this.name();
  }

  // Shows a year, and while it plays the next one after a while.
  async goTo(place) {
    clearTimeout(this.waiting);
    this.mark(place);
    if (!(await this.map.showYear(place).catch(() => false)) || !this.playing || this.place !== place) return;
    const last = this.spec.film.years.length - 1;
    this.waiting = setTimeout(() => (place < last ? this.goTo(place + 1) : this.rest()), EACH);
  }

  rest() {
    this.stop();
    this.tell(this.spec.film.years[this.place]);
  }

  stop() {
    clearTimeout(this.waiting);
    this.playing = false;
    this.name();
  }

  mark(place) {
    this.place = place;
    const year = String(this.spec.film.years[place]);
    this.slider.value = place;
    this.slider.setAttribute("aria-valuetext", year);
    this.year.value = year;
  }

  name() {
    this.button.textContent = this.playing ? "Anhalten" : "Jahre abspielen";
    this.box.dataset.plays = this.playing ? "ja" : "";
  }
}
