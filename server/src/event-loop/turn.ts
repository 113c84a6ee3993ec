/**
 * Does together what the callbacks of one turn of the event loop ask for one by one. The work begins after
 * the last of them was called (`setImmediate` runs when the sockets of the turn were read), so whatever was
 * true when it was asked for is known to it.
 */
export function oncePerTurn<T>(work: (asked: readonly T[]) => void): (item: T) => void {
  let waiting: T[] = [];
  const run = (): void => {
    const asked = waiting;
    waiting = [];
    work(asked);
  };
  return (item) => {
    if (waiting.push(item) === 1) setImmediate(run);
  };
}

/** Lets what came in meanwhile be answered: long work on an embedded database waits for no socket by itself. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
