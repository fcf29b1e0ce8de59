import { Elysia } from "elysia";
import type { Context } from "../../context.ts";

/** The pages on which an administrator looks after the server. */
export const adminPages = (_context: Context) => new Elysia({ name: "admin-pages" });
