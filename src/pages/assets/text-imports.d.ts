/** Assets imported `with { type: "text" }`, which `bun build --compile` embeds. */
declare module "*.css" {
  const text: string;
  export = text;
}
declare module "*.svg" {
  const text: string;
  export = text;
}
declare module "*/passkey.js" {
  const text: string;
  export = text;
}
declare module "@simplewebauthn/browser/bundle/index.umd.min.js" {
  const text: string;
  export = text;
}
declare module "*/form-post.js" {
  const text: string;
  export = text;
}
declare module "*/copy.js" {
  const text: string;
  export = text;
}
declare module "*/local-time.js" {
  const text: string;
  export = text;
}
declare module "*/password-meter.js" {
  const text: string;
  export = text;
}
