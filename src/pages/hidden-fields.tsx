/** What every form of ours carries: the CSRF token of the session and, in a paused authorization, its handle. */
export type FormSecrets = { readonly csrf: string; readonly handle?: string | undefined };

export const HiddenFields = ({ csrf, handle }: FormSecrets) => (
  <>
    <input type="hidden" name="csrf" value={csrf} />
    {handle === undefined ? null : <input type="hidden" name="handle" value={handle} />}
  </>
);
