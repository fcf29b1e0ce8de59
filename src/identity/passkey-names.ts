// What a new passkey is called until its person calls it something else.

/** Authenticators that name themselves. @source https://github.com/passkeydeveloper/passkey-authenticator-aaguids */
const authenticators: Readonly<Record<string, string>> = {
  "fbfc3007-154e-4ecc-8c0b-6e020557d7bd": "iCloud Keychain",
  "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4": "Google Password Manager",
  "adce0002-35bc-c60a-648b-0b25f1f05503": "Chrome on Mac",
  "08987058-cadc-4b81-b6e1-30de50dcbe96": "Windows Hello",
  "9ddd1817-af5a-4672-a2b9-3e3dd95000a9": "Windows Hello",
  "6028b017-b1d4-4c02-b4b3-afcdafc96bb2": "Windows Hello",
  "d3452668-01fd-4c12-926c-83a4204853aa": "Microsoft Password Manager",
  "53414d53-554e-4700-0000-000000000000": "Samsung Pass",
  "bada5566-a7aa-401f-bd96-45619a55120d": "1Password",
  "d548826e-79b4-db40-a3d8-11116f7e8349": "Bitwarden",
  "531126d6-e717-415c-9320-3d9aa6981239": "Dashlane",
  "50726f74-6f6e-5061-7373-50726f746f6e": "Proton Pass",
  "fdb141b2-5d84-443e-8a35-4698c205a502": "KeePassXC",
  "2fc0579f-8113-47ea-b116-bb5a8db9202a": "YubiKey 5 NFC",
  "ee882879-721c-4913-9775-3dfcce97072a": "YubiKey 5",
};

/** The first that fits: an iPhone also says that it is like a Mac. */
const platforms: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/Macintosh/, "Mac"],
  [/Windows/, "Windows"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
];

export function passkeyName({
  aaguid,
  transports,
  userAgent = "",
}: {
  readonly aaguid: string;
  readonly transports: readonly string[];
  readonly userAgent: string | undefined;
}): string {
  const known = authenticators[aaguid];
  if (known !== undefined) return known;
  const platform = platforms.find(([pattern]) => pattern.test(userAgent))?.[1];
  // A key that is carried about says nothing of the machine that it was plugged into.
  return transports.includes("internal") && platform !== undefined ? platform : "Passkey";
}
