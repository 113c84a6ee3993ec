import type { McpSystem } from "@mintmark/mcp-clients";
import type { ReactElement } from "react";
import { Segments } from "../../ui/segments.tsx";
import { SYSTEMS } from "./connect-choice.ts";

interface SystemFieldProps {
  readonly chosen: McpSystem;
  readonly onChoose: (system: McpSystem) => void;
}

/** Where the client runs: paths and commands follow from it. */
export function SystemField({ chosen, onChoose }: SystemFieldProps): ReactElement {
  return (
    <fieldset className="justify-self-start">
      <legend className="mb-1.5 font-medium">Where the client runs</legend>
      <Segments choices={SYSTEMS} chosen={chosen} onChoose={onChoose} />
    </fieldset>
  );
}
