// The two plots at the top: packets/s and bits/s over time.

import uPlot from "./webjars/uplot/1.6.30/dist/uPlot.esm.js";
import { clock, si } from "./format.js";

const HEIGHT = 170;
const LEAST_SPAN_S = 60;

class Plot {
  #figure;
  #title;
  #unit;
  #colour;
  #plot;
  #value = document.createElement("b");
  #when = document.createElement("span");

  /** @param colour name of a CSS variable */
  constructor(figure, title, unit, colour) {
    this.#figure = figure;
    this.#title = title;
    this.#unit = unit;
    this.#colour = colour;
    const caption = document.createElement("figcaption");
    caption.append(title, this.#value, this.#when);
    figure.append(caption);
    this.restyle();
    new ResizeObserver(() => this.#plot.setSize({ width: figure.clientWidth, height: HEIGHT })).observe(figure);
  }

  /** Canvas knows no CSS variables, so a new theme means a new plot. */
  restyle() {
    const css = getComputedStyle(document.documentElement);
    const colour = (name) => css.getPropertyValue(name).trim();
    const data = this.#plot?.data ?? [[], []];
    this.#plot?.destroy();
    const axis = {
      stroke: colour("--muted"),
      font: "11px system-ui, sans-serif",
      grid: { stroke: colour("--grid"), width: 1 },
      ticks: { show: false },
    };
    this.#plot = new uPlot(
      {
        width: this.#figure.clientWidth,
        height: HEIGHT,
        padding: [10, 26, 0, 0], // room for half a time
        legend: { show: false },
        cursor: { sync: { key: "time" }, y: false, drag: { x: false, y: false } },
        scales: { y: { range: (plot, min, max) => [0, max > 0 ? max * 1.12 : 1] } },
        axes: [
          { ...axis, grid: { show: false }, space: 70, values: "{HH}:{mm}:{ss}", size: 28 },
          { ...axis, size: 54, space: 26, values: (plot, ticks) => ticks.map((tick) => si(tick)) },
        ],
        series: [
          {},
          {
            stroke: colour(this.#colour),
            fill: colour(`${this.#colour}-fill`),
            width: 2,
            points: { show: false },
          },
        ],
        hooks: { setCursor: [() => this.#caption()] },
      },
      data,
      this.#figure,
    );
  }

  show(times, values, nowS) {
    const untilS = Math.max(nowS, times.at(-1) ?? nowS); // a host's clock may be ahead
    const fromS = Math.min(times[0] ?? nowS, nowS - LEAST_SPAN_S);
    this.#plot.batch(() => {
      this.#plot.setData([times, values], false);
      this.#plot.setScale("x", { min: fromS, max: untilS });
    });
    this.#caption();
  }

  /** The value under the cursor, else the newest. */
  #caption() {
    const [times, values] = this.#plot.data;
    const at = this.#plot.cursor.idx;
    const hovers = at !== null && at !== undefined && values[at] !== undefined;
    const value = hovers ? values[at] : values.at(-1);
    this.#value.textContent = value === undefined ? "–" : si(value, this.#unit);
    this.#when.textContent = hovers ? clock(times[at] * 1000) : "";
    this.#figure.setAttribute("aria-label", `${this.#title}: ${this.#value.textContent}`);
  }
}

export class Plots {
  #packets = new Plot(document.getElementById("packets"), "Packets/s", "", "--packets");
  #bits = new Plot(document.getElementById("bits"), "Bits/s", "", "--bits");

  show({ times, packets, bits }, nowMs) {
    this.#packets.show(times, packets, nowMs / 1000);
    this.#bits.show(times, bits, nowMs / 1000);
  }

  restyle() {
    this.#packets.restyle();
    this.#bits.restyle();
  }
}
