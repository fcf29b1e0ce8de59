/**
 * Finds the endpoint of a path: its pattern below the issuer's path, such as `/auth/register/:client_id`; undefined where
 * there is none. Metrics and traces name endpoints so, since paths are anybody's: their number has no end.
 */
export function endpointNames(
  routes: readonly { readonly path: string }[],
  basePath: string,
): (path: string) => string | undefined {
  const exact = new Map<string, string>();
  const patterns = new Map<string, RegExp>();
  for (const { path } of routes) {
    const name = path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : path;
    if (path.includes("*") || path.includes("/:")) patterns.set(name, matching(path));
    else exact.set(path, name);
  }
  // A part that is loaded later is one endpoint: `/admin` as well as `/admin/*`.
  for (const [path, name] of exact) if (patterns.has(`${name}/*`)) exact.set(path, `${name}/*`);
  return (path) => exact.get(path) ?? [...patterns].find(([, pattern]) => pattern.test(path))?.[0];
}

const matching = (route: string): RegExp =>
  new RegExp(
    `^${route
      .split("/")
      .map((part) => (part === "*" ? ".*" : part.startsWith(":") ? "[^/]+" : RegExp.escape(part)))
      .join("/")}$`,
  );

/** The path of a request's URL as it came: between the host and the query. */
export function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  const end = url.indexOf("?", start);
  return url.slice(start, end === -1 ? undefined : end);
}
