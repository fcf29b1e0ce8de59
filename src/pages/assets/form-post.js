// Sends the answer on to the client (OAuth 2.0 Form Post Response Mode §2). The button does it where scripts do not run.
const form = document.getElementById("form-post");
if (form instanceof HTMLFormElement) HTMLFormElement.prototype.submit.call(form);
