import { Elysia } from "elysia";
import type { Context } from "../../context.ts";

/** The pages on which a person looks after their own account. */
export const accountPages = (_context: Context) => new Elysia({ name: "account-pages" });
