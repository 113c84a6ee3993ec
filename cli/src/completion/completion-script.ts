// Builds the completion script of one shell from the declared commands.
import { MCP_CLIENTS } from "@mintmark/mcp-clients";
import { createProgram, describeCommand } from "@mintmark/terminal";
import type { Context } from "../context.ts";
import { PROGRAM } from "../program.ts";
import { bashScript } from "./bash.ts";
import { completionEntries } from "./completion-model.ts";
import { fishScript } from "./fish.ts";
import { powershellScript } from "./powershell.ts";
import { zshScript } from "./zsh.ts";

const WRITERS = { bash: bashScript, zsh: zshScript, fish: fishScript, powershell: powershellScript };

/** The values of arguments, by name, that the declarations leave out so that the command starts fast. */
const KNOWN = { client: MCP_CLIENTS.map(({ id, name }) => ({ name: id, description: name })) };

export async function completionScript(context: Context, shell: keyof typeof WRITERS): Promise<string> {
  const program = await createProgram(PROGRAM, context, () => {});
  return WRITERS[shell](completionEntries(describeCommand(program), KNOWN));
}
