import { describe, expect, test } from "bun:test";
import { asClientId, asUserId } from "../../src/brand.ts";
import type { AuthorizationRequest } from "../../src/interaction/authorization-request.ts";
import { nextStep, type Situation } from "../../src/interaction/next-step.ts";
import type { Client, ClientMetadata } from "../../src/model/client.ts";
import { instant, seconds } from "../../src/time.ts";

const alice = asUserId("alice");
const start = instant(1_000_000);
const redirectUri = "https://app.example/cb";

const request = (changes: Partial<AuthorizationRequest> = {}): AuthorizationRequest => ({
  clientId: asClientId("app"),
  target: { redirectUri, responseMode: "query", isVerified: true },
  redirectUriSent: true,
  scope: ["openid"],
  prompts: [],
  ...changes,
});

const client = (metadata: Partial<ClientMetadata> = {}, origin: Client["origin"] = "administrator"): Client => ({
  id: asClientId("app"),
  metadata: {
    application_type: "web",
    token_endpoint_auth_method: "client_secret_basic",
    grant_types: ["authorization_code"],
    response_types: ["code"],
    ...metadata,
  },
  origin,
  createdAt: start,
  secrets: [],
  approval: "none",
});

/** Signed in a minute before the request came, everything allowed. */
const session = { userId: alice, authTime: instant(start - 60_000), amr: ["pwd"] };
const situation = (changes: Partial<Situation> = {}): Situation => ({
  request: request(),
  client: client(),
  startedAt: start,
  now: start,
  session,
  lacks: undefined,
  consent: { scope: ["openid", "profile"] },
  declined: [],
  isApproved: false,
  ...changes,
});

/** `issue openid profile`, `refuse login_required`, `sign-in`, `sign-in again`, `second-factor`, `enrolment`, `consent`. */
function stepOf(changes: Partial<Situation>): string {
  const step = nextStep(situation(changes));
  switch (step.kind) {
    case "refuse":
      return `refuse ${step.code}`;
    case "sign-in":
      return step.isAgain ? "sign-in again" : "sign-in";
    case "second-factor":
    case "enrolment":
    case "consent":
      return step.kind;
    case "issue":
      return ["issue", ...step.scope].join(" ");
  }
}

const fresh = { ...session, authTime: start };
const twoFactors = { ...session, amr: ["pwd", "otp", "mfa"] };
const none = ["none"] as const;

describe("sign-in", () => {
  test("OIDC-3.1.2.1-prompt-none: nobody signed in is a sign-in page, or login_required where no page may be shown", () => {
    expect(stepOf({ session: undefined })).toBe("sign-in");
    expect(stepOf({ session: undefined, request: request({ prompts: none }) })).toBe("refuse login_required");
  });

  test("OIDC-3.1.2.1-prompt-login: a login that was made for the request answers it, an earlier one does not", () => {
    for (const wish of [{ prompts: ["login"] }, { maxAge: seconds(0) }, { prompts: ["select_account"] }] as const) {
      expect(stepOf({ request: request(wish) })).toBe("sign-in again");
      expect(stepOf({ request: request(wish), session: fresh })).toBe("issue openid");
    }
    const future = { ...session, authTime: instant(start + 1) };
    expect(stepOf({ request: request({ prompts: ["login"] }), session: future })).toBe("sign-in again");
  });

  test("OIDC-3.1.2.1-max_age: strictly older is too old", () => {
    expect(stepOf({ request: request({ maxAge: seconds(60) }) })).toBe("issue openid");
    expect(stepOf({ request: request({ maxAge: seconds(59) }) })).toBe("sign-in again");
    expect(stepOf({ request: request({ maxAge: seconds(59), prompts: none }) })).toBe("refuse login_required");
    expect(stepOf({ request: request({ maxAge: seconds(1) }), session: fresh, now: instant(start + 9000) })).toBe(
      "issue openid",
    );
  });

  test("OIDC-3.1.2.1-id_token_hint: another user than the hinted one signs in, or is refused after it", () => {
    const hinted = (prompts: AuthorizationRequest["prompts"] = []) => request({ hintedSubject: "bob", prompts });
    expect(stepOf({ request: hinted() })).toBe("sign-in");
    expect(stepOf({ request: hinted(none) })).toBe("refuse login_required");
    expect(stepOf({ request: hinted(), session: fresh })).toBe("refuse login_required");
    expect(stepOf({ request: request({ hintedSubject: "alice" }) })).toBe("issue openid");
  });

  test("OIDC-5.5.1-sub: a required subject is met, or access_denied", () => {
    const required = (requiredSubjects: readonly string[], prompts: AuthorizationRequest["prompts"] = []) =>
      request({ requiredSubjects, prompts });
    expect(stepOf({ request: required(["bob", "alice"]) })).toBe("issue openid");
    expect(stepOf({ request: required(["bob"]) })).toBe("sign-in");
    expect(stepOf({ request: required([]), session: fresh })).toBe("refuse access_denied");
    expect(stepOf({ request: required(["bob"], none) })).toBe("refuse login_required");
  });

  test("OIDC-5.5.1.1-acr: what nobody can meet is refused before anybody signs in, the rest once it is known who it is", () => {
    const essential = (...requiredAcr: string[]) => request({ requiredAcr });
    const unmet = "refuse unmet_authentication_requirements";
    for (const who of [undefined, session]) expect(stepOf({ request: essential("phr"), session: who })).toBe(unmet);
    expect(stepOf({ request: essential("mfa"), session: undefined })).toBe("sign-in");
    expect(stepOf({ request: essential("mfa") })).toBe(unmet);
    expect(stepOf({ request: essential("mfa"), lacks: "second-factor" })).toBe("second-factor");
    expect(stepOf({ request: essential("mfa"), lacks: "enrolment" })).toBe("enrolment");
    expect(stepOf({ request: essential("mfa", "pwd"), session: undefined })).toBe("sign-in");
    expect(stepOf({ request: essential("mfa", "pwd") })).toBe("issue openid");
    expect(stepOf({ request: essential("mfa"), session: twoFactors })).toBe("issue openid");
    expect(stepOf({ request: essential("pwd"), session: twoFactors })).toBe(unmet);
  });
});

describe("a second factor", () => {
  test("S-09-second-factor, OIDC-3.1.2.1-prompt-none: what a session lacks comes after who it is and before consent; without a page it is an error", () => {
    for (const [lacks, code] of [
      ["second-factor", "login_required"],
      ["enrolment", "interaction_required"],
    ] as const) {
      expect(stepOf({ lacks })).toBe(lacks);
      expect(stepOf({ lacks, request: request({ prompts: ["consent"] }) })).toBe(lacks);
      expect(stepOf({ lacks, isApproved: true })).toBe(lacks);
      expect(stepOf({ lacks, request: request({ prompts: none }) })).toBe(`refuse ${code}`);
      expect(stepOf({ lacks, request: request({ prompts: ["login"] }) })).toBe("sign-in again");
      expect(stepOf({ lacks, request: request({ hintedSubject: "bob" }) })).toBe("sign-in");
    }
  });

  test("S-13-policy: a client that demands one has it enrolled, once", () => {
    const strict = client({ require_mfa: true });
    expect(stepOf({ client: strict })).toBe("enrolment");
    expect(stepOf({ client: strict, lacks: "second-factor" })).toBe("second-factor");
    expect(stepOf({ client: strict, session: twoFactors })).toBe("issue openid");
    expect(stepOf({ client: strict, request: request({ prompts: none }) })).toBe("refuse interaction_required");
    expect(stepOf({ client: client({ require_mfa: false }) })).toBe("issue openid");
    expect(stepOf({ client: strict, session: undefined })).toBe("sign-in");
  });
});

describe("consent", () => {
  test("6749-10.2-auto: what is remembered for each kind of client", () => {
    const native = { application_type: "native" } as const;
    const none = { token_endpoint_auth_method: "none" } as const;
    const at = (uri: string) => request({ target: { redirectUri: uri, responseMode: "query", isVerified: true } });
    for (const [metadata, uri, origin, expected] of [
      [{}, redirectUri, "administrator", "issue openid"],
      [{}, redirectUri, "registration", "issue openid"],
      [none, redirectUri, "administrator", "issue openid"],
      [none, redirectUri, "registration", "consent"],
      [{ ...native, ...none }, redirectUri, "administrator", "issue openid"],
      [{ ...native, ...none }, "http://127.0.0.1:5000/cb", "administrator", "consent"],
      [{ ...native, ...none }, "com.example.app:/cb", "administrator", "consent"],
      [native, "com.example.app:/cb", "administrator", "consent"],
      [native, redirectUri, "registration", "consent"],
    ] as const) {
      expect([metadata, origin, stepOf({ client: client(metadata, origin), request: at(uri) })]).toEqual([
        metadata,
        origin,
        expected,
      ]);
    }
  });

  test("6749-10.2-consent: it covers scopes, each by name; an empty one only where it was given", () => {
    expect(stepOf({ request: request({ scope: ["openid", "email"] }) })).toBe("consent");
    expect(stepOf({ request: request({ scope: [] }) })).toBe("issue");
    expect(stepOf({ request: request({ scope: [] }), consent: undefined })).toBe("consent");
    expect(stepOf({ request: request({ scope: ["openid", "email"], prompts: none }) })).toBe("refuse consent_required");
    expect(stepOf({ request: request({ scope: ["openid", "email"] }), isApproved: true })).toBe("issue openid email");
  });

  test("OIDC-3.1.2.1-prompt-consent: prompt=consent asks whatever is remembered, an administrator's client too", () => {
    const asked = request({ prompts: ["consent"] });
    expect(stepOf({ request: asked })).toBe("consent");
    expect(stepOf({ request: asked, client: client({ first_party: true }) })).toBe("consent");
    expect(stepOf({ request: asked, isApproved: true })).toBe("issue openid");
  });

  test("OFF-11-ignore: offline access needs a page that asked for it, then or earlier", () => {
    const offline = request({ scope: ["openid", "offline_access"] });
    const trusted = client({ first_party: true });
    expect(stepOf({ request: offline, client: trusted, consent: undefined })).toBe("issue openid");
    expect(stepOf({ request: offline, client: trusted, isApproved: true })).toBe("issue openid offline_access");
    expect(stepOf({ request: offline, consent: { scope: ["openid", "offline_access"] } })).toBe(
      "issue openid offline_access",
    );
  });

  test("6749-10.2-consent: a yes does not stand in for a sign-in", () => {
    expect(stepOf({ session: undefined, isApproved: true })).toBe("sign-in");
    expect(stepOf({ request: request({ prompts: ["login"] }), isApproved: true })).toBe("sign-in again");
  });
});
