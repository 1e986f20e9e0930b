"use strict";
/* The softphone of the call page, over Twilio's Voice SDK, which no other file touches.
   The page gets a pass for one attempt and calls with that attempt's token; it never names a number.
   Nothing is retried by itself: whoever presses the button again finds the server's gate before them. */
(() => {
  const card = document.querySelector("[data-softphone]");
  if (!card) return;
  const part = (name) => card.querySelector(`[data-${name}]`);
  const show = (name, shown) => { part(name).hidden = !shown; };
  const csrf = document.querySelector('meta[name="csrf-token"]').content;
  const ahead = Date.parse(document.body.dataset.now) - Date.now() || 0;
  const due = Date.parse(card.dataset.due);
  const latest = due + 1000 * card.dataset.seconds;
  const ANSWER_WITHIN = 15000; // offline, the SDK's connect() neither resolves nor rejects
  const LISTEN_EVERY = 100;
  const HEARD = 0.05;

  let device = null;
  let call = null;
  let busy = false; // from the press until the call is over
  let over = false; // the call was put through and has ended

  /* ---- What is said ---- */

  const NO_NETWORK = "The telephone network can't be reached from this browser. See that you are online and that no "
    + "firewall holds back secure web sockets, then call again; or have a colleague ring the administrator.";
  const NO_PERMISSION = "The browser doesn't let this page hear the microphone. Allow it beside the address, then "
    + "try again.";
  const NO_MICROPHONE = "No microphone can be used. Plug one in, or close what else uses it, then try again.";
  const NO_PASS = "The pass for this call was refused or has run out. Press the button again; if that doesn't help, "
    + "load the page anew.";
  const NO_KEYS = "The telephone network refuses the keys of this workspace's softphone. Tell an administrator; it isn't "
    + "your browser.";
  const NOT_PUT_THROUGH = "The call wasn't put through. If the line above still says that it is yours to make, call again.";
  const BY_CODE = new Map([
    [31401, NO_PERMISSION], ["NotAllowedError", NO_PERMISSION], ["SecurityError", NO_PERMISSION],
    [31402, NO_MICROPHONE], ["NotFoundError", NO_MICROPHONE], ["NotReadableError", NO_MICROPHONE],
    ["OverconstrainedError", NO_MICROPHONE],
    [20101, NO_PASS], [20104, NO_PASS], [20151, NO_PASS], [31204, NO_PASS], [31205, NO_PASS], [31207, NO_PASS],
    [31202, NO_KEYS], [31203, NO_KEYS], [31001, NO_KEYS], // the secret, the account, the TwiML App
    [31003, NO_NETWORK], [31005, NO_NETWORK], [31009, NO_NETWORK], [53000, NO_NETWORK], [53001, NO_NETWORK],
    [53405, NO_NETWORK], ["offline", NO_NETWORK],
  ]);
  const WARNINGS = {
    "high-rtt": "What you say arrives late.",
    "high-jitter": "The sound comes unevenly.",
    "high-packet-loss": "Parts of the sound are lost.",
    "high-packets-lost-fraction": "Parts of the sound are lost.",
    "low-mos": "The line is poor.",
    "low-bytes-received": "Nothing is heard from the centre's side.",
    "low-bytes-sent": "Nothing of yours reaches the centre.",
    "ice-connectivity-lost": "The connection is lost; it is being made again.",
    "constant-audio-input-level": "Your microphone gives no voice. Is it muted?",
  };

  const say = (words) => { if (part("said").textContent !== words) part("said").textContent = words; };
  function fault(words) {
    part("fault").textContent = words;
    show("fault", words !== "");
  }
  const blame = (error) => fault(BY_CODE.get(error.code) ?? BY_CODE.get(error.name) ?? error.told
    ?? `The call failed (${error.code ?? error.name}). ${NOT_PUT_THROUGH}`);

  function warn(name, on) {
    const words = WARNINGS[name];
    if (!words) return;
    const list = part("warnings");
    const found = [...list.children].find((item) => item.textContent === words);
    if (on && !found) list.append(Object.assign(document.createElement("li"), { textContent: words }));
    if (!on) found?.remove();
    list.hidden = list.children.length === 0;
  }

  function renew() {
    const now = Date.now() + ahead;
    const open = now >= due && now <= latest;
    part("call").hidden = busy || over;
    part("call").disabled = !open;
    part("check").hidden = busy || over;
    for (const name of ["mute", "hang-up", "keypad"]) show(name, call !== null);
    if (busy || over) return;
    if (now > latest) say("The moment has passed: the call can't be made any more.");
    else if (open) say("Call now.");
  }

  /* ---- Microphone and loudspeaker ---- */

  let listening = null;

  async function check() {
    fault("");
    stopListening();
    try {
      const id = part("microphone").value;
      const stream = await navigator.mediaDevices.getUserMedia({ audio: id ? { deviceId: { exact: id } } : true });
      const context = new AudioContext();
      const analyser = context.createAnalyser();
      context.createMediaStreamSource(stream).connect(analyser);
      const wave = new Float32Array(analyser.fftSize);
      const timer = setInterval(() => {
        analyser.getFloatTimeDomainData(wave);
        const level = Math.min(1, Math.max(...wave.map(Math.abs)));
        part("level").value = level;
        if (level > HEARD) part("voice").textContent = "You are heard.";
      }, LISTEN_EVERY);
      listening = () => {
        clearInterval(timer);
        for (const track of stream.getTracks()) track.stop();
        context.close();
      };
      show("heard", true);
      part("voice").textContent = "Speak: the bar should move.";
      await listDevices();
    } catch (error) {
      blame(error);
    }
  }

  function stopListening() {
    listening?.();
    listening = null;
    show("heard", false);
    part("voice").textContent = "";
  }

  async function listDevices() {
    const found = await navigator.mediaDevices.enumerateDevices();
    fill(part("microphone"), found.filter((each) => each.kind === "audioinput"));
    fill(part("loudspeaker"), found.filter((each) => each.kind === "audiooutput"));
    show("speakers", "setSinkId" in HTMLMediaElement.prototype && part("loudspeaker").length > 0);
    show("devices", part("microphone").length > 0);
  }

  function fill(select, devices) {
    const chosen = select.value;
    select.replaceChildren(...devices.map((each, n) => new Option(each.label || `Device ${n + 1}`, each.deviceId)));
    if (devices.some((each) => each.deviceId === chosen)) select.value = chosen;
  }

  async function useDevices() {
    if (!device) return;
    try {
      if (part("microphone").value) await device.audio.setInputDevice(part("microphone").value);
      if (part("loudspeaker").value && device.audio.isOutputSelectionSupported)
        await device.audio.speakerDevices.set(part("loudspeaker").value);
    } catch (error) {
      blame(error);
    }
  }

  /* ---- The call ---- */

  async function pass() {
    let answer;
    try {
      answer = await fetch(card.dataset.pass, { method: "POST", headers: { "X-CSRFToken": csrf, "X-Requested-With": "fetch" } });
    } catch {
      throw Object.assign(new Error("offline"), { name: "offline" });
    }
    if (answer.status === 409) throw Object.assign(new Error(), { told: await answer.text() });
    if (!answer.ok || answer.redirected) throw Object.assign(new Error(), { code: 20151 });
    return answer.json();
  }

  const within = (milliseconds, promise) => {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(Object.assign(new Error("offline"), { name: "offline" })), milliseconds);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
  };

  const SOUNDS = ["incoming", "outgoing", "disconnect", ..."0123456789".split("").map((n) => `dtmf${n}`), "dtmfs", "dtmfh"];

  function newDevice(permit) {
    const made = new Twilio.Device(permit, {
      closeProtection: "The call is still on. Leaving the page ends it.",
      codecPreferences: ["opus", "pcmu"],
      enableImprovedSignalingErrorPrecision: true, // else a refused secret is an unknown error
      publishEvents: false, // nothing about a call is told to anybody else
      sounds: Object.fromEntries(SOUNDS.map((name) => [name, card.dataset.silence])), // none is fetched elsewhere
    });
    made.on("error", blame);
    made.on("tokenWillExpire", () => pass().then((given) => made.updateToken(given.pass), blame));
    return made;
  }

  /* Until the network says that it rings or that it is answered, nobody knows whether it heard us. */
  const heard = (made) => new Promise((resolve, reject) => {
    for (const event of ["ringing", "accept", "disconnect", "cancel", "reject"]) made.on(event, resolve);
    made.on("error", reject);
  });

  async function dial() {
    if (busy) return;
    busy = true;
    fault("");
    say("Calling.");
    stopListening();
    renew();
    try {
      if (!navigator.onLine) throw Object.assign(new Error("offline"), { name: "offline" });
      const given = await within(ANSWER_WITHIN, pass());
      device = newDevice(given.pass);
      await useDevices();
      const made = await within(ANSWER_WITHIN, device.connect({ params: { attempt: given.attempt } }));
      const answered = heard(made);
      follow(made);
      await within(ANSWER_WITHIN, answered);
    } catch (error) {
      hangUp();
      blame(error);
    }
  }

  function follow(made) {
    let through = false;
    call = made;
    made.on("ringing", () => say("The centre is being rung."));
    made.on("accept", () => { through = true; say("You are connected."); });
    made.on("reconnecting", () => say("The connection is being made again."));
    made.on("reconnected", () => say("You are connected."));
    made.on("warning", (name) => warn(name, true));
    made.on("warning-cleared", (name) => warn(name, false));
    made.on("error", blame);
    for (const event of ["disconnect", "cancel", "reject"]) {
      made.on(event, () => {
        if (call !== made) return;
        over = through;
        if (!through) fault(NOT_PUT_THROUGH);
        hangUp();
      });
    }
    renew();
    part("hang-up").focus();
  }

  /* The device goes with the call: what comes late over it reaches nobody. */
  function hangUp() {
    const gone = device;
    call = device = null;
    busy = false;
    gone?.destroy();
    for (const item of [...part("warnings").children]) item.remove();
    show("warnings", false);
    setMuted(false);
    part("pressed").textContent = "";
    say(over ? "The call is over." : "");
    renew();
  }

  function setMuted(muted) {
    call?.mute(muted);
    part("mute").setAttribute("aria-pressed", String(muted));
  }

  function press(key) {
    if (!call) return;
    call.sendDigits(key);
    part("pressed").textContent += key;
  }

  part("check").addEventListener("click", check);
  part("microphone").addEventListener("change", () => (call ? useDevices() : check()));
  part("loudspeaker").addEventListener("change", useDevices);
  part("call").addEventListener("click", dial);
  part("mute").addEventListener("click", () => setMuted(!call.isMuted()));
  part("hang-up").addEventListener("click", () => call.disconnect());
  part("keypad").addEventListener("click", (event) => {
    const key = event.target.closest("[data-digit]")?.dataset.digit;
    if (key) press(key);
  });
  part("keypad").addEventListener("keydown", (event) => {
    if (!/^[0-9*#]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation(); // a digit isn't a level of the rubric here
    event.preventDefault();
    press(event.key);
  });
  navigator.mediaDevices?.addEventListener("devicechange", () => { if (!part("devices").hidden) listDevices(); });
  if (!navigator.mediaDevices) fault("This browser gives no microphone to this page. Open it over https, or let your telephone be rung.");
  else if (!window.Twilio?.Device.isSupported) fault("This browser can't make calls. Use another one, or let your telephone be rung.");
  setInterval(renew, 250);
  renew();
})();
