import type { Package } from "./packages.ts";

/** What the licences of others ask to be passed on. */
export function noticesOf(packages: readonly Package[], bun: string): string {
  const sections = packages.map(({ name, version, license, texts }) =>
    [`## ${name} ${version}`, `Licence: ${license}`, ...texts.map((text) => `\`\`\`\n${text}\n\`\`\``)].join("\n\n"),
  );
  return `${[
    "# Third-party notices",
    "Postern is one executable. In it are these works of others, under their own licences.",
    `## bun ${bun}`,
    "The runtime. Licence: MIT. It contains JavaScriptCore and WebCore (LGPL-2.1), BoringSSL, SQLite and further libraries; what it " +
      "contains, under which licences, and how to link it anew with another JavaScriptCore, is told at https://bun.com/docs/project/license.",
    ...sections,
  ].join("\n\n")}\n`;
}
