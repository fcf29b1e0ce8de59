// Gives every text that is to be taken elsewhere a button that copies it, and every sheet to be printed one that prints it.
// Both are conveniences: the texts can be selected, and browsers print without them.
const { copy, copied } = document.body.dataset;

for (const text of document.querySelectorAll("[data-copyable]")) {
  if (navigator.clipboard === undefined) break; // No secure context, so no clipboard.
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy-button";
  button.textContent = copy ?? "";
  button.setAttribute("aria-describedby", `${text.id}-label`);
  const said = document.createElement("span");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text.textContent ?? "");
    button.textContent = copied ?? "";
    said.textContent = copied ?? "";
    setTimeout(() => {
      button.textContent = copy ?? "";
      said.textContent = "";
    }, 2000);
  });
  text.closest(".copyable")?.append(button, said);
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
