// The viewer is dark where its page says so by a class.
const dark = matchMedia("(prefers-color-scheme: dark)");
const wear = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", wear);
wear();

// Starts the viewer of the API reference. The document stands beside this script.
SwaggerUIBundle({
  url: new URL("json", document.querySelector("script[src$='/start.js']").src).href,
  dom_id: "#reference",
  deepLinking: true,
  // Nothing is asked of another site.
  validatorUrl: null,
});

// What the viewer makes is mended where a screen reader would stumble over it, as often as it makes something.
const mendings = {
  // A link in the button that opens an operation: the button does what it does.
  ".opblock-summary-control a[href]": (link) => link.removeAttribute("href"),
  // A table that calls itself a region is no table any more.
  "table[role=region]": (table) => table.removeAttribute("role"),
  // What can be scrolled can be reached by keyboard.
  "pre:not([tabindex])": (block) => block.setAttribute("tabindex", "0"),
  // Right below the title, and below that.
  ".opblock-tag:not([aria-level])": (heading) => heading.setAttribute("aria-level", "2"),
  ".opblock-body h4:not([aria-level])": (heading) => heading.setAttribute("aria-level", "3"),
  ".opblock-body h5:not([aria-level])": (heading) => heading.setAttribute("aria-level", "4"),
  ".information-container:not([role])": (part) => name(part, "About this API"),
  ".schemes-server-container:not([role])": (part) => name(part, "Server and authorization"),
  "select:not([aria-label])": (select) =>
    select.setAttribute(
      "aria-label",
      select.closest("label, .body-param-content-type, td, div")?.textContent?.slice(0, 80) || "Choice",
    ),
};
const name = (part, label) => {
  part.setAttribute("role", "region");
  part.setAttribute("aria-label", label);
};
const mend = () => {
  for (const [selector, change] of Object.entries(mendings)) document.querySelectorAll(selector).forEach(change);
};
new MutationObserver(mend).observe(document.getElementById("reference"), { childList: true, subtree: true });
