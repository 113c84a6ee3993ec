// What to do in the client: where the secret is kept, and then the link, the command or the file that is ready to use.
import { type McpHolding, type McpSetup, type McpSystem, TOKEN_PLACEHOLDER } from "@mintmark/mcp-clients";
import { ExternalLink } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { buttonClass } from "../../ui/button.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { Notice } from "../../ui/notice.tsx";
import type { ConnectChoice } from "./connect-choice.ts";
import { FileBlock } from "./file-block.tsx";
import { HoldingField } from "./holding-field.tsx";
import { Step } from "./step.tsx";
import { SystemField } from "./system-field.tsx";

interface SetUpStepProps {
  readonly choice: ConnectChoice;
  /** The address of the MCP server. */
  readonly url: string;
  /** Of a token that was just made; `null` when nobody but its owner has it. */
  readonly secret: string | null;
  /** The client has called, so it is set up. */
  readonly done: boolean;
  readonly onHolding: (holding: McpHolding) => void;
  readonly onSystem: (system: McpSystem) => void;
  /** A text that holds the secret was copied. */
  readonly onSecretCopied: () => void;
}

export function SetUpStep(props: SetUpStepProps): ReactElement {
  const { choice, url, secret, done, onHolding, onSystem, onSecretCopied } = props;
  const { client, system, holding } = choice;
  const setup = client.setUp({ url, holding, system, ...(secret === null ? {} : { secret }) });
  const copied = holding === "literal" && secret !== null ? onSecretCopied : () => undefined;
  return (
    <Step number={3} title={`Set up ${client.name}`} done={done}>
      <SystemField chosen={system} onChoose={onSystem} />
      <HoldingField client={client} chosen={holding} onChoose={onHolding} />
      {holding === "literal" && secret === null && (
        <Notice>
          Put your token where it says <code className="font-mono">{TOKEN_PLACEHOLDER}</code>: Mintmark does not know
          it.
        </Notice>
      )}
      <ol className="grid gap-5">
        {/* A keyring is filled before the client looks into it; a variable is set where the client is started. */}
        {holding === "bridge" && <Preparation setup={setup} />}
        {client.kind === "any" && holding !== "bridge" && (
          <Part title="The server’s address">
            <CodeBlock code={url} what="address" />
          </Part>
        )}
        <Part title={entryTitle(setup)}>
          <Entry setup={setup} client={client.name} onCopied={copied} />
        </Part>
        {holding === "environment" && <Preparation setup={setup} />}
      </ol>
      {setup.notes.length > 0 && (
        <ul className="grid list-disc gap-1 pl-5 text-[0.8125rem] text-soft">
          {setup.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </Step>
  );
}

function Preparation({ setup }: { readonly setup: McpSetup }): ReactElement {
  return (
    <Part
      title={setup.holding === "bridge" ? "Put the token into the keyring" : "Set the variable and start the client"}
    >
      {setup.preparation && <CodeBlock code={setup.preparation.text} what="command" />}
      <p className="text-[0.8125rem] text-soft">
        It asks for the token. Paste it and press Enter: it is not shown, and stays out of the shell’s history.
      </p>
    </Part>
  );
}

interface EntryProps {
  readonly setup: McpSetup;
  readonly client: string;
  readonly onCopied: () => void;
}

/** The ways to the same entry, the easiest first. */
function Entry({ setup, client, onCopied }: EntryProps): ReactElement {
  const { link, command, file } = setup;
  const isEasier = link !== null || command !== null;
  return (
    <div className="grid gap-4">
      {link !== null && (
        <div className="grid justify-items-start gap-1.5">
          <a href={link} className={buttonClass("primary")}>
            <ExternalLink aria-hidden="true" />
            Add to {client}
          </a>
          <p className="text-[0.8125rem] text-soft">
            Opens {client}, which asks before it adds anything. The link holds no secret.
          </p>
        </div>
      )}
      {command !== null && (
        <div className="grid gap-1.5">
          {link !== null && <h4 className="text-[0.8125rem] text-soft">Or run this command</h4>}
          <CodeBlock code={command.text} what="command" onCopied={onCopied} />
        </div>
      )}
      <div className="grid gap-1.5">
        {isEasier && <h4 className="text-[0.8125rem] text-soft">Or edit the file yourself</h4>}
        <FileBlock file={file} onCopied={onCopied} />
      </div>
    </div>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  return (
    <li className="grid gap-2">
      <h3 className="font-medium">{title}</h3>
      {children}
    </li>
  );
}

function entryTitle({ link, command }: McpSetup): string {
  if (link !== null) return "Add the server";
  return command === null ? "Add the server to the file" : "Add the server by a command";
}
