import type { Texts } from "../languages/door/en.ts";
import { CheckIcon, CrossIcon } from "./icons.tsx";
import { Sentence } from "./sentence.tsx";

export type DeviceDoneView = {
  readonly texts: Texts;
  readonly outcome: "approved" | "denied";
  readonly clientName: string;
};

export const DeviceDonePage = ({ texts, outcome, clientName }: DeviceDoneView) => {
  const words = texts.deviceDone;
  const isApproved = outcome === "approved";
  return (
    <div class={`outcome outcome-${outcome}`}>
      <span class="outcome-arch">{isApproved ? <CheckIcon /> : <CrossIcon />}</span>
      <h1>{isApproved ? words.approvedTitle : words.deniedTitle}</h1>
      <p class="lead">
        <Sentence of={isApproved ? words.approved : words.denied}>{clientName}</Sentence>
      </p>
      <p class="lead">{words.returnToDevice}</p>
    </div>
  );
};
