import { deviceCodeGrantType } from "../model/client.ts";
import { isJsonObject, type JsonObject } from "../rules/json.ts";
import { after, type Clock, type Duration, inSeconds, seconds, systemClock } from "../time.ts";
import { Failed } from "./outcome.ts";
import { qrCode } from "./qr-code.ts";
import {
  ask,
  endpoint,
  form,
  type Narrator,
  narrator,
  refusalIn,
  refused,
  type TrialAnswer,
  type TrialOptions,
} from "./trial.ts";
import { prepareTrial, type Trial } from "./trial-client.ts";
import { report } from "./trial-report.ts";
import { scopeToAskFor } from "./trial-scope.ts";

/** A device that signs in: it shows a code and a QR code, waits, and shows what it got. */
export async function tryDevice(options: TrialOptions): Promise<void> {
  const tell = narrator(options);
  const trial = await prepareTrial(options, tell);
  const device = await begin(trial, options, tell);
  tell.event("device_authorization", device.answer);
  tell.say(invitation(device));
  const tokens = await poll(trial, device, systemClock, tell);
  await report(trial, tokens, options, tell);
}

interface Device {
  readonly answer: JsonObject;
  readonly deviceCode: string;
  readonly userCode: string;
  readonly address: string;
  readonly completeAddress: string | undefined;
  readonly lifetime: Duration;
  readonly interval: Duration;
}

/** RFC 8628 §3.1, §3.2. */
async function begin(trial: Trial, options: TrialOptions, tell: Narrator): Promise<Device> {
  const members = { client_id: trial.clientId, scope: scopeToAskFor(trial.server, options) };
  const answered = await ask(endpoint(trial.server, "device_authorization_endpoint"), form(members));
  const answer = answered.status === 200 && isJsonObject(answered.body) ? answered.body : undefined;
  if (answer === undefined) throw refused(tell, "the device authorization", answered);
  const {
    device_code: deviceCode,
    user_code: userCode,
    verification_uri: address,
    verification_uri_complete: complete,
  } = answer;
  if (typeof deviceCode !== "string" || typeof userCode !== "string" || typeof address !== "string") {
    throw new Failed("the device authorization answer lacks a code or the address");
  }
  return {
    answer,
    deviceCode,
    userCode,
    address,
    completeAddress: typeof complete === "string" ? complete : undefined,
    lifetime: wholeSeconds(answer.expires_in, 600),
    // RFC 8628 §3.2: "If no value is provided, clients MUST use 5 as the default."
    interval: wholeSeconds(answer.interval, 5),
  };
}

const wholeSeconds = (value: unknown, otherwise: number): Duration =>
  seconds(typeof value === "number" && value > 0 ? value : otherwise);

/** RFC 8628 §3.3: what a device shows. */
const invitation = ({ address, completeAddress, userCode }: Device): string =>
  [
    "",
    `Open    ${address}`,
    `Enter   ${userCode}`,
    ...(completeAddress === undefined
      ? []
      : ["", "or scan this, or open the address below it:", "", qrCode(completeAddress), completeAddress]),
    "",
  ].join("\n");

/** RFC 8628 §3.4, §3.5. */
async function poll(trial: Trial, device: Device, clock: Clock, tell: Narrator): Promise<JsonObject> {
  const deadline = after(clock.now(), device.lifetime);
  const indicator = waiting(clock, deadline);
  let { interval } = device;
  try {
    while (clock.now() < deadline) {
      await Bun.sleep(interval);
      const answer = await askForTokens(trial, device);
      if (answer === undefined) {
        // "On encountering a connection timeout, clients MUST unilaterally reduce their polling frequency".
        interval = seconds(inSeconds(interval) * 2);
        continue;
      }
      if (answer.status === 200 && isJsonObject(answer.body)) return answer.body;
      const { error } = refusalIn(answer);
      if (error === "slow_down") {
        // "the interval MUST be increased by 5 seconds for this and all subsequent requests."
        interval = seconds(inSeconds(interval) + 5);
        tell.event("slow_down", { interval: inSeconds(interval) });
      } else if (error === "access_denied") {
        tell.event("refused", { doing: "the device flow", error });
        throw new Failed("the person said no (access_denied)");
      } else if (error !== "authorization_pending") {
        throw refused(tell, "the device flow", answer);
      }
    }
  } finally {
    indicator.stop();
  }
  tell.event("refused", { doing: "the device flow", error: "expired_token" });
  throw new Failed("nobody entered the code in time (expired_token)");
}

async function askForTokens({ server, clientId }: Trial, { deviceCode }: Device): Promise<TrialAnswer | undefined> {
  const members = { grant_type: deviceCodeGrantType, device_code: deviceCode, client_id: clientId };
  const address = endpoint(server, "token_endpoint");
  try {
    return await ask(address, form(members));
  } catch (error) {
    if (error instanceof Failed) return undefined;
    throw error;
  }
}

/** A sign of life for a person, and nothing for anybody else. */
function waiting(clock: Clock, deadline: number): { stop(): void } {
  const { stderr } = process;
  if (!stderr.isTTY) return { stop: () => undefined };
  let turn = 0;
  const timer = setInterval(() => {
    const left = Math.max(0, Math.round((deadline - clock.now()) / 1000));
    const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    stderr.write(`\r${"|/-\\".charAt(turn++ % 4)} waiting for the approval, ${time} left \u001b[K`);
  }, 250);
  return {
    stop: () => {
      clearInterval(timer);
      stderr.write("\r\u001b[K");
    },
  };
}
