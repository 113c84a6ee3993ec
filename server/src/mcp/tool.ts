// What a tool is: one use case under a name, with what it takes and answers. The list of tools, their schemas and
// their calls all come from this one declaration.
import type { z } from "@hono/zod-openapi";
import type { Actor } from "../service/actor.ts";
import type { Deps } from "../service/deps.ts";
import type { ToolRules } from "./offer.ts";

export type CredentialActor = Extract<Actor, { kind: "credential" }>;

export interface Tool extends ToolRules {
  /** Stable: scripts and the audit log name it. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** For models: what it answers, what it takes to be worth calling. */
  readonly description: string;
  /** Of a tool that writes: whether it takes something away for good. */
  readonly isDestructive?: boolean;
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  readonly run: (deps: Deps, actor: CredentialActor, input: never) => Promise<Readonly<Record<string, unknown>>>;
  /** The same answer to read: every id that a further call takes is in it. */
  readonly text: (output: never) => string;
}

interface ToolDefinition<I extends z.ZodType, O extends z.ZodType> extends Omit<
  Tool,
  "input" | "output" | "run" | "text"
> {
  readonly input: I;
  readonly output: O;
  readonly run: (deps: Deps, actor: CredentialActor, input: z.infer<I>) => Promise<z.infer<O>>;
  readonly text: (output: z.infer<O>) => string;
}

/** Checks a tool against its own schemas, and forgets them for the list. */
export function defineTool<I extends z.ZodType, O extends z.ZodType>(tool: ToolDefinition<I, O>): Tool {
  return tool as unknown as Tool;
}
