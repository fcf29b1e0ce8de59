import { type Answer, TestBrowser } from "../support/browser.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import type { TestServer } from "../support/server.ts";

/** A person with a browser who signs in and agrees wherever they are asked to: what a client library needs between two calls. */
export interface ApprovingPerson {
  readonly person: TestPerson;
  readonly browser: TestBrowser;
  /** Where the authorization request ends: the answer that leaves the server. */
  authorize(request: URL, decision?: "approve" | "deny"): Promise<Answer>;
  /** The same, as the URL that the client's redirect URI is called with. */
  callback(request: URL, decision?: "approve" | "deny"): Promise<URL>;
  /** Which pages were seen, by the ids of their forms. */
  readonly seen: string[];
}

export async function createApprovingPerson(server: TestServer, username = "alice"): Promise<ApprovingPerson> {
  const person = await createPerson(server, {
    username,
    displayName: "Alice Liddell",
    email: `${username}@example.org`,
    emailVerified: true,
  });
  const browser = new TestBrowser(server);
  const seen: string[] = [];
  const authorize: ApprovingPerson["authorize"] = async (request, decision = "approve") => {
    let answer = await browser.open(request.href);
    for (let pages = 0; pages < 3; pages++) {
      const form = answer.forms.find(({ id }) => id === "sign-in" || id === "consent");
      if (form === undefined) return answer;
      seen.push(form.id);
      answer = await browser.follow(
        form.id === "sign-in"
          ? await browser.signIn(answer, person)
          : await browser.submit(answer, "consent", { button: decision }),
      );
    }
    throw new Error(`the pages do not end: ${seen.join(", ")}`);
  };
  return { person, browser, seen, authorize, callback: async (...words) => callbackOf(await authorize(...words)) };
}

/** The URL that an answer sends the browser to. */
function callbackOf({ location, status, url, body }: Answer): URL {
  if (location === undefined) throw new Error(`${url} did not redirect (${status}): ${body.slice(0, 2000)}`);
  return new URL(location);
}

/** The request that the browser makes of an answer by form_post. */
export function formPostOf({ forms, url, status }: Answer): Request {
  const form = forms.find(({ id }) => id === "form-post");
  if (form === undefined) throw new Error(`${url} is no form for the client (${status})`);
  return new Request(form.action, { method: form.method, body: new URLSearchParams(form.fields) });
}
