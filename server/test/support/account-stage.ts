// The set-up of races of accounts and sessions.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Client } from "pg";
import type { Deps, RequestOrigin } from "../../src/use-cases/use-case.ts";
import type { Store } from "../../src/store/store.ts";
import { originAt, passwordHashOf, personWithPassword } from "./accounts.ts";
import { type TestInstance, uniqueName } from "./instance.ts";
import { type Person, Seed } from "./seed.ts";

const ALL = { limit: 200, after: null };

export class AccountStage {
  readonly instance: TestInstance;
  readonly seed: Seed;
  #clients = 0;

  constructor(instance: TestInstance) {
    this.instance = instance;
    this.seed = new Seed(instance);
  }

  get reads(): Store["reads"] {
    return this.instance.deps.store.reads;
  }

  /** With passwords hashed as cheaply as they can be: it is not they that race. */
  on(store: Store): Deps {
    return { ...this.instance.deps, store, hashPassword: async (password) => passwordHashOf(password) };
  }

  /** A client at a separate address, so that failures of other rounds do not limit it. */
  newOrigin(): RequestOrigin {
    this.#clients += 1;
    return originAt(`198.18.${this.#clients >> 8}.${this.#clients & 255}`);
  }

  /** The instance as it was before its first account; no use case can take it back there. */
  async forgetSetUp(): Promise<void> {
    const statement = "update instance set set_up_at = null";
    if (this.instance.databaseUrl === null) {
      const database = new DatabaseSync(join(this.instance.folder, "mintmark.db"), { timeout: 5000 });
      database.exec(statement);
      database.close();
      return;
    }
    const client = new Client({ connectionString: this.instance.databaseUrl });
    await client.connect();
    await client.query(statement);
    await client.end();
  }

  /** Two instance admins, and nobody else is one. */
  async twoAdmins(): Promise<readonly [Person, Person]> {
    const { store, clock } = this.instance.deps;
    const present = async () => (await store.reads.listUsers({ query: null, instanceAdmin: true }, ALL)).items;
    for (let admins = await present(); admins.length > 0; admins = await present()) {
      await store.transaction(async (tx) => {
        for (const { id } of admins) await tx.deleteUser(id, clock());
      });
    }
    const admin = (): Promise<Person> => personWithPassword(this.seed, uniqueName("admin"), { instanceAdmin: true });
    return [await admin(), await admin()];
  }

  async liveSessions(person: Person): Promise<number> {
    return (await this.reads.listSessions(person.id, this.instance.deps.clock())).length;
  }

  async liveTokens(person: Person): Promise<number> {
    const { items } = await this.reads.listTokensOfUser(person.id, null, ALL);
    return items.filter(({ revokedAt }) => revokedAt === null).length;
  }
}
