import { readDeclaration } from "../../src/administration/declaration.ts";
import { planDeclaration } from "../../src/administration/declaration-plan.ts";
import type { TestServer } from "./server.ts";

/** Applies a document as `postern apply` does, to a server that runs. */
export async function declare(
  { context }: Pick<TestServer, "context">,
  document: object,
  { prune = false, place = "/etc/declared.json" } = {},
): Promise<void> {
  const declaration = readDeclaration(context, JSON.stringify(document), () => "");
  const { steps } = await planDeclaration(context, { kind: "cli" }, declaration, { place, prune });
  for (const { run } of steps) await run();
  await context.store.declaration.setSource(place);
}
