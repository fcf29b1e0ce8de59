import { Argument, type Command } from "commander";
import { print } from "./printing.ts";

const shells = ["bash", "zsh", "fish"] as const;
type Shell = (typeof shells)[number];

export function completionCommand(program: Command): void {
  program
    .command("completion")
    .description("print a script that completes commands and options in a shell")
    .addArgument(new Argument("<shell>", "which shell").choices(shells))
    .addHelpText(
      "after",
      '\nExamples:\n  $ postern completion bash > /etc/bash_completion.d/postern\n  $ postern completion zsh > "$HOME/.zfunc/_postern"\n  $ postern completion fish > ~/.config/fish/completions/postern.fish',
    )
    .action((shell: Shell) => print(scripts[shell](placesIn(program))));
}

/** Where the cursor may be, after the words of a command; and what may come there. */
interface Place {
  /** `""` behind `postern`, else `user create`. */
  readonly path: string;
  readonly choices: readonly Choice[];
}

interface Choice {
  readonly word: string;
  readonly description: string;
}

function placesIn(command: Command, path = ""): readonly Place[] {
  const options = command.options.flatMap(({ long, description, hidden }) =>
    typeof long === "string" && !hidden ? [{ word: long, description }] : [],
  );
  const commands = command.commands.map((sub) => ({ word: sub.name(), description: sub.description() }));
  const values = command.registeredArguments.flatMap(({ argChoices = [], description }) =>
    argChoices.map((word) => ({ word, description })),
  );
  const below = command.commands.flatMap((sub) => placesIn(sub, path === "" ? sub.name() : `${path} ${sub.name()}`));
  return [
    { path, choices: [...commands, ...values, ...options, { word: "--help", description: "explain it" }] },
    ...below,
  ];
}

const wordsOf = ({ choices }: Place): string => choices.map(({ word }) => word).join(" ");
/** The commands among the paths, as the patterns of a `case`. */
const patternOf = (places: readonly Place[]): string =>
  places.flatMap(({ path }) => (path === "" ? [] : [quoted(path)])).join(" | ");
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const scripts: Readonly<Record<Shell, (places: readonly Place[]) => string>> = {
  bash: (places) =>
    [
      "# bash completion for postern",
      "_postern() {",
      '  local place="" candidate index',
      "  for ((index = 1; index < COMP_CWORD; index++)); do",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own.
      '    candidate="${place:+$place }${COMP_WORDS[index]}"',
      `    case "$candidate" in ${patternOf(places)}) place="$candidate" ;; esac`,
      "  done",
      '  case "$place" in',
      ...places.map((place) => `    ${quoted(place.path)}) candidate=${quoted(wordsOf(place))} ;;`),
      "  esac",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own.
      '  mapfile -t COMPREPLY < <(compgen -W "$candidate" -- "${COMP_WORDS[COMP_CWORD]}")',
      "}",
      "complete -o default -F _postern postern",
    ].join("\n"),
  zsh: (places) =>
    [
      "#compdef postern",
      "_postern() {",
      '  local place="" candidate word',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own.
      '  for word in "${words[@]:1:$((CURRENT - 2))}"; do',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own.
      '    candidate="${place:+$place }$word"',
      `    case "$candidate" in (${patternOf(places)}) place="$candidate" ;; esac`,
      "  done",
      "  local -a choices",
      '  case "$place" in',
      ...places.map(
        ({ path, choices }) =>
          `    (${quoted(path)}) choices=(${choices
            .map(({ word, description }) => quoted(`${word}:${description}`))
            .join(" ")}) ;;`,
      ),
      "  esac",
      "  _describe postern choices || _files",
      "}",
      'if [ "$funcstack[1]" = "_postern" ]; then _postern "$@"; else compdef _postern postern; fi',
    ].join("\n"),
  fish: (places) =>
    [
      "# fish completion for postern",
      "function __postern_is_at",
      '  set --local place ""',
      "  for word in (commandline --tokenize --cut-at-cursor --current-process)[2..]",
      '    switch (string trim "$place $word")',
      `      case ${patternOf(places).replaceAll(" | ", " ")}`,
      '        set place (string trim "$place $word")',
      "    end",
      "  end",
      '  test "$place" = "$argv[1]"',
      "end",
      ...places.flatMap(({ path, choices }) =>
        choices.map(({ word, description }) => {
          const what = word.startsWith("--") ? `--long-option ${word.slice(2)}` : `--no-files --arguments ${word}`;
          return `complete --command postern --condition ${quoted(`__postern_is_at ${quoted(path)}`)} ${what} --description ${quoted(description)}`;
        }),
      ),
    ].join("\n"),
};
