// Runs before the first paint, so that a chosen theme does not flash in. Without a choice the system's counts.
"use strict";
{
  const chosen = localStorage.getItem("theme");
  if (chosen === "dark" || chosen === "light") {
    document.documentElement.dataset.theme = chosen;
  }
}
