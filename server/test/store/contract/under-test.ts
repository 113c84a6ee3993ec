import { after, before } from "node:test";
import type { Store } from "../../../src/store/store.ts";

/** A store on a separate database, empty except for the schema. */
export interface StoreUnderTest {
  readonly store: Store;
  /** Another store on the same database, like that of a second process. The caller closes it. */
  openAnother(): Promise<Store>;
  /** Closes the store and removes the database. */
  close(): Promise<void>;
}

export type OpenStore = () => Promise<StoreUnderTest>;

/** One store for a whole suite: each test makes data that no other test reads. */
export function storeForSuite(open: OpenStore): () => Store {
  let opened: StoreUnderTest | undefined;
  before(async () => {
    opened = await open();
  });
  after(async () => {
    await opened?.close();
  });
  return () => {
    if (opened === undefined) throw new Error("the suite's store is not open yet");
    return opened.store;
  };
}

/** A store for one test that must find no other data. */
export async function withStore(open: OpenStore, test: (store: Store) => Promise<void>): Promise<void> {
  const opened = await open();
  try {
    await test(opened.store);
  } finally {
    await opened.close();
  }
}
