/** All keys of both sides in an order that agrees with each as far as they agree with the base. */
export function mergeOrder(base: string[], mine: string[], theirs: string[]): string[] {
  const [skeleton, other] = keepsOrder(base, theirs) ? [mine, theirs] : [theirs, mine];
  const order = [...skeleton];
  const place = new Map(order.map((key, index) => [key, index]));
  let previous: string | undefined;
  const inserted = new Map<string | undefined, string[]>();
  for (const key of other) {
    if (place.has(key)) previous = key;
    else inserted.set(previous, [...(inserted.get(previous) ?? []), key]);
  }
  const first = inserted.get(undefined) ?? [];
  return [...first, ...order.flatMap((key) => [key, ...(inserted.get(key) ?? [])])];
}

function keepsOrder(base: string[], side: string[]): boolean {
  const place = new Map(side.map((key, index) => [key, index]));
  let last = -1;
  for (const key of base) {
    const at = place.get(key);
    if (at === undefined) continue;
    if (at < last) return false;
    last = at;
  }
  return true;
}
