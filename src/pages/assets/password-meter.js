// Gives every field for a new password a button that shows what is typed, and tells how well it withstands guessing. The
// estimate advises; the server decides.
const estimator = () => {
  const { core, "language-common": common } = globalThis.zxcvbnts ?? {};
  if (core === undefined || common === undefined) return undefined; // Not loaded yet.
  return new core.ZxcvbnFactory({ dictionary: common.dictionary, graphs: common.adjacencyGraphs, maxLength: 128 });
};
let loaded;

function prepare(part) {
  const input = part.querySelector("input");
  const strength = part.querySelector(".strength");
  const word = part.querySelector(".strength-word");
  const names = JSON.parse(part.dataset.names);
  const words = JSON.parse(part.dataset.words);

  const button = document.createElement("button");
  button.type = "button";
  button.className = "show-password";
  button.textContent = words.show;
  button.setAttribute("aria-controls", input.id);
  const show = (isShown) => {
    input.type = isShown ? "text" : "password";
    button.textContent = isShown ? words.hide : words.show;
  };
  button.addEventListener("click", () => {
    show(input.type === "password");
    input.focus();
  });
  // Sent as what it is, so that the browser offers to keep it as a password, and not as a text.
  input.form?.addEventListener("submit", () => show(false));
  input.after(button);

  const estimate = () => {
    loaded ??= estimator();
    strength.hidden = loaded === undefined || input.value === "";
    if (strength.hidden) return;
    const typedName = input.form?.elements.namedItem("username")?.value ?? "";
    const { score } = loaded.check(input.value, [...names, typedName]);
    // Who types too little is told that first, by the hint.
    strength.dataset.score = String(score);
    // A text that stays the same is not read out again.
    if (word.textContent !== words.strengths[score]) word.textContent = words.strengths[score];
  };
  input.addEventListener("input", estimate);
  input.form?.elements.namedItem("username")?.addEventListener("input", estimate);
  addEventListener("load", estimate);
}

for (const part of document.querySelectorAll(".new-password")) prepare(part);
