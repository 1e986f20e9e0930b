/* Forms that keep what was typed: every one that is posted and takes typing, unless it is marked
   data-no-keep, and all of it but what is secret. A form that takes none stays on its page as well
   where it is marked data-stay, which says what to do instead. Every form works without this file. */
import { device, kept, person } from "./shelf.js";

const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];
export const many = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;
export const write = (node, words) => { if (node.textContent !== words) node.textContent = words; };
const keepers = new Set();

const OFFLINE = "no connection";
const SIGNED_OUT = "you are signed out; sign in again in another tab";
const ELSEWHERE = "it was changed elsewhere; reload the page to see it";
const SECRET = '[type="password"], [autocomplete="one-time-code"], [data-no-keep]'; /* never stored */
const mine = (node) => node.name && !node.matches(`[type="hidden"], [type="file"], button, ${SECRET}`);
const KEEPS = 'form[method="post"]:not([data-no-keep])';
const takesTyping = (form) => [...form.elements].some(mine);
const keeps = (root) => all(KEEPS, root).filter((form) => takesTyping(form) || form.matches("[data-stay]"));
const nameOf = (form) => form.id || form.getAttribute("action");
/* What the form was made from: a hidden "version", or "seen…" of what stood there. */
const basis = (form) => all('[name="version"], [name^="seen"]', form).map((node) => node.value).join(" ") || undefined;

function typed(form) {
  const values = {};
  for (const node of [...form.elements].filter(mine)) {
    if (node.matches('[type="radio"], [type="checkbox"]') && !node.checked) continue;
    (values[node.name] ??= []).push(node.value);
  }
  return values;
}

function restore(form, values) {
  const left = structuredClone(values);
  for (const node of [...form.elements].filter(mine)) {
    if (node.matches('[type="radio"], [type="checkbox"]')) {
      node.checked = (values[node.name] ?? []).includes(node.value);
    } else if (left[node.name]?.length) {
      const before = node.value;
      node.value = left[node.name].shift();
      if (node.matches("select") && node.selectedIndex < 0) node.value = before; /* no longer a choice */
    }
  }
}

function count(form) {
  const bar = form.querySelector("[data-answered]");
  if (!bar) return;
  const criteria = all("[data-scope]", form);
  bar.max = criteria.length || 1;
  bar.value = criteria.filter((scope) => scope.querySelector('input[type="radio"]:checked')).length;
  const words = form.querySelector("[data-answered-words]");
  if (words) write(words, `${bar.value} of ${criteria.length}`);
}

/* The server answers a save with 2xx, and with X-Version when the form has a field "version";
   409 when someone else changed it, 400 or 422 with a sentence in plain text when it can't be. */
async function send(form) {
  let answer;
  try {
    answer = await fetch(form.dataset.saveUrl, {
      method: "POST", redirect: "manual", body: new URLSearchParams(new FormData(form)),
      headers: { "X-CSRFToken": token, "X-Requested-With": "fetch" },
    });
  } catch {
    return { fault: OFFLINE, again: true };
  }
  if (answer.ok) {
    const version = answer.headers.get("X-Version");
    if (version && form.elements.version) form.elements.version.value = version;
    return {};
  }
  if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return { fault: SIGNED_OUT };
  if (answer.status === 409) return { fault: ELSEWHERE };
  const plain = answer.headers.get("Content-Type")?.startsWith("text/plain");
  if (plain && answer.status < 500) return { fault: await answer.text() };
  return { fault: `the server answered ${answer.status}`, again: answer.status >= 500 || answer.status === 429 };
}

/* Send the whole form. The page is left only once the server took it: X-Location says to where. A
   page that has the form again (a refusal, more rows) takes this one's place. Else: what is wrong. */
async function submit(form, button) {
  const values = new FormData(form);
  if (button?.name) values.append(button.name, button.value);
  let answer, text;
  try {
    answer = await fetch(button?.getAttribute("formaction") ?? form.getAttribute("action"), {
      method: "POST", body: new URLSearchParams(values), headers: { "X-Requested-With": "form" },
      signal: AbortSignal.timeout(60000),
    });
    text = await answer.text();
  } catch {
    return { fault: "No answer came from the server.", remedy: "Send it again in a moment." };
  }
  const leads = answer.headers.get("X-Location");
  if (leads) return { leads };
  if (answer.status === 401) return { fault: "You are signed out.", remedy: "Sign in again in another tab, then send it again." };
  if (answer.status >= 500 || answer.status === 429) {
    return { fault: `The server failed (${answer.status}).`, remedy: "Send it again in a moment; tell the administrator if it stays." };
  }
  const page = new DOMParser().parseFromString(text, "text/html");
  if (answer.ok || keeps(page).some((each) => nameOf(each) === nameOf(form))) return { page };
  return { fault: page.querySelector("main > p")?.textContent ?? `The server answered ${answer.status}.`, remedy: "" };
}

function take(page) {
  const main = document.importNode(page.getElementById("main"), true);
  document.title = page.title;
  document.getElementById("main").replaceWith(main);
  window.htmx.process(main);
  window.htmx.trigger(main, "htmx:load", { elt: main });
  const wrong = all('[role="alert"], [aria-invalid="true"]', main).find((node) => node.getClientRects().length);
  if (wrong?.matches('[role="alert"]')) wrong.tabIndex = -1;
  (wrong ?? main).focus();
}

function go(leads) {
  const to = new URL(leads, location.href);
  const here = to.pathname + to.search === location.pathname + location.search;
  if (here && to.hash) {
    history.replaceState(null, "", to);
    location.reload(); /* another place of the same page would not be asked for again */
  } else location.assign(to);
}

const mini = (words, action) => {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "mini", textContent: words });
  button.addEventListener("click", () => { button.remove(); action(); }, { once: true });
  return button;
};

function keep(form) {
  if (form.dataset.kept) return;
  form.dataset.kept = "yes";
  const name = kept(nameOf(form));
  let state = form.querySelector("[data-save-state]");
  if (!state) form.append(state = Object.assign(document.createElement("p"), { className: "saved" }));
  const spoken = Object.assign(document.createElement("span"), { className: "unseen", role: "status" });
  form.append(spoken);
  let timer, savedAt, fault = "", stuck = "", held = false, busy, sent = false, dirty = false, wait = 1000;

  function show() {
    if (!form.isConnected) { keepers.delete(show); return; }
    state.classList.toggle("wrong", Boolean(fault || stuck));
    if (stuck) write(state, stuck);
    else if (fault) write(state, `Not saved: ${fault}${held ? ", kept on this device" : ""}`);
    else if (savedAt) {
      const seconds = Math.max(1, Math.round((Date.now() - savedAt) / 1000));
      write(state, `Saved ${seconds < 60 ? `${seconds} s` : many(Math.floor(seconds / 60), "minute")} ago`);
    }
  }

  function tell() {
    show();
    write(spoken, fault || stuck ? state.textContent : "Saved");
  }

  async function save() {
    clearTimeout(timer);
    if (busy || !dirty || !form.isConnected) return;
    dirty = false;
    const result = await (busy = send(form));
    busy = undefined;
    fault = result.fault ?? "";
    if (fault) {
      dirty = true;
      if (result.again) timer = setTimeout(save, wait = Math.min(wait * 2, 30000));
    } else {
      savedAt = Date.now();
      stuck = "";
      wait = 1000;
      if (dirty) timer = setTimeout(save, 800);
      else { device.drop(name); held = false; }
    }
    tell();
  }

  function note() {
    dirty = true;
    const now = { at: Date.now(), version: basis(form), values: typed(form) };
    held = Boolean(person) && device.set(name, JSON.stringify(now));
    count(form);
    clearTimeout(timer);
    if (form.dataset.saveUrl) timer = setTimeout(save, 800);
  }

  function bringBack(values) {
    const stood = JSON.stringify(typed(form));
    restore(form, values);
    if (JSON.stringify(typed(form)) === stood) { device.drop(name); return; }
    note();
    form.closest("details")?.setAttribute("open", "");
    write(state, "Brought back what was typed on this device");
    if (!form.dataset.saveUrl) state.after(mini("Throw it away", throwAway));
  }

  function throwAway() {
    form.reset();
    device.drop(name);
    write(state, "");
  }

  async function leave(event) {
    event.preventDefault();
    if (sent) return;
    sent = true;
    clearTimeout(timer);
    await busy;
    const result = await submit(form, event.submitter);
    sent = false;
    if (result.leads || result.page) device.drop(name);
    if (result.leads) go(result.leads);
    else if (result.page) {
      take(result.page);
      const again = keeps(document).find((each) => nameOf(each) === nameOf(form));
      again?.dispatchEvent(new Event("input")); /* what the server gave back is kept, not what was there */
    } else {
      if (takesTyping(form)) note();
      const secret = [...form.elements].some((node) => node.matches(SECRET) && node.value);
      const where = held ? `, and kept on this device${secret ? " but for what is secret" : ""}` : "";
      const stays = takesTyping(form) ? `What you typed is still here${where}. ${result.remedy}` : form.dataset.stay;
      stuck = `${result.fault} ${stays}`.trim();
      tell();
    }
  }

  const before = JSON.parse(device.get(name) ?? "null");
  if (before && before.version === basis(form)) bringBack(before.values);
  else if (before) {
    write(state, "Changed since; an older unsaved copy is on this device");
    state.after(mini("Use it", () => bringBack(before.values)));
  }
  form.addEventListener("input", note);
  form.addEventListener("keydown", (event) => {
    const plain = event.key === "Enter" && !event.ctrlKey && !event.metaKey;
    if (plain && form.matches("[data-by-button]") && event.target.matches("input")) event.preventDefault();
  });
  form.addEventListener("submit", leave);
  if (form.dataset.saveUrl) window.addEventListener("online", save);
  keepers.add(show);
  count(form);
}

export function keepForms() {
  for (const form of keeps(document)) keep(form);
}

export function showStates() {
  for (const show of keepers) show();
}
