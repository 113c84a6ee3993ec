import { Argument, type Command } from "commander";
import type { Context } from "../context.ts";

const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

export function addCompletion(program: Command, context: Context): void {
  program
    .command("completion")
    .description("print a script that completes commands, options and profiles when you press Tab")
    .addArgument(new Argument("<shell>", "your shell").choices(SHELLS))
    .addHelpText(
      "after",
      `
Examples:
  eval "$(mintmark completion bash)"  # in ~/.bashrc
  eval "$(mintmark completion zsh)"   # in ~/.zshrc, after compinit
  mintmark completion fish > ~/.config/fish/completions/mintmark.fish
  mintmark completion powershell | Out-String | Invoke-Expression  # in $PROFILE`,
    )
    .action(async (shell: (typeof SHELLS)[number]) => {
      const { completionScript } = await import("../completion/completion-script.ts");
      const script = await completionScript(context, shell);
      context.output.result({ shell, script }, () => context.output.page(script, "stdout"));
    });
}
