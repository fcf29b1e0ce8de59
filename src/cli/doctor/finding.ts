/** What is checked. Scripts read these names: none of them changes. */
export const checkNames = [
  "configuration",
  "data-directory",
  "server",
  "issuer",
  "https",
  "client-address",
  "certificate",
  "certificate-files",
  "clock",
  "disk-space",
  "file-system",
  "permissions",
  "database",
  "instance-secret",
  "keys",
  "administrators",
  "backups",
  "verifier",
  "memory",
  "workers",
] as const;
export type CheckName = (typeof checkNames)[number];

export interface Finding {
  readonly check: CheckName;
  /** `failed`: something does not work, or is open to others. `warning`: it works, and perhaps not for long. */
  readonly status: "ok" | "warning" | "failed";
  /** One sentence. */
  readonly message: string;
  /** A command, a setting, or whatever else helps. */
  readonly remedy?: string;
}

export const ok = (check: CheckName, message: string): Finding => ({ check, status: "ok", message });

export const warning = (check: CheckName, message: string, remedy: string): Finding => ({
  check,
  status: "warning",
  message,
  remedy,
});

export const failed = (check: CheckName, message: string, remedy: string): Finding => ({
  check,
  status: "failed",
  message,
  remedy,
});
