// How numbers, sizes and times are written.

const PREFIXES = ["", "k", "M", "G", "T"];

/** Three digits with an SI prefix: 12.3 k. */
export function si(value, unit = "") {
  let scaled = value;
  let prefix = 0;
  while (scaled >= 999.5 && prefix < PREFIXES.length - 1) {
    scaled /= 1000;
    prefix++;
  }
  const digits = scaled === 0 || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
  const suffix = PREFIXES[prefix] + unit;
  return suffix ? `${scaled.toFixed(digits)} ${suffix}` : scaled.toFixed(digits);
}

/** All digits, in groups. */
export function whole(value) {
  return value.toLocaleString("en");
}

/** The two largest units: 42 s, 3 min 5 s, 2 h 10 min. */
export function duration(ms) {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor((s % 86400) / 3600)} h`;
}

/** Rounded down, so that 100 means that nothing at all is missing. */
export function percent(part, all) {
  if (all === 0 || part === all) return "100 %";
  return `${(Math.floor((part * 10000) / all) / 100).toFixed(2)} %`;
}

export function clock(ms) {
  return new Date(ms).toLocaleTimeString("en-GB");
}
