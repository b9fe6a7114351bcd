// Runs before the first paint, so that a chosen theme does not flash in. Without a choice the system's counts.
"use strict";
{
  let chosen = null;
  try {
    chosen = localStorage.getItem("theme");
  } catch {
    // This browser keeps nothing for us.
  }
  if (chosen === "dark" || chosen === "light") {
    document.documentElement.dataset.theme = chosen;
  }
}
