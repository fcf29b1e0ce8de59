import { describe, expect, test } from "bun:test";
import { ListenFault } from "../../../src/server/listen-fault.ts";
import { link, OtherGone } from "../../../src/server/workers/link.ts";
import { StoreUnavailable } from "../../../src/store/store.ts";
import { memoryPorts } from "../../support/memory-port.ts";

interface Theirs {
  double(number: number): number;
  fail(name: "StoreUnavailable" | "ListenFault" | "Error"): never;
  never(input: undefined): Promise<void>;
  note(word: string): void;
}

const faults = {
  StoreUnavailable: new StoreUnavailable("full"),
  ListenFault: new ListenFault("taken"),
  Error: new Error("bug"),
};

function ends() {
  const [here, there] = memoryPorts();
  const noted: string[] = [];
  link(there.port, {
    double: (number) => number * 2,
    fail: (name) => {
      throw faults[name];
    },
    never: () => new Promise(() => undefined),
    note: (word) => {
      noted.push(word);
    },
  } satisfies Theirs);
  return { other: link<Theirs>(here.port, {}), noted, here };
}

describe("a link between two processes", () => {
  test("gives each question its own answer, whatever comes between", async () => {
    const { other } = ends();
    const never = other.ask("never", undefined);
    expect(await Promise.all([other.ask("double", 2), other.ask("double", 21)])).toEqual([4, 42]);
    expect(other.waiting()).toBe(1);
    never.catch(() => undefined);
  });

  test("keeps the order of what is told and asked", async () => {
    const { other, noted } = ends();
    other.tell("note", "first");
    other.tell("note", "second");
    await other.ask("double", 1);
    expect(noted).toEqual(["first", "second"]);
  });

  test.each([StoreUnavailable, ListenFault])("a refusal arrives as what it was: %p", async (kind) => {
    const { other } = ends();
    const name = kind === ListenFault ? "ListenFault" : "StoreUnavailable";
    expect(await other.ask("fail", name).catch((error) => error)).toBeInstanceOf(kind);
  });

  test("a bug arrives as one, with its message", async () => {
    const error = await ends()
      .other.ask("fail", "Error")
      .catch((fault) => fault);
    expect([error instanceof StoreUnavailable, String(error)]).toEqual([false, "Error: bug"]);
  });

  test("CR-11: when the other has gone, what waits and what is asked later is unavailable", async () => {
    const { other, here } = ends();
    const waiting = other.ask("never", undefined).catch((error) => error);
    await other.ask("double", 1);
    here.leave();
    expect(await waiting).toBeInstanceOf(OtherGone);
    expect(await other.ask("double", 1).catch((error) => error)).toBeInstanceOf(StoreUnavailable);
    expect(other.waiting()).toBe(0);
  });
});
