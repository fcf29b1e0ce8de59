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
