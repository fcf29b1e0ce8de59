// Starts the viewer of the API reference. The document stands beside this script.
SwaggerUIBundle({
  url: new URL("json", document.querySelector("script[src$='/start.js']").src).href,
  dom_id: "#reference",
  deepLinking: true,
  // Nothing is asked of another site.
  validatorUrl: null,
});
