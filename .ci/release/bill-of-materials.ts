import type { Package } from "./packages.ts";

/** A CycloneDX 1.6 document. It holds no time and no random number: the same sources give the same one. */
export function billOfMaterials(version: string, bun: string, packages: readonly Package[]): string {
  const reference = (name: string, of: string) => `pkg:npm/${name.replace("@", "%40")}@${of}`;
  const versions = new Map(packages.map((one) => [one.name, one.version]));
  const postern = reference("postern", version);
  const referenceTo = (names: readonly string[]) =>
    names.flatMap((name) => {
      const known = versions.get(name);
      return known === undefined ? [] : [reference(name, known)];
    });
  const runtime = reference("bun", bun);
  const document = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: {
        type: "application",
        "bom-ref": postern,
        name: "postern",
        version,
        licenses: [{ license: { id: "Apache-2.0" } }],
      },
    },
    components: [
      {
        type: "platform",
        "bom-ref": runtime,
        name: "bun",
        version: bun,
        purl: runtime,
        licenses: [{ license: { id: "MIT" } }],
      },
      ...packages.map((one) => ({
        type: "library",
        "bom-ref": reference(one.name, one.version),
        name: one.name,
        version: one.version,
        purl: reference(one.name, one.version),
        hashes: [{ alg: "SHA-512", content: one.sha512 }],
        licenses: [
          / (?:OR|AND|WITH) /.test(one.license) ? { expression: one.license } : { license: { id: one.license } },
        ],
      })),
    ],
    dependencies: [
      { ref: postern, dependsOn: [runtime, ...packages.map((one) => reference(one.name, one.version))] },
      ...packages.map((one) => ({
        ref: reference(one.name, one.version),
        dependsOn: referenceTo(one.dependencies),
      })),
    ],
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
