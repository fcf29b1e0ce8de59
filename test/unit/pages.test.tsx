import { describe, expect, test } from "bun:test";
import type { ComponentChildren } from "preact";
import { german } from "../../src/languages/door/de.ts";
import { english, type Texts } from "../../src/languages/door/en.ts";
import { acceptedLanguages, scopeSentence, textsFor } from "../../src/languages/languages.ts";
import { AccountLinkPage } from "../../src/pages/account-link-view.tsx";
import { assets } from "../../src/pages/assets/assets.ts";
import { ConsentPage } from "../../src/pages/consent-view.tsx";
import { DeviceCodePage } from "../../src/pages/device-code-view.tsx";
import { DeviceDecisionPage } from "../../src/pages/device-decision-view.tsx";
import { DeviceDonePage } from "../../src/pages/device-done-view.tsx";
import { EnrolledPage, EnrolmentPage } from "../../src/pages/enrolment-view.tsx";
import { ErrorPage } from "../../src/pages/error-view.tsx";
import { FormPostPage } from "../../src/pages/form-post-view.tsx";
import { HomePage } from "../../src/pages/home-view.tsx";
import { InterstitialPage } from "../../src/pages/interstitial-view.tsx";
import { renderPage } from "../../src/pages/layout.tsx";
import { RecoveredPage, SecondFactorPage } from "../../src/pages/second-factor-view.tsx";
import { SetupPage } from "../../src/pages/setup-view.tsx";
import { SignInPage } from "../../src/pages/sign-in-view.tsx";
import { SignedOutPage, SignOutPage } from "../../src/pages/sign-out-view.tsx";

const basePath = "/sso";
const brand = { name: "Postern", hasLogo: false, hasColor: false, links: [] };

/** Every page, with `said` wherever a client, a device or a person has a say. */
function everyPage(texts: Texts, said: string): ReadonlyMap<string, string> {
  const form = { texts, basePath, csrf: said, handle: said };
  const account = { username: said, displayName: `${said} ` };
  const client = { name: said, host: said, isVerified: false };
  const scopes = [
    { name: said, sentence: scopeSentence(texts, said), isNew: true, box: { name: `allow:${said}`, isTicked: true } },
    { name: "openid", sentence: scopeSentence(texts, "openid"), isNew: false },
  ];
  const username = { message: said, fields: ["username"] } as const;
  const pages: Record<string, ComponentChildren> = {
    "sign-in": <SignInPage {...form} clientName={said} username={said} problems={[username]} />,
    "sign-in-passkey": <SignInPage {...form} passkey={{ options: said, csrf: said }} />,
    "second-factor": (
      <SecondFactorPage
        {...form}
        shown={undefined}
        name={said}
        hasApp
        passkeyOptions={undefined}
        switchAccountUrl="/sso/login"
        problems={[{ message: said, fields: ["code"] }]}
      />
    ),
    "second-factor-passkey": (
      <SecondFactorPage
        {...form}
        shown={said}
        name={said}
        hasApp={false}
        passkeyOptions={said}
        switchAccountUrl="/sso/login"
      />
    ),
    recovered: <RecoveredPage texts={texts} left={2} onward="/sso/" />,
    enrolment: (
      <EnrolmentPage
        {...form}
        account={account}
        totp={{ sealed: said, uri: "otpauth://totp/a", key: said }}
        passkeyOptions={said}
        switchAccountUrl="/sso/login"
      />
    ),
    enrolled: (
      <EnrolledPage
        texts={texts}
        basePath={basePath}
        codes={[said]}
        username={said}
        issuer="https://nas.example"
        onward="/sso/"
      />
    ),
    consent: (
      <ConsentPage
        {...form}
        client={{ ...client, isVerified: true, policyUri: `https://a.example/${said}`, termsUri: said }}
        scopes={scopes}
        resources={[said]}
        account={account}
        switchAccountUrl="/sso/login"
        returnsTo={said}
      />
    ),
    "consent-unverified": (
      <ConsentPage
        {...form}
        client={{ ...client, policyUri: "https://a.example/policy" }}
        scopes={scopes}
        account={account}
        switchAccountUrl="/sso/login"
      />
    ),
    device: <DeviceCodePage {...form} userCode={said} problems={[{ message: said, fields: ["user_code"] }]} />,
    "device-decision": (
      <DeviceDecisionPage
        {...form}
        client={client}
        userCode={said}
        scopes={scopes}
        origin={{ secondsAgo: 61, address: said, personAddress: said, nearness: "other", userAgent: said }}
        account={account}
        switchAccountUrl="/sso/login"
      />
    ),
    "device-approved": <DeviceDonePage texts={texts} outcome="approved" clientName={said} />,
    "device-denied": <DeviceDonePage texts={texts} outcome="denied" clientName={said} />,
    setup: <SetupPage texts={texts} basePath={basePath} csrf={said} token={said} issuer={said} username={said} />,
    "link-invite": <AccountLinkPage {...form} token={said} kind="invite" username={said} name={said} names={[said]} />,
    "link-reset": <AccountLinkPage {...form} token={said} kind="reset" username={said} problems={[username]} />,
    "link-recover": (
      <AccountLinkPage {...form} token={said} kind="recover" username={said} administrators={[said, said]} />
    ),
    "sign-out": <SignOutPage {...form} account={account} clientName={said} />,
    "signed-out": <SignedOutPage texts={texts} basePath={basePath} />,
    error: (
      <ErrorPage
        texts={texts}
        basePath={basePath}
        {...texts.errors.invalidRequest}
        requestId={said}
        code={said}
        description={said}
      />
    ),
    "form-post": (
      <FormPostPage
        texts={texts}
        basePath={basePath}
        redirectUri={`https://a.example/cb?a=1&b=${said}`}
        host="a.example"
        parameters={[
          ["code", said],
          ["state", said],
        ]}
      />
    ),
    interstitial: (
      <InterstitialPage
        texts={texts}
        client={client}
        destination={said}
        continueUrl={`https://a.example/${said}`}
        code={said}
      />
    ),
    home: <HomePage texts={texts} basePath={basePath} account={account} isAdministrator />,
    "home-signed-out": <HomePage texts={texts} basePath={basePath} needsSetup />,
  };
  return new Map(
    Object.entries(pages).map(([name, body]) => [
      name,
      renderPage({ title: said, body, texts, basePath, brand: { ...brand, name: said }, requestId: said }),
    ]),
  );
}

type Element = { readonly tag: string; readonly attributes: ReadonlyMap<string, string> };

/** The elements of a page in document order, as a browser's parser would see them. */
function elementsOf(html: string): readonly Element[] {
  const elements: Element[] = [];
  new HTMLRewriter()
    .on("*", {
      element: (element) => void elements.push({ tag: element.tagName, attributes: new Map(element.attributes) }),
    })
    .transform(html);
  return elements;
}

const page = (name: string, said = "x") => everyPage(english, said).get(name) ?? "";
const find = (html: string, selector: { readonly tag: string; readonly id: string }) =>
  elementsOf(html).find(({ tag, attributes }) => tag === selector.tag && attributes.get("id") === selector.id);
const outline = (html: string) => elementsOf(html).map(({ tag, attributes }) => [tag, ...attributes.keys()].join(" "));

const hostile = [
  "<script>alert(1)</script>",
  `"><img src=x onerror=alert(1)>`,
  `' onfocus='alert(1)' autofocus='`,
  "</title></textarea></main><h1>",
  "&lt;script&gt;",
  "{{7*7}}${7*7}",
];

describe("what clients, devices and people say stays text", () => {
  for (const said of hostile) {
    test(`XS-01, XS-04, XS-05, XS-06: ${said} adds no element and no attribute to any page`, () => {
      const harmless = everyPage(english, "x");
      for (const [name, html] of everyPage(english, said)) {
        expect({ name, outline: outline(html) }).toEqual({ name, outline: outline(harmless.get(name) ?? "") });
      }
    });
  }

  test("XS-01: the name of a client is shown as it is", () => {
    expect(page("consent", "<b>{{7*7}}")).toContain("&lt;b>{{7*7}}");
  });

  test("XS-04, FP-escape: form_post sends back exactly what it was given", () => {
    const state = `"><script>&amp;'`;
    const field = elementsOf(page("form-post", state)).find(({ attributes }) => attributes.get("name") === "state");
    expect(
      field?.attributes.get("value")?.replaceAll("&lt;", "<").replaceAll("&quot;", '"').replaceAll("&amp;", "&"),
    ).toBe(state);
  });

  test("XS-12: a User-Agent is cut to 120 characters", () => {
    const html = page("device-decision", "🛰".repeat(200));
    expect(html).toContain(`<bdi>${"🛰".repeat(119)}…</bdi>`);
  });

  test("XS-03: what is no web address becomes no link", () => {
    for (const said of ["javascript:alert(1)", "data:text/html,x", "JaVaScRiPt:x"]) {
      expect(page("consent", said)).not.toMatch(/href="(?:javascript|data):/i);
      const html = renderPage({
        title: "x",
        texts: english,
        basePath,
        brand,
        body: (
          <InterstitialPage
            texts={english}
            client={{ name: "x", isVerified: false }}
            destination="x"
            continueUrl={` ${said}`}
          />
        ),
      });
      expect(find(html, { tag: "a", id: "continue" })).toBeUndefined();
    }
  });
});

describe("G-20-page-headers: the pages live under a policy without inline style and script", () => {
  for (const [name, html] of everyPage(english, "x")) {
    test(`${name} has nothing inline and loads nothing but our assets`, () => {
      for (const { tag, attributes } of elementsOf(html)) {
        expect([...attributes.keys()].filter((key) => key === "style" || key.startsWith("on"))).toEqual([]);
        expect(tag).not.toBe("style");
        const loaded = { script: attributes.get("src"), link: attributes.get("href") }[tag];
        if (["script", "link"].includes(tag)) expect(assets.has((loaded ?? "").replace(basePath, ""))).toBe(true);
      }
    });

    test(`${name} is a document with a language, one main landmark and one heading`, () => {
      const elements = elementsOf(html);
      expect(html).toStartWith("<!doctype html><html");
      expect(elements.find(({ tag }) => tag === "html")?.attributes.get("lang")).toBe("en");
      expect(elements.filter(({ tag }) => tag === "main" || tag === "h1").map(({ tag }) => tag)).toEqual([
        "main",
        "h1",
      ]);
      const ids = elements.flatMap(({ attributes }) => attributes.get("id") ?? []);
      expect(ids).toEqual([...new Set(ids)]);
    });

    test(`${name} keeps below the base path`, () => {
      for (const { attributes } of elementsOf(html)) {
        for (const target of [attributes.get("href"), attributes.get("action"), attributes.get("src")]) {
          if (target?.startsWith("/")) expect(target).toStartWith("/sso/");
        }
      }
    });
  }
});

describe("the controls of the interface", () => {
  /** Of the scope that a person may take out; the same on both pages that ask. */
  const box = "input#allow:x[allow:x]";
  const controls = {
    "sign-in": ["form#sign-in", "input#username[username]", "input#password[password]", "button#sign-in-button"],
    "second-factor": ["form#second-factor", "input#code[code]", "button#verify-button"],
    consent: [box, "form#consent", "button#deny[decision=deny]", "button#approve[decision=approve]"],
    device: ["form#device", "input#user_code[user_code]", "button#continue"],
    "device-decision": [box, "form#device-decision", "button#deny[decision=deny]", "button#approve[decision=approve]"],
    setup: ["form#setup", "input#username[username]", "input#password[password]", "button#create-admin"],
    "sign-out": ["form#sign-out", "button#confirm"],
  };
  for (const [name, expected] of Object.entries(controls)) {
    test(`${name} has its form and controls, by id and name`, () => {
      const found = elementsOf(page(name))
        .filter(({ tag, attributes }) => /^(?:form|input|button)$/.test(tag) && attributes.has("id"))
        .map(({ tag, attributes }) => {
          const value = tag === "button" ? `=${attributes.get("value")}` : "";
          return `${tag}#${attributes.get("id")}${attributes.has("name") ? `[${attributes.get("name")}${value}]` : ""}`;
        });
      expect(found).toEqual(expected);
    });

    test(`6749-4.1-consent-csrf: the form of ${name} posts the CSRF token`, () => {
      const elements = elementsOf(page(name));
      expect(elements.find(({ tag }) => tag === "form")?.attributes.get("method")).toBe("post");
      const names = elements
        .filter(({ attributes }) => attributes.get("type") === "hidden")
        .map(({ attributes }) => attributes.get("name"));
      expect(names).toEqual(["csrf", name === "setup" ? "token" : "handle"]);
    });
  }

  test("password managers are told what the fields are", () => {
    const asked = (name: string, id: string) => find(page(name), { tag: "input", id })?.attributes.get("autocomplete");
    expect(["username", "password"].map((id) => asked("sign-in", id))).toEqual(["username", "current-password"]);
    expect(["username", "password"].map((id) => asked("setup", id))).toEqual(["username", "new-password"]);
  });

  test("FP-csp: the form for the client carries the answer and no token of ours", () => {
    const inputs = elementsOf(page("form-post")).filter(({ tag }) => tag === "input");
    expect(inputs.map(({ attributes }) => attributes.get("name"))).toEqual(["code", "state"]);
    expect(page("form-post")).toContain("<button");
  });

  test("a problem is an alert, and its field says so", () => {
    const html = page("sign-in");
    expect(elementsOf(html).filter(({ attributes }) => attributes.get("role") === "alert")).toHaveLength(1);
    const field = find(html, { tag: "input", id: "username" });
    expect(field?.attributes.get("aria-invalid")).toBe("true");
    expect(find(html, { tag: "li", id: field?.attributes.get("aria-describedby") ?? "" })).toBeDefined();
    expect(find(html, { tag: "input", id: "password" })?.attributes.has("aria-invalid")).toBe(false);
  });
});

describe("what a person must see before they decide", () => {
  test("8628-5.4-possession: nothing on the decision page has the focus, and Approve is the last stop", () => {
    const elements = elementsOf(page("device-decision"));
    expect(elements.some(({ attributes }) => attributes.has("autofocus"))).toBe(false);
    const stops = elements.filter(({ tag, attributes }) => (tag === "a" || tag === "button") && attributes.has("id"));
    expect(stops.map(({ attributes }) => attributes.get("id"))).toEqual(["use-another-account", "deny", "approve"]);
  });

  test("8628-5.4-confirm: code, comparison, origin and warning are there", () => {
    const html = page("device-decision");
    const { compare, warning, when, address, agent } = english.deviceDecision;
    for (const words of [compare, warning, when, address, agent, english.ago(61), english.common.unverified]) {
      expect(html).toContain(words);
    }
  });

  test("6749-4.1-consent-content: a client that registered itself is marked, and its links are not shown", () => {
    expect(page("consent-unverified")).toContain(english.common.unverifiedExplained);
    expect(page("consent-unverified")).not.toContain("https://a.example/policy");
    expect(page("consent")).not.toContain(english.common.unverifiedExplained);
  });

  test("9700-4.2.4-referrer: links to a client's pages send no Referer", () => {
    const link = elementsOf(page("consent")).find(({ attributes }) => attributes.get("target") === "_blank");
    expect(link?.attributes.get("rel")).toBe("noopener noreferrer nofollow");
  });
});

test("an option of a command that a page names is not torn apart where the line ends", () => {
  const { title, explanation } = english.errors.accountLink;
  const body = <ErrorPage texts={english} basePath={basePath} title={title} explanation={explanation} />;
  expect(renderPage({ title, body, texts: english, basePath, brand })).toContain(
    'postern setup-link <span class="whole">--recover</span>',
  );
});

describe("languages", () => {
  const keysOf = (value: unknown, path = ""): readonly string[] =>
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => keysOf(inner, `${path}.${key}`))
      : [`${path}: ${typeof value}`];

  test("German has every text that English has, and none is empty", () => {
    expect(keysOf(german)).toEqual(keysOf(english));
    expect(JSON.stringify(german)).not.toContain('""');
  });

  test("OIDC-3.1.2.1-ui_locales: the best match is used, malformed tags are ignored", async () => {
    expect((await textsFor(["sv", "de-AT", "en"])).locale).toBe("de");
    expect((await textsFor(["DE"])).locale).toBe("de");
    expect((await textsFor(["pt-BR"])).locale).toBe("pt");
    expect((await textsFor(["zh-Hans-CN"])).locale).toBe("zh-Hans");
    expect((await textsFor(["<script>", "", "*", "-de"])).locale).toBe("en");
    expect((await textsFor([])).locale).toBe("en");
  });

  test("RFC 9110 §12.5.4: Accept-Language is read by weight", () => {
    expect(acceptedLanguages("en;q=0.5, de-CH, fr;q=0, *;q=0.1")).toEqual(["de-CH", "en", "*"]);
    expect(acceptedLanguages(";;;,q=1,\u0000")).toBeArray();
    expect(acceptedLanguages("")).toEqual([]);
  });

  test("a scope that nobody described is named, even one named like a part of every object", () => {
    expect(scopeSentence(english, "constructor")).toBe(english.otherScope("constructor"));
    expect(scopeSentence(english, "email")).toBe(english.scopes.email);
    expect(scopeSentence(english, "email", { email: "Write to you" })).toBe("Write to you");
  });

  test("the pages speak German", () => {
    expect(everyPage(german, "x").get("consent")).toContain(german.consent.heading);
    expect(everyPage(german, "x").get("consent")).toContain('<html lang="de">');
  });
});
