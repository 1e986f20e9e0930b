"use strict";
/* Shows each second what has moved; what has the focus keeps it, and an open list is left alone. */
setInterval(async () => {
  const calls = document.getElementById("calls");
  if (document.hidden || document.activeElement?.tagName === "SELECT") return;
  try {
    const answer = await fetch("/trainer");
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("calls");
    if (fresh.innerHTML === calls.innerHTML) return;
    const focused = document.activeElement?.id;
    calls.replaceChildren(...fresh.childNodes);
    if (focused) document.getElementById(focused)?.focus();
  } catch { /* the exchange is being started anew */ }
}, 1000);
