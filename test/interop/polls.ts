import type { CustomFetch } from "openid-client";

/** Sees the answers to a library's polls pass, and lets a test wait for them: no sleeping in the dark. */
export interface Polls {
  /** In place of `fetch`; changes nothing. */
  readonly fetch: CustomFetch;
  /** The `error` of each answer so far; "none" for tokens. */
  readonly answers: readonly string[];
  /** Resolves after so many answers. */
  after(count: number): Promise<void>;
}

export function watchPolls(): Polls {
  const answers: string[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  return {
    answers,
    after: (count) =>
      new Promise((resolve) => {
        if (answers.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    fetch: async (url, { body, signal, ...options }) => {
      const form = body instanceof URLSearchParams ? body : null;
      const response = await fetch(url, { ...options, body: form, signal: signal ?? null });
      if (new URL(url).pathname.endsWith("/token")) {
        answers.push(errorOf(await response.clone().json()));
        for (const { count, resolve } of waiting) if (answers.length >= count) resolve();
      }
      return response;
    },
  };
}

const errorOf = (answer: unknown): string =>
  typeof answer === "object" && answer !== null && "error" in answer ? String(answer.error) : "none";
