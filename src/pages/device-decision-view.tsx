import type { Texts } from "../languages/door/en.ts";
import type { Nearness } from "../rules/nearness.ts";
import { type AccountFace, AccountLine } from "./account-line.tsx";
import { ClientBadge, type ClientFace } from "./client-badge.tsx";
import { DecisionButtons } from "./decision-buttons.tsx";
import { type FormSecrets, HiddenFields } from "./hidden-fields.tsx";
import { WarningIcon } from "./icons.tsx";
import { type ScopeLine, ScopeList } from "./scope-list.tsx";

/** The device's own request: what a person can compare with the device before them. */
export type DeviceOrigin = {
  readonly secondsAgo: number;
  /** Absent or `unknown` where the connection had gone by the time it was asked for. */
  readonly address?: string | undefined;
  /** Where the person is, and whether that is in the same network. */
  readonly personAddress: string;
  readonly nearness: Nearness;
  readonly userAgent?: string | undefined;
};

export type DeviceDecisionView = FormSecrets & {
  readonly texts: Texts;
  readonly basePath: string;
  /** Where the form goes, below the base path. */
  readonly action?: string | undefined;
  readonly client: ClientFace;
  /** As the device shows it: "WDJB-MJHT". */
  readonly userCode: string;
  readonly scopes: readonly ScopeLine[];
  readonly origin: DeviceOrigin;
  readonly account: AccountFace;
  readonly switchAccountUrl: string;
};

const maxAgentCharacters = 120;

/** A User-Agent is whatever the device's program says; it is cut to a line or two. */
const shortened = (agent: string) => {
  const characters = [...agent];
  return characters.length <= maxAgentCharacters ? agent : `${characters.slice(0, maxAgentCharacters - 1).join("")}…`;
};

const isKnown = (address: string | undefined): address is string => address !== undefined && address !== "unknown";

/** RFC 8628 §5.4: who has the device before them is mostly in the same network as it is; who sent a code is not. */
const NetworkNotice = ({ texts, origin }: { readonly texts: Texts; readonly origin: DeviceOrigin }) => {
  const { network } = texts.deviceDecision;
  if (origin.nearness === "same") return null;
  if (origin.nearness === "unknown") return <p class="quiet">{network.unknown}</p>;
  return (
    <div class="notice notice-problem" id="other-network">
      <WarningIcon />
      <div>
        <p>
          <strong>{network.otherTitle}</strong>
        </p>
        <p>{network.other}</p>
      </div>
    </div>
  );
};

/** RFC 8628 §5.4, §3.3.1: the person confirms that they hold the device, with all before them that could show a fraud. */
export const DeviceDecisionPage = ({ texts, basePath, action = "/device", ...view }: DeviceDecisionView) => {
  const { client, userCode, scopes, origin, account, switchAccountUrl } = view;
  const words = texts.deviceDecision;
  return (
    <>
      <h1>{words.title}</h1>
      <div class="code">
        <p class="visually-hidden">{words.codeLabel}</p>
        <p class="code-value" id="user-code">
          {userCode}
        </p>
        <p class="code-compare">{words.compare}</p>
      </div>
      <NetworkNotice texts={texts} origin={origin} />
      <ClientBadge client={client} texts={texts} />
      <ScopeList scopes={scopes} texts={texts} />
      <section class="facts" aria-labelledby="origin">
        <h2 id="origin">{words.origin}</h2>
        <dl>
          <div>
            <dt>{words.when}</dt>
            <dd>{texts.ago(origin.secondsAgo)}</dd>
          </div>
          <div>
            <dt>{words.address}</dt>
            <dd>
              <bdi>{isKnown(origin.address) ? origin.address : words.unknownAddress}</bdi>
            </dd>
          </div>
          {origin.nearness === "same" || !isKnown(origin.personAddress) ? null : (
            <div>
              <dt>{words.yourAddress}</dt>
              <dd>
                <bdi>{origin.personAddress}</bdi>
              </dd>
            </div>
          )}
          <div>
            <dt>{words.agent}</dt>
            <dd>
              <bdi>{shortened(origin.userAgent ?? words.unknownAgent)}</bdi>
            </dd>
          </div>
        </dl>
      </section>
      <AccountLine account={account} switchAccountUrl={switchAccountUrl} texts={texts} />
      <div class="notice notice-warning">
        <WarningIcon />
        <div>
          <p>
            <strong>{words.warningTitle}</strong>
          </p>
          <p>{words.warning}</p>
        </div>
      </div>
      <form id="device-decision" method="post" action={`${basePath}${action}`}>
        <HiddenFields csrf={view.csrf} handle={view.handle} />
        <DecisionButtons texts={texts} />
      </form>
    </>
  );
};
