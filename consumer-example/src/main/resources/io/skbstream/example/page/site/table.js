// The table of hosts: sorted, searched, moved through by keys.

import { element, setClass, setText } from "./dom.js";
import { duration, si, whole } from "./format.js";

const SVG = "http://www.w3.org/2000/svg";
const STEP = 250; // so many rows are made at a time

/** What each column shows and sorts by. Numbers begin with the largest, text with A; completeness with the worst. */
const COLUMNS = [
  { id: "host", title: "Host", key: (f) => f.name, show: (cell, f) => setText(cell, f.shown) },
  { id: "status", title: "Status", key: (f) => f.status.text, show: showStatus },
  { id: "packets", title: "Packets/s", key: (f) => f.packets, down: true, number: true, show: (cell, f) => setText(cell, si(f.packets)) },
  { id: "bits", title: "Bits/s", key: (f) => f.bits, down: true, number: true, show: (cell, f) => setText(cell, si(f.bits)) },
  { id: "trend", title: "Trend", show: showTrend },
  { id: "complete", title: "Complete", key: rankOf, show: showComplete },
  { id: "late", title: "Late", key: (f) => f.late, down: true, number: true, show: (cell, f) => setText(cell, whole(f.late)) },
  { id: "lag", title: "Lag", key: (f) => f.lagMs, down: true, number: true, show: showLag },
  { id: "hook", title: "Hook", key: (f) => f.hook, show: (cell, f) => setText(cell, f.hook) },
  { id: "kernel", title: "Kernel", key: (f) => f.kernel, show: (cell, f) => setText(cell, f.kernel) },
];

export class Table {
  selected = null;
  #head;
  #body;
  #rows = new Map();
  #shown = [];
  #sort = { column: COLUMNS[0], down: false };
  #limit = STEP;
  #onSelect;

  /** @param onSelect told the name of the chosen host, or null */
  constructor(table, onSelect) {
    this.#head = table.tHead.rows[0];
    this.#body = table.tBodies[0];
    this.#onSelect = onSelect;
    COLUMNS.forEach((column) => this.#head.append(this.#heading(column)));
    this.#body.addEventListener("click", (event) => this.select(event.target.closest("tr")?.dataset.host ?? null));
    this.#mark();
  }

  /** Shows these hosts, as far as they match; returns how many do. */
  show(all, search) {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    const found = all.filter((f) => {
      const text = `${f.shown} ${f.status.text} ${f.hook} ${f.kernel} ${f.complete.kind}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    found.sort((a, b) => this.#compare(a, b));
    this.#shown = found.slice(0, this.#limit).map((f) => f.name);
    const rows = found.slice(0, this.#limit).map((f) => this.#row(f));
    rows.forEach((row, i) => {
      if (this.#body.rows[i] !== row) this.#body.insertBefore(row, this.#body.rows[i] ?? null);
    });
    while (this.#body.rows.length > rows.length) this.#body.lastElementChild.remove();
    const known = new Set(all.map((f) => f.name));
    for (const name of this.#rows.keys()) if (!known.has(name)) this.#rows.delete(name);
    return found.length;
  }

  /** How many of the hosts found are not shown. */
  hidden(found) {
    return Math.max(0, found - this.#limit);
  }

  more() {
    this.#limit += STEP;
  }

  /** Chooses a host, or none. */
  select(name) {
    this.selected = name;
    for (const [host, row] of this.#rows) this.#choose(row, host);
    this.#onSelect(name);
  }

  /** Chooses the next or the previous one. */
  move(by) {
    if (this.#shown.length === 0) return;
    const at = this.#shown.indexOf(this.selected);
    const next = at < 0 ? (by > 0 ? 0 : this.#shown.length - 1) : at + by;
    this.select(this.#shown[Math.min(this.#shown.length - 1, Math.max(0, next))]);
    this.#rows.get(this.selected).focus({ preventScroll: true });
    this.#rows.get(this.selected).scrollIntoView({ block: "nearest" });
  }

  #heading(column) {
    const th = element("th", column.number ? "number" : "");
    th.scope = "col";
    if (!column.key) {
      th.textContent = column.title;
      return th;
    }
    const button = element("button", "", column.title);
    button.type = "button";
    button.addEventListener("click", () => {
      const again = this.#sort.column === column;
      this.#sort = { column, down: again ? !this.#sort.down : Boolean(column.down) };
      this.#mark();
      this.#onSelect(this.selected);
    });
    th.append(button);
    return th;
  }

  #mark() {
    COLUMNS.forEach((column, i) => {
      if (column === this.#sort.column) {
        this.#head.cells[i].setAttribute("aria-sort", this.#sort.down ? "descending" : "ascending");
      } else {
        this.#head.cells[i].removeAttribute("aria-sort");
      }
    });
  }

  #compare(a, b) {
    const [x, y] = [this.#sort.column.key(a), this.#sort.column.key(b)];
    const order = typeof x === "string" ? x.localeCompare(y, "en", { numeric: true }) : x < y ? -1 : x > y ? 1 : 0;
    return (this.#sort.down ? -order : order) || a.name.localeCompare(b.name, "en", { numeric: true });
  }

  #row(f) {
    let row = this.#rows.get(f.name);
    if (!row) {
      row = element("tr");
      row.dataset.host = f.name;
      for (const column of COLUMNS) {
        const cell = element("td", `${column.id}${column.number ? " number" : ""}`);
        cell.dataset.label = column.title;
        row.append(cell);
      }
      this.#rows.set(f.name, row);
    }
    COLUMNS.forEach((column, i) => column.show(row.cells[i], f));
    row.dataset.kind = f.status.kind;
    this.#choose(row, f.name);
    return row;
  }

  #choose(row, name) {
    row.tabIndex = name === this.selected || (this.selected === null && name === this.#shown[0]) ? 0 : -1;
    row.setAttribute("aria-selected", String(name === this.selected));
  }
}

function rankOf(f) {
  return ["missing", "lost", "unknown", "complete"].indexOf(f.complete.kind) + f.complete.rank / 2;
}

function part(cell, tag, at) {
  return cell.children[at] ?? cell.appendChild(element(tag));
}

function showStatus(cell, f) {
  const chip = part(cell, "span", 0);
  setClass(chip, `status ${f.status.kind}`);
  setText(chip, f.status.text);
}

function showComplete(cell, f) {
  const chip = part(cell, "span", 0);
  setClass(chip, `chip ${f.complete.kind}`);
  setText(chip, f.complete.text);
  setText(part(cell, "small", 1), f.complete.more);
}

function showLag(cell, f) {
  const ahead = f.status.kind === "ahead";
  setText(cell, f.lagMs === Infinity ? "–" : ahead ? `−${duration(-f.lagMs)}` : duration(f.lagMs));
}

/** Packets of the last windows that are over. */
function showTrend(cell, f) {
  let line = cell.firstElementChild?.firstElementChild;
  if (!line) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 100 24");
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    line = svg.appendChild(document.createElementNS(SVG, "polyline"));
    cell.append(svg);
  }
  const values = f.trend;
  const most = Math.max(1, ...values);
  const step = 100 / Math.max(1, values.length - 1);
  line.setAttribute("points", values.map((v, i) => `${(i * step).toFixed(1)},${(22 - (20 * v) / most).toFixed(1)}`).join(" "));
}
