/** At most `limit` at a time; the others wait their turn, first come, first served. */
export function createCallSlots(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  let taken = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (taken >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else taken += 1;
    try {
      return await work();
    } finally {
      // The slot goes straight to the next: nobody who comes later can take it in between.
      const next = waiting.shift();
      if (next) next();
      else taken -= 1;
    }
  };
}
