import { type Address, type TestServer, trusting } from "./server.ts";

/** A form as it stands in a page. */
interface Form {
  readonly id: string;
  readonly method: string;
  readonly action: string;
  /** Hidden and visible inputs, text areas and lists with their values; of boxes those that are ticked. */
  readonly fields: Readonly<Record<string, string>>;
  /** Submit buttons: `name` and `value` by id. */
  readonly buttons: Readonly<Record<string, readonly [name: string, value: string]>>;
  /** Where a button leads that does not lead to where the form does, by id. */
  readonly actions: Readonly<Record<string, string>>;
}

/** An answer to a browser; nothing was followed. */
export interface Answer {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  readonly location: string | undefined;
  readonly forms: readonly Form[];
}

interface Sending {
  readonly headers?: Readonly<Record<string, string>>;
}

interface Submitting extends Sending {
  /** Instead of or beside what the form holds. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Left out of what the form holds. */
  readonly without?: readonly string[];
  /** The id of the button that is pressed. */
  readonly button?: string;
}

/**
 * A browser without a screen: it keeps cookies and reads forms, follows a redirect only when told, and never leaves the
 * server.
 */
export class TestBrowser {
  readonly cookies = new Map<string, string>();
  readonly #server: Address & Pick<TestServer, "issuer">;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(server: Address & Pick<TestServer, "issuer">, headers: Readonly<Record<string, string>> = {}) {
    this.#server = server;
    this.#headers = headers;
  }

  /** `target` is a path below the issuer or a whole URL. */
  get(target: string, { headers = {} }: Sending = {}): Promise<Answer> {
    return this.#send(target, { method: "GET", headers });
  }

  post(
    target: string,
    fields: Readonly<Record<string, string>> | string,
    { headers = {} }: Sending = {},
  ): Promise<Answer> {
    const body = typeof fields === "string" ? fields : new URLSearchParams(fields).toString();
    return this.#send(target, {
      method: "POST",
      body,
      headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    });
  }

  /** Follows redirects as long as they stay on the server. */
  async follow(answer: Answer): Promise<Answer> {
    let current = answer;
    for (let hops = 0; hops < 10; hops++) {
      if (current.location === undefined || !this.#isOwn(current.location)) return current;
      current = await this.get(current.location);
    }
    throw new Error("the redirects do not end");
  }

  /** Goes there and on to the first page, or to the redirect that leaves the server. */
  async open(target: string, sending: Sending = {}): Promise<Answer> {
    return this.follow(await this.get(target, sending));
  }

  /** Sends a form of the page. */
  submit(
    page: Answer,
    id: string,
    { fields = {}, without = [], button, headers = {} }: Submitting = {},
  ): Promise<Answer> {
    const form = page.forms.find((candidate) => candidate.id === id);
    if (form === undefined)
      throw new Error(`there is no form ${id} at ${page.url} (${page.status}): ${page.body.slice(0, 2000)}`);
    const [name, value] = button === undefined ? [] : (form.buttons[button] ?? []);
    if (button !== undefined && name === undefined) throw new Error(`the form ${id} has no button ${button}`);
    const all = { ...form.fields, ...(name === undefined ? {} : { [name]: value ?? "" }), ...fields };
    const kept = Object.fromEntries(Object.entries(all).filter(([field]) => !without.includes(field)));
    return this.post(new URL(form.actions[button ?? ""] ?? form.action, page.url).href, kept, { headers });
  }

  /** Signs in on a sign-in page and answers the first answer. */
  signIn(
    page: Answer,
    { username, password }: { readonly username: string; readonly password: string },
  ): Promise<Answer> {
    return this.submit(page, "sign-in", { fields: { username, password } });
  }

  #isOwn(location: string): boolean {
    return new URL(location, this.#server.issuer).origin === new URL(this.#server.issuer).origin;
  }

  async #send(
    target: string,
    init: RequestInit & { readonly headers: Readonly<Record<string, string>> },
  ): Promise<Answer> {
    const { issuer, address } = this.#server;
    const url = /^https?:/.test(target) ? target : issuer + target;
    if (!this.#isOwn(url)) throw new Error(`${url} is not the server's`);
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url.replace(new URL(issuer).origin, new URL(address).origin), {
      ...trusting(this.#server),
      ...init,
      redirect: "manual",
      headers: {
        ...(address.startsWith(new URL(issuer).origin) ? {} : { host: new URL(issuer).host }),
        ...(cookie === "" ? {} : { cookie }),
        ...this.#headers,
        ...init.headers,
      },
    });
    for (const set of response.headers.getSetCookie()) this.#keep(set);
    const body = await response.text();
    const location = response.headers.get("location") ?? undefined;
    const isPage = (response.headers.get("content-type") ?? "").startsWith("text/html");
    return {
      url,
      status: response.status,
      headers: response.headers,
      body,
      location: location === undefined || !location.startsWith("/") ? location : new URL(location, url).href,
      forms: isPage ? formsOf(body) : [],
    };
  }

  #keep(setCookie: string): void {
    const [pair = "", ...attributes] = setCookie.split("; ");
    const name = pair.slice(0, pair.indexOf("="));
    if (attributes.some((attribute) => /^max-age=0$/i.test(attribute))) this.cookies.delete(name);
    else this.cookies.set(name, pair.slice(name.length + 1));
  }
}

/** The parameters of a redirect or of a form for the client. */
export function answerParameters(answer: Answer): Readonly<Record<string, string>> {
  if (answer.location !== undefined) return Object.fromEntries(new URL(answer.location).searchParams);
  const form = answer.forms.find(({ id }) => id === "form-post");
  if (form === undefined)
    throw new Error(`no authorization response (${answer.status}): ${answer.body.slice(0, 2000)}`);
  return form.fields;
}

function formsOf(html: string): readonly Form[] {
  const forms: {
    id: string;
    method: string;
    action: string;
    fields: Record<string, string>;
    buttons: Record<string, readonly [string, string]>;
    actions: Record<string, string>;
  }[] = [];
  /** Boxes outside of the form that they name. */
  const outside: { form: string; name: string; value: string }[] = [];
  const attribute = (element: HTMLRewriterTypes.Element, name: string) => decoded(element.getAttribute(name) ?? "");
  /** The text area or the list that is being read. */
  let field = "";
  new HTMLRewriter()
    .on("form", {
      element: (form) => {
        forms.push({
          id: attribute(form, "id"),
          method: attribute(form, "method"),
          action: attribute(form, "action"),
          fields: {},
          buttons: {},
          actions: {},
        });
      },
    })
    .on("fieldset[disabled] input", {
      element: (input) => {
        input.setAttribute("disabled", "");
      },
    })
    .on("form input", {
      element: (input) => {
        const form = forms.at(-1);
        if (input.hasAttribute("disabled")) return;
        const isBox = ["checkbox", "radio"].includes(attribute(input, "type"));
        if (form === undefined || (isBox && input.getAttribute("checked") === null)) return;
        form.fields[attribute(input, "name")] = attribute(input, "value");
      },
    })
    .on("input[form]", {
      element: (input) => {
        if (input.getAttribute("checked") === null) return;
        const [form, name, value] = ["form", "name", "value"].map((one) => attribute(input, one));
        outside.push({ form: form ?? "", name: name ?? "", value: value ?? "" });
      },
    })
    .on("form textarea", {
      element: (area) => {
        field = attribute(area, "name");
        const form = forms.at(-1);
        if (form !== undefined) form.fields[field] = "";
      },
      text: ({ text }) => {
        const form = forms.at(-1);
        if (form !== undefined) form.fields[field] = `${form.fields[field] ?? ""}${decoded(text)}`;
      },
    })
    .on("form select", {
      element: (select) => {
        field = attribute(select, "name");
      },
    })
    .on("form option", {
      element: (option) => {
        const form = forms.at(-1);
        // The first one, where none is selected.
        if (form === undefined || (option.getAttribute("selected") === null && field in form.fields)) return;
        form.fields[field] = attribute(option, "value");
      },
    })
    .on("form button", {
      element: (button) => {
        const form = forms.at(-1);
        if (form === undefined) return;
        const id = attribute(button, "id");
        form.buttons[id] = [attribute(button, "name"), attribute(button, "value")];
        if (button.getAttribute("formaction") !== null) form.actions[id] = attribute(button, "formaction");
      },
    })
    .transform(html);
  for (const { form: id, name, value } of outside) {
    const form = forms.find((candidate) => candidate.id === id);
    if (form !== undefined) form.fields[name] = value;
  }
  return forms;
}

/** The parser gives attributes as they were written. */
const decoded = (text: string): string =>
  text
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");
