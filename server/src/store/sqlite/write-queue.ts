// The write connection belongs to one transaction at a time, in the order they came: a statement sent to
// it while another request's transaction is open would join that transaction.
export class WriteQueue {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Resolves when everything that was queued has run. */
  async drain(): Promise<void> {
    await this.#last;
  }
}
