type CopyableView = {
  readonly id: string;
  readonly text: string;
  /** Names the text; it is read before it. */
  readonly label: string;
};

/** A text to be taken elsewhere. Where scripts run, copy.js gives it a button. */
export const Copyable = ({ id, text, label }: CopyableView) => (
  <figure class="copyable">
    <figcaption id={`${id}-label`}>{label}</figcaption>
    <pre>
      <code id={id} data-copyable="">
        {text}
      </code>
    </pre>
  </figure>
);
