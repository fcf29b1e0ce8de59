// Runs the ceremonies of WebAuthn for the forms of passkey-form.tsx: what the browser answers goes into the form as JSON.
const { browserSupportsWebAuthn, browserSupportsWebAuthnAutofill, startAuthentication, startRegistration } =
  SimpleWebAuthnBrowser;

const start = {
  create: (optionsJSON) => startRegistration({ optionsJSON }),
  get: (optionsJSON, useBrowserAutofill = false) => startAuthentication({ optionsJSON, useBrowserAutofill }),
};

function send(form, answer) {
  form.elements.namedItem("passkey").value = JSON.stringify(answer);
  HTMLFormElement.prototype.submit.call(form);
}

function show(form, trouble) {
  for (const notice of form.querySelectorAll("[data-trouble]")) notice.hidden = notice.dataset.trouble !== trouble;
}

function prepare(form) {
  const options = JSON.parse(form.dataset.options);
  const ceremony = start[form.dataset.passkey];
  let isUnderWay = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isUnderWay) return;
    isUnderWay = true;
    show(form);
    try {
      send(form, await ceremony(options));
    } catch (error) {
      show(form, error.name === "InvalidStateError" ? "exists" : "failed");
    } finally {
      isUnderWay = false;
    }
  });
  form.hidden = false;
  return { options, ceremony };
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!browserSupportsWebAuthn()) continue;
  const { options, ceremony } = prepare(form);
  if (!("autofill" in form.dataset)) continue;
  browserSupportsWebAuthnAutofill().then(async (isSupported) => {
    if (!isSupported) return;
    try {
      send(form, await ceremony(options, true));
    } catch {
      // The button took over, or nothing was chosen: the page stays as it is.
    }
  });
}
