// The types of the options that a test gives to the verifier in memory. They name nothing of core, because adopters
// compile them.
import type { Permission, Role } from "./catalogue.ts";

export interface TestVerifierOptions {
  /** The content of your catalogue file (`MINTMARK_CATALOGUE`). Without it, every permission exists that a token has. */
  readonly catalogue?: TestCatalogue;
  /** Whether tokens of personal organizations work (`MINTMARK_PERSONAL_TOKENS`). `allow` by default. */
  readonly personalTokens?: "allow" | "deny";
  /** The present instant, in milliseconds since the epoch. The clock of the machine by default. */
  readonly now?: () => number;
}

export interface TestCatalogue {
  readonly permissions?: readonly {
    readonly name: string;
    readonly access?: "read" | "write";
    readonly description?: string;
  }[];
  readonly roles?: Readonly<Record<string, { readonly description?: string; readonly permissions: readonly string[] }>>;
}

/** The rules of a token's organization. Those that are left out allow everything. */
export interface TestPolicy {
  readonly maxLifetimeDays?: number | null;
  readonly allowNoExpiry?: boolean;
  readonly ceiling?:
    | { readonly kind: "role" | "read-only" }
    | { readonly kind: "list"; readonly permissions: readonly Permission[] };
  readonly idleDays?: number | null;
  /** Networks in CIDR notation. */
  readonly networks?: readonly string[] | null;
}

export interface TestToken {
  /** A person's token by default. */
  readonly type?: "pat" | "api_key";
  readonly name?: string;
  /** The permissions that the token is narrowed to. The whole role by default. */
  readonly permissions?: readonly Permission[];
  /** `member` by default. */
  readonly role?: Role;
  /** Tokens with the same id, external id, email or name, in this order, are of one user. */
  readonly user?: {
    readonly id?: string;
    readonly externalId?: string | null;
    readonly name?: string;
    readonly email?: string;
    readonly emailVerified?: boolean;
  };
  /** Tokens with the same id, external id or name, in this order, are of one organization. */
  readonly organization?: {
    readonly id?: string;
    readonly externalId?: string | null;
    readonly name?: string;
    readonly personal?: boolean;
  };
  readonly createdAt?: Date;
  readonly expiresAt?: Date | null;
}
