// The commands that open an instance's database. They are part of @mintmark/server. If that package is installed next to
// this one, `mintmark serve` runs `mintmark-server serve`.
import { Failure, type ProgramDeclaration } from "@mintmark/terminal";
import type { Context } from "./context.ts";

/** In the order of the help. */
const SERVER_COMMANDS: Readonly<Record<string, string>> = {
  serve: "run an instance",
  migrate: "bring an instance's database up to date",
  "setup-code": "print a new link that creates the first account",
  "management-key": "the keys with which your product keeps its people here",
  "password-reset": "print a link with which a person sets a new password",
  healthcheck: "exit with 0 if the instance on this machine is ready",
  backup: "copy an instance's SQLite database to a file",
  restore: "replace an instance's SQLite database by a backup",
};

/** Whether the arguments are for one of these commands, or for its help. */
export function isForServer(args: readonly string[]): boolean {
  const words = args.filter((word) => !word.startsWith("-"));
  const name = words[0] === "help" ? words[1] : words[0];
  return name !== undefined && Object.hasOwn(SERVER_COMMANDS, name);
}

/** The commands of the server, or `null` when it is not installed. */
export async function loadServer(): Promise<{ readonly main: (args: readonly string[]) => Promise<void> } | null> {
  try {
    return await import("@mintmark/server/commands");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ERR_MODULE_NOT_FOUND" && message.includes("'@mintmark/server'")) return null;
    throw error;
  }
}

/** The commands as the help shows them. They fail, because they run only when the server is not installed. */
export const serverCommands: ProgramDeclaration<Context>["commands"] = Object.fromEntries(
  Object.entries(SERVER_COMMANDS).map(([name, description]) => [
    name,
    async () => (program) => {
      program
        .command(name)
        .description(description)
        .helpGroup("Commands on the host of an instance, part of @mintmark/server:")
        .allowUnknownOption()
        .allowExcessArguments()
        .action(() => {
          throw new Failure(
            "server_missing",
            `${name} is a command of the server, which is not installed here`,
            "install it with npm install @mintmark/server",
          );
        });
    },
  ]),
);
