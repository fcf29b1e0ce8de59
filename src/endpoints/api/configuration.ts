import { t } from "elysia";
import { readConfiguration } from "../../administration/configuration.ts";
import type { Context } from "../../context.ts";
import { paths } from "../../http/paths.ts";
import { problems } from "../../http/problem.ts";
import { administered } from "./administrator.ts";
import { documented, noParameters } from "./schemas.ts";

const ConfigurationBody = t.Object(
  {
    settings: t.Array(
      t.Object({
        name: t.String(),
        value: t.String({ description: "Empty where there is none; a secret reads `[secret]`." }),
        origin: t.Union([t.Literal("default"), t.Literal("environment"), t.Literal("file")]),
      }),
    ),
    warnings: t.Array(t.String(), { description: "What is right, but perhaps not meant." }),
  },
  { description: "What the server was started with; changed in its environment." },
);

export const configurationApi = (context: Context) =>
  administered(context, "configuration").get(
    `${paths.api}/configuration`,
    (): typeof ConfigurationBody.static => {
      const { settings, warnings } = readConfiguration(context);
      return { settings: settings.map((line) => ({ ...line })), warnings: [...warnings] };
    },
    {
      query: noParameters,
      response: { 200: ConfigurationBody, ...problems },
      detail: documented("Read the configuration"),
    },
  );
