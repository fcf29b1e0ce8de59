/** Where else one may go from a page of the account or of the administration. */
export interface Navigation {
  /** Names the navigation to screen readers. */
  readonly label: string;
  /** `href` with the base path. */
  readonly items: readonly { readonly href: string; readonly name: string; readonly isCurrent: boolean }[];
}
