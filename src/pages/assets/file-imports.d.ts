/** Files imported `with { type: "file" }`: the path at which they are read, inside the executable or in the sources. */
declare module "swagger-ui-dist/swagger-ui-bundle.js" {
  const path: string;
  export = path;
}
declare module "swagger-ui-dist/swagger-ui.css" {
  const path: string;
  export = path;
}
declare module "*/docs.js" {
  const path: string;
  export = path;
}
declare module "@zxcvbn-ts/core/dist/zxcvbn-ts.js" {
  const path: string;
  export = path;
}
declare module "@zxcvbn-ts/language-common/dist/zxcvbn-ts.js" {
  const path: string;
  export = path;
}
