// How many of each thing a person, an organization or the instance can have, so that no list, count or lock grows without
// bound. Ended, revoked and expired things do not count.
// An operator sets each bound with its variable: docs/configuration.md.

/** How many tokens one request can revoke, since one transaction writes a bounded number of tombstones. */
export const REVOKED_AT_ONCE = 200;
/** Of how many credentials one request can read the uses. */
export const USES_AT_ONCE = 100;
/** How many changes of the directory one request can make. */
export const CHANGES_OF_BATCH = 1_000;
/** How many members one request can set. */
export const MEMBERS_OF_LIST = 10_000;
/** How many networks a token policy can name, since each verification compares the client's address with them. */
export const NETWORKS_OF_POLICY = 100;
/** Longest text that a list can be searched for. */
export const QUERY_MAX_LENGTH = 200;

interface Bound {
  /** The bound where the operator sets none. */
  readonly standard: number;
  /** The highest bound that an operator can set: some lists are read whole. */
  readonly highest: number;
  readonly says: (most: string) => string;
  readonly advice: string;
}

export const BOUNDS = {
  organizationsOfPerson: {
    standard: 100,
    highest: 1_000,
    says: (most) => `One person can be in ${most} organizations at most, not counting the personal one.`,
    advice: "Leave or delete one that is no longer used, then try again.",
  },
  sessionsOfPerson: {
    standard: 100,
    highest: 1_000,
    says: (most) => `One person can be signed in with ${most} browsers at most.`,
    advice: "Sign out of one that is no longer used.",
  },
  tokensOfMembership: {
    standard: 1_000,
    highest: 10_000,
    says: (most) => `One person can have ${most} active tokens in an organization at most.`,
    advice: "Revoke tokens that are no longer used, then try again.",
  },
  membersOfOrganization: {
    standard: 10_000,
    highest: 100_000,
    says: (most) => `An organization can have ${most} members at most.`,
    advice: "Ask an owner or admin of it to remove members who no longer need access.",
  },
  invitationsOfOrganization: {
    standard: 500,
    highest: 5_000,
    says: (most) => `An organization can have ${most} open invitations at most.`,
    advice: "Withdraw invitations that nobody will accept, then try again.",
  },
  apiKeysOfOrganization: {
    standard: 500,
    highest: 5_000,
    says: (most) => `An organization can have ${most} active API keys at most.`,
    advice: "Revoke keys that are no longer used, then try again.",
  },
  servicesOfInstance: {
    standard: 500,
    highest: 5_000,
    says: (most) => `An instance can have ${most} services at most.`,
    advice: "Revoke services that are no longer used, then try again.",
  },
  webhooksOfInstance: {
    standard: 20,
    highest: 100,
    says: (most) => `An instance can have ${most} webhooks at most.`,
    advice: "Delete webhooks that are no longer used, then try again.",
  },
} as const satisfies Record<string, Bound>;

export type BoundName = keyof typeof BOUNDS;

/** The bounds of one instance. */
export type Bounds = Readonly<Record<BoundName, number>>;

/** The bounds where the operator sets none. */
export const STANDARD_BOUNDS: Bounds = {
  organizationsOfPerson: BOUNDS.organizationsOfPerson.standard,
  sessionsOfPerson: BOUNDS.sessionsOfPerson.standard,
  tokensOfMembership: BOUNDS.tokensOfMembership.standard,
  membersOfOrganization: BOUNDS.membersOfOrganization.standard,
  invitationsOfOrganization: BOUNDS.invitationsOfOrganization.standard,
  apiKeysOfOrganization: BOUNDS.apiKeysOfOrganization.standard,
  servicesOfInstance: BOUNDS.servicesOfInstance.standard,
  webhooksOfInstance: BOUNDS.webhooksOfInstance.standard,
};

/** Two sentences for the refusal: the bound, and how to make room. */
export function boundDetail(name: BoundName, most: number): string {
  const { says, advice } = BOUNDS[name];
  return `${says(most.toLocaleString("en"))} ${advice}`;
}
