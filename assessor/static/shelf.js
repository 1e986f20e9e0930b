/* What stays on this device: each person's typing by the form, and nothing of anybody else's. */

/* A browser may refuse storage; then nothing is kept on the device and the page says so. */
const shelf = (storage) => ({
  get(name) { try { return storage().getItem(name); } catch { return null; } },
  set(name, value) { try { storage().setItem(name, value); return true; } catch { return false; } },
  drop(name) { try { storage().removeItem(name); } catch { /* nothing was kept */ } },
  names() { try { return Object.keys(storage()); } catch { return []; } },
});
export const device = shelf(() => localStorage);
/* What is kept of typing is one person's: nobody else who signs in here finds any of it. */
export const person = document.body.dataset.person ?? "";
const KEPT_FOR = 12 * 3600 * 1000; /* milliseconds; no session lasts longer */
export const kept = (id) => `kept:${person}:${id}`;

function isOver(name) {
  try { return Date.now() - JSON.parse(device.get(name)).at > KEPT_FOR; } catch { return true; }
}

const typings = () => device.names().filter((each) => each.startsWith("kept:"));
for (const name of typings()) {
  if (isOver(name) || (person && !name.startsWith(kept("")))) device.drop(name);
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-forget]")) return;
  for (const name of typings()) device.drop(name);
});
