/* Passkeys. A form with data-passkey ("make" or "use") asks the address in data-challenge for a
   challenge, lets the device answer it, and sends the answer in its field "answer".
   Where the browser has no passkeys the form stays hidden, and a password does. */
const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
const able = Boolean(window.PublicKeyCredential?.parseCreationOptionsFromJSON);

const FAULTS = {
  InvalidStateError: "This device has a passkey of yours already.",
  NotAllowedError: "No passkey was given, or it took too long. Try again, or use your password.",
};

class Told extends Error {}

async function asked(form) {
  const answer = await fetch(form.dataset.challenge, {
    method: "POST", redirect: "error", headers: { "X-CSRFToken": token, "X-Requested-With": "fetch" },
  });
  if (answer.ok) return answer.json();
  const plain = answer.headers.get("Content-Type")?.startsWith("text/plain");
  if (plain && answer.status === 403) location.assign(await answer.text()); /* to confirm first */
  throw new Told(plain && answer.status === 422 ? await answer.text() : "That page has grown old. Load it again.");
}

async function prove(form) {
  const options = await asked(form);
  const made = form.dataset.passkey === "make"
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  form.elements.answer.value = JSON.stringify(made);
  form.submit();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!able) continue;
  form.hidden = false;
  const fault = form.querySelector("[data-fault]");
  const button = form.querySelector("button");
  const say = (words) => { fault.textContent = words; fault.hidden = !words; };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    say("");
    try {
      await prove(form);
    } catch (error) {
      say(error instanceof Told ? error.message
        : FAULTS[error.name] ?? "The passkey couldn't be used. Try again, or use your password.");
    }
    button.disabled = false;
  });
}
for (const node of document.querySelectorAll("[data-no-passkeys]")) node.hidden = able;
