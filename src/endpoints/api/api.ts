import { Elysia } from "elysia";
import type { Context } from "../../context.ts";

/** The administration as a REST API: the same operations as the admin pages and the command line. */
export const administrationApi = (_context: Context) => new Elysia({ name: "administration-api" });
