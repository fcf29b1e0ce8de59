/** A machine that Postern is built for. */
export interface Target {
  /** In the name of the archive. */
  readonly name: string;
  /** What Bun calls it. */
  readonly bun: string;
  readonly system: "linux" | "macos" | "windows";
}

/** There is none for 32-bit machines: the runtime has none. */
export const targets: readonly Target[] = [
  { name: "linux-x64", bun: "bun-linux-x64-modern", system: "linux" },
  // For processors without AVX2, as in many small boxes.
  { name: "linux-x64-baseline", bun: "bun-linux-x64-baseline", system: "linux" },
  { name: "linux-x64-musl", bun: "bun-linux-x64-musl", system: "linux" },
  { name: "linux-arm64", bun: "bun-linux-arm64", system: "linux" },
  { name: "linux-arm64-musl", bun: "bun-linux-arm64-musl", system: "linux" },
  { name: "macos-arm64", bun: "bun-darwin-arm64", system: "macos" },
  { name: "macos-x64", bun: "bun-darwin-x64", system: "macos" },
  { name: "windows-x64", bun: "bun-windows-x64", system: "windows" },
];

export const executableOf = ({ system }: Target): string => (system === "windows" ? "postern.exe" : "postern");
