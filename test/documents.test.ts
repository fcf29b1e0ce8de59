import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { userCodeAlphabet, userCodeLength } from "../src/rules/user-code.ts";
import { areas, requirements } from "./protocol/requirements.ts";
import { anchorOf, idsOf, testsById, testTitles, titlesIn } from "./support/conformance.ts";
import { generatedDocuments } from "./support/documents.ts";
import { projectFiles, readText, root } from "./support/repository.ts";

const tests = testsById();
const known = new Set(requirements.map(({ id }) => id));

describe("generated pages", () => {
  for (const { path, render } of generatedDocuments) {
    test(`${path} says what the code says`, () => {
      const current = existsSync(join(root, path)) && readText(path) === render();
      // Not by comparing the texts: the difference of two long tables helps nobody.
      expect(current ? "current" : "stale: run `bun run docs`").toBe("current");
    });
  }
});

describe("requirements and tests", () => {
  test("each id names one requirement", () => {
    const ids = requirements.map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  test("each summary is one short line", () => {
    const long = requirements.filter(({ summary }) => summary.length > 110 || summary.includes("\n"));
    expect(long.map(({ id }) => id)).toEqual([]);
  });

  test("a test names only requirements that exist", () => {
    const unknown = testTitles().filter(({ title }) => idsOf(title).some((id) => !known.has(id)));
    expect(unknown).toEqual([]);
  });

  test("what is declined has no test", () => {
    const both = requirements.filter(({ id, status }) => status && "declined" in status && tests.has(id));
    expect(both.map(({ id }) => id)).toEqual([]);
  });

  test("every MUST of OAuth is tested, declined or not yet done", () => {
    const core = areas.filter(({ family }) => family === "core").flatMap((area) => area.requirements);
    const open = core.filter(({ id, level, status }) => level === "MUST" && status === undefined && !tests.has(id));
    expect(open.map(({ id }) => id)).toEqual([]);
  });
});

describe("reading titles", () => {
  test("a title is found in every form of call, unless the test is skipped", () => {
    const source = [
      'test("one", () => {});',
      "it('two', () => {});",
      "test(`three ${x}`, () => {});",
      'test.each([["a", f(1)], ["b", f(2)]])("four %s", () => {});',
      'test.if(onLinux())(\n  "five",\n  () => {});',
      'test.skip("not six", () => {});',
      'latest("not seven", () => {}); /x/.test("not eight");',
    ].join("\n");
    expect(titlesIn(source)).toEqual(["one", "two", "three ${x}", "four %s", "five"]);
  });

  test("ids stand before the first colon", () => {
    expect(idsOf("6749-4.1.2-race, 2.1-code-once: of ten redemptions one wins")).toEqual([
      "6749-4.1.2-race",
      "2.1-code-once",
    ]);
    expect(idsOf("RU-01, 6749-4.1.2.1-redirect: another host: refused")).toEqual(["6749-4.1.2.1-redirect"]);
    expect(idsOf("G-23, HT-15: an untrusted peer")).toEqual(["G-23-proxy"]);
    expect(idsOf("RFC 6749 §4.1.2: a code is used once")).toEqual([]);
    expect(idsOf("the well-known path is found")).toEqual([]);
  });
});

describe("written pages", () => {
  const pages = projectFiles().filter((path) => path.endsWith(".md"));

  test("links within the project lead somewhere", () => {
    const broken = pages.flatMap((page) =>
      linksOf(readText(page))
        .filter((link) => !leadsSomewhere(page, link))
        .map((link) => `${page}: ${link}`),
    );
    expect(broken).toEqual([]);
  });

  test("files and folders that are named exist", () => {
    const missing = pages
      .filter((page) => page !== "CHANGELOG.md")
      .flatMap((page) =>
        pathsOf(readText(page))
          .filter((path) => !existsSync(join(root, path)))
          .map((path) => `${page}: ${path}`),
      );
    expect(missing).toEqual([]);
  });

  test("8628-5.1-arithmetic: the documents give the odds of guessing a user code", () => {
    const codes = userCodeAlphabet.length ** userCodeLength;
    const percentAnHour = (100 * 1000 * 10 * 1000) / codes;
    const text = readText("SECURITY.md").replaceAll(/\s+/g, " ");
    expect(text).toContain(`about ${(codes / 1e9).toFixed(1)} billion`);
    expect(text).toContain(`about ${percentAnHour.toFixed(2)} % an hour`);
  });

  test("no file speaks of the machine that it was written on, of a registry or of a ticket", () => {
    // In pieces, so that this file does not match itself.
    const foreign = [["", "work", ""].join("/"), ["registry", "npmjs"].join("."), ["registry", "yarnpkg"].join(".")];
    const ticket = /\b(?:issue|ticket|pull request|PR) #?\d+\b/i;
    const found = projectFiles().filter((path) => {
      const text = readText(path);
      return foreign.some((phrase) => text.includes(phrase)) || (path !== "bun.lock" && ticket.test(text));
    });
    expect(found).toEqual([]);
  });
});

/** The targets of `[text](target)` outside code, as far as they stay within the project. */
function linksOf(markdown: string): readonly string[] {
  const prose = markdown.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target));
}

/** What stands in code spans and looks like a path of this project; `<…>` stands for a name to choose. */
function pathsOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(/`((?:src|test|docs|\.ci)\/[^`\s<*{]*)`/g)].map(([, path = ""]) => path);
}

function leadsSomewhere(page: string, link: string): boolean {
  const [file = "", anchor] = link.split("#");
  const path = file === "" ? page : posix.join(posix.dirname(page), decodeURI(file));
  if (!existsSync(join(root, path))) return false;
  if (anchor === undefined || !path.endsWith(".md")) return true;
  const headings = [...readText(path).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));
  return headings.includes(anchor);
}
