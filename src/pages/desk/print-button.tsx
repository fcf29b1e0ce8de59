/** Prints the page where scripts run, and is not there where they do not: the browser's own menu prints as well. */
export const PrintButton = ({ label }: { readonly label: string }) => (
  <button class="button button-quiet print-button" type="button" data-print="" hidden>
    {label}
  </button>
);
