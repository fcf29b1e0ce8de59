import { defineConfig } from "drizzle-kit";

const configuration = defineConfig({
  dialect: "sqlite",
  schema: "./src/store/sqlite/schema.ts",
  out: "./src/store/sqlite/migrations",
});

// drizzle-kit reads the default export of this one file.
export default configuration;
