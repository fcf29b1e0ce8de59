/** Every text of the admin pages about keys, the audit log, the configuration and refused requests. */
export const english = {
  title: "Operation",
};

export type OperationTexts = typeof english;
