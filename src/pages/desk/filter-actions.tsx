type FilterActionsView = {
  readonly buttonId: string;
  readonly apply: string;
  readonly clear: string;
  /** The list without filters; where nothing is filtered there is no way to it. */
  readonly path: string;
  readonly isFiltered: boolean;
};

/** Below the filters of a list: the button that applies them, and the way back to everything. */
export const FilterActions = ({ buttonId, apply, clear, path, isFiltered }: FilterActionsView) => (
  <div class="actions">
    <button class="button button-quiet" type="submit" id={buttonId}>
      {apply}
    </button>
    {isFiltered ? (
      <a class="button button-quiet" href={path}>
        {clear}
      </a>
    ) : null}
  </div>
);
