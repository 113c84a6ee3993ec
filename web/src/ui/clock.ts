// One clock for all the times on a page. It ticks twice a minute, so that "2 minutes ago" stays true and a
// long list does not keep a timer for each of its rows.

const TICK_MS = 30_000;

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;
let now = Date.now();

export function subscribeToClock(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

/** The time of the last tick; the present time while nobody listens. */
export function clockTime(): number {
  if (timer === null && Date.now() - now >= 1000) now = Date.now();
  return now;
}

function tick(): void {
  now = Date.now();
  for (const listener of listeners) listener();
}
