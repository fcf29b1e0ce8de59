/** Assets imported `with { type: "text" }`, which `bun build --compile` embeds. */
declare module "*.css" {
  const text: string;
  export = text;
}
declare module "*.svg" {
  const text: string;
  export = text;
}
declare module "*/form-post.js" {
  const text: string;
  export = text;
}
