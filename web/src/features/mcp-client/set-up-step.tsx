// The set-up of the client: the place of the secret, and then a link, a command or a file that is ready to use.
import {
  type McpClient,
  type McpFile,
  type McpHolding,
  type McpSetup,
  type McpSystem,
  TOKEN_PLACEHOLDER,
  TOKEN_VARIABLE,
} from "@mintmark/mcp-clients";
import { ExternalLink, FileJson, FileText } from "lucide-react";
import { type ReactElement, type ReactNode, useId } from "react";
import { Badge } from "../../ui/badge.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { CodeBlock } from "../../ui/copy-button.tsx";
import { Choice, Segments } from "../../ui/field.tsx";
import { type ConnectChoice, SYSTEMS } from "./connect-choice.ts";
import { Step } from "./step.tsx";

interface SetUpStepProps {
  readonly choice: ConnectChoice;
  /** The address of the MCP server. */
  readonly url: string;
  /** The secret of a new token; `null` for an existing token, whose secret only its owner has. */
  readonly secret: string | null;
  /** Whether the client has called. */
  readonly done: boolean;
  readonly onHolding: (holding: McpHolding) => void;
  readonly onSystem: (system: McpSystem) => void;
  /** Called after a text with the secret was copied. */
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
        <Callout>
          Replace <code className="font-mono">{TOKEN_PLACEHOLDER}</code> with your token. Mintmark does not store it.
        </Callout>
      )}
      <ol className="grid gap-5">
        {/* Fill the keyring before the client reads it. Set a variable in the terminal that starts the client. */}
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
        The command asks for the token. Paste it and press Enter. The token is not shown and does not enter the shell’s
        history.
      </p>
    </Part>
  );
}

interface EntryProps {
  readonly setup: McpSetup;
  readonly client: string;
  readonly onCopied: () => void;
}

/** The ways to add the entry, the easiest first. */
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

// Chooses where the client keeps the secret.

interface HoldingFieldProps {
  readonly client: McpClient;
  readonly chosen: McpHolding;
  readonly onChoose: (holding: McpHolding) => void;
}

function HoldingField({ client, chosen, onChoose }: HoldingFieldProps): ReactElement {
  const name = useId();
  return (
    <fieldset className="grid gap-1">
      <legend className="mb-1 font-medium">Where the token is kept</legend>
      {client.holdings.map((holding, index) => (
        <Choice
          key={holding}
          type="radio"
          name={name}
          value={holding}
          label={
            <>
              {LABELS[holding]}
              {index === 0 && (
                <span className="ml-2 inline-block align-middle">
                  <Badge tone="good">Recommended</Badge>
                </span>
              )}
            </>
          }
          hint={hintOf(holding, client.name)}
          checked={holding === chosen}
          onChange={() => onChoose(holding)}
        />
      ))}
      {chosen === "literal" && (
        <Callout tone="warning" title="The token will be stored in a file" className="mt-2">
          Backups, synchronized folders, screen sharing or an accidental commit can expose it. Anyone who has it can act
          as you until it is revoked.
          {client.holdings[0] === "literal" ? "" : " Choose another way if you can."}
        </Callout>
      )}
    </fieldset>
  );
}

const LABELS: Record<McpHolding, string> = {
  environment: "In an environment variable",
  prompt: "In the client's own safe storage",
  bridge: "In your system's keyring",
  literal: "In the configuration file",
};

function hintOf(holding: McpHolding, client: string): string {
  switch (holding) {
    case "environment":
      return `The file only names ${TOKEN_VARIABLE}. You set it in a terminal and start ${client} from there; it is lost when the terminal closes.`;
    case "prompt":
      return `${client} asks you for the token once and keeps it encrypted. The file holds no secret.`;
    case "bridge":
      return `${client} starts the mintmark command, which takes the token from the keyring for each call. The file holds no secret.`;
    case "literal":
      return "The simplest way, and the least safe one.";
  }
}

interface FileBlockProps {
  readonly file: McpFile;
  readonly onCopied: () => void;
}

/** A configuration file of the client: its path, and its content if it has no other entries. */
function FileBlock({ file, onCopied }: FileBlockProps): ReactElement {
  const Icon = file.syntax === "json" ? FileJson : FileText;
  return (
    <figure className="grid gap-1.5">
      <figcaption className="flex flex-wrap items-center gap-x-2 gap-y-1 text-[0.8125rem]">
        <Icon className="size-4 shrink-0 text-faint" aria-hidden="true" />
        <span className="min-w-0 font-mono wrap-anywhere">{file.path}</span>
        <span className="text-faint">{file.syntax.toUpperCase()}</span>
      </figcaption>
      <CodeBlock code={file.text.trimEnd()} what="configuration" onCopied={onCopied} />
      <p className="text-[0.8125rem] text-soft">
        If the file exists, add the entry to it.
        {file.projectPath !== null && (
          <>
            {" "}
            For one project only, use <code className="font-mono text-ink">{file.projectPath}</code> in its folder
            instead.
          </>
        )}
      </p>
    </figure>
  );
}

interface SystemFieldProps {
  readonly chosen: McpSystem;
  readonly onChoose: (system: McpSystem) => void;
}

/** Chooses the system of the client, which decides paths and commands. */
function SystemField({ chosen, onChoose }: SystemFieldProps): ReactElement {
  return (
    <fieldset className="justify-self-start">
      <legend className="mb-1.5 font-medium">Where the client runs</legend>
      <Segments choices={SYSTEMS} chosen={chosen} onChoose={onChoose} />
    </fieldset>
  );
}
