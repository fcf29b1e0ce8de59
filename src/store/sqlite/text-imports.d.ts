/** Migrations imported `with { type: "text" }`, which `bun build --compile` embeds. */
declare module "*.sql" {
  const text: string;
  export = text;
}
