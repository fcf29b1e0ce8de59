import { OAuthError } from "../oauth-error.ts";
import { decodeFormComponent, hasControlCharacter } from "./form-encoding.ts";

/** The parameters of a request: those we know, each sent once, well formed and not empty. */
export type Parameters<Name extends string = string> = ReadonlyMap<Name, string>;

/** A request as it was sent. What is duplicated or malformed is not among the values. */
export interface ParsedParameters<Name extends string = string> {
  readonly values: Parameters<Name>;
  /** Recognised names that were sent more than once. */
  readonly duplicated: ReadonlySet<Name>;
  /** Recognised names whose value is badly encoded or holds a control character. */
  readonly malformed: ReadonlySet<Name>;
}

const maxParameters = 100;
const maxParameterNameBytes = 128;

/**
 * Reads a form body, or a query without its `?`. Says which recognised parameters are duplicated or malformed, so that
 * the authorization endpoint can choose between a page (client_id, redirect_uri) and a redirect (all others).
 *
 * @throws OAuthError invalid_request, when there are over 100 parameters or a name is over 128 bytes
 * @source RFC 6749 §3.1, §3.2, App. B
 */
export function parseParameters<Name extends string>(
  encoded: string,
  recognised: ReadonlySet<Name>,
): ParsedParameters<Name> {
  const values = new Map<Name, string>();
  // Made only when there is something to hold: this runs for every token and introspection request.
  let empty: Set<Name> | undefined;
  let duplicated: Set<Name> | undefined;
  let malformed: Set<Name> | undefined;

  const { length } = encoded;
  let count = 0;
  for (let start = 0; start < length; ) {
    let position = start;
    let unit = 0;
    let nameIsPlain = true;
    for (; position < length; position++) {
      unit = encoded.charCodeAt(position);
      if (unit === equalsSign || unit === ampersand) break;
      if (!isPlain(unit)) nameIsPlain = false;
    }
    const nameEnd = position;
    let valueStart = nameEnd;
    let valueIsPlain = true;
    if (position < length && unit === equalsSign) {
      position++;
      valueStart = position;
      for (; position < length; position++) {
        unit = encoded.charCodeAt(position);
        if (unit === ampersand) break;
        if (!isPlain(unit)) valueIsPlain = false;
      }
    }
    const nameStart = start;
    start = position + 1;
    if (position === nameStart) continue; // "&&" holds no parameter

    count++;
    if (count > maxParameters) throw new OAuthError("invalid_request", "the request has too many parameters");
    // An escape takes three characters for one byte, so what is longer than this cannot fit.
    if (nameEnd - nameStart > maxParameterNameBytes * (nameIsPlain ? 1 : 3)) throw nameTooLong();
    const sentName = encoded.slice(nameStart, nameEnd);
    const name = nameIsPlain ? sentName : decodeFormComponent(sentName);
    if (!nameIsPlain && name !== undefined && Buffer.byteLength(name) > maxParameterNameBytes) throw nameTooLong();

    // RFC 6749 §3.1: "The authorization server MUST ignore unrecognized request parameters." Their repetition and
    // their values are not looked at either.
    if (name === undefined || !isRecognised(name, recognised)) continue;

    // RFC 6749 §3.1: "Request and response parameters MUST NOT be included more than once." One that is empty in one
    // of two places is there twice all the same: which of the two was meant is not for us to guess.
    if (values.has(name) || empty?.has(name) || malformed?.has(name) || duplicated?.has(name)) {
      values.delete(name);
      duplicated ??= new Set();
      duplicated.add(name);
      continue;
    }

    // RFC 6749 §3.1: "Parameters sent without a value MUST be treated as if they were omitted from the request."
    if (valueStart === position) {
      empty ??= new Set();
      empty.add(name);
      continue;
    }
    const sentValue = encoded.slice(valueStart, position);
    const value = valueIsPlain ? sentValue : decodeValue(name, sentValue);
    if (value === undefined) {
      malformed ??= new Set();
      malformed.add(name);
    } else values.set(name, value);
  }
  return { values, duplicated: duplicated ?? none, malformed: malformed ?? none };
}

/**
 * Refuses a request with a duplicated or malformed parameter. The name in the description is ours, not what was sent.
 *
 * @throws OAuthError invalid_request
 */
export function checkParameters({ duplicated, malformed }: Pick<ParsedParameters, "duplicated" | "malformed">): void {
  for (const name of duplicated) throw new OAuthError("invalid_request", `a parameter is repeated: ${name}`);
  for (const name of malformed) throw new OAuthError("invalid_request", `a parameter is malformed: ${name}`);
}

/**
 * The parameters of a request to an endpoint that answers its caller directly.
 *
 * @throws OAuthError invalid_request, when one is duplicated or malformed, or there are too many
 * @source RFC 6749 §3.2, §5.2
 */
export function readParameters<Name extends string>(encoded: string, recognised: ReadonlySet<Name>): Parameters<Name> {
  const parsed = parseParameters(encoded, recognised);
  checkParameters(parsed);
  return parsed.values;
}

/**
 * Refuses recognised parameters in the query of a request whose parameters belong in the body. RFC 6749 §2.3.1: client
 * credentials "MUST NOT be included in the request URI".
 *
 * @param query the query without its `?`
 * @throws OAuthError invalid_request
 */
export function checkNotInQuery(query: string, recognised: ReadonlySet<string>): void {
  if (query === "") return;
  const { values, duplicated, malformed } = parseParameters(query, recognised);
  for (const names of [values.keys(), duplicated, malformed]) {
    for (const name of names) {
      throw new OAuthError("invalid_request", `a parameter belongs in the body, not in the URI: ${name}`);
    }
  }
}

const none: ReadonlySet<never> = new Set();
const ampersand = 0x26;
const equalsSign = 0x3d;

/** Visible ASCII that stands for itself: neither `%` nor `+`. */
const isPlain = (unit: number) => unit > 0x20 && unit < 0x7f && unit !== 0x25 && unit !== 0x2b;

function isRecognised<Name extends string>(name: string, recognised: ReadonlySet<Name>): name is Name {
  const names: ReadonlySet<string> = recognised;
  return names.has(name);
}

function decodeValue(name: string, encoded: string): string | undefined {
  const value = decodeFormComponent(encoded);
  if (value === undefined) return undefined;
  // A tab or a line break in a scope is left to the grammar of scopes, which answers invalid_scope (RFC 6749 §3.3).
  const checked = name === "scope" ? value.replace(/[\t\r\n]/g, " ") : value;
  return hasControlCharacter(checked) ? undefined : value;
}

const nameTooLong = () => new OAuthError("invalid_request", "the name of a parameter is too long");
