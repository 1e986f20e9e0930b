/* What a page does beyond its forms and links, all of it declared by attributes in the markup:
   keys, moments that count, evidence from marks; forms that keep what was typed are in typed.js.
   Every form works without this file. */
import { device } from "./shelf.js";
import { all, keepForms, many, showStates, write } from "./typed.js";

/* ---- Moments ---- */

const ahead = Date.parse(document.body.dataset.now) - Date.now() || 0;
const secondsTo = (iso) => Math.round((Date.parse(iso) - Date.now() - ahead) / 1000);
const clock = (seconds, width = 1) =>
  `${String(Math.floor(seconds / 60)).padStart(width, "0")}:${String(seconds % 60).padStart(2, "0")}`;

function inWords(seconds) {
  const size = Math.abs(seconds);
  if (size < 60 && seconds <= 0) return "now";
  if (seconds > 0 && size < 600) return `in ${clock(seconds)}`;
  const long = size < 5400 ? many(Math.floor(size / 60), "minute")
    : size < 129600 ? many(Math.round(size / 3600), "hour") : many(Math.round(size / 86400), "day");
  return seconds > 0 ? `in ${long}` : `${long} ago`;
}

const elapsed = (node) => Math.max(0, -secondsTo(node.dataset.elapsed));

function tick() {
  for (const node of all("[data-countdown]")) write(node, inWords(secondsTo(node.dataset.countdown)));
  for (const node of all("[data-elapsed]")) write(node, clock(elapsed(node), 2));
  showStates();
}

/* ---- Keys ---- */

const TYPING = 'input:not([type="radio"], [type="checkbox"]), textarea, select, [contenteditable]';
const capital = (key) => (key.length === 1 ? key.toUpperCase() : key);
const seen = (node) => node.getClientRects().length > 0 && !node.disabled;
const scopes = () => all("[data-scope]").filter(seen);
const current = () => scopes().find((scope) => scope.classList.contains("now"));

function makeCurrent(scope) {
  for (const other of all("[data-scope].now")) if (other !== scope) other.classList.remove("now");
  scope?.classList.add("now");
}

/* A key is one letter, digit or sign, or "Ctrl+Enter", which works while typing too.
   Keys inside a scope (a criterion) work while it is the current one, and come before the page's. */
function keyed() {
  const scope = current();
  const inside = scope ? all("[data-key]", scope) : [];
  return inside.concat(all("[data-key]").filter((node) => !node.closest("[data-scope]"))).filter(seen);
}

function act(node) {
  if (node.matches(TYPING)) { node.focus(); return; }
  if (node.matches("input")) node.focus({ preventScroll: true });
  node.click();
}

function move(step) {
  const list = scopes();
  const next = list[list.indexOf(current()) + step];
  if (!next) return false;
  (next.querySelector("input:checked") ?? next.querySelector("input")).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  makeCurrent(next);
  return true;
}

function showKeys() {
  const dialog = document.getElementById("keys");
  const list = dialog.querySelector("dl");
  const rows = keyed().map((node) => [node.dataset.key, node.dataset.keyLabel ?? node.textContent.trim()]);
  if (scopes().length > 1) rows.push(["↑", "The criterion above"], ["↓", "The criterion below"]);
  if (rows.length > 1 && all(TYPING).some(seen)) rows.push(["Esc", "Out of a text field, so that keys work"]);
  list.replaceChildren(...rows.flatMap(([key, words]) => {
    const [term, cap, meaning] = ["dt", "kbd", "dd"].map((tag) => document.createElement(tag));
    cap.textContent = capital(key);
    meaning.textContent = words;
    term.append(cap);
    return [term, meaning];
  }));
  dialog.querySelector("[data-keys-on]").checked = !device.get("keys-off");
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.repeat || event.isComposing) return;
  if (document.querySelector("dialog[open]")) return;
  const deliberate = event.key === "Enter" && (event.ctrlKey || event.metaKey);
  if (event.key === "Escape") { event.target.closest(TYPING)?.blur(); return; }
  if (!deliberate) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING)) return;
    if (device.get("keys-off") && event.key !== "?") return;
  }
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (step && event.target.closest("[data-scope]")) {
    move(step);
    event.preventDefault(); // at either end too: the browser would choose another level
    return;
  }
  const pressed = deliberate ? "ctrl+enter" : event.key.toLowerCase();
  const node = keyed().find((each) => each.dataset.key.toLowerCase() === pressed);
  if (!node) return;
  event.preventDefault();
  act(node);
});

document.addEventListener("focusin", (event) => {
  const scope = event.target.closest("[data-scope]");
  if (scope) makeCurrent(scope);
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-keys-on]")) return;
  if (event.target.checked) device.drop("keys-off");
  else device.set("keys-off", "1");
});

/* ---- Evidence: from the last mark to now ---- */

function fillEvidence(button) {
  const scope = button.closest("[data-scope]");
  const marks = all("[data-at]").map((node) => Number(node.dataset.at));
  const running = document.querySelector("[data-elapsed]");
  const to = scope.querySelector("[data-evidence-to]");
  if (marks.length) scope.querySelector("[data-evidence-from]").value = clock(Math.max(...marks), 2);
  if (running) to.value = clock(elapsed(running), 2);
  else to.focus();
  to.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-show-keys]")) showKeys();
  const button = event.target.closest("[data-evidence]");
  if (button) fillEvidence(button);
  const place = event.target.closest("[data-seek]");
  if (place) listen(document.getElementById(place.dataset.player), Number(place.dataset.seek));
});

function listen(player, seconds) {
  player.currentTime = seconds;
  player.play();
}

/* ---- What htmx asked for and the server didn't answer: data-unanswered says what that means ---- */

function unanswered(event) {
  const asked = event.detail.elt.closest("[data-unanswered]");
  const place = event.detail.target;
  if (!asked || !place?.isConnected || place.querySelector(":scope > [data-said]")) return;
  const said = Object.assign(document.createElement("p"), { className: "error", role: "alert", textContent: asked.dataset.unanswered });
  said.dataset.said = "";
  place.append(said);
}

function answered(event) {
  if (event.detail.successful) event.detail.target?.querySelector(":scope > [data-said]")?.remove();
}

document.addEventListener("htmx:sendError", unanswered);
document.addEventListener("htmx:responseError", unanswered);
document.addEventListener("htmx:afterRequest", answered);

/* ---- Start, and again for what htmx brings ---- */

function begin(root) {
  for (const node of all("[data-show-keys], [data-evidence]", root)) node.hidden = false;
  keepForms();
  if (!current()) makeCurrent(scopes().find((scope) => !scope.querySelector('input[type="radio"]:checked')));
  tick();
}

begin(document);
document.addEventListener("htmx:load", (event) => begin(event.detail.elt));
setInterval(tick, 1000);
/* A page that the browser kept alive shows what was there before a sign-out, or a code: ask anew. */
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
