"use strict";
/* What a page does beyond its forms and links, all of it declared by attributes in the markup:
   keys, moments that count, evidence from marks, forms that keep what was typed.
   Every form works without this file. */
(() => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  /* A browser may refuse storage; then nothing is kept on the device and the page says so. */
  const shelf = (storage) => ({
    get(name) { try { return storage().getItem(name); } catch { return null; } },
    set(name, value) { try { storage().setItem(name, value); return true; } catch { return false; } },
    drop(name) { try { storage().removeItem(name); } catch { /* nothing was kept */ } },
    names() { try { return Object.keys(storage()); } catch { return []; } },
  });
  const device = shelf(() => localStorage);
  /* What is kept of typing is one person's: nobody else who signs in here finds any of it. */
  const person = document.body.dataset.person ?? "";
  const KEPT_FOR = 12 * 3600 * 1000; /* milliseconds; no session lasts longer */
  const kept = (id) => `kept:${person}:${id}`;
  const tab = shelf(() => sessionStorage);

  /* ---- Moments ---- */

  const ahead = Date.parse(document.body.dataset.now) - Date.now() || 0;
  const secondsTo = (iso) => Math.round((Date.parse(iso) - Date.now() - ahead) / 1000);
  const many = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;
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
  const write = (node, words) => { if (node.textContent !== words) node.textContent = words; };
  const keepers = new Set();

  function tick() {
    for (const node of all("[data-countdown]")) write(node, inWords(secondsTo(node.dataset.countdown)));
    for (const node of all("[data-elapsed]")) write(node, clock(elapsed(node), 2));
    for (const show of keepers) show();
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

  /* ---- Forms that keep what was typed ---- */

  const OFFLINE = "no connection";
  const SIGNED_OUT = "you are signed out; sign in again in another tab";
  const ELSEWHERE = "it was changed elsewhere; reload the page to see it";
  const mine = (node) => node.name && !node.matches('[type="hidden"], [type="password"], [type="file"], button, [data-no-keep]');

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
      } else if (left[node.name]?.length) node.value = left[node.name].shift();
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

  function keep(form) {
    if (!form.id || form.dataset.kept) return;
    form.dataset.kept = "yes";
    const name = kept(form.id);
    const state = form.querySelector("[data-save-state]");
    const spoken = Object.assign(document.createElement("span"), { className: "unseen", role: "status" });
    form.append(spoken);
    let timer, savedAt, fault = "", held = false, busy = false, dirty = false, wait = 1000;

    function show() {
      if (!state || !form.isConnected) { keepers.delete(show); return; }
      state.classList.toggle("wrong", Boolean(fault));
      if (fault) write(state, `Not saved: ${fault}${held ? ", kept on this device" : ""}`);
      else if (savedAt) {
        const seconds = Math.max(1, Math.round((Date.now() - savedAt) / 1000));
        write(state, `Saved ${seconds < 60 ? `${seconds} s` : many(Math.floor(seconds / 60), "minute")} ago`);
      }
    }

    function tell() {
      show();
      write(spoken, fault ? state?.textContent ?? "" : "Saved");
    }

    async function save() {
      clearTimeout(timer);
      if (busy || !dirty || !form.isConnected) return;
      busy = true;
      dirty = false;
      const result = await send(form);
      busy = false;
      fault = result.fault ?? "";
      if (fault) {
        dirty = true;
        if (result.again) timer = setTimeout(save, wait = Math.min(wait * 2, 30000));
      } else {
        savedAt = Date.now();
        wait = 1000;
        if (dirty) timer = setTimeout(save, 800);
        else { device.drop(name); held = false; }
      }
      tell();
    }

    function note() {
      dirty = true;
      const now = { at: Date.now(), version: form.elements.version?.value, values: typed(form) };
      held = Boolean(person) && device.set(name, JSON.stringify(now));
      count(form);
      clearTimeout(timer);
      if (form.dataset.saveUrl) timer = setTimeout(save, 800);
    }

    function bringBack(values) {
      restore(form, values);
      note();
      if (state) write(state, "Brought back what was typed on this device");
    }

    const before = JSON.parse(device.get(name) ?? "null");
    if (before && before.version === form.elements.version?.value) bringBack(before.values);
    else if (before && state) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "mini" });
      button.textContent = "Use it";
      button.addEventListener("click", () => { button.remove(); bringBack(before.values); }, { once: true });
      write(state, "Changed since; an older unsaved copy is on this device");
      state.after(button);
    }
    form.addEventListener("input", note);
    form.addEventListener("keydown", (event) => {
      const plain = event.key === "Enter" && !event.ctrlKey && !event.metaKey;
      if (plain && event.target.matches("input")) event.preventDefault(); /* it would submit too early */
    });
    form.addEventListener("submit", () => { clearTimeout(timer); tab.set("submitted", form.id); });
    form.addEventListener("htmx:afterRequest", (event) => {
      if (event.detail.elt === form && event.detail.successful) device.drop(name);
    });
    window.addEventListener("online", save);
    keepers.add(show);
    count(form);
  }

  function isOver(name) {
    try { return Date.now() - JSON.parse(device.get(name)).at > KEPT_FOR; } catch { return true; }
  }

  const typings = () => device.names().filter((each) => each.startsWith("kept:"));
  for (const name of typings()) {
    if (isOver(name) || (person && !name.startsWith(kept("")))) device.drop(name);
  }

  /* A form that was sent and is not on the page that came back was accepted. */
  const submitted = tab.get("submitted");
  if (submitted) {
    tab.drop("submitted");
    if (!document.getElementById(submitted)) device.drop(kept(submitted));
  }

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-forget]")) return;
    for (const name of typings()) device.drop(name);
  });

  /* ---- Start, and again for what htmx brings ---- */

  function begin(root) {
    for (const node of all("[data-show-keys], [data-evidence]", root)) node.hidden = false;
    for (const form of all("form[data-keep]", root)) keep(form);
    if (root.matches?.("form[data-keep]")) keep(root);
    if (!current()) makeCurrent(scopes().find((scope) => !scope.querySelector('input[type="radio"]:checked')));
    tick();
  }

  begin(document);
  document.addEventListener("htmx:load", (event) => begin(event.detail.elt));
  setInterval(tick, 1000);
})();
