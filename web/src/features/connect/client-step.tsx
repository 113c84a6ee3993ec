// Choosing the client: cards that are radio buttons, and a field that finds one among them.
import { MCP_CLIENTS, type McpClient } from "@mintmark/mcp-clients";
import { AppWindow, Code, type LucideIcon, Plug, SquareTerminal } from "lucide-react";
import { type ReactElement, useState } from "react";
import { TextField } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { classNames } from "../../ui/class-names.ts";
import { findClients } from "./connect-choice.ts";
import { Step } from "./step.tsx";

const ICONS: Record<McpClient["kind"], LucideIcon> = {
  terminal: SquareTerminal,
  editor: Code,
  app: AppWindow,
  any: Plug,
};

interface ClientStepProps {
  readonly chosen: McpClient | null;
  /** The address names a client that is not in the list. */
  readonly isUnknown: boolean;
  readonly onChoose: (client: McpClient) => void;
}

export function ClientStep({ chosen, isUnknown, onChoose }: ClientStepProps): ReactElement {
  const [typed, setTyped] = useState("");
  const found = findClients(MCP_CLIENTS, typed);
  return (
    <Step number={1} title="Choose your client" done={chosen !== null}>
      {isUnknown && (
        <Notice title="The link names a client that is not in this list">
          Choose yours, or “Another client”, which works for most.
        </Notice>
      )}
      <search>
        <TextField
          label="Find your client"
          type="search"
          autoComplete="off"
          placeholder="Claude, Cursor, terminal…"
          value={typed}
          className="max-w-[20rem]"
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            // What is found first is what was meant.
            if (event.key === "Enter" && found[0] !== undefined) onChoose(found[0]);
          }}
        />
      </search>
      <output className="sr-only">{typed.trim() === "" ? "" : foundInWords(found.length - 1)}</output>
      <fieldset>
        <legend className="sr-only">Client</legend>
        <div className="grid grid-cols-2 sm:grid-cols-[repeat(auto-fill,minmax(13.5rem,1fr))] gap-2">
          {found.map((client) => (
            <ClientCard key={client.id} client={client} checked={client === chosen} onChoose={() => onChoose(client)} />
          ))}
        </div>
      </fieldset>
    </Step>
  );
}

function foundInWords(count: number): string {
  if (count === 0) return "No client of that name. Choose “Another client”.";
  return count === 1 ? "1 client found." : `${count} clients found.`;
}

interface ClientCardProps {
  readonly client: McpClient;
  readonly checked: boolean;
  readonly onChoose: () => void;
}

function ClientCard({ client, checked, onChoose }: ClientCardProps): ReactElement {
  const Icon = ICONS[client.kind];
  return (
    <label
      className={classNames(
        "relative flex gap-2.5 rounded-control border px-3 py-2.5 forced-colors:has-checked:forced-color-adjust-none has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-mint",
        checked ? "border-mint bg-mint-wash" : "border-control/70 bg-surface hover:bg-sunken",
      )}
    >
      <input
        type="radio"
        name="client"
        value={client.id}
        checked={checked}
        onChange={onChoose}
        className="absolute inset-0 appearance-none rounded-control outline-none"
      />
      <Icon className={classNames("mt-0.5 size-4 shrink-0", checked ? "text-mint" : "text-faint")} aria-hidden="true" />
      <span className="grid min-w-0 content-start gap-0.5">
        <span className={classNames("font-medium", checked && "text-mint")}>{client.name}</span>
        <span className="hidden text-[0.8125rem] leading-4.5 text-soft sm:block">{client.description}</span>
      </span>
    </label>
  );
}
